/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes a command line asks for.
 */
#ifndef NUMATRACE_PROCESS_FILTER_H
#define NUMATRACE_PROCESS_FILTER_H

#include "report.h"

/**
 * struct process_filter - what a process has to be
 * @pid_count: number of @pids
 * @pids: one of these, or like one of @patterns
 * @pattern_count: number of @patterns
 * @patterns: parts of the name or of the command line, as numastat takes them
 * @by_user: whether @uid counts
 * @uid: real user
 * @cgroup: part of the path or of the container's short name, or a pattern of
 *	the whole path if it has one of *?[; or NULL
 */
struct process_filter {
	size_t pid_count;
	uint32_t *pids;
	size_t pattern_count;
	char **patterns;
	bool by_user;
	uint32_t uid;
	const char *cgroup;
};

/* Add pids and patterns, separated by commas. 0, -EINVAL or -ENOMEM. */
int process_filter_add_list(struct process_filter *filter, const char *list);
int process_filter_add_pattern(struct process_filter *filter,
			       const char *pattern);
/* A name or a number. False: there is no such user. */
bool process_filter_set_user(struct process_filter *filter, const char *user);
void process_filter_free(struct process_filter *filter);

/* Whether it asks for anything but all of them. */
bool process_filter_is_set(const struct process_filter *filter);
bool process_filter_has_pid(const struct process_filter *filter, uint32_t pid);

/* Whether that, as @cgroup of the filter, is about a path, which may be NULL. */
bool process_filter_cgroup(const char *pattern, const char *cgroup);

/* @cgroup is the path of its cgroup, or NULL. */
bool process_filter_matches(const struct process_filter *filter,
			    const struct report_process *process,
			    const char *cgroup);

#endif
