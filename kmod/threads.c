// SPDX-License-Identifier: GPL-2.0
#include "threads.h"
#include "listing.h"
#include "selftest.h"
#include "task.h"

#include <linux/err.h>
#include <linux/mempolicy.h>
#include <linux/overflow.h>
#include <linux/pid_namespace.h>
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
	thread->cpu = task_cpu(task);
	thread->preferred_node = READ_ONCE(task->numa_preferred_nid);
	thread->migrated = READ_ONCE(task->numa_pages_migrated);
	get_task_comm(thread->comm, task);
	cpumask_copy(&thread->affinity, task->cpus_ptr);
	thread->cpuset_nodes = task->mems_allowed;
	read_policy(thread, task);
	read_statistics(thread, task);
}

static struct task_struct *find_leader(pid_t pid, struct pid_namespace *pid_ns)
{
	struct task_struct *leader;

	rcu_read_lock();
	leader = pid_task(find_pid_ns(pid, pid_ns), PIDTYPE_TGID);
	if (leader)
		get_task_struct(leader);
	rcu_read_unlock();
	return leader;
}

static bool may_see(struct task_struct *leader, const struct nt_viewer *viewer)
{
	struct nt_owner owner;

	if (viewer->privileged)
		return true;
	nt_task_describe(&owner, leader);
	return owner.plain && uid_eq(owner.uid, viewer->uid);
}

/* False: there were more threads than @room. */
static bool read_threads(struct nt_threads *threads, unsigned int room,
			 struct task_struct *leader,
			 struct pid_namespace *pid_ns)
{
	struct task_struct *task;
	bool whole = true;

	threads->timestamp = ktime_get_ns();
	threads->count = 0;
	rcu_read_lock();
	for_each_thread(leader, task) {
		whole = threads->count < room;
		if (!whole)
			break;
		read_thread(nt_thread(threads, threads->count++), task, pid_ns);
	}
	rcu_read_unlock();
	return whole;
}

static int fill(struct nt_threads *threads, struct task_struct *leader,
		const struct nt_viewer *viewer)
{
	unsigned int room = get_nr_threads(leader);

	/* More threads may start at any time. */
	do {
		room += room / 4 + 4;
		kvfree(threads->threads);
		threads->threads = NT_MAY_FAIL(kvcalloc(room, nt_thread_size(),
							GFP_KERNEL_ACCOUNT),
					       NULL);
		if (!threads->threads)
			return -ENOMEM;
	} while (!read_threads(threads, room, leader, viewer->pid_ns));
	return 0;
}

void nt_threads_free(struct nt_threads *threads)
{
	if (IS_ERR_OR_NULL(threads))
		return;
	kvfree(threads->threads);
	kfree(threads);
}

static struct nt_threads *take(struct task_struct *leader,
			       const struct nt_viewer *viewer)
{
	struct nt_threads *threads;

	if (!may_see(leader, viewer))
		return ERR_PTR(-EPERM);
	threads = NT_MAY_FAIL(kzalloc(sizeof(*threads), GFP_KERNEL_ACCOUNT),
			      NULL);
	if (!threads || fill(threads, leader, viewer)) {
		nt_threads_free(threads);
		return ERR_PTR(-ENOMEM);
	}
	return threads;
}

struct nt_threads *nt_threads_take(pid_t pid, const struct nt_viewer *viewer)
{
	struct task_struct *leader = find_leader(pid, viewer->pid_ns);
	struct nt_threads *threads;

	if (!leader)
		return ERR_PTR(-ESRCH);
	threads = take(leader, viewer);
	put_task_struct(leader);
	if (!IS_ERR(threads))
		threads->pid = pid;
	return threads;
}
