// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include "printable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>
#include <libsmartcols.h>

static size_t count_columns(const struct output_object *object)
{
	size_t count = 0;

	while (object->columns[count].name)
		count++;
	return count;
}

static const struct output_column *find(const struct output_object *object,
					const char *name)
{
	const struct output_column *column;

	for (column = object->columns; column->name; column++)
		if (!strcasecmp(column->name, name))
			return column;
	return NULL;
}

const struct output_column *output_find(const struct output_object *object,
					const char *name)
{
	const struct output_column *column;

	for (column = object->columns; column->name; column++)
		if (!strcasecmp(column->name, name) ||
		    !strcasecmp(column->key, name))
			return column;
	return NULL;
}

static void add_own(const struct output_object *object, bool all,
		    struct output_choice *choice)
{
	const struct output_column *column;

	for (column = object->columns; column->name; column++)
		if (all || !column->hidden)
			choice->column[choice->count++] = column;
}

static int add_named(const struct output_object *object, char *list,
		     struct output_choice *choice, char **unknown)
{
	char *name;

	while ((name = strsep(&list, ","))) {
		const struct output_column *column = find(object, name);

		if (!column) {
			*unknown = strdup(name);
			return *unknown ? -EINVAL : -ENOMEM;
		}
		choice->column[choice->count++] = column;
	}
	return 0;
}

int output_choose(const struct output_object *object, const char *list,
		  bool all, struct output_choice *choice, char **unknown)
{
	bool adds = !list || *list == '+';
	/* A list of n bytes names no more than n + 1 columns. */
	size_t room = count_columns(object) + (list ? strlen(list) : 0) + 1;
	char *names = NULL;
	int err = 0;

	*unknown = NULL;
	choice->count = 0;
	choice->column = calloc(room, sizeof(*choice->column));
	if (!choice->column)
		return -ENOMEM;
	if (all || adds)
		add_own(object, all, choice);
	if (list && !all) {
		names = strdup(list + adds);
		err = names ? add_named(object, names, choice, unknown)
			    : -ENOMEM;
		free(names);
	}
	if (err)
		output_free_choice(choice);
	return err;
}

void output_free_choice(struct output_choice *choice)
{
	free(choice->column);
	*choice = (struct output_choice){ 0 };
}

static int add_column(struct libscols_table *table,
		      const struct output_style *style,
		      const struct output_column *column, bool tree)
{
	bool json = style->format == OUTPUT_JSON;
	int flags = column->number ? SCOLS_FL_RIGHT : 0;
	struct libscols_column *added;

	flags |= column->wrap ? SCOLS_FL_WRAP : 0;
	/* libsmartcols makes JSON keys of headings. */
	added = scols_table_new_column(table, json ? column->key : column->name,
				       0, flags | (tree ? SCOLS_FL_TREE : 0));
	if (!added)
		return -ENOMEM;
	return scols_column_set_json_type(added, column->number
							 ? SCOLS_JSON_NUMBER
							 : SCOLS_JSON_STRING);
}

static int set_cell(struct libscols_line *line, size_t index,
		    const struct output_style *style,
		    const struct output_column *column, const void *object)
{
	char *text = column->value(style, object, column->field);
	int err;

	/* An empty cell is null in JSON, and would shift the others in raw. */
	if (style->format != OUTPUT_JSON && (!text || !*text)) {
		free(text);
		return scols_line_set_data(line, index, "-");
	}
	/* Raw, libsmartcols escapes all but visible ASCII, and backslashes. */
	if (style->format == OUTPUT_TABLE) {
		char *shown = printable(text);

		free(text);
		if (!shown)
			return -ENOMEM;
		text = shown;
	}
	err = scols_line_refer_data(line, index, text);
	if (err)
		free(text);
	return err;
}

/* A list of objects, and if they are a tree, the index of each one's parent. */
struct list {
	const struct output_object *object;
	const struct output_choice *choice;
	const struct output_style *style;
	const char *objects;
	size_t count;
	size_t size;
	const size_t *parent;
};

static int add_line(struct libscols_table *table, const struct list *list,
		    size_t index)
{
	const struct output_choice *choice = list->choice;
	struct libscols_line *line, *parent = NULL;
	int err = 0;

	if (list->parent && list->parent[index] != SIZE_MAX)
		parent = scols_table_get_line(table, list->parent[index]);
	line = scols_table_new_line(table, parent);
	if (!line)
		return -ENOMEM;
	for (size_t i = 0; !err && i < choice->count; i++)
		err = set_cell(line, i, list->style, choice->column[i],
			       list->objects + index * list->size);
	return err;
}

static int fill(struct libscols_table *table, const struct list *list)
{
	const struct output_choice *choice = list->choice;
	enum output_format format = list->style->format;
	int err = scols_table_set_name(table, list->object->name);

	scols_table_enable_raw(table, format == OUTPUT_RAW);
	scols_table_enable_json(table, format == OUTPUT_JSON);
	/* Texts are printable, and have backslashes for it. */
	scols_table_enable_noencoding(table, format == OUTPUT_TABLE);
	scols_table_enable_noheadings(table, list->style->noheadings);
	for (size_t i = 0; !err && i < choice->count; i++)
		err = add_column(table, list->style, choice->column[i],
				 list->parent && choice->column[i]->tree);
	for (size_t i = 0; !err && i < list->count; i++)
		err = add_line(table, list, i);
	return err;
}

static int print_json(struct libscols_table *table)
{
	char *text;
	int err = scols_print_table_to_string(table, &text);

	if (err)
		return err;
	err = printable_json(text, stdout);
	free(text);
	return err;
}

static int print(const struct list *list)
{
	struct libscols_table *table = scols_new_table();
	int err;

	if (!table)
		return -ENOMEM;
	err = fill(table, list);
	if (!err)
		err = list->style->format == OUTPUT_JSON
			      ? print_json(table)
			      : scols_print_table(table);
	/* Whoever reads a pipe wants each report when it is made. */
	fflush(stdout);
	scols_unref_table(table);
	return err;
}

int output_list(const struct output_object *object,
		const struct output_choice *choice,
		const struct output_style *style, const void *objects,
		size_t count, size_t size)
{
	return output_tree(object, choice, style, objects, count, size, NULL);
}

int output_tree(const struct output_object *object,
		const struct output_choice *choice,
		const struct output_style *style, const void *objects,
		size_t count, size_t size, const size_t *parent)
{
	const struct list list = {
		.object = object,
		.choice = choice,
		.style = style,
		.objects = objects,
		.count = count,
		.size = size,
		.parent = parent,
	};

	return print(&list);
}

/* An object's place in the order. */
struct rank {
	size_t index;
	bool measured;
	double number;
	char *text;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	int order = 0;

	if (x->measured != y->measured)
		return x->measured ? -1 : 1;
	if (x->number != y->number)
		return x->number > y->number ? -1 : 1;
	if (x->text && y->text)
		order = strcoll(x->text, y->text);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* The values of JSON are those without units. */
static void set_ranks(struct rank *ranks, const struct output_column *column,
		      const char *objects, size_t count, size_t size)
{
	const struct output_style style = { .format = OUTPUT_JSON };

	for (size_t i = 0; i < count; i++) {
		char *text = column->value(&style, objects + i * size,
					   column->field);

		ranks[i].index = i;
		ranks[i].measured = text;
		ranks[i].text = text;
		if (text && column->number)
			ranks[i].number = strtod(text, NULL);
		if (!column->number)
			continue;
		free(text);
		ranks[i].text = NULL;
	}
	qsort(ranks, count, sizeof(*ranks), compare_ranks);
}

int output_sort(const struct output_column *column, void *objects, size_t count,
		size_t size)
{
	struct rank *ranks = calloc(count + 1, sizeof(*ranks));
	char *copy = malloc(count * size + 1);
	int err = ranks && copy ? 0 : -ENOMEM;

	if (!err) {
		memcpy(copy, objects, count * size);
		set_ranks(ranks, column, copy, count, size);
		for (size_t i = 0; i < count; i++) {
			memcpy((char *)objects + i * size,
			       copy + ranks[i].index * size, size);
			free(ranks[i].text);
		}
	}
	free(ranks);
	free(copy);
	return err;
}

int output_json(struct json_object *document)
{
	const int flags =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	int err;

	if (!document)
		return -ENOMEM;
	err = printable_json(json_object_to_json_string_ext(document, flags),
			     stdout);
	json_object_put(document);
	return err;
}

void output_next(struct output_style *style, unsigned long number)
{
	if (!number)
		return;
	if (style->format == OUTPUT_TABLE)
		putchar('\n');
	else if (style->format == OUTPUT_RAW)
		style->noheadings = true;
}

void output_help(const struct output_object *object, FILE *file)
{
	const struct output_column *column;
	int width = 0;

	for (column = object->columns; column->name; column++)
		if ((int)strlen(column->name) > width)
			width = strlen(column->name);
	for (column = object->columns; column->name; column++)
		fprintf(file, " %*s  %s\n", width, column->name, column->help);
}

static char *finished(char *text, int length)
{
	return length < 0 ? NULL : text;
}

char *output_count(uint64_t value)
{
	char *text;
	int length = asprintf(&text, "%llu", (unsigned long long)value);

	return finished(text, length);
}

char *output_signed(int64_t value)
{
	char *text;
	int length = asprintf(&text, "%lld", (long long)value);

	return finished(text, length);
}

char *output_size(const struct output_style *style, uint64_t bytes)
{
	const char *unit = "BKMGTPE";
	double scaled = (double)bytes;
	char *text;
	int length;

	if (style->bytes || style->format == OUTPUT_JSON)
		return output_count(bytes);
	/* 1023.95 would round up to 1024.0. */
	for (; scaled >= 1023.95; scaled /= 1024)
		unit++;
	length = asprintf(&text, "%.*f%c",
			  *unit != 'B' && scaled != (int)scaled, scaled, *unit);
	return finished(text, length);
}

char *output_duration(const struct output_style *style, uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double scaled = (double)ns;
	char *text;
	int length, unit = 0;

	if (style->format != OUTPUT_TABLE)
		return output_count(ns);
	/* 999.95 would round up to 1000.0. */
	for (; unit < 3 && scaled >= 999.95; scaled /= 1000)
		unit++;
	length = asprintf(&text, "%.*f%s", unit ? 1 : 0, scaled, units[unit]);
	return finished(text, length);
}

char *output_ratio(const struct output_style *style, double ratio)
{
	char *text;
	int length;

	if (style->format == OUTPUT_JSON)
		length = asprintf(&text, "%.4f", ratio);
	else
		length = asprintf(&text, "%.1f%%", ratio * 100);
	return finished(text, length);
}

char *output_small_ratio(const struct output_style *style, double ratio)
{
	char *text;
	int length;

	if (style->format == OUTPUT_JSON)
		length = asprintf(&text, "%.6f", ratio);
	else
		length = asprintf(&text, "%.3f%%", ratio * 100);
	return finished(text, length);
}
