// SPDX-License-Identifier: GPL-2.0
#include "report_costs.h"

#include "conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

/* As the interface names them, and but for syscall the tracepoint. */
static const char *const reason_words[] = {
	[NUMATRACE_MIGRATE_REASON_UNKNOWN] = "unknown",
	[NUMATRACE_MIGRATE_REASON_COMPACTION] = "compaction",
	[NUMATRACE_MIGRATE_REASON_MEMORY_FAILURE] = "memory_failure",
	[NUMATRACE_MIGRATE_REASON_MEMORY_HOTPLUG] = "memory_hotplug",
	[NUMATRACE_MIGRATE_REASON_SYSCALL] = "syscall",
	[NUMATRACE_MIGRATE_REASON_MEMPOLICY_MBIND] = "mempolicy_mbind",
	[NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED] = "numa_misplaced",
	[NUMATRACE_MIGRATE_REASON_CONTIG_RANGE] = "contig_range",
	[NUMATRACE_MIGRATE_REASON_LONGTERM_PIN] = "longterm_pin",
	[NUMATRACE_MIGRATE_REASON_DEMOTION] = "demotion",
	[NUMATRACE_MIGRATE_REASON_DAMON] = "damon",
};

#define REASONS (sizeof(reason_words) / sizeof(*reason_words))

const char *report_reason_word(uint32_t reason)
{
	return reason < REASONS ? reason_words[reason] : "other";
}

/* The interface has hyphens where we have underscores; either will do. */
static bool same_word(const char *word, const char *text)
{
	return conf_same_name(word, text, strlen(text));
}

bool report_reason_number(const char *word, uint32_t *reason)
{
	/* The name that the kernel's tracepoint has for it. */
	if (same_word("syscall_or_cpuset", word)) {
		*reason = NUMATRACE_MIGRATE_REASON_SYSCALL;
		return true;
	}
	for (uint32_t i = 0; i < REASONS; i++) {
		if (!same_word(reason_words[i], word))
			continue;
		*reason = i;
		return true;
	}
	return false;
}

struct report_cost *report_add_cost(struct report_costs *costs)
{
	struct report_cost *grown;

	grown = report_grow(costs->cost, costs->count, sizeof(*grown));
	if (!grown)
		return NULL;
	costs->cost = grown;
	return &grown[costs->count++];
}

struct report_reason *report_add_reason(struct report_reasons *reasons)
{
	struct report_reason *grown;

	grown = report_grow(reasons->reason, reasons->count, sizeof(*grown));
	if (!grown)
		return NULL;
	reasons->reason = grown;
	return &grown[reasons->count++];
}

struct report_skip *report_add_skip(struct report_skips *skips)
{
	struct report_skip *grown;

	grown = report_grow(skips->skip, skips->count, sizeof(*grown));
	if (!grown)
		return NULL;
	skips->skip = grown;
	return &grown[skips->count++];
}

static int compare(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

static int compare_costs(const void *a, const void *b)
{
	const struct report_cost *x = a, *y = b;

	if (x->kind != y->kind)
		return compare(x->kind, y->kind);
	if (x->row != y->row)
		return compare(x->row, y->row);
	return compare(x->column, y->column);
}

static int compare_reasons(const void *a, const void *b)
{
	const struct report_reason *x = a, *y = b;

	return compare(x->reason, y->reason);
}

/* False if two neighbours of the sorted array are equal. */
static bool sort_unique(void *array, size_t count, size_t size,
			int (*order)(const void *, const void *))
{
	const char *element = array;

	if (!count)
		return true;
	qsort(array, count, size, order);
	for (size_t i = 1; i < count; i++, element += size)
		if (!order(element, element + size))
			return false;
	return true;
}

bool report_sort_costs(struct report_costs *costs)
{
	return sort_unique(costs->cost, costs->count, sizeof(*costs->cost),
			   compare_costs);
}

bool report_sort_reasons(struct report_reasons *reasons)
{
	return sort_unique(reasons->reason, reasons->count,
			   sizeof(*reasons->reason), compare_reasons);
}

struct report_cost *report_find_cost(const struct report_costs *costs,
				     uint32_t kind, uint32_t row,
				     uint32_t column)
{
	struct report_cost key = { .kind = kind, .row = row, .column = column };

	if (!costs->count)
		return NULL;
	return bsearch(&key, costs->cost, costs->count, sizeof(key),
		       compare_costs);
}

const struct report_reason *
report_find_reason(const struct report_reasons *reasons, uint32_t reason)
{
	struct report_reason key = { .reason = reason };

	if (!reasons->count)
		return NULL;
	return bsearch(&key, reasons->reason, reasons->count, sizeof(key),
		       compare_reasons);
}

const struct report_skip *report_find_skip(const struct report_skips *skips,
					   const char *reason)
{
	for (size_t i = 0; i < skips->count; i++)
		if (!strcmp(skips->skip[i].reason, reason))
			return &skips->skip[i];
	return NULL;
}

static int copy_text(char **copy, const char *text)
{
	*copy = text ? strdup(text) : NULL;
	return text && !*copy ? -ENOMEM : 0;
}

int report_copy_costs(struct report_costs *copy,
		      const struct report_costs *costs)
{
	int err = 0;

	copy->timestamp = costs->timestamp;
	copy->generation = costs->generation;
	for (size_t i = 0; !err && i < costs->count; i++) {
		const struct report_cost *from = &costs->cost[i];
		struct report_cost *cost = report_add_cost(copy);

		if (!cost)
			return -ENOMEM;
		*cost = *from;
		cost->longest_comm = NULL;
		err = copy_text(&cost->unmeasured, from->unmeasured);
		if (!err)
			err = copy_text(&cost->longest_comm,
					from->longest_comm);
	}
	return err;
}

int report_copy_reasons(struct report_reasons *copy,
			const struct report_reasons *reasons)
{
	copy->timestamp = reasons->timestamp;
	copy->generation = reasons->generation;
	for (size_t i = 0; i < reasons->count; i++) {
		struct report_reason *reason = report_add_reason(copy);

		if (!reason)
			return -ENOMEM;
		*reason = reasons->reason[i];
	}
	return 0;
}

int report_copy_skips(struct report_skips *copy,
		      const struct report_skips *skips)
{
	for (size_t i = 0; i < skips->count; i++) {
		struct report_skip *skip = report_add_skip(copy);

		if (!skip)
			return -ENOMEM;
		skip->count = skips->skip[i].count;
		if (copy_text(&skip->reason, skips->skip[i].reason))
			return -ENOMEM;
	}
	return 0;
}

void report_free_costs(struct report_costs *costs)
{
	for (size_t i = 0; i < costs->count; i++) {
		free(costs->cost[i].unmeasured);
		free(costs->cost[i].longest_comm);
	}
	free(costs->cost);
	*costs = (struct report_costs){ 0 };
}

void report_free_reasons(struct report_reasons *reasons)
{
	free(reasons->reason);
	*reasons = (struct report_reasons){ 0 };
}

void report_free_skips(struct report_skips *skips)
{
	for (size_t i = 0; i < skips->count; i++)
		free(skips->skip[i].reason);
	free(skips->skip);
	*skips = (struct report_skips){ 0 };
}
