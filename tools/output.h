/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of objects, printed by libsmartcols as a table, raw or as JSON. One
 * table of columns for each kind of object feeds all three, and --help.
 */
#ifndef NUMATRACE_OUTPUT_H
#define NUMATRACE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

enum output_format {
	OUTPUT_TABLE,
	OUTPUT_RAW,
	OUTPUT_JSON,
};

/**
 * struct output_style - how to print values
 * @format: what is printed
 * @noheadings: no line of column names
 * @bytes: sizes in bytes; always so in JSON
 */
struct output_style {
	enum output_format format;
	bool noheadings;
	bool bytes;
};

/**
 * struct output_column - one column of an object
 * @name: heading, and name for --output
 * @key: JSON key, [a-z_]
 * @number: a number: aligned to the right, bare in JSON
 * @hidden: not among the default columns
 * @tree: where the branches of a tree are drawn
 * @wrap: sentences: on a terminal they may take several lines
 * @help: what it is and where the kernel counts it
 * @field: for @value, which of several fields of the object
 * @value: text of the object's value, to be freed; NULL where it was not
 *	measured, shown as "-" and JSON null
 */
struct output_column {
	const char *name;
	const char *key;
	bool number;
	bool hidden;
	bool tree;
	bool wrap;
	const char *help;
	int field;
	char *(*value)(const struct output_style *style, const void *object,
		       int field);
};

/**
 * struct output_object - a kind of object
 * @name: name of the JSON array
 * @title: for --help, where a command lists several kinds
 * @columns: all of its columns; the end has no name
 */
struct output_object {
	const char *name;
	const char *title;
	const struct output_column *columns;
};

/**
 * struct output_choice - the columns to print, in their order
 * @count: number of columns
 * @column: pointers into the object's table
 */
struct output_choice {
	size_t count;
	const struct output_column **column;
};

/*
 * The default columns, or those of @list: names separated by commas, in any
 * case; "+" in front adds them to the default ones. With @all, all of them.
 * 0, -ENOMEM, or -EINVAL with @unknown set to a copy of the name that the
 * object does not have.
 */
int output_choose(const struct output_object *object, const char *list,
		  bool all, struct output_choice *choice, char **unknown);
void output_free_choice(struct output_choice *choice);

/* Print @count objects, each of @size bytes. 0 or -ENOMEM. */
int output_list(const struct output_object *object,
		const struct output_choice *choice,
		const struct output_style *style, const void *objects,
		size_t count, size_t size);

/* As output_list(), with branches in a table: @parent has an index, or SIZE_MAX. */
int output_tree(const struct output_object *object,
		const struct output_choice *choice,
		const struct output_style *style, const void *objects,
		size_t count, size_t size, const size_t *parent);

/* The column of that name or key, in any case, or NULL. */
const struct output_column *output_find(const struct output_object *object,
					const char *name);

/*
 * Order objects by a column: numbers from the largest down, texts from A to Z,
 * what was not measured last. 0 or -ENOMEM.
 */
int output_sort(const struct output_column *column, void *objects, size_t count,
		size_t size);

/*
 * Print and free a document that is more than a list. Keys are [a-z_], as in
 * lists. 0, or -ENOMEM for NULL.
 */
int output_json(struct json_object *document);

/*
 * Before report number @number (from 0) of several: an empty line between
 * tables; headings only once in raw output, which is read by programs.
 */
void output_next(struct output_style *style, unsigned long number);

/* A line of --help for each column. */
void output_help(const struct output_object *object, FILE *file);

/* Texts for values; NULL when memory is short. */
char *output_count(uint64_t value);
char *output_signed(int64_t value);
char *output_size(const struct output_style *style, uint64_t bytes);
/* With a unit in tables, else ns as they are. */
char *output_duration(const struct output_style *style, uint64_t ns);
/* @ratio is 0 to 1: in percent, in JSON as it is. */
char *output_ratio(const struct output_style *style, double ratio);
/* With more digits, for shares that are small. */
char *output_small_ratio(const struct output_style *style, double ratio);

#endif
