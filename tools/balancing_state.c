// SPDX-License-Identifier: GPL-2.0
#include "balancing_state.h"

#include "topology.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[BALANCING_SETTINGS] = {
	"numa_balancing",	   "scan_delay_ms", "scan_period_min_ms",
	"scan_period_max_ms",	   "scan_size_mb",  "hot_threshold_ms",
	"promote_rate_limit_MBps",
};

void balancing_settings_find(const struct tune_table *table,
			     struct tune_reading settings[BALANCING_SETTINGS])
{
	for (int i = 0; i < BALANCING_SETTINGS; i++)
		settings[i] = *tune_find(table, names[i], strlen(names[i]));
}

const char *balancing_mode_words(uint64_t mode)
{
	switch (mode) {
	case 0:
		return "off";
	case BALANCING_NORMAL:
		return "normal";
	case BALANCING_MEMORY_TIERING:
		return "memory tiering";
	default:
		return "normal, memory tiering";
	}
}

const char *balancing_words(const struct tune_reading *mode)
{
	if (mode->state == TUNE_LACKS)
		return "this kernel has none, or the machine has one node";
	if (mode->state != TUNE_READ)
		return mode->note;
	return balancing_mode_words(strtoull(mode->file->value, NULL, 10));
}

/* Nothing is sampled while balancing is off: that is no zero. */
static bool find_sampled(const struct cost_reading *reading,
			 struct locality *locality)
{
	const struct report_node sum = locality_sum_nodes(&reading->nodes);

	return locality_of_node(&sum, locality) &&
	       (reading->balancing ||
		(!reading->elapsed && (locality->local || locality->remote)));
}

static bool find_accesses(const struct cost_reading *reading, double *value)
{
	struct locality locality = { 0 };
	bool sampled = find_sampled(reading, &locality);

	*value = (double)locality.local + (double)locality.remote;
	return sampled;
}

static bool find_locality(const struct cost_reading *reading, double *value)
{
	struct locality locality;

	return find_sampled(reading, &locality) &&
	       locality_ratio(locality, value);
}

static bool find_migrated(const struct cost_reading *reading, double *value)
{
	const struct report_node sum = locality_sum_nodes(&reading->nodes);

	*value = (double)sum.value[NODE_NUMA_PAGES_MIGRATED];
	return report_measured(&sum, NODE_NUMA_PAGES_MIGRATED);
}

static bool find_failed(const struct cost_reading *reading, double *value)
{
	const struct report_reason *reason =
		report_find_reason(&reading->reasons,
				   NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED);

	*value = reason ? (double)reason->failed_pages : 0;
	return reason;
}

static bool find_bounced(const struct cost_reading *reading, double *value)
{
	*value = (double)cost_matrix_sum(&reading->matrix[COST_BOUNCES],
					 LOCALITY_PAGES, false);
	return !reading->missing[COST_BOUNCES];
}

static bool find_moved(const struct cost_reading *reading, double *value)
{
	*value = (double)cost_matrix_sum(&reading->matrix[COST_MOVES],
					 LOCALITY_EVENTS, false) +
		 (double)cost_matrix_sum(&reading->matrix[COST_SWAPS],
					 LOCALITY_EVENTS, false);
	return !reading->missing[COST_MOVES] && !reading->missing[COST_SWAPS];
}

static bool find_stuck(const struct cost_reading *reading, double *value)
{
	*value = (double)cost_matrix_sum(&reading->matrix[COST_STICKS],
					 LOCALITY_EVENTS, false);
	return !reading->missing[COST_STICKS];
}

static bool find_time(const struct cost_reading *reading, uint32_t kind,
		      double *value)
{
	const struct report_cost *cost = cost_of_kind(&reading->costs, kind);

	*value = cost ? (double)cost->time : 0;
	return cost;
}

static bool find_fault_time(const struct cost_reading *reading, double *value)
{
	return find_time(reading, NUMATRACE_COST_KIND_FAULT, value);
}

static bool find_scan_time(const struct cost_reading *reading, double *value)
{
	return find_time(reading, NUMATRACE_COST_KIND_SCAN, value);
}

static const struct {
	struct balancing_activity activity;
	bool (*find)(const struct cost_reading *reading, double *value);
} all_activities[BALANCING_ACTIVITIES] = {
	{ { .what = "accesses sampled", .key = "accesses" }, find_accesses },
	{ { .what = "locality", .key = "locality", .ratio = true },
	  find_locality },
	{ { .what = "pages moved", .key = "migrated_pages" }, find_migrated },
	{ { .what = "pages that it could not move", .key = "failed_pages" },
	  find_failed },
	{ { .what = "pages that migrated back", .key = "bounced_pages" },
	  find_bounced },
	{ { .what = "tasks that it tried to move or swap",
	    .key = "tasks_tried" },
	  find_moved },
	{ { .what = "tasks that it could not move", .key = "tasks_stuck" },
	  find_stuck },
	{ { .what = "time in faults", .key = "fault_time", .duration = true },
	  find_fault_time },
	{ { .what = "time in scans", .key = "scan_time", .duration = true },
	  find_scan_time },
};

void balancing_activity_fill(const struct cost_reading *total,
			     const struct cost_reading *lately,
			     struct balancing_activity *activities)
{
	for (int i = 0; i < BALANCING_ACTIVITIES; i++) {
		struct balancing_activity *activity = &activities[i];

		*activity = all_activities[i].activity;
		activity->lately_known =
			all_activities[i].find(lately, &activity->lately);
		activity->total_known =
			all_activities[i].find(total, &activity->total);
	}
}

static char *show_what(const struct output_style *style, const void *object,
		       int field)
{
	const struct balancing_activity *activity = object;

	return strdup(style->format == OUTPUT_JSON ? activity->key
						   : activity->what);
}

static char *write_number(const struct output_style *style,
			  const struct balancing_activity *activity,
			  double value)
{
	if (activity->ratio)
		return output_ratio(style, value);
	if (activity->duration)
		return output_duration(style, (uint64_t)value);
	return output_count((uint64_t)value);
}

static char *show_lately(const struct output_style *style, const void *object,
			 int field)
{
	const struct balancing_activity *activity = object;

	return activity->lately_known
		       ? write_number(style, activity, activity->lately)
		       : NULL;
}

static char *show_total(const struct output_style *style, const void *object,
			int field)
{
	const struct balancing_activity *activity = object;

	return activity->total_known
		       ? write_number(style, activity, activity->total)
		       : NULL;
}

static const struct output_column activity_columns[] = {
	{
		.name = "ACTIVITY",
		.key = "activity",
		.help = "what balancing did",
		.value = show_what,
	},
	{
		.name = "LAST-SECOND",
		.key = "last_second",
		.number = true,
		.help = "in the last second",
		.value = show_lately,
	},
	{
		.name = "SINCE-LOAD",
		.key = "since_load",
		.number = true,
		.help = "since the module was loaded",
		.value = show_total,
	},
	{ 0 },
};

const struct output_object balancing_activity_object = {
	.name = "activities",
	.title = "activities",
	.columns = activity_columns,
};
