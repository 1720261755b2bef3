/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may see what: numbers of nodes and of the machine are for everybody; what
 * tells of a process is for its owner and for the privileged, and what tells of
 * a cgroup for the privileged.
 */
#ifndef NUMATRACE_VIEWER_H
#define NUMATRACE_VIEWER_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct pid_namespace;

/**
 * struct nt_owner - a process, by what says whose it is
 * @start: when it started, CLOCK_BOOTTIME, ns
 * @cgroup: id of its cgroup
 * @tgid: its number in the initial PID namespace
 * @uid: its real user
 * @plain: its real, effective and saved user are one
 * @comm: name of its leader
 */
struct nt_owner {
	u64 start;
	u64 cgroup;
	pid_t tgid;
	kuid_t uid;
	bool plain;
	char comm[TASK_COMM_LEN];
};

/**
 * struct nt_viewer - who reads
 * @privileged: may see every process, and cgroups
 * @uid: may see the processes of this user
 * @pid_ns: the PID namespace in which processes are numbered; what is not in
 *	it cannot be seen
 */
struct nt_viewer {
	bool privileged;
	kuid_t uid;
	struct pid_namespace *pid_ns;
};

/* Whoever reads a file that only root may open. */
extern const struct nt_viewer nt_viewer_root;

/*
 * A process that runs, or may run, with somebody else's rights is not its
 * user's to see.
 */
bool nt_may_see(const struct nt_viewer *viewer, const struct nt_owner *owner);

/*
 * The number of the process for the viewer; 0: it may not be seen, or has none
 * there. One that is gone keeps its number in the initial namespace.
 */
pid_t nt_visible_pid(const struct nt_viewer *viewer,
		     const struct nt_owner *owner);

#endif
