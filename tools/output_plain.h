/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of which nobody chooses the columns.
 */
#ifndef NUMATRACE_OUTPUT_PLAIN_H
#define NUMATRACE_OUTPUT_PLAIN_H

#include "output.h"

/* Print @count objects of @size bytes. 0 or -ENOMEM. */
int output_plain(const struct output_object *object,
		 const struct output_style *style, const void *rows,
		 size_t count, size_t size);

#endif
