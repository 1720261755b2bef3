// SPDX-License-Identifier: GPL-2.0
#include "numastat_table.h"

#include "text_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of each column where values do not decide, and the most where they do. */
#define WIDTH 16
#define LEAST_WIDTH 4

int numastat_table_init(struct numastat_table *table, size_t rows,
			size_t columns)
{
	*table = (struct numastat_table){
		.label_width = WIDTH,
		.decimals = 2,
		.columns = columns,
		.column = calloc(columns, sizeof(*table->column)),
		.rows = rows,
		.row = calloc(rows, sizeof(*table->row)),
		.order = calloc(rows, sizeof(*table->order)),
	};
	if (!table->column || !table->row || !table->order)
		return -ENOMEM;
	for (size_t i = 0; i < columns; i++)
		table->column[i].width = WIDTH;
	for (size_t i = 0; i < rows; i++) {
		table->order[i] = i;
		table->row[i].value = calloc(columns, sizeof(double));
		if (!table->row[i].value)
			return -ENOMEM;
	}
	return 0;
}

void numastat_table_free(struct numastat_table *table)
{
	for (size_t i = 0; table->row && i < table->rows; i++)
		free(table->row[i].value);
	free(table->column);
	free(table->row);
	free(table->order);
}

void numastat_table_add(struct numastat_table *table, size_t row, size_t column,
			double value)
{
	table->row[row].known = true;
	table->row[row].value[column] += value;
	table->row[row].value[table->columns - 1] += value;
}

/* Which of several equal ones comes first is as numastat has it. */
void numastat_table_sort(struct numastat_table *table, size_t rows,
			 size_t column)
{
	size_t *order = table->order;

	for (size_t i = 0; i < rows; i++) {
		size_t largest = i, first = order[i];

		for (size_t k = i + 1; k < rows; k++)
			if (table->row[order[k]].value[column] >
			    table->row[order[largest]].value[column])
				largest = k;
		order[i] = order[largest];
		order[largest] = first;
	}
}

static int bounded(int width, int least, int most)
{
	if (width < least)
		width = least;
	/* The gap; what is too long then loses it, or its end. */
	return width + 1 < most ? width + 1 : most;
}

void numastat_table_fit_labels(struct numastat_table *table, int least,
			       int most)
{
	int width = table->corner ? (int)strlen(table->corner) : 0;

	for (size_t i = 0; i < table->rows; i++) {
		int length = text_width(table->row[i].label);

		if (!table->row[i].rule && length > width)
			width = length;
	}
	table->label_width = bounded(width, least, most);
}

static void fit_column(struct numastat_table *table, size_t column)
{
	int width = (int)strlen(table->column[column].name);

	for (size_t i = 0; i < table->rows; i++) {
		const struct numastat_row *row = &table->row[i];
		int length;

		if (row->rule || !row->known)
			continue;
		length = snprintf(NULL, 0, "%.*f", table->decimals,
				  row->value[column]);
		if (length > width)
			width = length;
	}
	table->column[column].width = bounded(width, LEAST_WIDTH, WIDTH);
}

/* Returns false, and says so, where there is nothing to show. */
static bool find_zeros(struct numastat_table *table, bool hide_zeros)
{
	bool known = false, nonzero = false;

	for (size_t i = 0; i < table->rows; i++) {
		struct numastat_row *row = &table->row[i];

		known |= row->known;
		for (size_t k = 0; row->known && k < table->columns; k++) {
			if (row->value[k] == 0)
				continue;
			nonzero = true;
			row->nonzero = true;
			table->column[k].nonzero = true;
		}
	}
	if (!known)
		puts("Table has no data.");
	else if (!nonzero && hide_zeros)
		puts("Table has no non-zero data.");
	return known && (nonzero || !hide_zeros);
}

static void print_dashes(int count)
{
	while (count-- > 0)
		putchar('-');
}

static void print_label(int width, const char *label)
{
	char *fitted = text_fit(label, width, false);

	fputs(fitted ? fitted : label, stdout);
	free(fitted);
}

static void print_value(int width, int decimals, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", decimals, value);
	printf("%*.*s", width, width, text);
}

/* A section is the columns [first, end) that fit a line. */
struct section {
	const struct numastat_table *table;
	bool hide_zeros;
	size_t first;
	size_t end;
};

static bool is_shown(const struct section *section, size_t column)
{
	return !section->hide_zeros || section->table->column[column].nonzero;
}

static void find_end(struct section *section, int screen)
{
	const struct numastat_table *table = section->table;
	int width = table->label_width;
	size_t column = section->first;

	do {
		if (is_shown(section, column))
			width += table->column[column].width;
		column++;
	} while (column < table->columns &&
		 width + table->column[column].width <= screen);
	section->end = column;
}

static void print_names(const struct section *section)
{
	const struct numastat_table *table = section->table;

	print_label(table->label_width, table->corner ? table->corner : "");
	for (size_t i = section->first; i < section->end; i++)
		if (is_shown(section, i))
			printf("%*.*s", table->column[i].width,
			       table->column[i].width, table->column[i].name);
	putchar('\n');
}

static void print_rule(const struct section *section, bool labels)
{
	const struct numastat_table *table = section->table;

	if (labels)
		print_dashes(table->label_width - 1);
	print_label(labels ? 1 : table->label_width, "");
	for (size_t i = section->first; i < section->end; i++) {
		if (!is_shown(section, i))
			continue;
		putchar(' ');
		print_dashes(table->column[i].width - 1);
	}
	putchar('\n');
}

static void print_row(const struct section *section,
		      const struct numastat_row *row)
{
	const struct numastat_table *table = section->table;

	print_label(table->label_width, row->label);
	for (size_t i = section->first; i < section->end; i++)
		if (is_shown(section, i))
			print_value(table->column[i].width, table->decimals,
				    row->value[i]);
	putchar('\n');
}

static void print_section(const struct section *section)
{
	const struct numastat_table *table = section->table;

	print_names(section);
	if (!table->plain)
		print_rule(section, table->corner);
	for (size_t i = 0; i < table->rows; i++) {
		const struct numastat_row *row = &table->row[table->order[i]];

		if (row->rule)
			print_rule(section, true);
		else if (row->known && (!section->hide_zeros || row->nonzero))
			print_row(section, row);
	}
}

void numastat_table_print(struct numastat_table *table,
			  const struct numastat_look *look)
{
	struct section section = {
		.table = table,
		.hide_zeros = look->hide_zeros,
	};

	for (size_t i = 0; look->compact && i < table->columns; i++)
		fit_column(table, i);
	if (look->compact)
		numastat_table_fit_labels(table, LEAST_WIDTH, WIDTH);
	if (!find_zeros(table, look->hide_zeros))
		return;
	while (section.first < table->columns) {
		if (!is_shown(&section, section.first)) {
			section.first++;
			continue;
		}
		if (section.end)
			putchar('\n');
		find_end(&section, look->screen);
		print_section(&section);
		section.first = section.end;
	}
}
