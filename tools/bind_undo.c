// SPDX-License-Identifier: GPL-2.0
#include "bind.h"

#include "bind_problem.h"
#include "bind_restore.h"
#include "bind_steps.h"
#include "record.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

/* Sentences for people. */
#define FINAL "action %lld cannot be undone: %s"
#define UNDER_WAY                                                              \
	"action %lld is still under way: wait for its end, or interrupt it"
#define LATER                                                                  \
	"action %lld changed the same processes or their cgroup after action %lld: undo that one first"
#define UNDO_NOT_NOTED                                                         \
	"the journal could not be written (%s): it does not know of this undo"

/* The n-th process that a line is about: an action, or a step of it. */
static bool nth_process(const struct json_object *line, size_t n,
			struct target_process *process)
{
	const struct json_object *many = record_array(line, "processes");

	if (!many)
		many = record_array(line, "former");
	if (!many)
		return !n && record_process(line, process);
	return n < json_object_array_length(many) &&
	       record_process(json_object_array_get_idx(many, n), process);
}

/*
 * The next line that tells what it changes; NULL: that was the last. @at begins
 * as 0.
 */
static const struct json_object *next_line(const struct journal_action *action,
					   size_t *at)
{
	if (!(*at)++)
		return action->begin;
	while (*at - 2 < action->steps) {
		const struct json_object *line = action->step[*at - 2];
		const char *event = record_text(line, "event");

		if (event && !strcmp(event, "before"))
			return line;
		++*at;
	}
	return NULL;
}

static bool line_has(const struct json_object *line,
		     const struct target_process *process)
{
	struct target_process other;

	for (size_t i = 0; nth_process(line, i, &other); i++)
		if (target_same(&other, process))
			return true;
	return false;
}

static bool has_process(const struct journal_action *action,
			const struct target_process *process)
{
	const struct json_object *line;
	size_t at = 0;

	while ((line = next_line(action, &at)))
		if (line_has(line, process))
			return true;
	return false;
}

/* What has ended needs nothing of either. */
static bool shares_process(const struct journal_action *action,
			   const struct json_object *line)
{
	struct target_process process;

	for (size_t i = 0; nth_process(line, i, &process); i++)
		if (has_process(action, &process) && target_lives(&process))
			return true;
	return false;
}

static bool has_cgroup(const struct journal_action *action, const char *cgroup)
{
	const struct json_object *line;
	size_t at = 0;

	while ((line = next_line(action, &at))) {
		const char *other = record_text(line, "cgroup");

		if (other && !strcmp(other, cgroup))
			return true;
	}
	return false;
}

/* Also one from which it took a process that still lives. */
static bool shares_cgroup(const struct journal_action *action,
			  const struct json_object *line)
{
	const struct json_object *former = record_array(line, "former");
	const char *cgroup = record_text(line, "cgroup");
	struct target_process process;

	if (cgroup && has_cgroup(action, cgroup))
		return true;
	for (size_t i = 0; former && nth_process(line, i, &process); i++) {
		cgroup = record_text(json_object_array_get_idx(former, i),
				     "cgroup");
		if (cgroup && has_cgroup(action, cgroup) &&
		    target_lives(&process))
			return true;
	}
	return false;
}

static bool overlap(const struct journal_action *action,
		    const struct journal_action *later)
{
	const struct json_object *line;
	size_t at = 0;

	while ((line = next_line(later, &at)))
		if (shares_process(action, line) || shares_cgroup(action, line))
			return true;
	return false;
}

/* The last one first. */
static const struct journal_action *
later_one(const struct journal_actions *actions,
	  const struct journal_action *action)
{
	for (size_t i = actions->count; i--;) {
		const struct journal_action *later = &actions->action[i];

		if (later->id <= action->id)
			break;
		if (!journal_final(later) && overlap(action, later))
			return later;
	}
	return NULL;
}

const char *bind_undo_refusal(const struct journal_actions *actions,
			      const struct journal_action *action, char *text,
			      size_t size)
{
	const char *final = journal_final(action);
	const struct journal_action *later;

	if (final) {
		snprintf(text, size, FINAL, (long long)action->id, final);
		return text;
	}
	if (journal_state(action) == JOURNAL_RUNNING) {
		snprintf(text, size, UNDER_WAY, (long long)action->id);
		return text;
	}
	later = later_one(actions, action);
	if (!later)
		return NULL;
	snprintf(text, size, LATER, (long long)later->id,
		 (long long)action->id);
	return text;
}

static struct json_object *words_of(const struct bind_undone *undone)
{
	struct json_object *words = json_object_new_array();

	for (size_t i = 0; i < undone->problems; i++) {
		const char *text = undone->problem[i].text;

		json_object_array_add(words, json_object_new_string(text));
	}
	return words;
}

/* An action of which a part could not be restored can be undone again. */
static int note(struct journal *journal, int64_t id, int result,
		const struct bind_undone *undone)
{
	struct json_object *fields;

	if (result) {
		fields = step_result("undo", 0, result);
		record_add(fields, "problems", words_of(undone));
		return journal_write(journal, id, "after", fields);
	}
	fields = json_object_new_object();
	record_add_text(fields, "state", journal_state_word(JOURNAL_UNDONE));
	return journal_write(journal, id, "end", fields);
}

int bind_undo(const struct journal_action *action, struct journal *journal,
	      bool pages, struct bind_undone *undone)
{
	int err = bind_restore(action, pages, undone);
	int noted = note(journal, action->id, err, undone);

	if (noted)
		bind_warn(undone, UNDO_NOT_NOTED, strerror(-noted));
	return err ? err : noted;
}

int bind_undo_id(int64_t id, struct journal *journal,
		 struct bind_undone *undone, bool *refused)
{
	const struct journal_action *action;
	struct journal_actions actions;
	const char *why = NULL;
	int err = bind_find(journal, id, &actions, &action);
	char text[BIND_REFUSAL];

	*undone = (struct bind_undone){ 0 };
	if (!err)
		why = bind_undo_refusal(&actions, action, text, sizeof(text));
	*refused = why;
	if (why)
		bind_warn(undone, "%s", why);
	else if (!err)
		err = bind_undo(action, journal, true, undone);
	journal_free(&actions);
	return err;
}
