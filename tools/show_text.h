/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of a process, printed for people.
 */
#ifndef NUMATRACE_SHOW_TEXT_H
#define NUMATRACE_SHOW_TEXT_H

#include "output.h"
#include "report.h"

/* All of the columns that are not hidden. 0 or -ENOMEM. */
int show_text_list(const struct output_object *object, const void *objects,
		   size_t count, size_t size);

/* The first @most threads, 0 for all, and how many more there are. */
int show_text_threads(const struct report_threads *threads, size_t most);

#endif
