/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of objects as lines of text that are no wider than a screen. Pure:
 * asks no terminal.
 */
#ifndef NUMATRACE_TEXT_TABLE_H
#define NUMATRACE_TEXT_TABLE_H

#include "output.h"

#define TEXT_MAX_COLUMNS 16

/**
 * struct text_column - one column of a table
 * @column: what it shows
 * @width: columns of the screen; numbers take more if they need it, texts are
 *	cut, but for the last one, which gets all that is left
 */
struct text_column {
	const struct output_column *column;
	int width;
};

/**
 * struct text_table - the columns that fit
 * @count: number of columns
 * @column: the columns, a blank between two
 */
struct text_table {
	size_t count;
	struct text_column column[TEXT_MAX_COLUMNS];
};

/**
 * struct text_key - a column by its key, and the width it should have
 */
struct text_key {
	const char *key;
	int width;
};

/*
 * Lay out the columns @keys of @object, up to one without a key, for objects
 * of @size bytes. Those that do not fit into @width are left out, from the
 * end.
 */
void text_layout(struct text_table *table, const struct output_object *object,
		 const struct text_key *keys, const void *objects, size_t count,
		 size_t size, int width);

/* A line, to be freed, or NULL when memory is short. */
char *text_headings(const struct text_table *table);
char *text_line(const struct text_table *table, const void *object);

/*
 * Exactly @width columns of the screen: cut, or filled with blanks. What
 * cannot be printed becomes "?". To be freed; NULL when memory is short.
 */
char *text_fit(const char *text, int width, bool right);

/* Columns that a text takes on the screen. */
int text_width(const char *text);

#endif
