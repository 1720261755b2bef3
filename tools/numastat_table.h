/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of numastat(8): labels, a column for each node and one for their
 * total, folded where the screen ends.
 */
#ifndef NUMATRACE_NUMASTAT_TABLE_H
#define NUMATRACE_NUMASTAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct numastat_row - a line of a table
 * @label: first on the line
 * @rule: a line of dashes
 * @known: it has a value in a column; else it is left out
 * @nonzero: it has, or had in a table printed before, one that is not 0
 * @value: by column
 */
struct numastat_row {
	char label[64];
	bool rule;
	bool known;
	bool nonzero;
	double *value;
};

/**
 * struct numastat_column - a column of a table
 * @name: its heading
 * @width: characters, with the gap before it
 * @nonzero: as that of a row
 */
struct numastat_column {
	char name[32];
	int width;
	bool nonzero;
};

/**
 * struct numastat_table - a table
 * @corner: heading of the labels, or NULL
 * @plain: no rule below the headings
 * @label_width: characters, with the gap behind
 * @decimals: of each value
 * @columns: number of @column
 * @column: the columns
 * @rows: number of @row
 * @row: the rows
 * @order: in which they are printed, as indices of @row
 */
struct numastat_table {
	const char *corner;
	bool plain;
	int label_width;
	int decimals;
	size_t columns;
	struct numastat_column *column;
	size_t rows;
	struct numastat_row *row;
	size_t *order;
};

/**
 * struct numastat_look - how a table is to be printed
 * @compact: columns as narrow as their values, no decimals
 * @hide_zeros: leave out rows and columns of zeros
 * @screen: characters on a line
 */
struct numastat_look {
	bool compact;
	bool hide_zeros;
	int screen;
};

/* A table without names and values. 0 or -ENOMEM. */
int numastat_table_init(struct numastat_table *table, size_t rows,
			size_t columns);
void numastat_table_free(struct numastat_table *table);

/* Add to a value and to that of the last column, which is the total. */
void numastat_table_add(struct numastat_table *table, size_t row, size_t column,
			double value);

/* Order the first @rows by a column, the largest value first. */
void numastat_table_sort(struct numastat_table *table, size_t rows,
			 size_t column);

/* Make the labels' column as wide as they are, within bounds. */
void numastat_table_fit_labels(struct numastat_table *table, int least,
			       int most);

void numastat_table_print(struct numastat_table *table,
			  const struct numastat_look *look);

#endif
