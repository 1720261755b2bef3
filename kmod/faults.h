/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hinting faults under way, while cost is measured: what the hook at the end
 * has to know of the begin, as slots have it of migrations.
 *
 * They have places of their own, since a fault may begin and never reach its
 * end: where another task handled the page meanwhile, the kernel does not say
 * what came of it. Such a fault leaves its place to the next one of its task,
 * or after a while to any task that needs one.
 */
#ifndef NUMATRACE_FAULTS_H
#define NUMATRACE_FAULTS_H

#include "slots.h"

/**
 * struct nt_fault - a hinting fault of one task
 * @task: whose it is, or NULL
 * @span: when and where it began
 */
struct nt_fault {
	struct task_struct *task;
	struct nt_span span;
};

/* As many as slots, and found in the same way. */
extern struct nt_fault *nt_faults;

int nt_faults_init(void);
/* Nobody begins or ends a fault any more. */
void nt_faults_exit(void);
/* Bytes that they take. */
size_t nt_faults_memory(void);

/* The task is gone: it faults no more. */
void nt_faults_release(struct task_struct *task);

/* Where the fault of a task is, unless another was there first. */
static __always_inline struct nt_fault *
nt_fault_home(const struct task_struct *task)
{
	return &nt_faults[nt_slot_number(task)];
}

struct nt_fault *nt_fault_find_near(void);
struct nt_fault *nt_fault_take_near(void);

/* The place of the fault that current is in; NULL: none is known. */
static __always_inline struct nt_fault *nt_fault_find(void)
{
	struct nt_fault *home = nt_fault_home(current);

	if (likely(READ_ONCE(home->task) == current))
		return home;
	return nt_fault_find_near();
}

/* Takes a place for the next one; NULL: all are taken. */
static __always_inline struct nt_fault *nt_fault_take(void)
{
	struct nt_fault *home = nt_fault_home(current);

	if (likely(!READ_ONCE(home->task)) &&
	    !cmpxchg(&home->task, NULL, current))
		return home;
	return nt_fault_take_near();
}

/*
 * Gives the place back, and copies what was in it; false if another task took
 * it meanwhile.
 */
static __always_inline bool nt_fault_put(struct nt_fault *fault,
					 struct nt_span *span)
{
	*span = fault->span;
	return cmpxchg(&fault->task, current, NULL) == current;
}

#endif
