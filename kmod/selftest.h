/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fault injection for the project's own tests, compiled in only with
 * NUMATRACE_SELFTEST=y: cloud kernels come without the kernel's.
 */
#ifndef NUMATRACE_SELFTEST_H
#define NUMATRACE_SELFTEST_H

#include <linux/types.h>

#ifdef NUMATRACE_SELFTEST
/* True on the call that the module parameter fail_at numbers. */
bool nt_fail(void);
/* True if the module parameter force_kprobe asks to pass ftrace over. */
bool nt_force_kprobe(void);
#else
static inline bool nt_fail(void)
{
	return false;
}

static inline bool nt_force_kprobe(void)
{
	return false;
}
#endif

/* The value of expr, or failure without evaluating it. */
#define NT_MAY_FAIL(expr, failure) (nt_fail() ? (failure) : (expr))

#endif
