// SPDX-License-Identifier: GPL-2.0
#include "cgroups.h"

#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *cgroups_mount(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	char *found = NULL;

	if (!mounts)
		return NULL;
	while (!found && (entry = getmntent(mounts)))
		if (!strcmp(entry->mnt_type, "cgroup2"))
			found = strdup(entry->mnt_dir);
	endmntent(mounts);
	return found;
}

/* The capacity is the power of two at or above the length. */
static int add(struct cgroup_paths *paths, uint64_t id, const char *path)
{
	size_t count = paths->count;
	struct cgroup_path *grown = paths->cgroup;
	char *copy = strdup(*path ? path : "/");

	if (copy && !(count & (count - 1)))
		grown = reallocarray(grown, count ? count * 2 : 1,
				     sizeof(*grown));
	if (!copy || !grown) {
		free(copy);
		return -ENOMEM;
	}
	grown[count] = (struct cgroup_path){ .id = id, .path = copy };
	paths->cgroup = grown;
	paths->count = count + 1;
	return 0;
}

static int walk(struct cgroup_paths *paths, const char *directory, size_t root);

static int walk_child(struct cgroup_paths *paths, const char *directory,
		      size_t root, const struct dirent *entry)
{
	char *path;
	int err;

	if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
	    !strcmp(entry->d_name, ".."))
		return 0;
	if (asprintf(&path, "%s/%s", directory, entry->d_name) < 0)
		return -ENOMEM;
	err = add(paths, entry->d_ino, path + root);
	if (!err)
		err = walk(paths, path, root);
	free(path);
	return err;
}

/* @root: how much of the directory's name leads to the hierarchy. */
static int walk(struct cgroup_paths *paths, const char *directory, size_t root)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	int err = 0;

	if (!stream)
		return 0;
	while (!err && (entry = readdir(stream)))
		err = walk_child(paths, directory, root, entry);
	closedir(stream);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct cgroup_path *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

int cgroups_read(const char *mount, struct cgroup_paths *paths)
{
	char *directory = mount ? strdup(mount) : cgroups_mount();
	struct stat root;
	int err = 0;

	*paths = (struct cgroup_paths){ 0 };
	if (directory && !stat(directory, &root)) {
		err = add(paths, root.st_ino, "");
		if (!err)
			err = walk(paths, directory, strlen(directory));
	}
	free(directory);
	if (err)
		cgroups_free(paths);
	else if (paths->count)
		qsort(paths->cgroup, paths->count, sizeof(*paths->cgroup),
		      compare);
	return err;
}

void cgroups_free(struct cgroup_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->cgroup[i].path);
	free(paths->cgroup);
	*paths = (struct cgroup_paths){ 0 };
}

const char *cgroups_find(const struct cgroup_paths *paths, uint64_t id)
{
	const struct cgroup_path key = { .id = id }, *found = NULL;

	if (paths->count)
		found = bsearch(&key, paths->cgroup, paths->count, sizeof(key),
				compare);
	return found ? found->path : NULL;
}
