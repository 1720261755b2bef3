// SPDX-License-Identifier: GPL-2.0
#include "run_cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_file.h"
#include "cgroups.h"
#include "file.h"
#include "proc.h"
#include "why.h"

/* Moving processes out is repeated: they may fork meanwhile. */
#define MAX_PASSES 100
#define PASS_USEC 10000

/* So many cgroups of others are passed by. */
#define MAX_NAMES 100

static char *own_path(void)
{
	char *text = file_read("/proc/self/cgroup");
	char *path = text ? proc_parse_cgroup(text) : NULL;

	free(text);
	return path;
}

/*
 * Under a name that is free: one of us who was killed, and had our number, may
 * have left such a cgroup, perhaps with its command.
 */
static int make(struct run_cgroup *cgroup, const char *above)
{
	char more[16] = "";
	int err = -EEXIST;

	for (int i = 2; err == -EEXIST && i < MAX_NAMES; i++) {
		free(cgroup->path);
		if (asprintf(&cgroup->path, "%s/numatrace-run-%d%s", above,
			     (int)getpid(), more) < 0) {
			cgroup->path = NULL;
			return -ENOMEM;
		}
		snprintf(more, sizeof(more), "-%d", i);
		cgroup_file_remove(cgroup->mount, cgroup->path);
		err = cgroup_file_make(cgroup->mount, cgroup->path);
	}
	return err;
}

void run_cgroup_free(struct run_cgroup *cgroup)
{
	free(cgroup->path);
	free(cgroup->mount);
	*cgroup = (struct run_cgroup){ 0 };
}

/* The number of its directory. 0 or a negative errno. */
static int find_id(struct run_cgroup *cgroup)
{
	struct stat state;
	char *directory;
	int err = 0;

	if (asprintf(&directory, "%s%s", cgroup->mount, cgroup->path) < 0)
		return -ENOMEM;
	if (stat(directory, &state))
		err = -errno;
	else
		cgroup->id = state.st_ino;
	free(directory);
	return err;
}

int run_cgroup_make(struct run_cgroup *cgroup, char **why)
{
	char *own = own_path();
	int err = -ENOENT;

	*why = NULL;
	*cgroup = (struct run_cgroup){ .mount = cgroups_mount() };
	if (cgroup->mount && own)
		err = make(cgroup, strcmp(own, "/") ? own : "");
	else
		why_not(why, err, "cgroup v2 is not mounted");
	if (!err)
		err = find_id(cgroup);
	if (err && cgroup->path)
		err = why_not(why, err, "no cgroup %s can be made: %s",
			      cgroup->path, strerror(-err));
	if (err)
		run_cgroup_free(cgroup);
	free(own);
	return err;
}

int run_cgroup_enter(const struct run_cgroup *cgroup, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid);
	return cgroup_file_write(cgroup->mount, cgroup->path, "cgroup.procs",
				 text);
}

static bool find_usec(const char *text, const char *name, uint64_t *ns)
{
	const char *found = strstr(text, name);
	unsigned long long usec;

	if (!found || sscanf(found + strlen(name), "%llu", &usec) != 1)
		return false;
	*ns = (uint64_t)usec * 1000;
	return true;
}

bool run_cgroup_times(const struct run_cgroup *cgroup, uint64_t *user,
		      uint64_t *system)
{
	char *text = cgroup_file_read(cgroup->mount, cgroup->path, "cpu.stat");
	bool known = text && find_usec(text, "user_usec ", user) &&
		     find_usec(text, "system_usec ", system);

	free(text);
	return known;
}

/* How many processes were found in it. */
static size_t move_out(const struct run_cgroup *cgroup, const char *above)
{
	char *text =
		cgroup_file_read(cgroup->mount, cgroup->path, "cgroup.procs");
	char *rest, *pid = text ? strtok_r(text, "\n", &rest) : NULL;
	size_t count = 0;

	for (; pid; pid = strtok_r(NULL, "\n", &rest)) {
		cgroup_file_write(cgroup->mount, above, "cgroup.procs", pid);
		count++;
	}
	free(text);
	return count;
}

int run_cgroup_remove(struct run_cgroup *cgroup, size_t *running)
{
	char *above = cgroup_file_parent(cgroup->path);
	int err = above ? -EBUSY : -ENOMEM;

	*running = 0;
	for (int pass = 0; err == -EBUSY && pass < MAX_PASSES; pass++) {
		size_t count = move_out(cgroup, above);

		if (count > *running)
			*running = count;
		err = cgroup_file_remove(cgroup->mount, cgroup->path);
		/* Those that just exit cannot be moved. */
		if (err == -EBUSY)
			usleep(PASS_USEC);
	}
	free(above);
	return err;
}
