// SPDX-License-Identifier: GPL-2.0
#include "cgroup_file.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLANKS "\n "

static void build(char *path, const char *mount, const char *cgroup,
		  const char *name)
{
	snprintf(path, PATH_MAX, "%s%s/%s", mount,
		 strcmp(cgroup, "/") ? cgroup : "", name);
}

char *cgroup_file_read(const char *mount, const char *cgroup, const char *name)
{
	char path[PATH_MAX], *text;

	build(path, mount, cgroup, name);
	errno = 0;
	text = file_read(path);
	/* A file without any text, such as cgroup.procs of an empty cgroup. */
	if (!text && !errno)
		return strdup("");
	if (text && *text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	return text;
}

char *cgroup_file_nearest(const char *mount, const char *cgroup,
			  const char *name)
{
	char *path = strdup(cgroup), *text = NULL, *above;

	while (path) {
		text = cgroup_file_read(mount, path, name);
		if (text || !strcmp(path, "/"))
			break;
		above = cgroup_file_parent(path);
		free(path);
		path = above;
	}
	free(path);
	return text;
}

int cgroup_file_write(const char *mount, const char *cgroup, const char *name,
		      const char *text)
{
	char path[PATH_MAX], *line;
	int file, length, err = 0;

	build(path, mount, cgroup, name);
	length = asprintf(&line, "%s\n", text);
	if (length < 0)
		return -ENOMEM;
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0 || write(file, line, length) != length)
		err = -errno;
	if (file >= 0)
		close(file);
	free(line);
	return err;
}

int cgroup_file_writable(const char *mount, const char *cgroup,
			 const char *name)
{
	char path[PATH_MAX];

	build(path, mount, cgroup, name);
	return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? -errno : 0;
}

int cgroup_file_make(const char *mount, const char *cgroup)
{
	char path[PATH_MAX];

	build(path, mount, cgroup, "");
	return mkdir(path, 0755) ? -errno : 0;
}

int cgroup_file_remove(const char *mount, const char *cgroup)
{
	char path[PATH_MAX];

	build(path, mount, cgroup, "");
	return rmdir(path) ? -errno : 0;
}

bool cgroup_file_exists(const char *mount, const char *cgroup, const char *name)
{
	char path[PATH_MAX];

	build(path, mount, cgroup, name);
	return !access(path, F_OK);
}

bool cgroup_file_has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (text += strspn(text, BLANKS); *text;
	     text += strspn(text, BLANKS)) {
		size_t found = strcspn(text, BLANKS);

		if (found == length && !memcmp(text, word, length))
			return true;
		text += found;
	}
	return false;
}

char *cgroup_file_parent(const char *cgroup)
{
	const char *slash = strrchr(cgroup, '/');

	if (!slash || slash == cgroup)
		return strdup("/");
	return strndup(cgroup, slash - cgroup);
}
