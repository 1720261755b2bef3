/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the live screen lists: chosen and in order.
 */
#ifndef NUMATRACE_TOP_ROWS_H
#define NUMATRACE_TOP_ROWS_H

#include "top_reading.h"
#include "top_view.h"

/**
 * struct top_rows - objects to print; they point into the reading
 * @object: their kind
 * @count: number of objects
 * @size: of one
 * @rows: the objects
 */
struct top_rows {
	const struct output_object *object;
	size_t count;
	size_t size;
	void *rows;
};

/* Freed by the caller. 0 or -ENOMEM. */
int top_list_rows(struct top_rows *rows, const struct top_view *view,
		  const struct top_reading *reading);

/*
 * The nodes; if there are more than @most, those with most remote accesses.
 */
int top_node_rows(struct top_rows *rows, const struct top_reading *reading,
		  size_t most);

void top_free_rows(struct top_rows *rows);

#endif
