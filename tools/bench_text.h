/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The profile of a machine, for people.
 */
#ifndef NUMATRACE_BENCH_TEXT_H
#define NUMATRACE_BENCH_TEXT_H

#include "output.h"
#include "profile.h"
#include "sentences.h"

/* @wrong: what firmware has wrong. 0 or -ENOMEM. */
int bench_print_text(const struct profile *profile,
		     const struct sentences *wrong);

#endif
