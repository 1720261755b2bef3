// SPDX-License-Identifier: GPL-2.0
/*
 * A profile that is accepted is accepted again as it is written.
 */
#include "fuzz.h"

#include <json-c/json.h>

#include "profile.h"

static void check_value(const struct profile *profile,
			const struct profile_cell *cell,
			enum profile_metric metric)
{
	uint32_t node;
	double penalty;

	profile_reference(profile, cell->cpu_node, metric, &node);
	profile_penalty(profile, cell, metric, &penalty);
}

static void check(const struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_cell *cell = &profile->cell[i];

		assert(profile_find(profile, cell->cpu_node,
				    cell->memory_node) == cell);
		for (int j = 0; j < PROFILE_METRICS; j++)
			check_value(profile, cell, j);
	}
}

static struct json_object *read_text(const char *text)
{
	struct profile profile = { 0 };
	struct json_object *json;
	char *why;

	if (profile_parse(text, &profile, &why)) {
		assert(why);
		free(why);
		return NULL;
	}
	check(&profile);
	json = profile_json(&profile);
	assert(json);
	profile_free(&profile);
	return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct json_object *once = read_text(text), *twice;

	if (once) {
		twice = read_text(json_object_to_json_string(once));
		assert(twice);
		json_object_put(twice);
		json_object_put(once);
	}
	free(text);
	return 0;
}
