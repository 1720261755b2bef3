// SPDX-License-Identifier: GPL-2.0
#include "bind.h"

#include "bind_problem.h"
#include "bind_restore.h"
#include "bind_steps.h"
#include "record.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

/* Sentences for people. */
#define UNDO_NOT_NOTED                                                         \
	"the journal could not be written (%s): it does not know of this undo"

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
