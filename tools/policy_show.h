/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy that the calling process has, as numactl --show prints it.
 */
#ifndef NUMATRACE_POLICY_SHOW_H
#define NUMATRACE_POLICY_SHOW_H

#include <numa.h>

/* 0, or a negative errno where the kernel does not tell: without NUMA. */
int policy_show(void);

/* "interleave" for the kernel's number of it, without its flags. */
const char *policy_mode_word(int mode);

/* " 0 1", each number with a blank behind it, and the end of the line. */
void policy_print_mask(const char *name, const struct bitmask *mask);

#endif
