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
 * struct nt_threads - the threads of a process
 * @timestamp: CLOCK_MONOTONIC, ns
 * @pid: of the process in the viewer's PID namespace
 * @count: number of threads
 * @threads: nt_thread() finds them
 */
struct nt_threads {
	u64 timestamp;
	pid_t pid;
	unsigned int count;
	void *threads;
};

/*
 * The threads of the process @pid; nt_threads_free() them. -ESRCH: there is no
 * such process in the viewer's PID namespace; -EPERM: the viewer may not see
 * it; -ENOMEM. Context: of the viewer, may sleep.
 */
struct nt_threads *nt_threads_take(pid_t pid, const struct nt_viewer *viewer);
void nt_threads_free(struct nt_threads *threads);

static inline size_t nt_thread_size(void)
{
	return struct_size((struct nt_thread *)NULL, statistics, nr_node_ids);
}

static inline struct nt_thread *nt_thread(const struct nt_threads *threads,
					  unsigned int i)
{
	return threads->threads + i * nt_thread_size();
}

#endif
