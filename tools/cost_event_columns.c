// SPDX-License-Identifier: GPL-2.0
/*
 * Why pages migrate, and what keeps balancing from making it better.
 */
#include "cost_columns.h"

#include <string.h>

enum {
	REASON_CALLS,
	REASON_MIGRATED,
	REASON_FAILED,
	REASON_SHARE,
};

static char *show_reason(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_reason *reason = object;

	return strdup(report_reason_word(reason->reason));
}

static char *show_share(const struct output_style *style, uint64_t part,
			uint64_t all)
{
	return all ? output_ratio(style, (double)part / (double)all) : NULL;
}

static char *show_pages(const struct output_style *style, const void *object,
			int field)
{
	const struct report_reason *reason = object;

	switch (field) {
	case REASON_CALLS:
		return output_count(reason->calls);
	case REASON_MIGRATED:
		return output_count(reason->migrated_pages);
	case REASON_FAILED:
		return output_count(reason->failed_pages);
	default:
		return show_share(style, reason->failed_pages,
				  reason->failed_pages +
					  reason->migrated_pages);
	}
}

static const struct output_column reason_columns[] = {
	{
		.name = "REASON",
		.key = "reason",
		.help = "why pages migrated; numa_misplaced: balancing",
		.value = show_reason,
	},
	{
		.name = "CALLS",
		.key = "calls",
		.number = true,
		.help = "calls of migrate_pages()",
		.field = REASON_CALLS,
		.value = show_pages,
	},
	{
		.name = "MIGRATED",
		.key = "migrated_pages",
		.number = true,
		.help = "pages that moved (sum: PGMIGRATE_SUCCESS)",
		.field = REASON_MIGRATED,
		.value = show_pages,
	},
	{
		.name = "FAILED",
		.key = "failed_pages",
		.number = true,
		.help = "pages that could not (sum: PGMIGRATE_FAIL)",
		.field = REASON_FAILED,
		.value = show_pages,
	},
	{
		.name = "FAILED-SHARE",
		.key = "failed_share",
		.number = true,
		.help = "FAILED / (MIGRATED + FAILED)",
		.field = REASON_SHARE,
		.value = show_pages,
	},
	{ 0 },
};

const struct output_object cost_reason_object = {
	.name = "reasons",
	.title = "reasons",
	.columns = reason_columns,
};

static char *show_event(const struct output_style *style, const void *object,
			int field)
{
	const struct cost_task_row *row = object;

	return strdup(row->event);
}

static char *show_tasks(const struct output_style *style, const void *object,
			int field)
{
	const struct cost_task_row *row = object;

	if (!row->measured)
		return NULL;
	return output_count(field ? row->between : row->tasks);
}

static const struct output_column task_columns[] = {
	{
		.name = "EVENT",
		.key = "event",
		.help = "move, swap with another task (both are tried), or stick: could not",
		.value = show_event,
	},
	{
		.name = "TASKS",
		.key = "tasks",
		.number = true,
		.help = "tasks (sched_move_numa, sched_swap_numa, sched_stick_numa)",
		.value = show_tasks,
	},
	{
		.name = "BETWEEN-NODES",
		.key = "between_nodes",
		.number = true,
		.help = "those of them whose CPUs are of two nodes",
		.field = 1,
		.value = show_tasks,
	},
	{ 0 },
};

const struct output_object cost_task_object = {
	.name = "tasks",
	.title = "tasks",
	.columns = task_columns,
};

static char *show_skip(const struct output_style *style, const void *object,
		       int field)
{
	const struct report_skip *skip = object;

	return strdup(skip->reason);
}

static char *show_skip_count(const struct output_style *style,
			     const void *object, int field)
{
	const struct report_skip *skip = object;

	return output_count(skip->count);
}

static const struct output_column skip_columns[] = {
	{
		.name = "REASON",
		.key = "reason",
		.help = "why the scanner passed over a mapping, in the kernel's words",
		.value = show_skip,
	},
	{
		.name = "COUNT",
		.key = "count",
		.number = true,
		.help = "how often (sched_skip_vma_numa)",
		.value = show_skip_count,
	},
	{ 0 },
};

const struct output_object cost_skip_object = {
	.name = "skips",
	.title = "skips",
	.columns = skip_columns,
};

enum {
	BOUNCE_FOLIOS,
	BOUNCE_PAGES,
	BOUNCE_MIGRATED,
	BOUNCE_SHARE,
};

static char *show_bounce(const struct output_style *style, const void *object,
			 int field)
{
	const struct cost_bounce_row *row = object;

	switch (field) {
	case BOUNCE_FOLIOS:
		return output_count(row->folios);
	case BOUNCE_PAGES:
		return output_count(row->pages);
	case BOUNCE_MIGRATED:
		return row->migrated ? output_count(row->migrated_pages) : NULL;
	default:
		return row->migrated ? show_share(style, row->pages,
						  row->migrated_pages)
				     : NULL;
	}
}

static const struct output_column bounce_columns[] = {
	{
		.name = "FOLIOS",
		.key = "folios",
		.number = true,
		.help = "folios that migrated back within bounce_window_ms",
		.field = BOUNCE_FOLIOS,
		.value = show_bounce,
	},
	{
		.name = "PAGES",
		.key = "pages",
		.number = true,
		.help = "their pages",
		.field = BOUNCE_PAGES,
		.value = show_bounce,
	},
	{
		.name = "MIGRATED",
		.key = "migrated_pages",
		.number = true,
		.help = "pages that migrated, for whatever reason",
		.field = BOUNCE_MIGRATED,
		.value = show_bounce,
	},
	{
		.name = "SHARE",
		.key = "share",
		.number = true,
		.help = "PAGES / MIGRATED",
		.field = BOUNCE_SHARE,
		.value = show_bounce,
	},
	{ 0 },
};

const struct output_object cost_bounce_object = {
	.name = "bounces",
	.title = "bounces",
	.columns = bounce_columns,
};
