// SPDX-License-Identifier: GPL-2.0
#include "profile.h"

#include "record.h"
#include "report.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raised when what is there gets another meaning, not when something is added. */
#define VERSION 1

/* Sanity bounds of what a file can say. */
#define MAX_CELLS (1024 * 1024)
#define MAX_REPEATS 1000000
#define MAX_CPUS 1048576
#define MAX_VALUE 1e18

static const char *const metric_keys[PROFILE_METRICS] = {
	[PROFILE_LATENCY] = "latency_ns",
	[PROFILE_READ] = "read_bytes_per_second",
	[PROFILE_WRITE] = "write_bytes_per_second",
	[PROFILE_COPY] = "copy_bytes_per_second",
};

static struct json_object *value_json(const struct profile *profile,
				      const struct profile_cell *cell,
				      enum profile_metric metric)
{
	const struct profile_value *value = &cell->value[metric];
	struct json_object *json;
	double penalty;

	if (!value->repeats)
		return NULL;
	json = json_object_new_object();
	record_add(json, "median", json_object_new_double(value->median));
	record_add(json, "spread", json_object_new_double(value->spread));
	record_add(json, "repeats", json_object_new_uint64(value->repeats));
	record_add(json, "steady", json_object_new_boolean(value->steady));
	record_add(json, "penalty",
		   profile_penalty(profile, cell, metric, &penalty)
			   ? json_object_new_double(penalty)
			   : NULL);
	return json;
}

static struct json_object *cell_json(const struct profile *profile,
				     const struct profile_cell *cell)
{
	struct json_object *json = json_object_new_object();

	record_add(json, "cpu_node", json_object_new_uint64(cell->cpu_node));
	record_add(json, "memory_node",
		   json_object_new_uint64(cell->memory_node));
	record_add(json, "cpus", json_object_new_uint64(cell->cpus));
	record_add(json, "huge_pages", json_object_new_double(cell->huge));
	for (int i = 0; i < PROFILE_METRICS; i++)
		record_add(json, metric_keys[i], value_json(profile, cell, i));
	record_add_text(json, "reason", cell->reason);
	return json;
}

struct json_object *profile_json(const struct profile *profile)
{
	struct json_object *json = json_object_new_object();
	struct json_object *cells = json_object_new_array();

	record_add(json, "version", json_object_new_int(VERSION));
	record_add_text(json, "time", profile->time);
	record_add_text(json, "kernel", profile->kernel);
	record_add(json, "buffer_bytes", json_object_new_uint64(profile->size));
	record_add(json, "cache_bytes", json_object_new_uint64(profile->cache));
	for (size_t i = 0; i < profile->count; i++)
		json_object_array_add(cells,
				      cell_json(profile, &profile->cell[i]));
	record_add(json, "cells", cells);
	return json;
}

/* Says what is wrong: @why, or NULL where memory is short. -EINVAL. */
#define refuse(why, ...)                                                       \
	({                                                                     \
		char *_text;                                                   \
		int _length = asprintf(&_text, __VA_ARGS__);                   \
		*(why) = _length < 0 ? NULL : _text;                           \
		-EINVAL;                                                       \
	})

static int get(const struct json_object *json, const char *key,
	       struct json_object **value, char **why)
{
	if (json_object_object_get_ex(json, key, value))
		return 0;
	return refuse(why, "%s is missing", key);
}

static int get_number(const struct json_object *json, const char *key,
		      uint64_t most, uint64_t *number, char **why)
{
	struct json_object *value;
	int err = get(json, key, &value, why);

	if (err)
		return err;
	if (!json_object_is_type(value, json_type_int) ||
	    json_object_get_int64(value) < 0 ||
	    json_object_get_uint64(value) > most)
		return refuse(why, "%s is not a number of 0 to %llu", key,
			      (unsigned long long)most);
	*number = json_object_get_uint64(value);
	return 0;
}

/* JSON writes 1.0 as 1.0, but others may write it as 1. */
static int get_double(const struct json_object *json, const char *key,
		      double most, double *number, char **why)
{
	struct json_object *value;
	int err = get(json, key, &value, why);

	if (err)
		return err;
	*number = NAN;
	if (json_object_is_type(value, json_type_double) ||
	    json_object_is_type(value, json_type_int))
		*number = json_object_get_double(value);
	if (!(*number >= 0 && *number <= most))
		return refuse(why, "%s is not a number of 0 to %g", key, most);
	return 0;
}

/* Takes null where @null. */
static int get_text(const struct json_object *json, const char *key, bool null,
		    char **copy, char **why)
{
	struct json_object *value;
	int err = get(json, key, &value, why);

	if (err || (null && !value))
		return err;
	if (!json_object_is_type(value, json_type_string))
		return refuse(why, "%s is not a text", key);
	*copy = strdup(json_object_get_string(value));
	return *copy ? 0 : -ENOMEM;
}

static int get_value(const struct json_object *json, const char *key,
		     struct profile_value *value, char **why)
{
	struct json_object *object, *steady;
	uint64_t repeats = 0;
	int err = get(json, key, &object, why);

	if (err || !object)
		return err;
	if (!json_object_is_type(object, json_type_object))
		return refuse(why, "%s is not an object", key);
	err = get_double(object, "median", MAX_VALUE, &value->median, why);
	if (!err)
		err = get_double(object, "spread", MAX_VALUE, &value->spread,
				 why);
	if (!err)
		err = get_number(object, "repeats", MAX_REPEATS, &repeats, why);
	if (!err)
		err = get(object, "steady", &steady, why);
	if (err)
		return err;
	if (!repeats || value->median <= 0)
		return refuse(why, "%s has no value", key);
	if (!json_object_is_type(steady, json_type_boolean))
		return refuse(why, "steady is neither true nor false");
	value->steady = json_object_get_boolean(steady);
	value->repeats = repeats;
	return 0;
}

static int get_cell(const struct json_object *json, struct profile *profile,
		    char **why)
{
	const struct profile_cell *last =
		profile->count ? &profile->cell[profile->count - 1] : NULL;
	uint64_t cpu_node, memory_node, cpus;
	struct profile_cell *cell;
	int err;

	if (!json_object_is_type(json, json_type_object))
		return refuse(why, "a cell is not an object");
	err = get_number(json, "cpu_node", REPORT_MAX_NODES - 1, &cpu_node,
			 why);
	if (!err)
		err = get_number(json, "memory_node", REPORT_MAX_NODES - 1,
				 &memory_node, why);
	if (!err)
		err = get_number(json, "cpus", MAX_CPUS, &cpus, why);
	if (err)
		return err;
	if (last &&
	    (cpu_node < last->cpu_node ||
	     (cpu_node == last->cpu_node && memory_node <= last->memory_node)))
		return refuse(why, "the cells are not in ascending order");
	cell = profile_add(profile, cpu_node, memory_node);
	if (!cell)
		return -ENOMEM;
	cell->cpus = cpus;
	err = get_double(json, "huge_pages", 1, &cell->huge, why);
	for (int i = 0; !err && i < PROFILE_METRICS; i++)
		err = get_value(json, metric_keys[i], &cell->value[i], why);
	return err ? err : get_text(json, "reason", true, &cell->reason, why);
}

static int get_cells(const struct json_object *json, struct profile *profile,
		     char **why)
{
	struct json_object *cells;
	int err = get(json, "cells", &cells, why);

	if (err)
		return err;
	if (!json_object_is_type(cells, json_type_array) ||
	    json_object_array_length(cells) > MAX_CELLS)
		return refuse(why, "cells is not a list");
	for (size_t i = 0; !err && i < json_object_array_length(cells); i++)
		err = get_cell(json_object_array_get_idx(cells, i), profile,
			       why);
	return err;
}

static int get_profile(const struct json_object *json, struct profile *profile,
		       char **why)
{
	uint64_t version = 0;
	int err;

	if (!json_object_is_type(json, json_type_object))
		return refuse(why, "it is not a JSON object");
	err = get_number(json, "version", INT32_MAX, &version, why);
	if (!err && version != VERSION)
		return refuse(why, "it has version %llu, and this is for %d",
			      (unsigned long long)version, VERSION);
	if (!err)
		err = get_text(json, "time", false, &profile->time, why);
	if (!err)
		err = get_text(json, "kernel", false, &profile->kernel, why);
	if (!err)
		err = get_number(json, "buffer_bytes", INT64_MAX,
				 &profile->size, why);
	if (!err)
		err = get_number(json, "cache_bytes", INT64_MAX,
				 &profile->cache, why);
	return err ? err : get_cells(json, profile, why);
}

/* All of it, and nothing behind. NULL and why not. */
static struct json_object *parse_text(const char *text_, char **why)
{
	struct json_tokener *tokener = json_tokener_new();
	enum json_tokener_error error;
	struct json_object *json;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
						JSON_TOKENER_VALIDATE_UTF8);
	/* With its end: then a number that ends there is complete. */
	json = json_tokener_parse_ex(tokener, text_, strlen(text_) + 1);
	error = json_tokener_get_error(tokener);
	if (error != json_tokener_success) {
		refuse(why, "it is not JSON: %s",
		       json_tokener_error_desc(error));
		json_object_put(json);
		json = NULL;
	} else if (!json) {
		refuse(why, "it is not a JSON object");
	}
	json_tokener_free(tokener);
	return json;
}

int profile_parse(const char *text_, struct profile *profile, char **why)
{
	struct json_object *json;
	int err;

	*profile = (struct profile){ 0 };
	*why = NULL;
	if (strlen(text_) >= INT32_MAX)
		return refuse(why, "it is too long");
	json = parse_text(text_, why);
	if (!json)
		return *why ? -EINVAL : -ENOMEM;
	err = get_profile(json, profile, why);
	json_object_put(json);
	if (err)
		profile_free(profile);
	return err;
}
