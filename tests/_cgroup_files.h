/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's files say about cgroups and the processes in them. A line is
 * in memory of its own, until the next one is read.
 */
#ifndef TESTS_CGROUP_FILES_H
#define TESTS_CGROUP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CGROUPS "/sys/fs/cgroup"

/* The first line of the file, or what follows @key in it; "" for nothing. */
char *line_of(const char *path, const char *key);

/* The same of a file in /proc/PID, and of one of a cgroup. */
char *of_process(pid_t pid, const char *file, const char *key);
char *of_cgroup(const char *cgroup, const char *file);

/* The file has a first line in both cgroups, and it is the same one. */
bool cgroup_same(const char *file, const char *a, const char *b);

/* Writes a file of the cgroup; moves the process there. 0, or -1 with errno. */
int cgroup_put(const char *cgroup, const char *file, const char *text);
int cgroup_attach(const char *cgroup, pid_t pid);

/*
 * Removes these, from the last to the first, and waits until that is gone: what
 * has ended is in its cgroup until it was reaped.
 */
void cgroup_remove(const char *const *cgroups, size_t count);

#endif
