// SPDX-License-Identifier: GPL-2.0
#include "process_columns.h"
#include "container.h"
#include "usage_values.h"

#include <pwd.h>
#include <string.h>
#include <time.h>

#include <linux/numatrace.h>

/* What a row has as a process, for the field of a column. */
enum {
	PROCESS_PID,
	PROCESS_UID,
	PROCESS_CGROUP_ID,
	PROCESS_THREADS,
	PROCESS_PROCESSES,
};

bool process_is_single(const struct report_process *process)
{
	return process->kind == NUMATRACE_ROW_KIND_CURRENT ||
	       process->kind == NUMATRACE_ROW_KIND_ENDED;
}

const char *process_state_word(const struct report_process *process)
{
	static const char *const words[] = {
		[NUMATRACE_ROW_KIND_CURRENT] = "live",
		[NUMATRACE_ROW_KIND_ENDED] = "exited",
		[NUMATRACE_ROW_KIND_ENDED_TOTAL] = "exited-total",
		[NUMATRACE_ROW_KIND_UNLISTED] = "unlisted",
		[NUMATRACE_ROW_KIND_UNATTRIBUTED] = "unattributed",
	};

	return words[process->kind];
}

/* Neighbours often have the same user, and to look one up takes long. */
char *process_user(uint32_t uid)
{
	static char last_name[64];
	static uint32_t last_uid;
	const struct passwd *user;

	if (*last_name && last_uid == uid)
		return strdup(last_name);
	user = getpwuid(uid);
	if (!user)
		return output_count(uid);
	snprintf(last_name, sizeof(last_name), "%s", user->pw_name);
	last_uid = uid;
	return strdup(user->pw_name);
}

static char *show_number(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_process *process =
		((const struct process_row *)object)->process;

	if (field == PROCESS_PROCESSES)
		return process->kind == NUMATRACE_ROW_KIND_UNATTRIBUTED
			       ? NULL
			       : output_count(process_is_single(process)
						      ? 1
						      : process->processes);
	if (!process_is_single(process))
		return NULL;
	switch (field) {
	case PROCESS_PID:
		return output_count(process->pid);
	case PROCESS_UID:
		return output_count(process->uid);
	case PROCESS_CGROUP_ID:
		return output_count(process->cgroup_id);
	default:
		return process->threads ? output_count(process->threads) : NULL;
	}
}

static char *show_user(const struct output_style *style, const void *object,
		       int field)
{
	const struct process_row *row = object;

	return process_is_single(row->process) ? process_user(row->process->uid)
					       : NULL;
}

static char *show_state(const struct output_style *style, const void *object,
			int field)
{
	const struct process_row *row = object;

	return strdup(process_state_word(row->process));
}

static char *show_comm(const struct output_style *style, const void *object,
		       int field)
{
	const struct process_row *row = object;

	return row->process->comm ? strdup(row->process->comm) : NULL;
}

static char *show_cgroup(const struct output_style *style, const void *object,
			 int field)
{
	const struct process_row *row = object;

	return row->cgroup ? strdup(row->cgroup) : NULL;
}

static char *show_container(const struct output_style *style,
			    const void *object, int field)
{
	const struct process_row *row = object;
	struct container container;

	if (!row->cgroup || !container_of_path(row->cgroup, &container) ||
	    !container_contains(&container))
		return NULL;
	return container_label(&container);
}

static char *show_start(const struct output_style *style, const void *object,
			int field)
{
	const struct process_row *row = object;

	return process_is_single(row->process)
		       ? usage_moment(CLOCK_BOOTTIME, row->process->start_time)
		       : NULL;
}

static char *show_usage(const struct output_style *style, const void *object,
			int field)
{
	const struct process_row *row = object;

	return usage_value(style, &row->process->usage, field);
}

static char *show_time(const struct output_style *style, const void *object,
		       int field)
{
	const struct process_row *row = object;
	const struct report_usage *usage = &row->process->usage;

	return usage->timed & (1U << field)
		       ? output_duration(style, usage->time[field])
		       : NULL;
}

static const struct output_column process_columns[] = {
	{
		.name = "PID",
		.key = "pid",
		.number = true,
		.help = "number of the process",
		.field = PROCESS_PID,
		.value = show_number,
	},
	{
		.name = "USER",
		.key = "user",
		.help = "real user",
		.value = show_user,
	},
	{
		.name = "UID",
		.key = "uid",
		.number = true,
		.hidden = true,
		.help = "number of the real user",
		.field = PROCESS_UID,
		.value = show_number,
	},
	{
		.name = "STATE",
		.key = "state",
		.help = "live, exited; of many: exited-total, unlisted, unattributed",
		.value = show_state,
	},
	{
		.name = "COMM",
		.key = "comm",
		.help = "name of the process",
		.value = show_comm,
	},
	{
		.name = "CONTAINER",
		.key = "container",
		.help = "container, pod or machine, told from the cgroup's path",
		.value = show_container,
	},
	{ USAGE_COLUMN_LOCAL_FAULTS, .value = show_usage },
	{ USAGE_COLUMN_REMOTE_FAULTS, .value = show_usage },
	{ USAGE_COLUMN_LOCAL_PAGES, .value = show_usage },
	{ USAGE_COLUMN_REMOTE_PAGES, .value = show_usage },
	{ USAGE_COLUMN_LOCALITY, .value = show_usage },
	{ USAGE_COLUMN_CPU_NODE, .value = show_usage },
	{ USAGE_COLUMN_MEMORY_NODE, .value = show_usage },
	{ USAGE_COLUMN_MIGRATED, .value = show_usage },
	{ USAGE_COLUMN_FAILED, .value = show_usage },
	{
		.name = "FAULT-TIME",
		.key = "fault_time",
		.number = true,
		.hidden = true,
		.help = "time of its hinting faults (measure_cost), JSON and raw: ns",
		.field = NUMATRACE_COST_KIND_FAULT,
		.value = show_time,
	},
	{
		.name = "SCAN-TIME",
		.key = "scan_time",
		.number = true,
		.hidden = true,
		.help = "time of the scanner in it (task_numa_work), as FAULT-TIME",
		.field = NUMATRACE_COST_KIND_SCAN,
		.value = show_time,
	},
	{
		.name = "MIGRATION-TIME",
		.key = "migration_time",
		.number = true,
		.hidden = true,
		.help = "time that it migrated pages (migrate_pages), as FAULT-TIME",
		.field = NUMATRACE_COST_KIND_MIGRATION,
		.value = show_time,
	},
	{ USAGE_COLUMN_FIRST, .value = show_usage },
	{ USAGE_COLUMN_LAST, .value = show_usage },
	{
		.name = "CGROUP",
		.key = "cgroup",
		.hidden = true,
		.help = "path of the cgroup (version 2)",
		.value = show_cgroup,
	},
	{
		.name = "CGROUP-ID",
		.key = "cgroup_id",
		.number = true,
		.hidden = true,
		.help = "inode number of the cgroup's directory",
		.field = PROCESS_CGROUP_ID,
		.value = show_number,
	},
	{
		.name = "THREADS",
		.key = "threads",
		.number = true,
		.hidden = true,
		.help = "number of threads now",
		.field = PROCESS_THREADS,
		.value = show_number,
	},
	{
		.name = "PROCESSES",
		.key = "processes",
		.number = true,
		.hidden = true,
		.help = "how many processes the line stands for",
		.field = PROCESS_PROCESSES,
		.value = show_number,
	},
	{
		.name = "START",
		.key = "start_time",
		.hidden = true,
		.help = "when the process was started",
		.value = show_start,
	},
	{ 0 },
};

const struct output_object process_object = {
	.name = "processes",
	.title = "processes",
	.columns = process_columns,
};

bool process_shows_cgroup(const struct output_column *column)
{
	return column->value == show_cgroup || column->value == show_container;
}

bool process_shows_outcomes(const struct output_column *column)
{
	return column->value == show_usage &&
	       (column->field == USAGE_MIGRATED ||
		column->field == USAGE_FAILED);
}
