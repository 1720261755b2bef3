// SPDX-License-Identifier: GPL-2.0
#include "task.h"
#include "faults.h"
#include "tracepoints.h"
#include "compat/compat.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <trace/events/cgroup.h>
#include <trace/events/sched.h>

#define DEFAULT_PROCESSES 16384
#define DEFAULT_CGROUPS 1024

void notrace nt_task_describe(struct nt_owner *owner,
			      struct task_struct *leader)
{
	const struct cred *cred;

	rcu_read_lock();
	cred = __task_cred(leader);
	owner->tgid = leader->tgid;
	owner->start = leader->start_boottime;
	owner->uid = cred->uid;
	owner->plain =
		uid_eq(cred->uid, cred->euid) && uid_eq(cred->uid, cred->suid);
	owner->cgroup = cgroup_id(task_dfl_cgroup(leader));
	/* Whoever renames a task keeps it terminated. */
	memcpy(owner->comm, leader->comm, sizeof(owner->comm));
	owner->comm[sizeof(owner->comm) - 1] = '\0';
	rcu_read_unlock();
}

static void notrace describe_process(struct nt_row *row)
{
	nt_task_describe(&row->owner, current->group_leader);
}

static void notrace describe_cgroup(struct nt_row *row)
{
}

struct nt_ledger nt_processes = {
	.bit = NT_NO_PROCESS,
	.describe = describe_process,
};

struct nt_ledger nt_cgroups = {
	.bit = NT_NO_CGROUP,
	.describe = describe_cgroup,
};

atomic_t nt_tracked __read_mostly = ATOMIC_INIT(NT_NO_PROCESS | NT_NO_CGROUP);

void nt_task_track(const struct nt_ledger *ledger, bool on)
{
	if (on)
		atomic_or(ledger->bit, &nt_tracked);
	else
		atomic_andnot(ledger->bit, &nt_tracked);
}

struct nt_task_rows notrace nt_task_make_rows(void)
{
	unsigned int tracked = atomic_read(&nt_tracked);
	struct nt_task_rows rows = { NULL, NULL };

	if (tracked & NT_NO_PROCESS)
		rows.process =
			nt_ledger_create(&nt_processes,
					 nt_process_key(current->group_leader));
	if (tracked & NT_NO_CGROUP)
		rows.cgroup =
			nt_ledger_create(&nt_cgroups,
					 cgroup_id(task_dfl_cgroup(current)));
	return rows;
}

static void notrace add_outcome(struct nt_row *row, unsigned long migrated,
				unsigned long failed)
{
	if (!row)
		return;
	atomic64_add(migrated, &row->migrated);
	atomic64_add(failed, &row->failed);
}

void notrace nt_task_outcome(unsigned long migrated, unsigned long failed)
{
	struct nt_task_rows rows;

	preempt_disable_notrace();
	rows = nt_task_make_rows();
	nt_count_outcome(nt_task_matrix(nt_task_missing(&rows)), migrated,
			 failed);
	add_outcome(rows.process, migrated, failed);
	add_outcome(rows.cgroup, migrated, failed);
	preempt_enable_notrace();
}

struct task_struct *nt_task_find(const struct nt_row *row)
{
	struct pid *pid = find_pid_ns(row->owner.tgid, &init_pid_ns);
	struct task_struct *leader = pid_task(pid, PIDTYPE_TGID);

	return leader && nt_process_key(leader) == row->key ? leader : NULL;
}

static void finish_process(struct nt_row *row, const void *data)
{
	struct task_struct *leader = (struct task_struct *)data;

	nt_task_describe(&row->owner, leader);
}

/*
 * Each thread comes here, and the last two may both find that nobody lives:
 * ending a row twice does no harm.
 */
static void __maybe_unused process_exit(void *unused, struct task_struct *task)
{
	if (atomic_read(&task->signal->live))
		return;
	nt_ledger_end(&nt_processes, nt_process_key(task->group_leader),
		      finish_process, task->group_leader);
}

/* Since 6.16, where it is also called before the memory is given back. */
static void __maybe_unused process_exit_group(void *unused,
					      struct task_struct *task,
					      bool group_dead)
{
	process_exit(unused, task);
}

/*
 * A thread may access memory after that, on its way out, and so get a row for a
 * process that is gone. Now nobody does so any more.
 */
static void __maybe_unused process_freed(void *unused, struct task_struct *task)
{
	nt_slots_release(task);
	nt_faults_release(task);
	if (thread_group_leader(task))
		nt_ledger_end(&nt_processes, nt_process_key(task),
			      finish_process, task);
}

static void finish_cgroup(struct nt_row *row, const void *path)
{
	row->path = kstrdup(path, GFP_ATOMIC | __GFP_NOWARN);
}

/* No process is in the cgroup any more; of one that exits, the memory is gone. */
static void __maybe_unused cgroup_removed(void *unused, struct cgroup *cgroup,
					  const char *path)
{
	if (cgroup->root == &cgrp_dfl_root)
		nt_ledger_end(&nt_cgroups, cgroup_id(cgroup), finish_cgroup,
			      path);
}

static struct nt_probe probes[] = {
	NT_PROBE_2(sched_process_exit, process_exit, process_exit_group,
		   NT_PROBE_NEEDED),
	NT_PROBE_1(sched_process_free, process_freed, NT_PROBE_NEEDED),
	NT_PROBE_1(cgroup_rmdir, cgroup_removed, NT_PROBE_NEEDED),
};

int nt_task_init(void)
{
	int ret = nt_ledger_init(&nt_processes, DEFAULT_PROCESSES);

	if (ret)
		return ret;
	ret = nt_ledger_init(&nt_cgroups, DEFAULT_CGROUPS);
	if (ret)
		goto err_cgroups;
	ret = nt_tracepoints_init(probes, ARRAY_SIZE(probes));
	if (ret)
		goto err_probes;
	return 0;

err_probes:
	nt_ledger_exit(&nt_cgroups);
err_cgroups:
	nt_ledger_exit(&nt_processes);
	return ret;
}

void nt_task_exit(void)
{
	nt_tracepoints_exit(probes, ARRAY_SIZE(probes));
	nt_ledger_exit(&nt_cgroups);
	nt_ledger_exit(&nt_processes);
}
