/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an action changed, restored.
 */
#ifndef NUMATRACE_BIND_RESTORE_H
#define NUMATRACE_BIND_RESTORE_H

#include "bind.h"

/*
 * As bind_undo(), without a word in the journal. What has ended needs nothing;
 * one part that cannot be restored does not stop the others.
 */
int bind_restore(const struct journal_action *action, bool pages,
		 struct bind_undone *undone);

/*
 * Read the journal and find an action in it. 0, or a negative errno; @actions
 * is to be freed either way.
 */
int bind_find(const struct journal *journal, int64_t id,
	      struct journal_actions *actions,
	      const struct journal_action **action);

#endif
