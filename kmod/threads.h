/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The threads of a process, as the kernel sees them now. None of it is counted
 * by this module.
 */
#ifndef NUMATRACE_THREADS_H
#define NUMATRACE_THREADS_H

#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/sched.h>

struct nt_viewer;

/*
 * What the scheduler remembers of a node, in pages: see fault-statistics in
 * uapi/numatrace.yaml.
 */
struct nt_fault_statistics {
	u64 memory_shared;
	u64 memory_private;
	u64 cpu_shared;
	u64 cpu_private;
};

/**
 * struct nt_thread - a thread
 * @tid: in the viewer's PID namespace
 * @start: when it started, CLOCK_BOOTTIME, ns
 * @cpu: that it runs on or last ran on
 * @policy: MPOL_*
 * @scanned: whether its policy lets balancing sample its memory
 * @preferred_node: or NUMA_NO_NODE
 * @migrated: pages that balancing moved for it
 * @faulted: whether @statistics are there
 * @comm: its name
 * @affinity: CPUs that it may run on
 * @cpuset_nodes: nodes from which its cpuset lets it allocate
 * @policy_nodes: nodes of its policy
 * @statistics: nr_node_ids elements
 */
struct nt_thread {
	pid_t tid;
	u64 start;
	unsigned int cpu;
	unsigned int policy;
	bool scanned;
	int preferred_node;
	u64 migrated;
	bool faulted;
	char comm[TASK_COMM_LEN];
	struct cpumask affinity;
	nodemask_t cpuset_nodes;
	nodemask_t policy_nodes;
	struct nt_fault_statistics statistics[];
};

/**
 * struct nt_threads - where somebody is who walks over the threads of a process
 * @timestamp: when that began, CLOCK_MONOTONIC, ns; 0: it has not
 * @begin: the same, CLOCK_BOOTTIME, ns: what started later is left out, so that
 *	who starts threads all the time does not keep the reader for ever
 * @start: start time of the process, CLOCK_BOOTTIME, ns
 * @last_start: that of the last thread
 * @pid: the process in the viewer's PID namespace
 * @last: the thread that came last, there
 * @passed: how many came
 * @changes: how often the way on was lost, since that thread had ended
 */
struct nt_threads {
	u64 timestamp;
	u64 begin;
	u64 start;
	u64 last_start;
	pid_t pid;
	pid_t last;
	unsigned int passed;
	u32 changes;
};

/*
 * Reads the next thread of the process walk->pid: 1, or 0 if there are no more.
 * It stays the next one until nt_threads_advance(). At the beginning also
 * -ESRCH: there is no such process in the viewer's PID namespace, or -EPERM:
 * the viewer may not see it. What ends meanwhile may be missing. Context: of the
 * viewer.
 */
int nt_threads_next(struct nt_threads *walk, const struct nt_viewer *viewer,
		    struct nt_thread *thread);
void nt_threads_advance(struct nt_threads *walk,
			const struct nt_thread *thread);

/* Room for one, charged to the caller. NULL if memory is short. */
struct nt_thread *nt_thread_alloc(void);
void nt_thread_free(struct nt_thread *thread);

#endif
