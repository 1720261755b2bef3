/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What numatraced has acted on: nothing is done twice, and what failed is
 * tried again later, at growing intervals.
 */
#ifndef NUMATRACE_DAEMON_TABLE_H
#define NUMATRACE_DAEMON_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* So often is something tried: for about a quarter of an hour. */
#define DAEMON_TRIES 10

/**
 * struct handled - a process or a cgroup that was acted on
 * @target: as target_find() takes it: pid:N or cgroup:PATH
 * @start_time: of the process, else 0
 * @pid: the process, or 0
 * @action: of the rule
 * @tries: how often it has failed; 0: done
 * @cgroup: that was made for it, and is removed when it is empty; or NULL
 * @next: CLOCK_MONOTONIC, ns, when to try again; UINT64_MAX: not
 */
struct handled {
	char *target;
	uint64_t start_time;
	pid_t pid;
	char *action;
	char *cgroup;
	unsigned int tries;
	uint64_t next;
};

/**
 * struct handled_table - all of them
 * @count: number of @handled
 * @handled: by target, then by start time
 * @limit: at so many, those that have ended are dropped
 */
struct handled_table {
	size_t count;
	struct handled *handled;
	size_t limit;
};

/* NULL where there is none. */
struct handled *handled_find(const struct handled_table *table,
			     const char *target, uint64_t start_time);

/*
 * Find or add it, and take down that @action came to its end (@done) or failed
 * at @now. The entry, valid until the next call; NULL when memory is short.
 */
struct handled *handled_put(struct handled_table *table, const char *target,
			    uint64_t start_time, pid_t pid, const char *action,
			    bool done, uint64_t now);

/*
 * @cgroup, to which it now belongs, was made for it: removed with the entry. Or
 * NULL: it stays where it was.
 */
void handled_take_cgroup(struct handled *handled, char *cgroup);

/* Whether the same action is done, or is not to be tried yet. */
bool handled_is_over(const struct handled *handled, const char *action,
		     uint64_t now);

/* The first entry that is to be tried next, or NULL. */
struct handled *handled_next(const struct handled_table *table);

/* Forget processes and cgroups that are gone, with what was made for them. */
void handled_drop_ended(struct handled_table *table);

/* Forget what failed: there are new rules. */
void handled_drop_failed(struct handled_table *table);

void handled_free(struct handled_table *table);

#endif
