// SPDX-License-Identifier: GPL-2.0
#include "process_list.h"

#include "file.h"
#include "number.h"
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PF_EXITING and PF_KTHREAD of linux/sched.h: in proc(5) among the flags. */
#define FLAG_ENDING 0x00000004U
#define FLAG_KERNEL 0x00200000U

static char *read_proc(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return file_read(path);
}

/* From the letter of the state on, field 3 of proc(5), up to field 20. */
#define STATE_FIELDS                                                           \
	") %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld"

/*
 * Where the leader has ended before its other threads, the process lives on
 * with the leader's state of a zombie. One that ends has no memory any more long
 * before it is a zombie.
 */
bool process_list_parse(const char *stat, struct listed_process *process)
{
	const char *name = strchr(stat, '('), *end = strrchr(stat, ')');
	unsigned int flags;
	long threads;
	char state;

	*process = (struct listed_process){ .pid = atoi(stat) };
	if (!name || !end || end < name ||
	    sscanf(end, STATE_FIELDS, &state, &process->parent, &flags,
		   &threads) != 4 ||
	    !proc_parse_start(stat, &process->start_time))
		return false;
	process->kernel = flags & FLAG_KERNEL;
	process->ended =
		(flags & FLAG_ENDING || strchr("ZXx", state)) && threads <= 1;
	process->comm = strndup(name + 1, end - name - 1);
	return process->comm;
}

static int add(struct process_list *list, const struct listed_process *process)
{
	struct listed_process *grown = list->process;
	size_t count = list->count;

	if (!(count & (count - 1)))
		grown = reallocarray(grown, count ? count * 2 : 1,
				     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[count] = *process;
	list->process = grown;
	list->count = count + 1;
	return 0;
}

static int add_pid(struct process_list *list, pid_t pid)
{
	struct listed_process process = { 0 };
	char *stat = read_proc(pid, "stat");
	char *cgroup = read_proc(pid, "cgroup");
	int err = 0;

	if (stat && process_list_parse(stat, &process)) {
		process.cgroup = cgroup ? proc_parse_cgroup(cgroup) : NULL;
		err = add(list, &process);
		if (err) {
			free(process.comm);
			free(process.cgroup);
		}
	}
	free(stat);
	free(cgroup);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct listed_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

int process_list_read(struct process_list *list)
{
	const struct dirent *entry;
	DIR *dir = opendir("/proc");
	uint64_t pid;
	int err = 0;

	*list = (struct process_list){ 0 };
	while (dir && !err && (entry = readdir(dir)))
		if (number_parse(entry->d_name, INT_MAX, &pid))
			err = add_pid(list, (pid_t)pid);
	if (dir)
		closedir(dir);
	if (err)
		process_list_free(list);
	else if (list->count)
		qsort(list->process, list->count, sizeof(*list->process),
		      compare);
	return err;
}

void process_list_free(struct process_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->process[i].comm);
		free(list->process[i].cgroup);
	}
	free(list->process);
	*list = (struct process_list){ 0 };
}

struct listed_process *process_list_find(const struct process_list *list,
					 pid_t pid)
{
	const struct listed_process key = { .pid = pid };

	return list->count ? bsearch(&key, list->process, list->count,
				     sizeof(key), compare)
			   : NULL;
}

bool process_list_inside(const char *path, const char *cgroup)
{
	size_t length = strlen(cgroup);

	if (!strcmp(cgroup, "/"))
		return true;
	return !strncmp(path, cgroup, length) &&
	       (path[length] == '/' || !path[length]);
}
