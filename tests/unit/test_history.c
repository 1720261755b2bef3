// SPDX-License-Identifier: GPL-2.0
/*
 * Histories of cgroups: which are shown, what their values are, and how they
 * are told.
 */
#include "history_cgroups.h"
#include "history_columns.h"
#include "metrics.h"
#include "output_array.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define SECOND 1000000000ULL

/* The names that the module has: of 10 and 20, but no longer of 30. */
static char web[] = "/system.slice/web.service", db[] = "/docker/db";
static struct report_cgroup named[] = {
	{ .id = 10, .path = web },
	{ .id = 20, .path = db },
};
static const struct report_cgroups names = { .count = 2, .cgroup = named };

/**
 * struct rows - a sample of cgroups
 * @row: its rows
 * @sample: the sample
 */
struct rows {
	struct report_cgroup row[3];
	struct report_sample sample;
};

/* Of each cgroup what it counted is @times its number, a tenth remote. */
static void make(struct rows *rows, uint64_t second, size_t count,
		 uint64_t times, bool outcomes)
{
	memset(rows, 0, sizeof(*rows));
	for (size_t i = 0; i < count; i++) {
		uint64_t id = (i + 1) * 10;

		rows->row[i].id = id;
		rows->row[i].usage = (struct report_usage){
			.local_faults = times * id / 10 * 9,
			.remote_faults = times * id / 10,
			.outcomes = outcomes,
			.migrated_pages = times,
			.failed_pages = times * 2,
		};
	}
	rows->sample.timestamp = second * SECOND;
	rows->sample.generation = 7;
	rows->sample.cgroups.count = count;
	rows->sample.cgroups.cgroup = rows->row;
}

FIXTURE(history)
{
	struct history_cgroups known;
	struct metric_machine machine;
	struct rows before, now;
	struct report_sample growth;
};

FIXTURE_SETUP(history)
{
	memset(self, 0, sizeof(*self));
	self->machine = (struct metric_machine){
		.generation = 7,
		.of_cgroups = true,
		.attributed = true,
		.outcomes = true,
	};
	make(&self->before, 10, 2, 100, true);
	make(&self->now, 12, 3, 104, true);
}

FIXTURE_TEARDOWN(history)
{
	report_free_nodes(&self->before.sample.nodes);
	report_free_nodes(&self->now.sample.nodes);
	report_free_sample(&self->growth);
	history_cgroups_free(&self->known);
}

/* What a history of that pattern has of the two samples. */
static int tell(FIXTURE_DATA(history) * self, const char *pattern)
{
	const struct report_cgroups *newer = &self->now.sample.cgroups;
	int err;

	self->known.pattern = pattern;
	err = history_cgroups_add(&self->known, newer, &names);
	if (!err)
		err = history_cgroups_apply(&self->known, &self->now.sample);
	if (!err)
		err = history_cgroups_apply(&self->known, &self->before.sample);
	return err ? err
		   : metric_growth(&self->growth, &self->now.sample,
				   &self->before.sample);
}

static bool is_value(const FIXTURE_DATA(history) * self, const char *name,
		     uint32_t cgroup, double expected)
{
	double value = -42;

	if (metric_value(metric_find(name), &self->machine, &self->growth,
			 cgroup, &value) &&
	    value == expected)
		return true;
	printf("# %s of cgroup %u is %g\n", name, cgroup, value);
	return false;
}

static bool is_undefined(const FIXTURE_DATA(history) * self, const char *name,
			 uint32_t cgroup)
{
	double value;

	return !metric_value(metric_find(name), &self->machine, &self->growth,
			     cgroup, &value);
}

/* Which of the three are shown, by the bits of their places. */
static unsigned int shown(FIXTURE_DATA(history) * self, const char *pattern)
{
	const struct report_cgroups *rows = &self->now.sample.cgroups;
	struct history_cgroups known = { .pattern = pattern };
	unsigned int bits = 0;

	if (history_cgroups_add(&known, rows, &names))
		return ~0U;
	for (size_t i = 0; i < known.count; i++)
		bits |= known.cgroup[i].wanted << i;
	history_cgroups_free(&known);
	return bits;
}

TEST_F(history, cgroups_are_chosen_by_their_path)
{
	EXPECT_EQ(1, shown(self, "web"));
	EXPECT_EQ(2, shown(self, "/docker/*"));
	EXPECT_EQ(3, shown(self, "/"));
	EXPECT_EQ(0, shown(self, "nothing"));
	/* Of the third one no path is known any more. */
	EXPECT_EQ(7, shown(self, "*"));
}

TEST_F(history, known_cgroups_are_known)
{
	const struct report_cgroups *rows = &self->now.sample.cgroups;

	EXPECT_TRUE(history_cgroups_are_new(&self->known, rows));
	self->known.pattern = "web";
	ASSERT_EQ(0, history_cgroups_add(&self->known, rows, &names));
	ASSERT_EQ(0, history_cgroups_add(&self->known, rows, &names));
	EXPECT_EQ(3, self->known.count);
	EXPECT_FALSE(history_cgroups_are_new(&self->known, rows));
}

TEST_F(history, values_are_those_of_the_cgroup)
{
	ASSERT_EQ(0, tell(self, "*"));
	EXPECT_TRUE(is_value(self, "accesses", 0, 20));
	EXPECT_TRUE(is_value(self, "local_accesses", 0, 18));
	EXPECT_TRUE(is_value(self, "remote_accesses", 0, 2));
	EXPECT_TRUE(is_value(self, "locality", 0, 0.9));
	EXPECT_TRUE(is_value(self, "numa_pages_migrated", 0, 2));
	EXPECT_TRUE(is_value(self, "migrate_fail", 0, 4));
	EXPECT_TRUE(is_value(self, "accesses", 1, 40));
	/* It was not in the sample before. */
	EXPECT_TRUE(is_undefined(self, "accesses", 2));
	/* What cgroups do not have. */
	for (const struct metric *metric = metrics; metric->name; metric++)
		EXPECT_EQ(!metric->of_cgroups,
			  is_undefined(self, metric->name, 0));
}

TEST_F(history, only_what_was_asked_for_has_values)
{
	ASSERT_EQ(0, tell(self, "docker"));
	ASSERT_EQ(1, self->growth.nodes.count);
	EXPECT_TRUE(is_undefined(self, "accesses", 0));
	EXPECT_TRUE(is_value(self, "accesses", 1, 40));
}

TEST_F(history, cgroups_that_others_left_behind_are_undefined)
{
	self->now.sample.cgroups.count = 1;
	self->known.pattern = "*";
	ASSERT_EQ(0, history_cgroups_add(&self->known,
					 &self->before.sample.cgroups, &names));
	ASSERT_EQ(0, tell(self, "*"));
	EXPECT_EQ(2, self->known.count);
	EXPECT_TRUE(is_value(self, "accesses", 0, 20));
	EXPECT_TRUE(is_undefined(self, "accesses", 1));
}

/* As rows of a table that became smaller do. */
TEST_F(history, cgroups_that_count_anew_are_undefined)
{
	make(&self->before, 10, 2, 200, true);
	ASSERT_EQ(0, tell(self, "*"));
	EXPECT_TRUE(is_undefined(self, "accesses", 0));
	EXPECT_TRUE(is_undefined(self, "locality", 0));
	EXPECT_TRUE(is_undefined(self, "numa_pages_migrated", 0));
}

/* That there was none is known only where it would have been counted. */
TEST_F(history, nothing_counted_is_not_nothing)
{
	make(&self->before, 10, 2, 104, true);
	ASSERT_EQ(0, tell(self, "*"));
	EXPECT_TRUE(is_value(self, "accesses", 0, 0));
	EXPECT_TRUE(is_value(self, "numa_pages_migrated", 0, 0));
	self->machine.attributed = false;
	EXPECT_TRUE(is_undefined(self, "accesses", 0));
	EXPECT_TRUE(is_undefined(self, "remote_accesses", 0));
	EXPECT_TRUE(is_value(self, "numa_pages_migrated", 0, 0));
	self->machine.attributed = true;
	self->machine.outcomes = false;
	EXPECT_TRUE(is_undefined(self, "numa_pages_migrated", 0));
	self->machine.generation = 8;
	EXPECT_TRUE(is_undefined(self, "accesses", 0));
}

TEST_F(history, what_was_counted_was_measured)
{
	ASSERT_EQ(0, tell(self, "*"));
	self->machine.attributed = false;
	self->machine.generation = 8;
	EXPECT_TRUE(is_value(self, "accesses", 0, 20));
	/* But not all of it where something was switched in between. */
	self->growth.steady = false;
	EXPECT_TRUE(is_undefined(self, "accesses", 0));
	EXPECT_TRUE(is_undefined(self, "locality", 0));
}

TEST_F(history, outcomes_may_be_unknown)
{
	make(&self->now, 12, 3, 104, false);
	ASSERT_EQ(0, tell(self, "*"));
	EXPECT_TRUE(is_value(self, "accesses", 0, 20));
	EXPECT_TRUE(is_undefined(self, "numa_pages_migrated", 0));
	EXPECT_TRUE(is_undefined(self, "migrate_fail", 0));
}

static bool reads(struct json_object *array, size_t index, const char *key,
		  const char *expected)
{
	struct json_object *row = json_object_array_get_idx(array, index);
	struct json_object *value = NULL;
	const char *text = "null";

	if (!json_object_object_get_ex(row, key, &value))
		return false;
	if (value)
		text = json_object_get_string(value);
	if (strcmp(text, expected))
		printf("# %s is %s\n", key, text);
	return !strcmp(text, expected);
}

TEST_F(history, json_says_of_which_cgroup_a_value_is)
{
	const struct report_sample growth = { .sequence = 5 };
	struct history_cgroup cgroups[] = {
		{ .id = 10, .path = web },
		{ .id = 30 },
	};
	struct history_value values[3];
	struct json_object *array;

	for (int i = 0; i < 3; i++)
		values[i] = (struct history_value){
			.key = { metric_find("accesses"), REPORT_ALL_NODES,
				 i < 2 ? &cgroups[i] : NULL },
			.growth = &growth,
		};
	array = output_array(&history_value_object, NULL, values, 3,
			     sizeof(*values));
	ASSERT_NE(NULL, array);
	EXPECT_TRUE(reads(array, 0, "cgroup", web));
	EXPECT_TRUE(reads(array, 0, "cgroup_id", "10"));
	EXPECT_TRUE(reads(array, 0, "node", "null"));
	EXPECT_TRUE(reads(array, 0, "value", "null"));
	EXPECT_TRUE(reads(array, 1, "cgroup", "null"));
	EXPECT_TRUE(reads(array, 1, "cgroup_id", "30"));
	EXPECT_TRUE(reads(array, 2, "cgroup", "null"));
	EXPECT_TRUE(reads(array, 2, "cgroup_id", "null"));
	json_object_put(array);
}

TEST_HARNESS_MAIN
