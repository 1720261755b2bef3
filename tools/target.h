/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running processes by what people call them.
 */
#ifndef NUMATRACE_TARGET_H
#define NUMATRACE_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "target_process.h"

enum target_kind {
	TARGET_PIDS,
	TARGET_NAME,
	TARGET_CGROUP,
	TARGET_UNIT,
	TARGET_CONTAINER,
};

/**
 * struct target - processes
 * @kind: how they were named
 * @name: for TARGET_NAME, the pattern
 * @test: of those that were named, and not found as descendants of others
 * @cgroup: the path in cgroup v2 that has all of them and no others, or NULL
 * @count: number of processes, at least one
 * @process: by ascending pid, each opened
 */
struct target {
	enum target_kind kind;
	char *name;
	struct target_test test;
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
 * name or cgroup. Those that are named by their name have to go on having it;
 * those that are named otherwise, to pass @test, if it is given.
 *
 * 0; or -ESRCH there is none, -EINVAL, -ENOMEM, and in @why a sentence without
 * a full stop, to be freed, or NULL when memory is short.
 */
int target_find(const char *text, bool children, const struct target_test *test,
		struct target *target, char **why);

/*
 * Processes that have come since, by the same @text and @children, are added.
 * How many, or as target_find(), except that none is no error.
 */
int target_refresh(const char *text, bool children, struct target *target,
		   char **why);

/* 0: one of them passes target_check(); else -ESTALE where one lives; -ESRCH. */
int target_check_any(const struct target *target);

void target_free(struct target *target);

#endif
