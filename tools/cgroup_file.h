/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a cgroup: @mount is where cgroup v2 is mounted, @cgroup a path
 * below it, "/" for the root.
 */
#ifndef NUMATRACE_CGROUP_FILE_H
#define NUMATRACE_CGROUP_FILE_H

#include <stdbool.h>

/* Without the newline at the end, to be freed; NULL and errno. */
char *cgroup_file_read(const char *mount, const char *cgroup, const char *name);

/* The same of the nearest cgroup, itself or above, that has the file. */
char *cgroup_file_nearest(const char *mount, const char *cgroup,
			  const char *name);

/* One write(2) of @text and a newline. 0 or a negative errno. */
int cgroup_file_write(const char *mount, const char *cgroup, const char *name,
		      const char *text);

/* 0, or the negative errno that writing would give. */
int cgroup_file_writable(const char *mount, const char *cgroup,
			 const char *name);

/* Make, or remove when it is empty. 0 or a negative errno. */
int cgroup_file_make(const char *mount, const char *cgroup);
int cgroup_file_remove(const char *mount, const char *cgroup);

bool cgroup_file_exists(const char *mount, const char *cgroup,
			const char *name);

/* Whether @word is one of those in @text, which blanks separate. */
bool cgroup_file_has_word(const char *text, const char *word);

/* The cgroup above, to be freed; "/" for those on top. NULL: no memory. */
char *cgroup_file_parent(const char *cgroup);

#endif
