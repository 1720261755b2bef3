/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who accesses: the processes and the cgroups.
 *
 * A process' row lives from its first access to its exit, a cgroup's from the
 * first access of a process in it to its removal.
 */
#ifndef NUMATRACE_TASK_H
#define NUMATRACE_TASK_H

#include "ledger.h"

#include <linux/cgroup.h>
#include <linux/sched.h>

extern struct nt_ledger nt_processes;
extern struct nt_ledger nt_cgroups;

/*
 * Identifies a process: PIDs have 22 bits (PID_MAX_LIMIT), the other 42 are
 * those of its start time, cut to 1024 ns. Two processes of one PID would have
 * to start 52 days apart, to the microsecond, to be taken for one.
 */
static __always_inline u64 nt_process_key(const struct task_struct *leader)
{
	return leader->start_boottime >> 10 << 22 | leader->tgid;
}

/*
 * The row of current in each ledger, NULL where there is none. Without
 * preemption RCU protects both, at less than the cost of rcu_read_lock().
 */
struct nt_task_rows {
	struct nt_row *process;
	struct nt_row *cgroup;
};

/*
 * The bits of the ledgers to which accesses are attributed, and NT_WAKE while
 * the sampler wants to hear of the next access or migration: one test tells
 * whether an access is none but ordinary.
 */
#define NT_WAKE 4

extern atomic_t nt_tracked;
void nt_task_track(const struct nt_ledger *ledger, bool on);

/* Nobody can change current's leader: exec() waits for all other threads. */
static __always_inline struct nt_task_rows
nt_task_find_rows(unsigned int tracked)
{
	struct nt_task_rows rows = { NULL, NULL };

	if (tracked & NT_NO_PROCESS)
		rows.process =
			nt_ledger_find(&nt_processes,
				       nt_process_key(current->group_leader));
	if (tracked & NT_NO_CGROUP)
		rows.cgroup =
			nt_ledger_find(&nt_cgroups,
				       cgroup_id(task_dfl_cgroup(current)));
	return rows;
}

/* As above, but makes the rows that are missing, as far as there is room. */
struct nt_task_rows nt_task_make_rows(void);

/* Which rows an access lacks, and NT_WAKE, since any may have to wake. */
static __always_inline unsigned int
nt_task_missing(const struct nt_task_rows *rows)
{
	return (rows->process ? NT_WAKE : NT_WAKE | NT_NO_PROCESS) |
	       (rows->cgroup ? 0 : NT_NO_CGROUP);
}

static __always_inline unsigned int nt_task_matrix(unsigned int missing)
{
	return NT_MATRIX_ACCESS + missing - NT_WAKE;
}

/* An access of current. Without preemption. */
static __always_inline void nt_task_access(const struct nt_task_rows *rows,
					   int cpu_node, int nid,
					   unsigned long pages)
{
	unsigned int missing = nt_task_missing(rows);
	unsigned int cell;

	nt_count(nt_task_matrix(missing), cpu_node, nid, pages);
	if (missing == (NT_WAKE | NT_NO_PROCESS | NT_NO_CGROUP))
		return;
	cell = nt_row_cell(cpu_node, nid);
	if (rows->process)
		nt_row_access(rows->process, cell, cpu_node, nid, pages);
	if (rows->cgroup)
		nt_row_access(rows->cgroup, cell, cpu_node, nid, pages);
}

/* What became of an access of current, in pages. Context: the hooks. */
void nt_task_outcome(unsigned long migrated, unsigned long failed);

/*
 * The process of a row; NULL if it is gone. Under rcu_read_lock(), which
 * protects what it returns.
 */
struct task_struct *nt_task_find(const struct nt_row *row);

/* Describes the process of @leader, which the caller holds, or protects by RCU. */
void nt_task_describe(struct nt_owner *owner, struct task_struct *leader);

int nt_task_init(void);
/* The hooks are detached. */
void nt_task_exit(void);

#endif
