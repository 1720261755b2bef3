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

#endif
