/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All processes of /proc at one time: who they are, whose children, and in
 * which cgroup.
 */
#ifndef NUMATRACE_PROCESS_LIST_H
#define NUMATRACE_PROCESS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct listed_process - a process
 * @pid: its number
 * @parent: that of its parent, 0: none that we see
 * @start_time: CLOCK_BOOTTIME, ns, to the tick
 * @kernel: it is a thread of the kernel
 * @ended: all of its threads end or have ended; it may wait for its parent
 * @chosen: for the caller
 * @comm: its name
 * @cgroup: its path in cgroup v2, or NULL
 */
struct listed_process {
	pid_t pid;
	pid_t parent;
	uint64_t start_time;
	bool kernel;
	bool ended;
	bool chosen;
	char *comm;
	char *cgroup;
};

/**
 * struct process_list - the processes
 * @count: number of processes
 * @process: by ascending pid
 */
struct process_list {
	size_t count;
	struct listed_process *process;
};

/* Those that end meanwhile may be missing. 0 or -ENOMEM. */
int process_list_read(struct process_list *list);
void process_list_free(struct process_list *list);

/* NULL: not there. */
struct listed_process *process_list_find(const struct process_list *list,
					 pid_t pid);

/* Whether the cgroup @path is @cgroup or lies below it. */
bool process_list_inside(const char *path, const char *cgroup);

/*
 * From the text of /proc/PID/stat all but the cgroup. False where it is no
 * such text, or memory is short.
 */
bool process_list_parse(const char *stat, struct listed_process *process);

#endif
