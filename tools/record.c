// SPDX-License-Identifier: GPL-2.0
#include "record.h"

#include "policy.h"
#include "printable.h"
#include "topology.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>

void record_add(struct json_object *record, const char *key,
		struct json_object *value)
{
	json_object_object_add(record, key, value);
}

struct json_object *record_string(const char *text)
{
	char *copy = printable_utf8(text);
	struct json_object *json = copy ? json_object_new_string(copy) : NULL;

	free(copy);
	return json;
}

void record_add_text(struct json_object *record, const char *key,
		     const char *text)
{
	record_add(record, key, record_string(text));
}

void record_add_number(struct json_object *record, const char *key,
		       uint64_t number)
{
	record_add(record, key, json_object_new_uint64(number));
}

void record_add_flag(struct json_object *record, const char *key, bool flag)
{
	record_add(record, key, json_object_new_boolean(flag));
}

void record_add_mask(struct json_object *record, const char *key,
		     const struct bitmask *mask)
{
	char *list = mask ? policy_list(mask) : NULL;

	record_add_text(record, key, list);
	free(list);
}

void record_add_process(struct json_object *record,
			const struct target_process *process)
{
	record_add_number(record, "pid", (uint64_t)process->pid);
	record_add_number(record, "start_time", process->start_time);
	record_add_text(record, "comm", process->comm);
}

void record_add_processes(struct json_object *record, const char *key,
			  const struct target *target)
{
	struct json_object *processes = json_object_new_array();

	for (size_t i = 0; i < target->count; i++) {
		struct json_object *json = json_object_new_object();

		record_add_process(json, &target->process[i]);
		json_object_array_add(processes, json);
	}
	record_add(record, key, processes);
}

static struct json_object *get(const struct json_object *record,
			       const char *key, enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(record, json_type_object) ||
	    !json_object_object_get_ex(record, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

const char *record_text(const struct json_object *record, const char *key)
{
	struct json_object *value = get(record, key, json_type_string);

	return value ? json_object_get_string(value) : NULL;
}

bool record_number(const struct json_object *record, const char *key,
		   uint64_t *number)
{
	struct json_object *value = get(record, key, json_type_int);

	if (!value || json_object_get_int64(value) < 0)
		return false;
	*number = json_object_get_uint64(value);
	return true;
}

int record_result(const struct json_object *record)
{
	struct json_object *value = get(record, "result", json_type_int);

	return value ? json_object_get_int(value) : 0;
}

bool record_flag(const struct json_object *record, const char *key)
{
	struct json_object *value = get(record, key, json_type_boolean);

	return value && json_object_get_boolean(value);
}

const struct json_object *record_array(const struct json_object *record,
				       const char *key)
{
	return get(record, key, json_type_array);
}

bool record_mask(const struct json_object *record, const char *key,
		 struct bitmask *mask)
{
	const char *list = record_text(record, key);
	unsigned int *numbers;
	size_t count;
	bool fits = true;

	if (!list || topology_parse_list(list, &numbers, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		fits = fits && numbers[i] < mask->size;
		if (fits)
			numa_bitmask_setbit(mask, numbers[i]);
	}
	free(numbers);
	return fits;
}

bool record_process(const struct json_object *record,
		    struct target_process *process)
{
	uint64_t pid, start_time;

	if (!record_number(record, "pid", &pid) || !pid || pid > INT_MAX ||
	    !record_number(record, "start_time", &start_time))
		return false;
	*process = (struct target_process){
		.pid = (pid_t)pid,
		.start_time = start_time,
		.comm = (char *)record_text(record, "comm"),
	};
	return true;
}
