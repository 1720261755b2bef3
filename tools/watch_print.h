/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is watched, in lines for people.
 */
#ifndef NUMATRACE_WATCH_PRINT_H
#define NUMATRACE_WATCH_PRINT_H

#include "history.h"

void watch_print_headings(const struct history_choice *choice);

/* A line for each node, or cgroup, of @values. 0 or -ENOMEM. */
int watch_print_lines(const struct history_view *view,
		      const struct history_value *values);

/* A line for a problem that began, changed or ended. 0 or -ENOMEM. */
int watch_print_finding(const struct report_finding *finding,
			const struct moment_now *now);

#endif
