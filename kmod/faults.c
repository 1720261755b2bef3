// SPDX-License-Identifier: GPL-2.0
#include "faults.h"
#include "selftest.h"

#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

/* A fault that takes longer has most likely no end, ns. */
#define STALE NSEC_PER_SEC

struct nt_fault *nt_faults __read_mostly;

notrace struct nt_fault *nt_fault_find_near(void)
{
	struct nt_fault *home = nt_fault_home(current), *fault;

	for (fault = home; fault < home + NT_REACH; fault++)
		if (READ_ONCE(fault->task) == current)
			return fault;
	return NULL;
}

static notrace bool is_stale(const struct nt_fault *fault, u64 now)
{
	u64 start = READ_ONCE(fault->span.start);

	/* The clocks of two CPUs may differ by a little. */
	return (s64)(now - start) > (s64)STALE;
}

/* Whoever has it by then is not the task that was found in it. */
static notrace bool take_over(struct nt_fault *fault, u64 now)
{
	struct task_struct *task = READ_ONCE(fault->task);

	if (task && !is_stale(fault, now))
		return false;
	return cmpxchg(&fault->task, task, current) == task;
}

notrace struct nt_fault *nt_fault_take_near(void)
{
	struct nt_fault *home = nt_fault_home(current);
	struct nt_fault *fault = nt_fault_find_near();
	u64 now;

	if (fault)
		return fault;
	now = ktime_get_mono_fast_ns();
	for (fault = home; fault < home + NT_REACH; fault++)
		if (take_over(fault, now))
			return fault;
	return NULL;
}

void nt_faults_release(struct task_struct *task)
{
	struct nt_fault *home = nt_fault_home(task), *fault;

	for (fault = home; fault < home + NT_REACH; fault++)
		if (READ_ONCE(fault->task) == task)
			cmpxchg(&fault->task, task, NULL);
}

size_t nt_faults_memory(void)
{
	return size_mul(nt_slots_count(), sizeof(*nt_faults));
}

int nt_faults_init(void)
{
	nt_faults = NT_MAY_FAIL(kvcalloc(nt_slots_count(), sizeof(*nt_faults),
					 GFP_KERNEL),
				NULL);
	return nt_faults ? 0 : -ENOMEM;
}

void nt_faults_exit(void)
{
	kvfree(nt_faults);
	nt_faults = NULL;
}
