// SPDX-License-Identifier: GPL-2.0
#include "threads.h"
#include "selftest.h"
#include "task.h"

#include <linux/mempolicy.h>
#include <linux/overflow.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

/* Parts of the scheduler's numa_faults[], see kernel/sched/fair.c. */
enum {
	FAULTS_MEMORY,
	FAULTS_CPU
};

static u64 fault_statistic(const struct task_struct *task, int part, int nid,
			   int private)
{
	int i = 2 * (part * nr_node_ids + nid) + private;

	return READ_ONCE(task->numa_faults[i]);
}

/* A task's array is freed a grace period after the task has left the list. */
static void read_statistics(struct nt_thread *thread,
			    const struct task_struct *task)
{
	struct nt_fault_statistics *statistics;
	int nid;

	thread->faulted = READ_ONCE(task->numa_faults);
	if (!thread->faulted)
		return;
	for_each_node(nid) {
		statistics = &thread->statistics[nid];
		statistics->memory_shared =
			fault_statistic(task, FAULTS_MEMORY, nid, 0);
		statistics->memory_private =
			fault_statistic(task, FAULTS_MEMORY, nid, 1);
		statistics->cpu_shared =
			fault_statistic(task, FAULTS_CPU, nid, 0);
		statistics->cpu_private =
			fault_statistic(task, FAULTS_CPU, nid, 1);
	}
}

/* Without a policy of its own a task has the default, which is sampled. */
static void read_policy(struct nt_thread *thread, struct task_struct *task)
{
	const struct mempolicy *policy;

	thread->policy = MPOL_DEFAULT;
	nodes_clear(thread->policy_nodes);
	thread->scanned = true;
	task_lock(task);
	policy = task->mempolicy;
	if (policy) {
		thread->policy = policy->mode;
		thread->scanned = policy->flags & MPOL_F_MOF;
		if (policy->mode != MPOL_LOCAL)
			thread->policy_nodes = policy->nodes;
	}
	task_unlock(task);
}

static void read_thread(struct nt_thread *thread, struct task_struct *task,
			struct pid_namespace *pid_ns)
{
	thread->tid = task_pid_nr_ns(task, pid_ns);
	thread->start = task->start_boottime;
	thread->cpu = task_cpu(task);
	thread->preferred_node = READ_ONCE(task->numa_preferred_nid);
	thread->migrated = READ_ONCE(task->numa_pages_migrated);
	get_task_comm(thread->comm, task);
	cpumask_copy(&thread->affinity, task->cpus_ptr);
	thread->cpuset_nodes = task->mems_allowed;
	read_policy(thread, task);
	read_statistics(thread, task);
}

static struct task_struct *find_leader(const struct nt_threads *walk,
				       const struct nt_viewer *viewer)
{
	return pid_task(find_pid_ns(walk->pid, viewer->pid_ns), PIDTYPE_TGID);
}

static struct task_struct *next_of(struct task_struct *leader,
				   struct task_struct *task)
{
	return list_next_or_null_rcu(&leader->signal->thread_head,
				     &task->thread_node, struct task_struct,
				     thread_node);
}

/* The one that so many come before. */
static struct task_struct *find_nth(struct task_struct *leader, unsigned int n)
{
	struct task_struct *task;

	for_each_thread(leader, task)
		if (!n--)
			return task;
	return NULL;
}

/* The way goes on at the last thread; if that has ended, by the count. */
static struct task_struct *find_next(struct nt_threads *walk,
				     struct task_struct *leader,
				     const struct nt_viewer *viewer)
{
	struct task_struct *last;

	if (!walk->passed)
		return find_nth(leader, 0);
	last = pid_task(find_pid_ns(walk->last, viewer->pid_ns), PIDTYPE_PID);
	if (last && same_thread_group(last, leader) &&
	    last->start_boottime == walk->last_start)
		return next_of(leader, last);
	walk->changes++;
	return find_nth(leader, walk->passed);
}

static int begin(struct nt_threads *walk, struct task_struct *leader,
		 const struct nt_viewer *viewer)
{
	struct nt_owner owner;

	if (!leader)
		return -ESRCH;
	nt_task_describe(&owner, leader);
	if (!nt_may_see(viewer, &owner))
		return -EPERM;
	walk->start = leader->start_boottime;
	walk->timestamp = ktime_get_ns();
	walk->begin = ktime_get_boottime_ns();
	return 0;
}

/* What began may end, or be another process by now, or somebody else's. */
static bool goes_on(struct nt_threads *walk, struct task_struct *leader,
		    const struct nt_viewer *viewer)
{
	struct nt_owner owner;

	if (leader && leader->start_boottime == walk->start) {
		nt_task_describe(&owner, leader);
		if (nt_may_see(viewer, &owner))
			return true;
	}
	walk->changes++;
	return false;
}

static int read_next(struct nt_threads *walk, const struct nt_viewer *viewer,
		     struct nt_thread *thread)
{
	struct task_struct *leader = find_leader(walk, viewer);
	struct task_struct *task;
	int ret;

	if (!walk->timestamp) {
		ret = begin(walk, leader, viewer);
		if (ret)
			return ret;
	} else if (!goes_on(walk, leader, viewer)) {
		return 0;
	}
	/* The list is in the order in which they started. */
	task = find_next(walk, leader, viewer);
	if (!task || task->start_boottime > walk->begin)
		return 0;
	read_thread(thread, task, viewer->pid_ns);
	return 1;
}

int nt_threads_next(struct nt_threads *walk, const struct nt_viewer *viewer,
		    struct nt_thread *thread)
{
	int ret;

	rcu_read_lock();
	ret = read_next(walk, viewer, thread);
	rcu_read_unlock();
	return ret;
}

void nt_threads_advance(struct nt_threads *walk, const struct nt_thread *thread)
{
	walk->last = thread->tid;
	walk->last_start = thread->start;
	walk->passed++;
}

struct nt_thread *nt_thread_alloc(void)
{
	struct nt_thread *thread;

	return NT_MAY_FAIL(kvzalloc(struct_size(thread, statistics,
						nr_node_ids),
				    GFP_KERNEL_ACCOUNT),
			   NULL);
}

void nt_thread_free(struct nt_thread *thread)
{
	kvfree(thread);
}
