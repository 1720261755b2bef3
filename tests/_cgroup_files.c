// SPDX-License-Identifier: GPL-2.0
#include "_cgroup_files.h"

#include "_patience.h"

#include "file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

char *line_of(const char *path, const char *key)
{
	static char line[4096];
	char *text = file_read(path), *found = text;

	*line = '\0';
	if (text && key)
		found = strstr(text, key);
	if (found)
		snprintf(line, sizeof(line), "%.*s",
			 (int)strcspn(found + (key ? strlen(key) : 0), "\n"),
			 found + (key ? strlen(key) : 0));
	free(text);
	return line;
}

char *of_process(pid_t pid, const char *file, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return line_of(path, key);
}

char *of_cgroup(const char *cgroup, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), CGROUPS "%s/%s", cgroup, file);
	return line_of(path, NULL);
}

int cgroup_put(const char *cgroup, const char *file, const char *text)
{
	char path[PATH_MAX];
	int fd, err = 0;

	snprintf(path, sizeof(path), CGROUPS "%s/%s", cgroup, file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = -1;
	if (fd >= 0)
		close(fd);
	return err;
}

int cgroup_attach(const char *cgroup, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return cgroup_put(cgroup, "cgroup.procs", text);
}

bool cgroup_same(const char *name, const char *a, const char *b)
{
	char first[4096];

	snprintf(first, sizeof(first), "%s", of_cgroup(a, name));
	return *first && !strcmp(first, of_cgroup(b, name));
}

void cgroup_remove(const char *const *cgroups, size_t count)
{
	time_t deadline = time(NULL) + PATIENCE;
	char path[PATH_MAX];

	do {
		for (size_t i = count; i--;) {
			snprintf(path, sizeof(path), CGROUPS "%s", cgroups[i]);
			rmdir(path);
		}
	} while (!access(path, F_OK) && time(NULL) < deadline);
}
