// SPDX-License-Identifier: GPL-2.0
#include "output_array.h"

#include "printable.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Texts of values are those of JSON: of a number, the number, which keeps the
 * digits that it was written with.
 */
static int add(struct json_object *json, const struct output_column *column,
	       const void *data)
{
	const struct output_style style = { .format = OUTPUT_JSON };
	char *text = column->value(&style, data, column->field);
	struct json_object *value = NULL;

	if (text)
		value = column->number ? json_tokener_parse(text)
				       : json_object_new_string(text);
	free(text);
	return json_object_object_add(json, column->key, value);
}

static int add_chosen(struct json_object *json,
		      const struct output_choice *choice, const void *data)
{
	int err = 0;

	for (size_t i = 0; !err && i < choice->count; i++)
		err = add(json, choice->column[i], data);
	return err;
}

static int add_all(struct json_object *json,
		   const struct output_column *columns, const void *data)
{
	int err = 0;

	for (; !err && columns->name; columns++)
		err = add(json, columns, data);
	return err;
}

static struct json_object *one(const struct output_object *object,
			       const struct output_choice *choice,
			       const void *data)
{
	struct json_object *json = json_object_new_object();
	int err = json ? 0 : -ENOMEM;

	if (!err)
		err = choice ? add_chosen(json, choice, data)
			     : add_all(json, object->columns, data);
	if (!err)
		return json;
	json_object_put(json);
	return NULL;
}

struct json_object *output_array(const struct output_object *object,
				 const struct output_choice *choice,
				 const void *objects, size_t count, size_t size)
{
	struct json_object *array = json_object_new_array();
	const char *data = objects;

	for (size_t i = 0; array && i < count; i++, data += size) {
		struct json_object *json = one(object, choice, data);

		if (json && !json_object_array_add(array, json))
			continue;
		json_object_put(json);
		json_object_put(array);
		return NULL;
	}
	return array;
}

static int print_line(const char *type, const struct output_choice *choice,
		      const void *data)
{
	const int flags =
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *json = json_object_new_object();
	int err = json ? 0 : -ENOMEM;

	if (!err)
		err = json_object_object_add(json, "type",
					     json_object_new_string(type));
	if (!err)
		err = add_chosen(json, choice, data);
	if (!err)
		err = printable_json(json_object_to_json_string_ext(json,
								    flags),
				     stdout);
	json_object_put(json);
	return err ? -ENOMEM : 0;
}

int output_lines(const char *type, const struct output_choice *choice,
		 const void *objects, size_t count, size_t size)
{
	const char *data = objects;
	int err = 0;

	for (size_t i = 0; !err && i < count; i++, data += size)
		err = print_line(type, choice, data);
	/* Whoever reads a pipe wants each line when it is made. */
	fflush(stdout);
	return err;
}
