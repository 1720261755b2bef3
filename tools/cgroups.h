/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the cgroups are: paths below the root of the hierarchy (version 2),
 * by id, which is the inode number of the directory.
 */
#ifndef NUMATRACE_CGROUPS_H
#define NUMATRACE_CGROUPS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct cgroup_path - one cgroup
 * @id: inode number of its directory
 * @path: as we see it from our cgroup namespace; "/" for the root
 */
struct cgroup_path {
	uint64_t id;
	char *path;
};

/**
 * struct cgroup_paths - all cgroups that we see
 * @count: number of cgroups
 * @cgroup: the cgroups, by id
 */
struct cgroup_paths {
	size_t count;
	struct cgroup_path *cgroup;
};

/* Where the hierarchy is mounted, to be freed; NULL where it is not. */
char *cgroups_mount(void);

/*
 * Read those below @mount, the hierarchy's root directory, or if NULL below
 * where it is mounted. Nothing there: no cgroups. What goes away meanwhile is
 * passed over. 0 or -ENOMEM; freed by the caller.
 */
int cgroups_read(const char *mount, struct cgroup_paths *paths);
void cgroups_free(struct cgroup_paths *paths);

/* NULL where it is not known. */
const char *cgroups_find(const struct cgroup_paths *paths, uint64_t id);

#endif
