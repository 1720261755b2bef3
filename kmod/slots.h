/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots: what a task is in the midst of.
 *
 * Hooks and probes at the begin and the end of something run in the same task,
 * which may sleep and change CPUs in between. What the end has to know of the
 * begin is kept in a slot, which a task takes when it begins something and
 * gives back when it is in the midst of nothing any more. There are only so
 * many: few tasks migrate at a time, on a CPU or asleep. Faults have places of
 * their own, see faults.h.
 */
#ifndef NUMATRACE_SLOTS_H
#define NUMATRACE_SLOTS_H

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/types.h>

/* Slots a task looks at before it gives up. */
#define NT_REACH 8
/* Migrations within one another; the kernel has two, of more it knows less. */
#define NT_LEVELS 4

/**
 * struct nt_span - a fault or a migration under way
 * @start: when it began, CLOCK_MONOTONIC, ns; 0: not measured
 * @row: node, see enum numatrace_cost_kind; negative: none
 * @column: likewise
 * @reason: enum numatrace_migrate_reason, of a migration
 */
struct nt_span {
	u64 start;
	short row;
	short column;
	u8 reason;
};

/**
 * struct nt_slot - what one task is in the midst of; only itself uses it
 * @task: whose it is, or NULL
 * @depth: migrations
 * @away: it is not where its task looks first
 * @levels: the outermost of these, from there on
 */
struct nt_slot {
	struct task_struct *task;
	u16 depth;
	u16 away;
	struct nt_span levels[NT_LEVELS];
};

extern struct nt_slot *nt_slots;
/* 64 less the logarithm of their number. */
extern unsigned int nt_slot_shift;
/* How many tasks have a slot that is not where they look first. */
extern atomic_t nt_slots_away;

int nt_slots_init(void);
/* Nobody takes or frees a slot any more. */
void nt_slots_exit(void);
/* How many there are, and bytes that they take. */
size_t nt_slots_count(void);
size_t nt_slots_memory(void);

/* The task is gone, or nearly: it begins and ends nothing any more. */
void nt_slots_release(struct task_struct *task);
/* Forgets all migrations under way. Nobody begins or ends one meanwhile. */
void nt_slots_forget_migrations(void);

/* Where a task looks first: hash_ptr(). */
static __always_inline size_t nt_slot_number(const struct task_struct *task)
{
	return (u64)task * GOLDEN_RATIO_64 >> nt_slot_shift;
}

/* The slot of a task, unless another was there first. */
static __always_inline struct nt_slot *
nt_slot_home(const struct task_struct *task)
{
	return &nt_slots[nt_slot_number(task)];
}

struct nt_slot *nt_slot_find_away(void);
struct nt_slot *nt_slot_take_away(void);
void nt_slot_put_away(struct nt_slot *slot);

/* The slot of current, or NULL. */
static __always_inline struct nt_slot *nt_slot_find(void)
{
	struct nt_slot *home = nt_slot_home(current);

	if (likely(READ_ONCE(home->task) == current))
		return home;
	/* If one of them is current's, it sees what it wrote itself. */
	return atomic_read(&nt_slots_away) ? nt_slot_find_away() : NULL;
}

/* The same, but takes one if there is none; NULL if all are taken. */
static __always_inline struct nt_slot *nt_slot_take(void)
{
	struct nt_slot *home = nt_slot_home(current);
	struct task_struct *task = READ_ONCE(home->task);

	if (task == current)
		return home;
	if (likely(!task && !atomic_read(&nt_slots_away)) &&
	    !cmpxchg(&home->task, NULL, current))
		return home;
	return nt_slot_take_away();
}

/* Gives the slot of current back if that is in the midst of nothing. */
static __always_inline void nt_slot_put(struct nt_slot *slot)
{
	if (slot->depth)
		return;
	if (likely(!slot->away))
		/* ORDER: the next task finds the slot empty. */
		smp_store_release(&slot->task, NULL);
	else
		nt_slot_put_away(slot);
}

/* The innermost migration, or NULL. */
static __always_inline struct nt_span *nt_slot_migration(struct nt_slot *slot)
{
	unsigned int depth = slot->depth;

	return depth && depth <= NT_LEVELS ? &slot->levels[depth - 1] : NULL;
}

#endif
