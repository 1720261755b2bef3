/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc and the cgroup hierarchy tell of a process, with or without the
 * module.
 */
#ifndef NUMATRACE_PROC_H
#define NUMATRACE_PROC_H

#include <sys/types.h>

#include "report.h"
#include "topology.h"

/**
 * struct proc - a process
 * @pid: of the process, also where that of a thread was asked for
 * @comm: its name
 * @uid: real user
 * @state: as ps shows it, such as R or S
 * @threads: now
 * @started: whether @start_time is known
 * @start_time: CLOCK_BOOTTIME, ns, to the tick
 * @cpus: that its leader may run on, as a list
 * @nodes: from which its leader may allocate, as a list
 * @cgroup: path in the hierarchy of cgroup v2, or NULL
 * @cpuset_cpus: that this cgroup leaves to it, as a list; or NULL
 * @cpuset_nodes: the same for memory; or NULL
 */
struct proc {
	pid_t pid;
	char *comm;
	uint32_t uid;
	char state;
	uint32_t threads;
	bool started;
	uint64_t start_time;
	char *cpus;
	char *nodes;
	char *cgroup;
	char *cpuset_cpus;
	char *cpuset_nodes;
};

/* 0; -ESRCH where there is no such process; -ENOMEM. */
int proc_read(pid_t pid, struct proc *proc);
void proc_free(struct proc *proc);

/* In place of a memory policy, which /proc does not tell. */
#define PROC_POLICY_UNKNOWN UINT32_MAX

/*
 * Its threads as far as is possible without the module: no policies, no
 * statistics, and REPORT_ALL_NODES for the node of a CPU that is offline.
 * Threads that come or go may be missing.
 */
int proc_threads(pid_t pid, const struct topology *topology,
		 struct report_threads *threads);

/* The texts of /proc. False where something that must be there is missing. */
bool proc_parse_status(const char *text, struct proc *proc);
bool proc_parse_stat(const char *text, uint32_t *cpu);
bool proc_parse_start(const char *text, uint64_t *start);
/*
 * The path in cgroup v2, also of one that has been removed, to be freed; NULL
 * where there is none.
 */
char *proc_parse_cgroup(const char *text);

#endif
