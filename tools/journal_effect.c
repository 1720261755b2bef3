// SPDX-License-Identifier: GPL-2.0
/*
 * What an action still does: CPUs of threads end with their process, a cpuset
 * of its own with its cgroup.
 */
#include "journal.h"

#include "bind_steps.h"
#include "cgroup_file.h"
#include "cgroups.h"
#include "record.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* What cannot be read is not known to have ended. */
static bool may_live(const struct json_object *record)
{
	struct target_process process;

	return !record_process(record, &process) || target_lives(&process);
}

static bool some_live(const struct json_object *begin)
{
	const struct json_object *processes = record_array(begin, "processes");
	size_t count = processes ? json_object_array_length(processes) : 0;

	for (size_t i = 0; i < count; i++)
		if (may_live(json_object_array_get_idx(processes, i)))
			return true;
	return false;
}

/* systemd keeps what it was told of a unit also while that does not run. */
static bool cpuset_is_there(const struct json_object *step)
{
	const char *cgroup = record_text(step, "cgroup");
	char *mount;
	bool there;

	if (!cgroup || record_text(step, "unit"))
		return true;
	mount = cgroups_mount();
	there = !mount || cgroup_file_exists(mount, cgroup, "");
	free(mount);
	return there;
}

static bool step_has_effect(const struct json_object *line)
{
	const char *event = record_text(line, "event");
	const char *step = record_text(line, "step");

	if (!event || strcmp(event, "before"))
		return false;
	if (step && !strcmp(step, STEP_CPUSET))
		return cpuset_is_there(line);
	return may_live(line);
}

bool journal_has_effect(const struct journal_action *action)
{
	if (journal_final(action))
		return false;
	if (journal_state(action) == JOURNAL_RUNNING ||
	    some_live(action->begin))
		return true;
	for (size_t i = 0; i < action->steps; i++)
		if (step_has_effect(action->step[i]))
			return true;
	return false;
}
