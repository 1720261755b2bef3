/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects as JSON: lists in a document that has more, and JSON Lines.
 */
#ifndef NUMATRACE_OUTPUT_ARRAY_H
#define NUMATRACE_OUTPUT_ARRAY_H

#include "output.h"

struct json_object;

/*
 * @count objects of @size bytes, each with the columns of @choice, or all of
 * its kind if that is NULL. NULL when memory is short.
 */
struct json_object *output_array(const struct output_object *object,
				 const struct output_choice *choice,
				 const void *objects, size_t count,
				 size_t size);

/*
 * Print objects as JSON Lines, a document without line breaks for each; the
 * first key, "type", says of which kind it is. 0 or -ENOMEM.
 */
int output_lines(const char *type, const struct output_choice *choice,
		 const void *objects, size_t count, size_t size);

#endif
