// SPDX-License-Identifier: GPL-2.0
#include "hook_columns.h"

#include <string.h>

#include <linux/numatrace.h>

const char *hook_state_word(const struct report_hook *hook)
{
	static const char *const words[] = {
		[NUMATRACE_HOOK_STATE_OFF] = "off",
		[NUMATRACE_HOOK_STATE_FTRACE] = "ftrace",
		[NUMATRACE_HOOK_STATE_KPROBE] = "kprobe",
		[NUMATRACE_HOOK_STATE_UNAVAILABLE] = "unavailable",
	};

	if (hook->state >= sizeof(words) / sizeof(*words))
		return "unknown";
	return words[hook->state];
}

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct report_hook *hook = object;

	return strdup(hook->name);
}

static char *show_function(const struct output_style *style, const void *object,
			   int field)
{
	const struct report_hook *hook = object;

	return strdup(hook->function);
}

static char *show_state(const struct output_style *style, const void *object,
			int field)
{
	return strdup(hook_state_word(object));
}

static char *show_events(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_hook *hook = object;

	return report_hook_counted(hook) ? output_count(hook->events) : NULL;
}

static char *show_missed(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_hook *hook = object;

	return output_count(hook->missed);
}

static char *show_reason(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_hook *hook = object;

	return hook->reason ? strdup(hook->reason) : NULL;
}

static const struct output_column hook_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.help = "access and migration fill matrices, outcome counts what was moved",
		.value = show_name,
	},
	{
		.name = "FUNCTION",
		.key = "function",
		.help = "kernel function it sits on",
		.value = show_function,
	},
	{
		.name = "STATE",
		.key = "state",
		.help = "off, ftrace, kprobe or unavailable",
		.value = show_state,
	},
	{
		.name = "EVENTS",
		.key = "events",
		.number = true,
		.help = "counted since load: faults (access), pages (migration, outcome)",
		.value = show_events,
	},
	{
		.name = "MISSED",
		.key = "missed",
		.number = true,
		.help = "not seen, by NUMA_HINT_FAULTS, PGMIGRATE_SUCCESS, NUMA_PAGE_MIGRATE",
		.value = show_missed,
	},
	{
		.name = "REASON",
		.key = "reason",
		.help = "why it is off or unavailable, or what it lacks, and what to do",
		.value = show_reason,
	},
	{ 0 },
};

const struct output_object hook_object = {
	.name = "hooks",
	.columns = hook_columns,
};
