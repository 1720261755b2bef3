/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What balancing costs: durations of hinting faults, scans and migrations, see
 * cost-kind in uapi/numatrace.yaml. Off unless measure-cost is 1; then what is
 * measured lies behind a nop.
 */
#ifndef NUMATRACE_COST_H
#define NUMATRACE_COST_H

#include "faults.h"
#include "table.h"

#include <linux/jump_label.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* Buckets of a histogram: the last begins at 2^39 ns, nine minutes. */
#define NT_BUCKETS 40

struct nt_viewer;

DECLARE_STATIC_KEY_FALSE(nt_cost_key);
DECLARE_STATIC_KEY_FALSE(nt_cost_fault_key);

static __always_inline bool nt_cost_measured(void)
{
	return static_branch_unlikely(&nt_cost_key);
}

/* Whether that of faults is: a hook sees their begin, and one their end. */
static __always_inline bool nt_cost_faults_measured(void)
{
	return static_branch_unlikely(&nt_cost_fault_key);
}

/* The begin of something, for the start of its span. */
static __always_inline u64 nt_cost_start(void)
{
	return nt_cost_measured() ? ktime_get_mono_fast_ns() : 0;
}

/*
 * The end of what began with @span, in the task that began it. What began when
 * cost was not measured, or was measured the time before, is left out.
 * Context: any but NMI.
 */
void nt_cost_end(enum numatrace_cost_kind kind, const struct nt_span *span);
/* One that cannot be measured because all slots are taken. */
void nt_cost_lose(enum numatrace_cost_kind kind);

/* A hinting fault of current begins. */
static __always_inline void nt_cost_begin_fault(int cpu_node, int nid)
{
	struct nt_fault *fault = nt_fault_take();

	if (unlikely(!fault)) {
		nt_cost_lose(NUMATRACE_COST_KIND_FAULT);
		return;
	}
	fault->span.row = cpu_node;
	fault->span.column = nid;
	WRITE_ONCE(fault->span.start, ktime_get_mono_fast_ns());
}

/* It ends. Not every one that begins does. */
void nt_cost_end_fault(void);

/**
 * struct nt_cost_sum - how long some took
 * @count: how many
 * @time: their durations, ns
 * @buckets: how many of them took 2^i ns to less than 2^(i + 1)
 */
struct nt_cost_sum {
	u64 count;
	u64 time;
	u64 buckets[NT_BUCKETS];
};

/**
 * struct nt_cost_longest - the one of its kind that took longest
 * @taken: how long, ns; 0 if there was none
 * @end: when it ended, CLOCK_MONOTONIC, ns
 * @owner: process that it befell
 * @comm: name of the thread that it befell
 * @pid: number of the process for whoever reads; 0 if they may not see it
 */
struct nt_cost_longest {
	u64 taken;
	u64 end;
	struct nt_owner owner;
	char comm[TASK_COMM_LEN];
	pid_t pid;
};

/**
 * struct nt_cost_kind - what one kind of work took, but for its cells
 * @measured_time: how long cost was measured, ns
 * @nowhere: what has no row; of kinds that always have one, nothing
 * @lost: how many were not measured, though cost was
 * @unmeasured: why this kind is not measured, or NULL; what was measured before
 *	stands, once nothing is measured at all
 * @longest: the longest
 */
struct nt_cost_kind {
	u64 measured_time;
	struct nt_cost_sum nowhere;
	u64 lost;
	const char *unmeasured;
	struct nt_cost_longest longest;
};

/* Columns that the cells of a kind have; 1: they have rows only. */
static inline unsigned int nt_cost_columns(enum numatrace_cost_kind kind)
{
	return nt_has_matrix() && kind != NUMATRACE_COST_KIND_SCAN ? nr_node_ids
								   : 1;
}

/* Whether cost was measured at some time. */
bool nt_cost_counted(void);
/* The kinds that were measured at some time: BIT(enum numatrace_cost_kind). */
unsigned int nt_cost_kinds(void);

/*
 * What was measured so far of a kind, for a viewer, of this the longest alone,
 * and of one of its cells, of which nt_cost_columns() says how many there are.
 * Cost was measured at some time. May sleep.
 */
void nt_cost_read(enum numatrace_cost_kind kind, const struct nt_viewer *viewer,
		  struct nt_cost_kind *to);
void nt_cost_read_longest(enum numatrace_cost_kind kind,
			  const struct nt_viewer *viewer,
			  struct nt_cost_longest *longest);
void nt_cost_read_cell(enum numatrace_cost_kind kind, int row, int column,
		       struct nt_cost_sum *sum);
void nt_cost_add_sum(struct nt_cost_sum *to, const struct nt_cost_sum *from);

/* Adds what was measured of processes that have no row, by kind, ns. */
void nt_cost_add_unattributed(u64 *time);

/* Bytes that it takes. */
size_t nt_cost_memory(void);

/*
 * Gets what measuring needs: 0 or -ENOMEM. Called by config alone, under its
 * lock, before it switches cost on, which then cannot fail. May sleep.
 */
int nt_cost_prepare(void);
/* Begins or ends to measure. Called by config alone, under its lock. */
void nt_cost_switch(bool on);
/* A hook was attached or detached. */
void nt_cost_hooks_changed(void);

/* The hooks are detached, and nobody reads or switches any more. */
void nt_cost_exit(void);

#endif
