// SPDX-License-Identifier: GPL-2.0
#include "settings.h"

#include "conf.h"

#include <stdio.h>

#define MAX_ROWS 1048576
#define HOUR_MS 3600000

const struct setting known_settings[CONFIG_FIELDS] = {
	[CONFIG_PROCESS_TABLE_SIZE] = {
		.name = "process_table_size",
		.what = "processes that have a row at the same time",
		.min = 1, .max = MAX_ROWS, .preset = 16384,
	},
	[CONFIG_CGROUP_TABLE_SIZE] = {
		.name = "cgroup_table_size",
		.what = "cgroups that have a row at the same time",
		.min = 1, .max = MAX_ROWS, .preset = 1024,
	},
	[CONFIG_TRACK_PROCESSES] = {
		.name = "track_processes",
		.what = "1: attribute accesses to processes, 0: do not",
		.max = 1, .preset = 1,
	},
	[CONFIG_TRACK_CGROUPS] = {
		.name = "track_cgroups",
		.what = "1: attribute accesses to cgroups, 0: do not",
		.max = 1, .preset = 1,
	},
	[CONFIG_MIN_FAULTS] = {
		.name = "min_faults",
		.what = "list processes and cgroups with at least so many accesses",
		.max = UINT64_MAX,
	},
	[CONFIG_SAMPLE_INTERVAL_MS] = {
		.name = "sample_interval_ms",
		.what = "time between two samples, ms",
		.min = 100, .max = HOUR_MS, .preset = 1000,
	},
	[CONFIG_SAMPLE_INTERVAL_MAX_MS] = {
		.name = "sample_interval_max_ms",
		.what = "what it backs off to while nothing happens, ms",
		.min = 100, .max = HOUR_MS, .preset = 60000,
	},
	[CONFIG_SAMPLE_BACKOFF] = {
		.name = "sample_backoff",
		.what = "by what the time is multiplied with each idle sample; 1: never",
		.min = 1, .max = 16, .preset = 2,
	},
	[CONFIG_HISTORY] = {
		.name = "history",
		.what = "samples that are kept",
		.min = 1, .max = 100000, .preset = 1000,
	},
	[CONFIG_SAMPLE_CGROUPS] = {
		.name = "sample_cgroups",
		.what = "cgroups with most accesses that are part of a sample",
		.max = 64,
	},
	[CONFIG_MEASURE_COST] = {
		.name = "measure_cost",
		.what = "1: measure the time of faults, scans and migrations, 0: do not",
		.max = 1,
	},
	[CONFIG_BOUNCE_WINDOW_MS] = {
		.name = "bounce_window_ms",
		.what = "time within which a page that migrates back bounces, ms; 0: not counted",
		.max = HOUR_MS, .preset = 10000,
	},
	[CONFIG_DETECT_WINDOW_MS] = {
		.name = "detect_window_ms",
		.what = "time over which problems are looked for, ms",
		.min = 1000, .max = HOUR_MS, .preset = 10000,
	},
	[CONFIG_DETECT_MEMORY_IMBALANCE] = {
		.name = "detect_memory_imbalance",
		.what = "find memory-imbalance above, percent; 0: do not look",
		.max = 100, .preset = 30,
	},
	[CONFIG_DETECT_CPU_IMBALANCE] = {
		.name = "detect_cpu_imbalance",
		.what = "find cpu-imbalance above, percent; 0: do not look",
		.max = 100, .preset = 20,
	},
	[CONFIG_DETECT_LOW_LOCALITY] = {
		.name = "detect_low_locality",
		.what = "find low-locality below, percent; 0: do not look",
		.max = 100, .preset = 70,
	},
	[CONFIG_DETECT_MIGRATION_FAILURES] = {
		.name = "detect_migration_failures",
		.what = "find migration-failures above, percent; 0: do not look",
		.max = 100, .preset = 10,
	},
	[CONFIG_DETECT_PING_PONG] = {
		.name = "detect_ping_pong",
		.what = "find ping-pong above, percent; 0: do not look",
		.max = 100, .preset = 10,
	},
	[CONFIG_DETECT_FIRST_TOUCH] = {
		.name = "detect_first_touch",
		.what = "find first-touch above, percent; 0: do not look",
		.max = 100, .preset = 80,
	},
	[CONFIG_DETECT_NODE_FULL] = {
		.name = "detect_node_full",
		.what = "find node-full with less free than, percent; 0: do not look",
		.max = 100, .preset = 5,
	},
	[CONFIG_DETECT_ALLOCATION_MISSES] = {
		.name = "detect_allocation_misses",
		.what = "find allocation-misses above, percent; 0: do not look",
		.max = 100, .preset = 10,
	},
	[CONFIG_DETECT_MIN_EVENTS] = {
		.name = "detect_min_events",
		.what = "events that a share needs to be judged at all",
		.min = 1, .max = UINT32_MAX, .preset = 1000,
	},
};

enum config_field settings_find(const char *name, size_t length)
{
	enum config_field field = 0;

	while (field < CONFIG_FIELDS &&
	       !conf_same_name(known_settings[field].name, name, length))
		field++;
	return field;
}

char *setting_range(const struct setting *setting)
{
	char *text;
	int length;

	if (setting->max == UINT64_MAX)
		length = asprintf(&text, "%ju or more", setting->min);
	else if (setting->max == setting->min + 1)
		length = asprintf(&text, "%ju or %ju", setting->min,
				  setting->max);
	else
		length = asprintf(&text, "%ju to %ju", setting->min,
				  setting->max);
	return length < 0 ? NULL : text;
}
