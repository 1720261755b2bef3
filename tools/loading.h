/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why the module is not there, and what to do about it.
 */
#ifndef NUMATRACE_LOADING_H
#define NUMATRACE_LOADING_H

/*
 * A clause that says both, of the system whose root directory is @root ("" for
 * this one), for its kernel @release: the module is not loaded, nor even installed;
 * or, where the kernel takes signed ones only, what its refusal means.
 */
const char *loading_advice_of(const char *root, const char *release);

/* The same of this system, now. */
const char *loading_advice(void);

/*
 * A sentence: @effect, ": ", the advice, and a full stop. It is overwritten by the
 * next.
 */
const char *loading_sentence(const char *effect);

#endif
