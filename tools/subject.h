/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rules can ask about a process.
 */
#ifndef NUMATRACE_SUBJECT_H
#define NUMATRACE_SUBJECT_H

#include <stdint.h>
#include <sys/types.h>

/**
 * struct subject - a process
 * @pid: its number
 * @start_time: CLOCK_BOOTTIME, ns, to the tick
 * @comm: its name
 * @exe: path of its program, or NULL
 * @cgroup: path in cgroup v2, or NULL
 * @uid: real user
 */
struct subject {
	pid_t pid;
	uint64_t start_time;
	char *comm;
	char *exe;
	char *cgroup;
	uint32_t uid;
};

/*
 * 0; -ESRCH it has ended, or it is a thread of the kernel and has no memory;
 * -ENOMEM.
 */
int subject_read(pid_t pid, struct subject *subject);
void subject_free(struct subject *subject);

#endif
