/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A matrix as a table for people: rows and columns are nodes.
 */
#ifndef NUMATRACE_MATRIX_GRID_H
#define NUMATRACE_MATRIX_GRID_H

#include "locality.h"
#include "output.h"

/**
 * struct matrix_grid - what to draw
 * @matrix: the numbers; without cells nothing was measured
 * @unit: which of them
 * @corner: heading of the row numbers
 * @rows: nodes by row even where all is zero, as a list
 * @columns: nodes by column even where all is zero, as a list
 * @gone: nodes that are not online any more, as a list; or NULL
 * @locality: whether each row ends with its locality
 * @text: in place of @matrix, which is then empty, and of the sums: the text of
 *	a cell, to be freed; NULL where it was not measured
 * @context: for @text
 */
struct matrix_grid {
	const struct report_matrix *matrix;
	enum locality_unit unit;
	const char *corner;
	const char *rows;
	const char *columns;
	const char *gone;
	bool locality;
	char *(*text)(const void *context, uint32_t row, uint32_t column);
	const void *context;
};

/* 0, -ENOMEM, or -EINVAL where @rows or @columns is not a list. */
int matrix_grid_print(const struct matrix_grid *grid,
		      const struct output_style *style);

#endif
