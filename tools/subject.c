// SPDX-License-Identifier: GPL-2.0
#include "subject.h"

#include "file.h"
#include "proc.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whoever executes that often at once is seen as it is in the end. */
#define MAX_TRIES 10

/* A program that was replaced since it was started has a mark. */
static char *read_exe(pid_t pid)
{
	static const char mark[] = " (deleted)";
	char link[64], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return NULL;
	path[length] = '\0';
	length -= (ssize_t)strlen(mark);
	if (length > 0 && !strcmp(path + length, mark))
		path[length] = '\0';
	return strdup(path);
}

/* Threads of the kernel and zombies have no memory. */
static bool has_memory(const char *status)
{
	return strstr(status, "\nVmSize:");
}

static char *read_text(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return file_read(path);
}

static int take(struct subject *subject, struct proc *proc)
{
	char *cgroup = read_text(proc->pid, "cgroup");
	char *stat = read_text(proc->pid, "stat");
	bool known = stat && proc_parse_start(stat, &subject->start_time);

	subject->pid = proc->pid;
	subject->uid = proc->uid;
	subject->comm = proc->comm;
	proc->comm = NULL;
	subject->cgroup = cgroup ? proc_parse_cgroup(cgroup) : NULL;
	free(cgroup);
	free(stat);
	return known ? 0 : -ESRCH;
}

static int read_once(pid_t pid, struct subject *subject)
{
	char *status = read_text(pid, "status");
	struct proc proc = { 0 };
	int err = -ESRCH;

	if (status && has_memory(status) && proc_parse_status(status, &proc))
		err = take(subject, &proc);
	free(status);
	proc_free(&proc);
	return err;
}

/* What executes another program meanwhile shall not be half of each. */
int subject_read(pid_t pid, struct subject *subject)
{
	bool same = false;
	int err = 0;

	*subject = (struct subject){ 0 };
	for (int tries = 0; !err && !same && tries < MAX_TRIES; tries++) {
		char *exe = read_exe(pid);

		subject_free(subject);
		err = read_once(pid, subject);
		subject->exe = read_exe(pid);
		same = text_same(exe, subject->exe);
		free(exe);
	}
	if (err)
		subject_free(subject);
	return err;
}

void subject_free(struct subject *subject)
{
	free(subject->comm);
	free(subject->exe);
	free(subject->cgroup);
	*subject = (struct subject){ 0 };
}
