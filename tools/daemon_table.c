// SPDX-License-Identifier: GPL-2.0
#include "daemon_table.h"

#include "cgroup_file.h"
#include "cgroups.h"
#include "clock.h"
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_PAUSE (300 * NSEC_PER_SEC)
#define SMALLEST_LIMIT 64

static int compare(const struct handled *handled, const char *target,
		   uint64_t start_time)
{
	int order = strcmp(handled->target, target);

	if (order)
		return order;
	return (handled->start_time > start_time) -
	       (handled->start_time < start_time);
}

/* Where it is, or would be. */
static size_t find_place(const struct handled_table *table, const char *target,
			 uint64_t start_time)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&table->handled[middle], target, start_time) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct handled *handled_find(const struct handled_table *table,
			     const char *target, uint64_t start_time)
{
	size_t place = find_place(table, target, start_time);

	if (place == table->count ||
	    compare(&table->handled[place], target, start_time))
		return NULL;
	return &table->handled[place];
}

/* False: there still are processes in it. */
static bool remove_cgroup(const char *cgroup)
{
	char *mount = cgroups_mount();
	bool busy = mount && cgroup_file_remove(mount, cgroup) == -EBUSY;

	free(mount);
	return !busy;
}

static void free_entry(struct handled *handled)
{
	if (handled->cgroup)
		remove_cgroup(handled->cgroup);
	free(handled->cgroup);
	free(handled->target);
	free(handled->action);
}

/* Keep those for which @keep holds. */
static void drop(struct handled_table *table,
		 bool (*keep)(const struct handled *handled))
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++) {
		if (keep(&table->handled[i]))
			table->handled[kept++] = table->handled[i];
		else
			free_entry(&table->handled[i]);
	}
	table->count = kept;
}

static bool cgroup_is_there(const char *target)
{
	char *mount = cgroups_mount();
	bool there =
		mount && cgroup_file_exists(mount, strchr(target, ':') + 1, "");

	free(mount);
	return there;
}

static bool process_lives(const struct handled *handled)
{
	const struct target_process process = {
		.pid = handled->pid,
		.start_time = handled->start_time,
	};

	return target_lives(&process);
}

/* Its children may still be in the cgroup that was made for it. */
static bool lives(const struct handled *handled)
{
	if (!handled->pid)
		return cgroup_is_there(handled->target);
	return process_lives(handled) ||
	       (handled->cgroup && !remove_cgroup(handled->cgroup));
}

static bool is_done(const struct handled *handled)
{
	return !handled->tries;
}

void handled_drop_ended(struct handled_table *table)
{
	drop(table, lives);
}

void handled_drop_failed(struct handled_table *table)
{
	drop(table, is_done);
}

/* It grows with those that live, not with those that ever were. */
static void make_room(struct handled_table *table)
{
	if (table->count < table->limit)
		return;
	drop(table, lives);
	table->limit = table->count * 2;
	if (table->limit < SMALLEST_LIMIT)
		table->limit = SMALLEST_LIMIT;
}

static struct handled *add(struct handled_table *table, const char *target,
			   uint64_t start_time, pid_t pid)
{
	struct handled *grown;
	char *copy;
	size_t place;

	make_room(table);
	grown = reallocarray(table->handled, table->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	table->handled = grown;
	copy = strdup(target);
	if (!copy)
		return NULL;
	place = find_place(table, target, start_time);
	memmove(&grown[place + 1], &grown[place],
		(table->count - place) * sizeof(*grown));
	table->count++;
	grown[place] = (struct handled){
		.target = copy,
		.start_time = start_time,
		.pid = pid,
	};
	return &grown[place];
}

/* A rule that is new begins anew. */
static int set_action(struct handled *handled, const char *action)
{
	char *copy;

	if (handled->action && !strcmp(handled->action, action))
		return 0;
	copy = strdup(action);
	if (!copy)
		return -1;
	free(handled->action);
	handled->action = copy;
	handled->tries = 0;
	return 0;
}

void handled_take_cgroup(struct handled *handled, char *cgroup)
{
	if (!cgroup)
		return;
	if (handled->cgroup)
		remove_cgroup(handled->cgroup);
	free(handled->cgroup);
	handled->cgroup = cgroup;
}

static uint64_t pause_after(unsigned int tries)
{
	uint64_t pause = NSEC_PER_SEC << (tries - 1);

	return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

struct handled *handled_put(struct handled_table *table, const char *target,
			    uint64_t start_time, pid_t pid, const char *action,
			    bool done, uint64_t now)
{
	struct handled *handled = handled_find(table, target, start_time);

	if (!handled)
		handled = add(table, target, start_time, pid);
	if (!handled || set_action(handled, action))
		return NULL;
	handled->tries = done ? 0 : handled->tries + 1;
	if (done || handled->tries >= DAEMON_TRIES)
		handled->next = UINT64_MAX;
	else
		handled->next = now + pause_after(handled->tries);
	return handled;
}

bool handled_is_over(const struct handled *handled, const char *action,
		     uint64_t now)
{
	return handled && handled->action && !strcmp(handled->action, action) &&
	       (!handled->tries || handled->next > now);
}

struct handled *handled_next(const struct handled_table *table)
{
	struct handled *first = NULL;

	for (size_t i = 0; i < table->count; i++)
		if (!first || table->handled[i].next < first->next)
			first = &table->handled[i];
	return first && first->next != UINT64_MAX ? first : NULL;
}

void handled_free(struct handled_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free_entry(&table->handled[i]);
	free(table->handled);
	*table = (struct handled_table){ 0 };
}
