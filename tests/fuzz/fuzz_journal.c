// SPDX-License-Identifier: GPL-2.0
/*
 * A journal as a crash, or a disk, may have left it.
 */
#include "fuzz.h"

#include <errno.h>

#include "journal.h"

static void check(const struct journal_actions *actions)
{
	for (size_t i = 0; i < actions->count; i++) {
		const struct journal_action *action = &actions->action[i];

		assert(action->begin);
		assert(!action->steps == !action->step);
		assert(!i || action[-1].id < action->id);
		assert(journal_state_word(journal_state(action)));
		assert(journal_find(actions, action->id) == action);
		journal_final(action);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_actions actions = { 0 };
	char *text = fuzz_text(data, size);
	int err = journal_parse(text, &actions);

	assert(!err);
	check(&actions);
	journal_free(&actions);
	free(text);
	return 0;
}
