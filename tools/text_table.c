// SPDX-License-Identifier: GPL-2.0
#include "text_table.h"

#include "printable.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/*
 * Bytes of the next character and, in @columns, its width; 0 at the end. A
 * @columns of -1: it cannot be printed.
 */
static size_t next_character(const char *text, int *columns)
{
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t length = mbrtowc(&wide, text, MB_CUR_MAX, &state);

	*columns = -1;
	if (!length)
		return 0;
	if (length == (size_t)-1 || length == (size_t)-2)
		return 1;
	*columns = wcwidth(wide);
	return length;
}

int text_width(const char *text)
{
	int width = 0, columns;
	size_t length;

	for (; (length = next_character(text, &columns)); text += length)
		width += columns < 0 ? 1 : columns;
	return width;
}

/* Returns the end of what was written; @left is what remains of the width. */
static char *copy_characters(char *to, const char *text, int *left)
{
	size_t length;
	int columns;

	for (; (length = next_character(text, &columns)); text += length) {
		bool printable = columns >= 0;

		if ((printable ? columns : 1) > *left)
			break;
		*left -= printable ? columns : 1;
		if (!printable) {
			*to++ = '?';
			continue;
		}
		memcpy(to, text, length);
		to += length;
	}
	return to;
}

char *text_fit(const char *text, int width, bool right)
{
	size_t length = strlen(text);
	char *fitted = malloc(length + width + 1), *end;
	int left = width;

	if (!fitted)
		return NULL;
	end = copy_characters(fitted, text, &left);
	if (right) {
		memmove(fitted + left, fitted, end - fitted);
		memset(fitted, ' ', left);
	} else {
		memset(end, ' ', left);
	}
	end[left] = '\0';
	return fitted;
}

static char *value_of(const struct output_column *column, const void *object)
{
	const struct output_style style = { .format = OUTPUT_TABLE };
	char *text = column->value(&style, object, column->field);
	char *shown = text ? printable(text) : strdup("-");

	free(text);
	return shown;
}

static void widen(struct text_column *column, const void *object)
{
	char *text = value_of(column->column, object);
	int width = text ? text_width(text) : 0;

	if (width > column->width)
		column->width = width;
	free(text);
}

static void add_column(struct text_table *table,
		       const struct output_column *column, int width)
{
	int heading = strlen(column->name);

	table->column[table->count++] = (struct text_column){
		.column = column,
		.width = heading > width ? heading : width,
	};
}

/* At least one column stays, however narrow the screen is. */
static void leave_out(struct text_table *table, int width)
{
	struct text_column *last;
	int left = width + 1;
	size_t count = 0;

	for (; count < table->count; count++) {
		int needed = table->column[count].width + 1;

		if (count && needed > left)
			break;
		left -= needed;
	}
	table->count = count;
	if (!count)
		return;
	last = &table->column[count - 1];
	if (!last->column->number || left < 0)
		last->width += left;
	if (last->width < 0)
		last->width = 0;
}

void text_layout(struct text_table *table, const struct output_object *object,
		 const struct text_key *keys, const void *objects, size_t count,
		 size_t size, int width)
{
	table->count = 0;
	for (; keys->key && table->count < TEXT_MAX_COLUMNS; keys++) {
		const struct output_column *column =
			output_find(object, keys->key);

		if (column)
			add_column(table, column, keys->width);
	}
	for (size_t i = 0; i < table->count; i++)
		for (size_t j = 0; table->column[i].column->number && j < count;
		     j++)
			widen(&table->column[i],
			      (const char *)objects + j * size);
	leave_out(table, width);
}

/* Puts @text, which it frees, into a column of the line that it returns. */
static char *append(char *line, char *text, const struct text_column *column,
		    bool first)
{
	char *cell = text && line ? text_fit(text, column->width,
					     column->column->number)
				  : NULL;
	size_t length = cell ? strlen(line) : 0;
	char *grown = cell ? realloc(line, length + strlen(cell) + 2) : NULL;

	if (grown)
		strcat(strcat(grown, first ? "" : " "), cell);
	else
		free(line);
	free(cell);
	free(text);
	return grown;
}

char *text_headings(const struct text_table *table)
{
	char *line = strdup("");

	for (size_t i = 0; i < table->count; i++)
		line = append(line, strdup(table->column[i].column->name),
			      &table->column[i], !i);
	return line;
}

char *text_line(const struct text_table *table, const void *object)
{
	char *line = strdup("");

	for (size_t i = 0; i < table->count; i++)
		line = append(line, value_of(table->column[i].column, object),
			      &table->column[i], !i);
	return line;
}
