/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cgroup (version 2) for one command, so that all its descendants can be told
 * from others. It lies below our own: whatever limits that has still hold.
 */
#ifndef NUMATRACE_RUN_CGROUP_H
#define NUMATRACE_RUN_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct run_cgroup - the cgroup
 * @mount: where the hierarchy is mounted
 * @path: below its root
 * @id: inode number of its directory
 */
struct run_cgroup {
	char *mount;
	char *path;
	uint64_t id;
};

/*
 * Make it. 0 or a negative errno, and in @why what stands in the way, to be
 * freed, or NULL when memory is short.
 */
int run_cgroup_make(struct run_cgroup *cgroup, char **why);

/* Move a process into it. 0 or a negative errno. */
int run_cgroup_enter(const struct run_cgroup *cgroup, pid_t pid);

/* CPU time of all that ran in it, ns. False if it is not known. */
bool run_cgroup_times(const struct run_cgroup *cgroup, uint64_t *user,
		      uint64_t *system);

/*
 * Remove it; processes that still run in it go back to ours, and are counted
 * in @running. 0 or a negative errno: it is still there.
 */
int run_cgroup_remove(struct run_cgroup *cgroup, size_t *running);
void run_cgroup_free(struct run_cgroup *cgroup);

#endif
