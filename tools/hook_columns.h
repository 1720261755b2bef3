/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of a hook.
 */
#ifndef NUMATRACE_HOOK_COLUMNS_H
#define NUMATRACE_HOOK_COLUMNS_H

#include "output.h"
#include "report.h"

/* Prints struct report_hook. */
extern const struct output_object hook_object;

/* The state in one word. */
const char *hook_state_word(const struct report_hook *hook);

#endif
