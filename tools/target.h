/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running processes by what people call them.
 */
#ifndef NUMATRACE_TARGET_H
#define NUMATRACE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum target_kind {
	TARGET_PIDS,
	TARGET_NAME,
	TARGET_CGROUP,
	TARGET_UNIT,
	TARGET_CONTAINER,
};

/**
 * struct target_process - a process that was meant
 * @pid: its number
 * @start_time: CLOCK_BOOTTIME, ns, to the tick: with @pid it is unique
 * @comm: its name
 */
struct target_process {
	pid_t pid;
	uint64_t start_time;
	char *comm;
};

/**
 * struct target - processes
 * @kind: how they were named
 * @cgroup: the path in cgroup v2 that has all of them and no others, or NULL
 * @count: number of processes, at least one
 * @process: by ascending pid
 */
struct target {
	enum target_kind kind;
	char *cgroup;
	size_t count;
	struct target_process *process;
};

/* For the help of commands that take a TARGET. */
extern const char target_help[];

/*
 * Find the processes that @text names:
 *   4711 or 4711,4712	pids
 *   /user.slice/x	a path in cgroup v2, and what is below it
 *   nginx.service	a systemd unit (also .scope, .slice)
 *   4e5d0f3a9b1c	a container's id, or its first 12 or more digits
 *   nginx, 'post*'	processes by their name, as a pattern of the shell
 * A prefix "pid:", "cgroup:", "unit:", "container:" or "name:" says what is
 * meant. With @children also their descendants. We are never among them by
 * name or cgroup.
 *
 * 0; or -ESRCH there is none, -EINVAL, -ENOMEM, and in @why a sentence without
 * a full stop, to be freed, or NULL when memory is short.
 */
int target_find(const char *text, bool children, struct target *target,
		char **why);

/*
 * Processes that have come since, by the same @text and @children, are added.
 * How many, or as target_find(), except that none is no error.
 */
int target_refresh(const char *text, bool children, struct target *target,
		   char **why);

/* Whether it is that very process: numbers are given anew. */
static inline bool target_is(const struct target_process *process, pid_t pid,
			     uint64_t start_time)
{
	return process->pid == pid && process->start_time == start_time;
}

static inline bool target_same(const struct target_process *a,
			       const struct target_process *b)
{
	return target_is(a, b->pid, b->start_time);
}

/* Whether that very process lives. */
bool target_lives(const struct target_process *process);

/* Whether any of them lives. */
bool target_any_lives(const struct target *target);

void target_free(struct target *target);

#endif
