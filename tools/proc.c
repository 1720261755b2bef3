// SPDX-License-Identifier: GPL-2.0
#include "proc.h"

#include "cgroup_file.h"
#include "cgroups.h"
#include "clock.h"
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *read_proc(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return file_read(path);
}

static char *read_task(pid_t pid, pid_t tid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	return file_read(path);
}

/* The rest of the line that starts with @key, a colon and a tab, to be freed. */
static char *line_of(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, length) &&
		    !strncmp(text + length, ":\t", 2)) {
			text += length + 2;
			return strndup(text, strcspn(text, "\n"));
		}
	}
	return NULL;
}

/* A line break in it is written as "\n", a backslash as two. */
static char *name_of(const char *text)
{
	char *name = line_of(text, "Name"), *to = name;

	for (const char *from = name; from && *from; from++) {
		bool escaped = *from == '\\' && from[1];

		from += escaped;
		*to++ = escaped && *from == 'n' ? '\n' : *from;
	}
	if (to)
		*to = '\0';
	return name;
}

static bool number_of(const char *text, const char *key, uint32_t *number)
{
	char *line = line_of(text, key);

	if (!line)
		return false;
	*number = strtoul(line, NULL, 10);
	free(line);
	return true;
}

bool proc_parse_status(const char *text, struct proc *proc)
{
	char *state = line_of(text, "State");
	uint32_t pid = 0;

	proc->state = state ? *state : '?';
	free(state);
	proc->comm = name_of(text);
	proc->cpus = line_of(text, "Cpus_allowed_list");
	proc->nodes = line_of(text, "Mems_allowed_list");
	if (!number_of(text, "Tgid", &pid) ||
	    !number_of(text, "Uid", &proc->uid) ||
	    !number_of(text, "Threads", &proc->threads))
		return false;
	proc->pid = (pid_t)pid;
	return proc->comm && proc->cpus;
}

/*
 * A field by its number in proc(5). A name can hold blanks and parentheses;
 * the last one is its end. The first after it is field 3.
 */
static const char *stat_field(const char *text, int number)
{
	const char *rest = strrchr(text, ')');
	int field = 2;

	while (rest && field < number) {
		rest = strchr(rest, ' ');
		if (rest)
			rest++;
		field++;
	}
	return rest;
}

static bool stat_number(const char *text, int number, uint64_t *value)
{
	const char *field = stat_field(text, number);
	char *end;

	if (!field)
		return false;
	*value = strtoull(field, &end, 10);
	return end != field;
}

bool proc_parse_stat(const char *text, uint32_t *cpu)
{
	uint64_t number;

	if (!stat_number(text, 39, &number))
		return false;
	*cpu = number;
	return true;
}

bool proc_parse_start(const char *text, uint64_t *start)
{
	uint64_t ticks;

	if (!stat_number(text, 22, &ticks))
		return false;
	*start = ticks * (NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK));
	return true;
}

/* A cgroup that was removed before its last process went has a mark. */
char *proc_parse_cgroup(const char *text)
{
	static const char mark[] = " (deleted)";
	const char *found = strstr(text, "0::");
	size_t length;

	if (!found || (found != text && found[-1] != '\n'))
		return NULL;
	found += strlen("0::");
	length = strcspn(found, "\n");
	if (length > strlen(mark) &&
	    !strncmp(found + length - strlen(mark), mark, strlen(mark)))
		length -= strlen(mark);
	return strndup(found, length);
}

/* Where the controller is not enabled, the limits of those above hold. */
static void read_cgroup(struct proc *proc)
{
	char *text = read_proc(proc->pid, "cgroup");
	char *mount = cgroups_mount();

	proc->cgroup = text ? proc_parse_cgroup(text) : NULL;
	free(text);
	if (proc->cgroup && mount) {
		proc->cpuset_cpus =
			cgroup_file_nearest(mount, proc->cgroup,
					    "cpuset.cpus.effective");
		proc->cpuset_nodes =
			cgroup_file_nearest(mount, proc->cgroup,
					    "cpuset.mems.effective");
	}
	free(mount);
}

static void read_start(struct proc *proc)
{
	char *text = read_proc(proc->pid, "stat");

	proc->started = text && proc_parse_start(text, &proc->start_time);
	free(text);
}

int proc_read(pid_t pid, struct proc *proc)
{
	char *text = read_proc(pid, "status");
	bool known;

	*proc = (struct proc){ 0 };
	if (!text)
		return -ESRCH;
	known = proc_parse_status(text, proc);
	free(text);
	if (!known) {
		proc_free(proc);
		return -ESRCH;
	}
	read_start(proc);
	read_cgroup(proc);
	return 0;
}

void proc_free(struct proc *proc)
{
	free(proc->comm);
	free(proc->cpus);
	free(proc->nodes);
	free(proc->cgroup);
	free(proc->cpuset_cpus);
	free(proc->cpuset_nodes);
	*proc = (struct proc){ 0 };
}

/* A CPU that went offline, where a thread last ran, is on no node's list. */
static uint32_t node_of_cpu(const struct topology *topology, uint32_t cpu)
{
	for (size_t i = 0; i < topology->count; i++)
		for (size_t j = 0; j < topology->node[i].cpu_count; j++)
			if (topology->node[i].cpus[j] == cpu)
				return topology->node[i].id;
	return REPORT_ALL_NODES;
}

/* A thread that has ended in between is left out. */
static int add_thread(pid_t pid, pid_t tid, const struct topology *topology,
		      struct report_threads *threads)
{
	char *status = read_task(pid, tid, "status");
	char *stat = read_task(pid, tid, "stat");
	struct report_thread *thread = NULL;
	uint32_t cpu;
	bool known = status && stat && proc_parse_stat(stat, &cpu);

	if (known)
		thread = report_add_thread(threads);
	if (thread) {
		thread->tid = (uint32_t)tid;
		thread->comm = name_of(status);
		thread->cpu = cpu;
		thread->cpu_node = node_of_cpu(topology, cpu);
		thread->affinity = line_of(status, "Cpus_allowed_list");
		thread->cpuset_nodes = line_of(status, "Mems_allowed_list");
		thread->policy = PROC_POLICY_UNKNOWN;
		thread->scanned = true;
		thread->preferred_node = -1;
	}
	free(status);
	free(stat);
	return known && !thread ? -ENOMEM : 0;
}

int proc_threads(pid_t pid, const struct topology *topology,
		 struct report_threads *threads)
{
	const struct dirent *entry;
	char path[64];
	int err = 0;
	DIR *dir;

	*threads = (struct report_threads){ 0 };
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return -ESRCH;
	while (!err && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			err = add_thread(pid, atoi(entry->d_name), topology,
					 threads);
	closedir(dir);
	if (err)
		report_free_threads(threads);
	return err;
}
