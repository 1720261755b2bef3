// SPDX-License-Identifier: GPL-2.0
/*
 * What became of an action.
 */
#include "journal.h"

#include "record.h"

#include <json-c/json.h>
#include <string.h>

static bool is_at_it(const struct journal_action *action)
{
	struct target_process by;
	struct json_object *json;

	return action->this_boot &&
	       json_object_object_get_ex(action->begin, "by", &json) &&
	       record_process(json, &by) && target_lives(&by);
}

enum journal_state journal_state(const struct journal_action *action)
{
	const char *state =
		action->end ? record_text(action->end, "state") : NULL;

	if (!state)
		return is_at_it(action) ? JOURNAL_RUNNING : JOURNAL_INTERRUPTED;
	if (!strcmp(state, "done"))
		return JOURNAL_DONE;
	if (!strcmp(state, "undone"))
		return JOURNAL_UNDONE;
	return record_flag(action->end, "left") ? JOURNAL_PARTLY
						: JOURNAL_FAILED;
}

const char *journal_state_word(enum journal_state state)
{
	static const char *const words[] = {
		[JOURNAL_RUNNING] = "running",
		[JOURNAL_INTERRUPTED] = "interrupted",
		[JOURNAL_DONE] = "done",
		[JOURNAL_UNDONE] = "undone",
		[JOURNAL_FAILED] = "failed",
		[JOURNAL_PARTLY] = "partly_undone",
	};

	return words[state];
}

const char *journal_final(const struct journal_action *action)
{
	enum journal_state state = journal_state(action);

	if (state == JOURNAL_UNDONE)
		return "it has been undone";
	if (state == JOURNAL_FAILED)
		return "it failed, and what had been done was undone then";
	if (!action->this_boot)
		return "the machine was booted since, and its processes are gone";
	return NULL;
}
