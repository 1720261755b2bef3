// SPDX-License-Identifier: GPL-2.0
#include "action_columns.h"

#include "journal.h"
#include "record.h"

#include <json-c/json.h>
#include <string.h>

static const char *const keys[] = { "time", "target", "policy", "command" };

enum {
	TIME,
	TARGET,
	POLICY,
	COMMAND
};

static char *show_id(const struct output_style *style, const void *object,
		     int field)
{
	const struct journal_action *action = object;

	return output_count((uint64_t)action->id);
}

static char *show_text(const struct output_style *style, const void *object,
		       int field)
{
	const struct journal_action *action = object;
	const char *text = record_text(action->begin, keys[field]);

	return text ? strdup(text) : NULL;
}

static char *show_state(const struct output_style *style, const void *object,
			int field)
{
	return strdup(journal_state_word(journal_state(object)));
}

static char *show_total(const struct output_style *style, const void *object,
			int field)
{
	const struct journal_action *action = object;
	const struct json_object *processes =
		record_array(action->begin, "processes");

	return processes ? output_count(json_object_array_length(processes))
			 : NULL;
}

static char *show_living(const struct output_style *style, const void *object,
			 int field)
{
	const struct journal_action *action = object;
	const struct json_object *processes =
		record_array(action->begin, "processes");
	struct target_process process;
	uint64_t living = 0;

	if (!processes)
		return NULL;
	for (size_t i = 0; i < json_object_array_length(processes); i++)
		living +=
			action->this_boot &&
			record_process(json_object_array_get_idx(processes, i),
				       &process) &&
			target_lives(&process);
	return output_count(living);
}

static char *show_final(const struct output_style *style, const void *object,
			int field)
{
	const char *why = journal_final(object);

	return why ? strdup(why) : NULL;
}

static const struct output_column action_columns[] = {
	{
		.name = "ID",
		.key = "id",
		.number = true,
		.help = "number of the action",
		.value = show_id,
	},
	{
		.name = "TIME",
		.key = "time",
		.help = "when it began (UTC)",
		.field = TIME,
		.value = show_text,
	},
	{
		.name = "STATE",
		.key = "state",
		.help = "running, interrupted, done, undone, failed or partly_undone",
		.value = show_state,
	},
	{
		.name = "LIVING",
		.key = "living",
		.number = true,
		.help = "of its processes, those that still live",
		.value = show_living,
	},
	{
		.name = "PROCESSES",
		.key = "processes",
		.number = true,
		.help = "processes when it began",
		.value = show_total,
	},
	{
		.name = "TARGET",
		.key = "target",
		.help = "the processes, as they were named",
		.field = TARGET,
		.value = show_text,
	},
	{
		.name = "POLICY",
		.key = "policy",
		.help = "what they were bound to",
		.field = POLICY,
		.value = show_text,
	},
	{
		.name = "COMMAND",
		.key = "command",
		.hidden = true,
		.help = "the command line or the rule",
		.field = COMMAND,
		.value = show_text,
	},
	{
		.name = "FINAL",
		.key = "final",
		.hidden = true,
		.help = "why it cannot be undone any more",
		.value = show_final,
	},
	{ 0 },
};

const struct output_object action_object = {
	.name = "actions",
	.columns = action_columns,
};
