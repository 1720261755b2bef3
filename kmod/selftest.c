// SPDX-License-Identifier: GPL-2.0
#include "selftest.h"

#include <linux/atomic.h>
#include <linux/module.h>

static unsigned int fail_at;
module_param(fail_at, uint, 0644);
MODULE_PARM_DESC(fail_at, "Number of the fallible call that fails; 0: none");

static atomic_t fail_calls = ATOMIC_INIT(0);
module_param_named(fail_calls, fail_calls.counter, int, 0644);
MODULE_PARM_DESC(fail_calls, "Fallible calls made so far");

static bool force_kprobe;
module_param(force_kprobe, bool, 0444);
MODULE_PARM_DESC(force_kprobe, "Hook with kprobes even where ftrace would do");

bool nt_fail(void)
{
	return atomic_inc_return(&fail_calls) == READ_ONCE(fail_at);
}

bool nt_force_kprobe(void)
{
	return force_kprobe;
}
