// SPDX-License-Identifier: GPL-2.0
#include "history_columns.h"

#include "clock.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static char *decimal(int digits, double value)
{
	char *text;

	return asprintf(&text, "%.*f", digits, value) < 0 ? NULL : text;
}

/*
 * Three digits that count, as far as there are decimals. Programs get as many
 * as it takes to have the count again that a rate was made of.
 */
static char *show_number(const struct output_style *style, double value)
{
	double size = fabs(value);
	char *text;

	if (style->format != OUTPUT_TABLE)
		return asprintf(&text, "%.12g", value) < 0 ? NULL : text;
	if (size > 0 && size < 0.005)
		return strdup(value < 0 ? ">-0.01" : "<0.01");
	return decimal(size < 9.995 && value != 0 ? 2
		       : size < 99.95		  ? 1
						  : 0,
		       value);
}

char *history_text(const struct output_style *style, enum metric_unit unit,
		   double value)
{
	switch (unit) {
	case METRIC_BYTES:
		return output_size(style, value > 0 ? (uint64_t)value : 0);
	case METRIC_SHARE:
		return output_ratio(style, value);
	default:
		return show_number(style, value);
	}
}

/* Both begin with it, and these columns are given either as if it were one. */
static_assert(!offsetof(struct history_value, key), "the key comes first");
static_assert(!offsetof(struct history_summary, key), "the key comes first");

static char *show_metric(const struct output_style *style, const void *object,
			 int field)
{
	const struct history_key *key = object;

	return strdup(key->metric->name);
}

/* In JSON nodes are numbers, and all of them are none. */
static char *show_node(const struct output_style *style, const void *object,
		       int field)
{
	const struct history_key *key = object;

	if (key->node != REPORT_ALL_NODES)
		return output_count(key->node);
	return style->format == OUTPUT_JSON ? NULL : strdup("all");
}

static char *show_cgroup(const struct output_style *style, const void *object,
			 int field)
{
	const struct history_key *key = object;

	if (!key->cgroup || !key->cgroup->path)
		return NULL;
	return strdup(key->cgroup->path);
}

static char *show_cgroup_id(const struct output_style *style,
			    const void *object, int field)
{
	const struct history_key *key = object;

	return key->cgroup ? output_count(key->cgroup->id) : NULL;
}

static char *show_unit(const struct output_style *style, const void *object,
		       int field)
{
	const struct history_key *key = object;

	return strdup(metric_unit_word(key->metric->unit));
}

#define COLUMN_METRIC                                                          \
	.name = "METRIC", .key = "metric", .help = "what was measured",        \
	.value = show_metric
#define COLUMN_NODE                                                            \
	.name = "NODE", .key = "node", .number = true,                         \
	.help = "number of the node; all nodes together: all, in JSON null",   \
	.value = show_node
#define COLUMN_CGROUP                                                          \
	.name = "CGROUP", .key = "cgroup", .hidden = true,                     \
	.help = "path of the cgroup, of --cgroup", .value = show_cgroup
#define COLUMN_CGROUP_ID                                                       \
	.name = "CGROUP-ID", .key = "cgroup_id", .number = true,               \
	.hidden = true, .help = "inode number of its directory",               \
	.value = show_cgroup_id
#define COLUMN_UNIT                                                            \
	.name = "UNIT", .key = "unit",                                         \
	.help = "per_second, bytes, share or cpus", .value = show_unit

static char *show_value_sequence(const struct output_style *style,
				 const void *object, int field)
{
	const struct history_value *value = object;

	return output_count(value->growth->sequence);
}

static char *show_value_time(const struct output_style *style,
			     const void *object, int field)
{
	const struct history_value *value = object;

	return moment_date(value->growth->timestamp, &value->now);
}

static char *show_value_timestamp(const struct output_style *style,
				  const void *object, int field)
{
	const struct history_value *value = object;

	return output_count(value->growth->timestamp);
}

static char *show_value_interval(const struct output_style *style,
				 const void *object, int field)
{
	const struct history_value *value = object;

	return output_count(value->growth->interval);
}

static char *show_value_elapsed(const struct output_style *style,
				const void *object, int field)
{
	const struct history_value *value = object;

	if (!value->growth->elapsed)
		return NULL;
	return output_count(value->growth->elapsed / NSEC_PER_MSEC);
}

static char *show_value_value(const struct output_style *style,
			      const void *object, int field)
{
	const struct history_value *value = object;

	if (!value->defined)
		return NULL;
	return history_text(style, value->key.metric->unit, value->value);
}

static const struct output_column value_columns[] = {
	{
		.name = "SEQUENCE",
		.key = "sequence",
		.number = true,
		.help = "number of the sample",
		.value = show_value_sequence,
	},
	{
		.name = "TIME",
		.key = "time",
		.help = "when it was taken, by the clock as it is set now",
		.value = show_value_time,
	},
	{
		.name = "TIMESTAMP",
		.key = "timestamp",
		.number = true,
		.hidden = true,
		.help = "the same in ns of the kernel's clock (CLOCK_MONOTONIC)",
		.value = show_value_timestamp,
	},
	{
		.name = "INTERVAL",
		.key = "interval_ms",
		.number = true,
		.hidden = true,
		.help = "ms that the module meant to wait before it",
		.value = show_value_interval,
	},
	{
		.name = "ELAPSED",
		.key = "elapsed_ms",
		.number = true,
		.hidden = true,
		.help = "ms since the sample before, for which the value stands",
		.value = show_value_elapsed,
	},
	{ COLUMN_NODE },
	{ COLUMN_CGROUP },
	{ COLUMN_CGROUP_ID },
	{ COLUMN_METRIC },
	{
		.name = "VALUE",
		.key = "value",
		.number = true,
		.help = "its value; \"-\" where it is not known",
		.value = show_value_value,
	},
	{ COLUMN_UNIT },
	{ 0 },
};

const struct output_object history_value_object = {
	.name = "samples",
	.title = "of --samples",
	.columns = value_columns,
};

static char *show_count(const struct output_style *style, const void *object,
			int field)
{
	const struct history_summary *row = object;

	return output_count(row->summary.count);
}

enum {
	SUMMARY_MIN,
	SUMMARY_MEDIAN,
	SUMMARY_P95,
	SUMMARY_P99,
	SUMMARY_MAX,
	SUMMARY_LAST,
};

static double summary_field(const struct series_summary *summary, int field)
{
	switch (field) {
	case SUMMARY_MIN:
		return summary->min;
	case SUMMARY_MEDIAN:
		return summary->median;
	case SUMMARY_P95:
		return summary->p95;
	case SUMMARY_P99:
		return summary->p99;
	case SUMMARY_MAX:
		return summary->max;
	default:
		return summary->last;
	}
}

static char *show_summary(const struct output_style *style, const void *object,
			  int field)
{
	const struct history_summary *row = object;

	if (!row->summary.count)
		return NULL;
	return history_text(style, row->key.metric->unit,
			    summary_field(&row->summary, field));
}

static char *show_from(const struct output_style *style, const void *object,
		       int field)
{
	const struct history_summary *row = object;

	return moment_date(row->from, &row->now);
}

static char *show_to(const struct output_style *style, const void *object,
		     int field)
{
	const struct history_summary *row = object;

	return moment_date(row->to, &row->now);
}

static char *show_seconds(const struct output_style *style, const void *object,
			  int field)
{
	const struct history_summary *row = object;

	return decimal(3, (double)(row->to - row->from) / NSEC_PER_SEC);
}

static char *show_sparkline(const struct output_style *style,
			    const void *object, int field)
{
	const struct history_summary *row = object;

	return row->sparkline ? strdup(row->sparkline) : NULL;
}

static const struct output_column summary_columns[] = {
	{ COLUMN_METRIC },
	{ COLUMN_NODE },
	{ COLUMN_CGROUP },
	{ COLUMN_CGROUP_ID },
	{ COLUMN_UNIT, .hidden = true },
	{
		.name = "COUNT",
		.key = "count",
		.number = true,
		.help = "values that are known",
		.value = show_count,
	},
	{
		.name = "MIN",
		.key = "min",
		.number = true,
		.help = "the smallest of them",
		.field = SUMMARY_MIN,
		.value = show_summary,
	},
	{
		.name = "MEDIAN",
		.key = "median",
		.number = true,
		.help = "half of them are not larger",
		.field = SUMMARY_MEDIAN,
		.value = show_summary,
	},
	{
		.name = "P95",
		.key = "p_ninety_five",
		.number = true,
		.help = "95 % of them are not larger",
		.field = SUMMARY_P95,
		.value = show_summary,
	},
	{
		.name = "P99",
		.key = "p_ninety_nine",
		.number = true,
		.help = "99 % of them are not larger",
		.field = SUMMARY_P99,
		.value = show_summary,
	},
	{
		.name = "MAX",
		.key = "max",
		.number = true,
		.help = "the largest of them",
		.field = SUMMARY_MAX,
		.value = show_summary,
	},
	{
		.name = "LAST",
		.key = "last",
		.number = true,
		.hidden = true,
		.help = "the newest of them",
		.field = SUMMARY_LAST,
		.value = show_summary,
	},
	{
		.name = "FROM",
		.key = "from",
		.hidden = true,
		.help = "begin of the time that they stand for",
		.value = show_from,
	},
	{
		.name = "TO",
		.key = "to",
		.hidden = true,
		.help = "end of that time",
		.value = show_to,
	},
	{
		.name = "SECONDS",
		.key = "seconds",
		.number = true,
		.hidden = true,
		.help = "length of that time",
		.value = show_seconds,
	},
	{
		.name = "HISTORY",
		.key = "history",
		.help = "their course over that time, in tables",
		.value = show_sparkline,
	},
	{ 0 },
};

const struct output_object history_summary_object = {
	.name = "summaries",
	.title = "of the summary",
	.columns = summary_columns,
};

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct metric *metric = object;

	return strdup(metric->name);
}

static char *show_metric_unit(const struct output_style *style,
			      const void *object, int field)
{
	const struct metric *metric = object;

	return strdup(metric_unit_word(metric->unit));
}

static char *show_of_cgroups(const struct output_style *style,
			     const void *object, int field)
{
	const struct metric *metric = object;

	return strdup(metric->of_cgroups ? "yes" : "no");
}

static char *show_help(const struct output_style *style, const void *object,
		       int field)
{
	const struct metric *metric = object;

	return strdup(metric->help);
}

static const struct output_column metric_columns[] = {
	{
		.name = "METRIC",
		.key = "metric",
		.help = "its name",
		.value = show_name,
	},
	{
		.name = "UNIT",
		.key = "unit",
		.help = "per_second, bytes, share or cpus",
		.value = show_metric_unit,
	},
	{
		.name = "CGROUPS",
		.key = "cgroups",
		.help = "whether cgroups have it, too",
		.value = show_of_cgroups,
	},
	{
		.name = "DESCRIPTION",
		.key = "description",
		.help = "what it is, and where the kernel counts it",
		.value = show_help,
	},
	{ 0 },
};

const struct output_object history_metric_object = {
	.name = "metrics",
	.title = "of --list",
	.columns = metric_columns,
};
