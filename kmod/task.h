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
#include <linux/preempt.h>
#include <linux/sched.h>

extern struct nt_ledger nt_processes;
extern struct nt_ledger nt_cgroups;

/*
 * Identifies a process for ever: PIDs have 22 bits (PID_MAX_LIMIT), and no PID
 * is used twice within the microsecond to which the start time is cut.
 */
static __always_inline u64 nt_process_key(const struct task_struct *leader)
{
	return leader->start_boottime >> 10 << 22 | leader->tgid;
}

/*
 * An access of current, or what became of it. Context: the hooks. Nobody can
 * change current's leader: exec() waits until all other threads are gone.
 * Without preemption RCU protects rows as well, and that costs less than
 * rcu_read_lock().
 */
static __always_inline void nt_task_access(int cpu_node, int nid,
					   unsigned long pages)
{
	preempt_disable_notrace();
	nt_ledger_access(&nt_processes, nt_process_key(current->group_leader),
			 cpu_node, nid, pages);
	nt_ledger_access(&nt_cgroups, cgroup_id(task_dfl_cgroup(current)),
			 cpu_node, nid, pages);
	preempt_enable_notrace();
}

static __always_inline void nt_task_outcome(unsigned long migrated,
					    unsigned long failed)
{
	nt_count_outcome(NT_MATRIX_ACCESS, migrated, failed);
	preempt_disable_notrace();
	nt_ledger_outcome(&nt_processes, nt_process_key(current->group_leader),
			  migrated, failed);
	nt_ledger_outcome(&nt_cgroups, cgroup_id(task_dfl_cgroup(current)),
			  migrated, failed);
	preempt_enable_notrace();
}

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
