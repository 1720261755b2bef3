/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Columns of actions, as the journal has them.
 */
#ifndef NUMATRACE_ACTION_COLUMNS_H
#define NUMATRACE_ACTION_COLUMNS_H

#include "output.h"

/* Of struct journal_action. */
extern const struct output_object action_object;

#endif
