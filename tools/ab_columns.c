// SPDX-License-Identifier: GPL-2.0
#include "ab_columns.h"

#include "clock.h"

#include <stdlib.h>
#include <string.h>

/* How a number of a round is written. */
enum format {
	FORMAT_COUNT,
	FORMAT_DURATION,
	FORMAT_RATIO,
	FORMAT_SHARE,
	FORMAT_RATE,
};

/* The numbers that rounds and their medians have alike. */
static const struct {
	ab_value *value;
	enum format format;
} numbers[] = {
	{ ab_locality, FORMAT_RATIO },
	{ ab_migrated, FORMAT_COUNT },
	{ ab_failed, FORMAT_COUNT },
	{ ab_fault_time, FORMAT_DURATION },
	{ ab_scan_time, FORMAT_DURATION },
	{ ab_migration_time, FORMAT_DURATION },
	{ ab_share, FORMAT_SHARE },
	{ ab_rate, FORMAT_RATE },
};

enum {
	NUMBER_LOCALITY,
	NUMBER_MIGRATED,
	NUMBER_FAILED,
	NUMBER_FAULT_TIME,
	NUMBER_SCAN_TIME,
	NUMBER_MIGRATION_TIME,
	NUMBER_SHARE,
	NUMBER_RATE,
};

static char *show_rate(double value)
{
	char *text;

	return asprintf(&text, "%.6g", value) < 0 ? NULL : text;
}

static char *write_number(const struct output_style *style, int number,
			  double value)
{
	switch (numbers[number].format) {
	case FORMAT_COUNT:
		return output_count((uint64_t)(value + 0.5));
	case FORMAT_DURATION:
		return output_duration(style, (uint64_t)(value + 0.5));
	case FORMAT_RATIO:
		return output_ratio(style, value);
	case FORMAT_SHARE:
		return output_small_ratio(style, value);
	default:
		return show_rate(value);
	}
}

static char *show_number(const struct output_style *style, const void *object,
			 int field)
{
	const struct ab_round_row *row = object;
	double value;

	return numbers[field].value(row->round, &value)
		       ? write_number(style, field, value)
		       : NULL;
}

static char *show_median(const struct output_style *style, const void *object,
			 int field)
{
	const struct ab_median_row *row = object;
	struct ab_side side;

	ab_side_of(row->rounds, row->on, numbers[field].value, &side);
	return side.count ? write_number(style, field, side.median) : NULL;
}

static char *state(bool on)
{
	return strdup(on ? "on" : "off");
}

static char *show_state(const struct output_style *style, const void *object,
			int field)
{
	const struct ab_round_row *row = object;

	return state(row->round->on);
}

static char *show_side(const struct output_style *style, const void *object,
		       int field)
{
	const struct ab_median_row *row = object;

	return state(row->on);
}

enum {
	ROUND_NUMBER,
	ROUND_SECONDS,
	ROUND_LOCAL,
	ROUND_REMOTE,
	ROUND_RUNS,
};

static char *show_seconds(uint64_t ns)
{
	char *text;

	return asprintf(&text, "%.3f", clock_seconds(ns)) < 0 ? NULL : text;
}

static char *show_round(const struct output_style *style, const void *object,
			int field)
{
	const struct ab_round_row *row = object;
	const struct ab_round *round = row->round;

	switch (field) {
	case ROUND_NUMBER:
		return output_count(row->number);
	case ROUND_SECONDS:
		return show_seconds(round->elapsed);
	case ROUND_LOCAL:
		return round->sampled ? output_count(round->local) : NULL;
	case ROUND_REMOTE:
		return round->sampled ? output_count(round->remote) : NULL;
	default:
		return round->runs ? output_count(round->runs) : NULL;
	}
}

static char *show_count(const struct output_style *style, const void *object,
			int field)
{
	const struct ab_median_row *row = object;
	size_t count = 0;

	for (size_t i = 0; i < row->rounds->count; i++)
		count += row->rounds->round[i].on == row->on;
	return output_count(count);
}

/* Each but for its @value. */
#define COLUMN_LOCALITY                                                         \
	.name = "LOCALITY", .key = "locality", .number = true,                  \
	.help = "of the accesses; \"-\" without balancing: nothing is sampled", \
	.field = NUMBER_LOCALITY
#define COLUMN_MIGRATED                                                        \
	.name = "MIGRATED", .key = "migrated_pages", .number = true,           \
	.help = "pages that balancing moved (NUMA_PAGE_MIGRATE)",              \
	.field = NUMBER_MIGRATED
#define COLUMN_FAILED                                                          \
	.name = "FAILED", .key = "failed_pages", .number = true,               \
	.help = "pages that it could not move", .field = NUMBER_FAILED
#define COLUMN_FAULT_TIME                                                      \
	.name = "FAULT-TIME", .key = "fault_time", .number = true,             \
	.help = "time of hinting faults, with the migrations they cause",      \
	.field = NUMBER_FAULT_TIME
#define COLUMN_SCAN_TIME                                                       \
	.name = "SCAN-TIME", .key = "scan_time", .number = true,               \
	.help = "time of the scanner (task_numa_work)",                        \
	.field = NUMBER_SCAN_TIME
#define COLUMN_MIGRATION_TIME                                                  \
	.name = "MIGRATION-TIME", .key = "migration_time", .number = true,     \
	.help = "time of migrate_pages(), for whatever reason",                \
	.field = NUMBER_MIGRATION_TIME
#define COLUMN_SHARE                                                           \
	.name = "CPU-SHARE", .key = "cpu_share", .number = true,               \
	.help = "FAULT-TIME + SCAN-TIME of the time of all CPUs",              \
	.field = NUMBER_SHARE
#define COLUMN_RATE                                                            \
	.name = "RATE", .key = "rate", .number = true,                         \
	.help = "runs of the command, or the counter's growth, per second",    \
	.field = NUMBER_RATE

static const struct output_column round_columns[] = {
	{
		.name = "ROUND",
		.key = "round",
		.number = true,
		.help = "number of the round",
		.field = ROUND_NUMBER,
		.value = show_round,
	},
	{
		.name = "BALANCING",
		.key = "balancing",
		.help = "on or off",
		.value = show_state,
	},
	{
		.name = "SECONDS",
		.key = "seconds",
		.number = true,
		.help = "how long it took",
		.field = ROUND_SECONDS,
		.value = show_round,
	},
	{
		.name = "LOCAL",
		.key = "local_faults",
		.number = true,
		.hidden = true,
		.help = "accesses to the CPU's own node",
		.field = ROUND_LOCAL,
		.value = show_round,
	},
	{
		.name = "REMOTE",
		.key = "remote_faults",
		.number = true,
		.hidden = true,
		.help = "accesses to other nodes",
		.field = ROUND_REMOTE,
		.value = show_round,
	},
	{
		.name = "RUNS",
		.key = "runs",
		.number = true,
		.hidden = true,
		.help = "runs of the command",
		.field = ROUND_RUNS,
		.value = show_round,
	},
	{ COLUMN_LOCALITY, .value = show_number },
	{ COLUMN_MIGRATED, .value = show_number },
	{ COLUMN_FAILED, .value = show_number },
	{ COLUMN_FAULT_TIME, .value = show_number },
	{ COLUMN_SCAN_TIME, .value = show_number },
	{ COLUMN_MIGRATION_TIME, .value = show_number },
	{ COLUMN_SHARE, .value = show_number },
	{ COLUMN_RATE, .value = show_number },
	{ 0 },
};

const struct output_object ab_round_object = {
	.name = "rounds",
	.title = "rounds",
	.columns = round_columns,
};

static const struct output_column median_columns[] = {
	{
		.name = "BALANCING",
		.key = "balancing",
		.help = "on or off",
		.value = show_side,
	},
	{
		.name = "ROUNDS",
		.key = "rounds",
		.number = true,
		.help = "how many rounds",
		.value = show_count,
	},
	{ COLUMN_LOCALITY, .value = show_median },
	{ COLUMN_MIGRATED, .value = show_median },
	{ COLUMN_FAILED, .value = show_median },
	{ COLUMN_FAULT_TIME, .value = show_median },
	{ COLUMN_SCAN_TIME, .value = show_median },
	{ COLUMN_MIGRATION_TIME, .value = show_median },
	{ COLUMN_SHARE, .value = show_median },
	{ COLUMN_RATE, .value = show_median },
	{ 0 },
};

const struct output_object ab_median_object = {
	.name = "medians",
	.title = "medians",
	.columns = median_columns,
};
