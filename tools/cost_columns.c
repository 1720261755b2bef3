// SPDX-License-Identifier: GPL-2.0
#include "cost_columns.h"

#include "usage_values.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/numatrace.h>

/* Blocks of the longest bar of a histogram. */
#define BAR_WIDTH 12

static const char *const kind_words[REPORT_COST_KINDS] = {
	[NUMATRACE_COST_KIND_FAULT] = "fault",
	[NUMATRACE_COST_KIND_SCAN] = "scan",
	[NUMATRACE_COST_KIND_MIGRATION] = "migration",
};

const char *cost_kind_word(uint32_t kind)
{
	return kind_words[kind];
}

static char *show_kind(const struct output_style *style, const void *object,
		       int field)
{
	const struct cost_row *row = object;

	return strdup(cost_kind_word(row->kind));
}

enum cost_field {
	COST_COUNT,
	COST_TIME,
	COST_MEAN,
	COST_LONGEST,
	COST_LONGEST_PID,
	COST_LONGEST_COMM,
	COST_LONGEST_END,
	COST_MEASURED_TIME,
	COST_LOST,
};

static char *show_longest(const struct report_cost *cost, int field)
{
	if (!cost->longest)
		return NULL;
	switch (field) {
	case COST_LONGEST_PID:
		return cost->longest_pid ? output_count(cost->longest_pid)
					 : NULL;
	case COST_LONGEST_COMM:
		return cost->longest_comm ? strdup(cost->longest_comm) : NULL;
	default:
		return usage_moment(CLOCK_MONOTONIC, cost->longest_end);
	}
}

static char *show_cost(const struct output_style *style, const void *object,
		       int field)
{
	const struct report_cost *cost =
		((const struct cost_row *)object)->cost;

	if (!cost)
		return NULL;
	switch (field) {
	case COST_COUNT:
		return output_count(cost->count);
	case COST_TIME:
		return output_duration(style, cost->time);
	case COST_MEAN:
		return cost->count ? output_duration(style,
						     cost->time / cost->count)
				   : NULL;
	case COST_LONGEST:
		return cost->longest ? output_duration(style, cost->longest)
				     : NULL;
	case COST_MEASURED_TIME:
		return output_duration(style, cost->measured_time);
	case COST_LOST:
		return output_count(cost->lost);
	default:
		return show_longest(cost, field);
	}
}

static char *show_unmeasured(const struct output_style *style,
			     const void *object, int field)
{
	const struct cost_row *row = object;

	return row->unmeasured ? strdup(row->unmeasured) : NULL;
}

#define COLUMN_KIND                                                                 \
	{                                                                           \
		.name = "KIND", .key = "kind",                                      \
		.help = "fault (with the migration it causes), scan, or migration", \
		.value = show_kind,                                                 \
	}
#define COLUMN_COUNT                                                           \
	{                                                                      \
		.name = "COUNT", .key = "count", .number = true,               \
		.help = "how many were measured", .field = COST_COUNT,         \
		.value = show_cost,                                            \
	}
#define COLUMN_TIME                                                            \
	{                                                                      \
		.name = "TIME", .key = "time", .number = true,                 \
		.help = "their durations, summed up; JSON and raw: ns",        \
		.field = COST_TIME, .value = show_cost,                        \
	}
#define COLUMN_MEAN                                                            \
	{                                                                      \
		.name = "MEAN", .key = "mean", .number = true,                 \
		.help = "TIME / COUNT", .field = COST_MEAN,                    \
		.value = show_cost,                                            \
	}

static const struct output_column cost_columns[] = {
	COLUMN_KIND,
	COLUMN_COUNT,
	COLUMN_TIME,
	COLUMN_MEAN,
	{
		.name = "LONGEST",
		.key = "longest",
		.number = true,
		.help = "longest duration; \"-\" if it was before the interval",
		.field = COST_LONGEST,
		.value = show_cost,
	},
	{
		.name = "PID",
		.key = "longest_pid",
		.number = true,
		.help = "process that the longest befell",
		.field = COST_LONGEST_PID,
		.value = show_cost,
	},
	{
		.name = "THREAD",
		.key = "longest_comm",
		.help = "name of its thread",
		.field = COST_LONGEST_COMM,
		.value = show_cost,
	},
	{
		.name = "WHEN",
		.key = "longest_end",
		.help = "moment when the longest ended",
		.field = COST_LONGEST_END,
		.value = show_cost,
	},
	{
		.name = "MEASURED-TIME",
		.key = "measured_time",
		.number = true,
		.hidden = true,
		.help = "how long was measured (measure_cost)",
		.field = COST_MEASURED_TIME,
		.value = show_cost,
	},
	{
		.name = "LOST",
		.key = "lost",
		.number = true,
		.hidden = true,
		.help = "how many were not measured as too many were under way",
		.field = COST_LOST,
		.value = show_cost,
	},
	{
		.name = "UNMEASURED",
		.key = "unmeasured",
		.hidden = true,
		.help = "why it is not measured",
		.value = show_unmeasured,
	},
	{ 0 },
};

const struct output_object cost_object = {
	.name = "costs",
	.title = "costs",
	.columns = cost_columns,
};

static char *show_pair(const struct output_style *style, const void *object,
		       int field)
{
	const struct report_cost *cost =
		((const struct cost_row *)object)->cost;
	uint32_t node = field ? cost->column : cost->row;

	return node == REPORT_ALL_NODES ? NULL : output_count(node);
}

static const struct output_column pair_columns[] = {
	COLUMN_KIND,
	{
		.name = "FROM-NODE",
		.key = "from_node",
		.number = true,
		.help = "fault, scan: node of the CPU; migration: node that was left",
		.value = show_pair,
	},
	{
		.name = "TO-NODE",
		.key = "to_node",
		.number = true,
		.help = "fault: node of the page; migration: node of arrival",
		.field = 1,
		.value = show_pair,
	},
	COLUMN_COUNT,
	COLUMN_TIME,
	COLUMN_MEAN,
	{ 0 },
};

const struct output_object cost_pair_object = {
	.name = "pairs",
	.title = "pairs",
	.columns = pair_columns,
};

bool cost_node_share(const struct cost_node_row *row, double *share)
{
	const unsigned int both = 1U << NUMATRACE_COST_KIND_FAULT |
				  1U << NUMATRACE_COST_KIND_SCAN;
	double time = (double)row->time[NUMATRACE_COST_KIND_FAULT] +
		      (double)row->time[NUMATRACE_COST_KIND_SCAN];

	if ((row->measured & both) != both || !row->cpus || !row->measured_time)
		return false;
	*share = time / ((double)row->measured_time * (double)row->cpus);
	return true;
}

enum {
	NODE_ROW_NODE,
	NODE_ROW_CPUS,
	NODE_ROW_SHARE,
};

static char *show_node(const struct output_style *style, const void *object,
		       int field)
{
	const struct cost_node_row *row = object;
	double share;

	switch (field) {
	case NODE_ROW_NODE:
		return output_count(row->node);
	case NODE_ROW_CPUS:
		return output_count(row->cpus);
	default:
		return cost_node_share(row, &share)
			       ? output_small_ratio(style, share)
			       : NULL;
	}
}

static char *show_node_time(const struct output_style *style,
			    const void *object, int field)
{
	const struct cost_node_row *row = object;

	return row->measured & (1U << field)
		       ? output_duration(style, row->time[field])
		       : NULL;
}

static const struct output_column node_columns[] = {
	{
		.name = "NODE",
		.key = "node",
		.number = true,
		.help = "number of the node",
		.field = NODE_ROW_NODE,
		.value = show_node,
	},
	{
		.name = "CPUS",
		.key = "cpus",
		.number = true,
		.help = "its CPUs that are online",
		.field = NODE_ROW_CPUS,
		.value = show_node,
	},
	{
		.name = "FAULT-TIME",
		.key = "fault_time",
		.number = true,
		.help = "time of hinting faults, with the migrations they cause",
		.field = NUMATRACE_COST_KIND_FAULT,
		.value = show_node_time,
	},
	{
		.name = "SCAN-TIME",
		.key = "scan_time",
		.number = true,
		.help = "time of the scanner (task_numa_work)",
		.field = NUMATRACE_COST_KIND_SCAN,
		.value = show_node_time,
	},
	{
		.name = "CPU-SHARE",
		.key = "cpu_share",
		.number = true,
		.help = "both, over the time measured and the CPUs",
		.field = NODE_ROW_SHARE,
		.value = show_node,
	},
	{ 0 },
};

const struct output_object cost_node_object = {
	.name = "nodes",
	.title = "nodes",
	.columns = node_columns,
};

/* 2^63 fits, what comes behind it does not. */
static char *show_bound(const struct output_style *style, const void *object,
			int field)
{
	const struct cost_bucket_row *row = object;
	int order = row->order + field;

	if (order >= REPORT_ORDERS)
		return NULL;
	/* What is below 2 ns is in the first. */
	return output_duration(style, order ? 1ULL << order : 0);
}

/* In a table with a bar of the same width in each line. */
static char *show_bucket(const struct output_style *style, const void *object,
			 int field)
{
	const struct cost_bucket_row *row = object;
	uint64_t count = row->count[field], most = row->most[field];
	char bar[BAR_WIDTH + 1], *text;
	size_t length;

	if (!(row->measured & (1U << field)))
		return NULL;
	if (style->format != OUTPUT_TABLE)
		return output_count(count);
	length = most ? (size_t)((double)count / (double)most * BAR_WIDTH + 0.5)
		      : 0;
	/* A few of many are more than none. */
	memset(bar, length ? '#' : '.', BAR_WIDTH);
	bar[length ? length : count > 0] = '\0';
	if (asprintf(&text, "%llu %-*s", (unsigned long long)count, BAR_WIDTH,
		     bar) < 0)
		return NULL;
	return text;
}

static const struct output_column bucket_columns[] = {
	{
		.name = "FROM",
		.key = "from",
		.number = true,
		.help = "durations from this one, ns in JSON and raw",
		.value = show_bound,
	},
	{
		.name = "UNTIL",
		.key = "until",
		.number = true,
		.help = "to less than this one",
		.field = 1,
		.value = show_bound,
	},
	{
		.name = "FAULTS",
		.key = "faults",
		.number = true,
		.help = "hinting faults that took so long",
		.field = NUMATRACE_COST_KIND_FAULT,
		.value = show_bucket,
	},
	{
		.name = "SCANS",
		.key = "scans",
		.number = true,
		.help = "scans that took so long",
		.field = NUMATRACE_COST_KIND_SCAN,
		.value = show_bucket,
	},
	{
		.name = "MIGRATIONS",
		.key = "migrations",
		.number = true,
		.help = "calls of migrate_pages() that took so long",
		.field = NUMATRACE_COST_KIND_MIGRATION,
		.value = show_bucket,
	},
	{ 0 },
};

const struct output_object cost_bucket_object = {
	.name = "histogram",
	.title = "histogram",
	.columns = bucket_columns,
};
