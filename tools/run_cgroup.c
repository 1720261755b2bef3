// SPDX-License-Identifier: GPL-2.0
#include "run_cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroups.h"
#include "file.h"
#include "proc.h"
#include "why.h"

/* Moving processes out is repeated: they may fork meanwhile. */
#define MAX_PASSES 100
#define PASS_USEC 10000

static char *own_path(void)
{
	char *text = file_read("/proc/self/cgroup");
	char *path = text ? proc_parse_cgroup(text) : NULL;

	free(text);
	return path;
}

static int name_it(struct run_cgroup *cgroup, char **why)
{
	char *mount = cgroups_mount(), *own = own_path();
	const char *above = own && strcmp(own, "/") ? own : "";
	int err = 0;

	if (!mount || !own)
		err = why_not(why, -ENOENT, "cgroup v2 is not mounted");
	else if (asprintf(&cgroup->path, "%s/numatrace-run-%d", above,
			  (int)getpid()) < 0)
		err = -ENOMEM;
	else if (asprintf(&cgroup->directory, "%s%s", mount, cgroup->path) < 0)
		err = -ENOMEM;
	free(mount);
	free(own);
	return err;
}

void run_cgroup_free(struct run_cgroup *cgroup)
{
	free(cgroup->path);
	free(cgroup->directory);
	*cgroup = (struct run_cgroup){ 0 };
}

int run_cgroup_make(struct run_cgroup *cgroup, char **why)
{
	struct stat directory;
	int err;

	*cgroup = (struct run_cgroup){ 0 };
	*why = NULL;
	err = name_it(cgroup, why);
	if (!err && (mkdir(cgroup->directory, 0755) ||
		     stat(cgroup->directory, &directory)))
		err = why_not(why, -errno, "no cgroup %s can be made: %s",
			      cgroup->path, strerror(errno));
	if (err)
		run_cgroup_free(cgroup);
	else
		cgroup->id = directory.st_ino;
	return err;
}

static int write_pid(const char *directory, pid_t pid)
{
	char *path;
	int fd, err = 0;

	if (asprintf(&path, "%s/cgroup.procs", directory) < 0)
		return -ENOMEM;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	free(path);
	if (fd < 0 || dprintf(fd, "%d\n", (int)pid) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int run_cgroup_enter(const struct run_cgroup *cgroup, pid_t pid)
{
	return write_pid(cgroup->directory, pid);
}

static char *read_file(const struct run_cgroup *cgroup, const char *name)
{
	char *path, *text;

	if (asprintf(&path, "%s/%s", cgroup->directory, name) < 0)
		return NULL;
	text = file_read(path);
	free(path);
	return text;
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
	char *text = read_file(cgroup, "cpu.stat");
	bool known = text && find_usec(text, "user_usec ", user) &&
		     find_usec(text, "system_usec ", system);

	free(text);
	return known;
}

/* How many processes were found in it. */
static size_t move_out(const struct run_cgroup *cgroup, const char *above)
{
	char *text = read_file(cgroup, "cgroup.procs"), *rest, *word;
	size_t count = 0;

	word = text ? strtok_r(text, "\n", &rest) : NULL;
	for (; word; word = strtok_r(NULL, "\n", &rest)) {
		write_pid(above, (pid_t)atoi(word));
		count++;
	}
	free(text);
	return count;
}

int run_cgroup_remove(struct run_cgroup *cgroup, size_t *running)
{
	char *copy = strdup(cgroup->directory), *above;
	int err = copy ? -EBUSY : -ENOMEM;

	*running = 0;
	above = copy ? dirname(copy) : NULL;
	for (int pass = 0; above && err == -EBUSY && pass < MAX_PASSES;
	     pass++) {
		size_t count = move_out(cgroup, above);

		if (count > *running)
			*running = count;
		err = rmdir(cgroup->directory) ? -errno : 0;
		/* Those that just exit cannot be moved. */
		if (err == -EBUSY)
			usleep(PASS_USEC);
	}
	free(copy);
	return err;
}
