// SPDX-License-Identifier: GPL-2.0
/*
 * The bench of the machine: series, the chain of loads, the profile as JSON,
 * and firmware beside measurements.
 */
#include "bench_buffer.h"
#include "bench_cache.h"
#include "bench_firmware.h"
#include "bench_series.h"
#include "bench_team.h"
#include "bench_work.h"
#include "profile.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kselftest_harness.h"

static bool says(const struct sentences *sentences, const char *words)
{
	for (size_t i = 0; i < sentences->count; i++)
		if (strstr(sentences->text[i], words))
			return true;
	return false;
}

#define EXPECT_SAYS(words) EXPECT_TRUE(says(&self->wrong, words))

static void add_values(struct bench_series *series, size_t count, double value)
{
	while (count--)
		series->value[series->count++] = value;
}

TEST(series_of_equal_values_is_steady)
{
	struct bench_series series = { 0 };
	struct profile_value value;

	add_values(&series, BENCH_MIN_REPEATS - 1, 100);
	EXPECT_FALSE(bench_series_done(&series, 25, true));
	EXPECT_FALSE(bench_series_value(&series).steady);
	add_values(&series, 1, 100);
	EXPECT_TRUE(bench_series_done(&series, 25, false));
	value = bench_series_value(&series);
	EXPECT_EQ(100, value.median);
	EXPECT_EQ(0, value.spread);
	EXPECT_TRUE(value.steady);
	EXPECT_EQ(BENCH_MIN_REPEATS, value.repeats);
}

TEST(series_forgives_an_outlier)
{
	struct bench_series series = { 0 };

	add_values(&series, 6, 100);
	add_values(&series, 1, 100000);
	EXPECT_EQ(100, bench_series_value(&series).median);
	EXPECT_TRUE(bench_series_value(&series).steady);
}

TEST(series_that_is_never_steady_ends)
{
	struct bench_series series = { 0 };
	struct profile_value value;

	for (int i = 0; i < 8; i++)
		add_values(&series, 1, i % 2 ? 100 : 200);
	EXPECT_FALSE(bench_series_done(&series, 25, false));
	EXPECT_TRUE(bench_series_done(&series, 25, true));
	EXPECT_TRUE(bench_series_done(&series, 8, false));
	value = bench_series_value(&series);
	EXPECT_EQ(150, value.median);
	EXPECT_FALSE(value.steady);
	EXPECT_LT(0.6, value.spread);
}

TEST(series_of_few)
{
	struct bench_series series = { 0 };

	EXPECT_FALSE(bench_series_done(&series, 1, true));
	add_values(&series, 1, 7);
	EXPECT_TRUE(bench_series_done(&series, 1, false));
	EXPECT_EQ(7, bench_series_value(&series).median);
	EXPECT_FALSE(bench_series_value(&series).steady);
}

/* One cycle through all lines: else part of the memory is never loaded. */
TEST(chain_is_one_cycle)
{
	enum {
		LINES = 1000
	};
	char *memory = aligned_alloc(BENCH_LINE, LINES * BENCH_LINE);
	size_t length = 0;
	void **next;

	ASSERT_NE(NULL, memory);
	memset(memory, 0, LINES * BENCH_LINE);
	bench_link(memory, LINES * BENCH_LINE);
	next = (void **)memory;
	do {
		ASSERT_LE((uintptr_t)memory, (uintptr_t)next);
		ASSERT_GT((uintptr_t)memory + LINES * BENCH_LINE,
			  (uintptr_t)next);
		next = *next;
		length++;
	} while (next != (void **)memory && length <= LINES);
	EXPECT_EQ(LINES, length);
	bench_chase(memory, LINES * BENCH_LINE, 2);
	free(memory);
}

TEST(work_touches_its_part)
{
	enum {
		SIZE = 4096
	};
	char *memory = aligned_alloc(BENCH_LINE, SIZE);

	ASSERT_NE(NULL, memory);
	bench_write(memory, SIZE, 1);
	EXPECT_EQ(1, memory[0]);
	EXPECT_EQ(1, memory[SIZE - 1]);
	memset(memory, 7, SIZE / 2);
	bench_copy(memory, SIZE, 1);
	EXPECT_EQ(7, memory[SIZE - 1]);
	bench_read(memory, SIZE, 3);
	free(memory);
}

static unsigned int allowed_cpu(void)
{
	return (unsigned int)sched_getcpu();
}

TEST(team_works_where_it_may)
{
	const unsigned int cpus[] = { allowed_cpu(), 1000000 };
	struct bench_team *team;
	static char memory[4 * 4096];
	double ns = -1;

	ASSERT_EQ(0, bench_team_start(&team, cpus, 2, memory, sizeof(memory)));
	EXPECT_EQ(1, bench_team_count(team));
	EXPECT_EQ(sizeof(memory), bench_team_size(team));
	EXPECT_EQ(0, bench_team_run(team, bench_write, 3, &ns));
	EXPECT_EQ(0, bench_team_run(team, bench_write, 1, &ns));
	EXPECT_LE(0, ns);
	EXPECT_EQ(1, memory[sizeof(memory) - 1]);
	bench_team_stop(team);
	EXPECT_EQ(-EINVAL,
		  bench_team_start(&team, cpus + 1, 1, memory, sizeof(memory)));
	EXPECT_EQ(NULL, team);
}

/* A tree such as sysfs has, in a folder of its own. */
static void write_cache(const char *root, int cpu, int index, const char *name,
			const char *text)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "d=%s/sys/devices/system/cpu/cpu%d/cache/index%d; mkdir -p $d && echo '%s' >$d/%s",
		 root, cpu, index, text, name);
	if (system(command))
		abort();
}

static void remove_tree(const char *root)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", root);
	if (system(command))
		abort();
}

/* Two CPUs with 1 MiB of their own each, and 8 MiB that they share. */
TEST(caches_that_are_shared_count_once)
{
	char root[] = "/tmp/numatrace-cache.XXXXXX";
	unsigned int cpus[] = { 2, 3 };
	struct topology_node node = { .cpus = cpus, .cpu_count = 2 };

	ASSERT_NE(NULL, mkdtemp(root));
	EXPECT_EQ(0, bench_cache_size(root, &node));
	for (int cpu = 2; cpu < 4; cpu++) {
		write_cache(root, cpu, 0, "level", "1");
		write_cache(root, cpu, 0, "size", "32K");
		write_cache(root, cpu, 2, "level", "2");
		write_cache(root, cpu, 2, "size", "1024K");
		write_cache(root, cpu, 2, "shared_cpu_list",
			    cpu == 2 ? "2" : "3");
		write_cache(root, cpu, 3, "level", "3");
		write_cache(root, cpu, 3, "size", "8192K");
		write_cache(root, cpu, 3, "shared_cpu_list", "0-3");
	}
	EXPECT_EQ(10 << 20, bench_cache_size(root, &node));
	remove_tree(root);
}

FIXTURE(machine)
{
	struct profile profile;
	struct topology topology;
	struct topology_node node[3];
	unsigned int distance[3][3];
	struct topology_access access[2];
	unsigned int cpu[1];
	struct sentences wrong;
};

static void set(struct profile *profile, uint32_t cpu_node,
		uint32_t memory_node, enum profile_metric metric, double median)
{
	struct profile_cell *cell =
		(struct profile_cell *)profile_find(profile, cpu_node,
						    memory_node);

	if (!cell)
		cell = profile_add(profile, cpu_node, memory_node);
	cell->value[metric] = (struct profile_value){ 5, median, 0.01, true };
}

/* Nodes 0 and 4 have CPUs and memory, node 2 has memory only. */
FIXTURE_SETUP(machine)
{
	static const unsigned int ids[] = { 0, 2, 4 };
	static const unsigned int distances[3][3] = { { 10, 40, 20 },
						      { 40, 10, 30 },
						      { 20, 30, 10 } };
	static const double latencies[2][3] = { { 90, 250, 140 },
						{ 141, 180, 91 } };

	memset(self, 0, sizeof(*self));
	self->profile.time = strdup("2026-01-31T12:00:00Z");
	self->profile.kernel = strdup("6.12");
	self->profile.size = 64 << 20;
	for (int i = 0; i < 3; i++) {
		self->node[i].id = ids[i];
		self->node[i].memory = true;
		self->node[i].total = 1 << 30;
		self->node[i].free = 1 << 30;
		self->node[i].cpus = self->cpu;
		self->node[i].cpu_count = i != 1;
		memcpy(self->distance[i], distances[i], sizeof(distances[i]));
		self->node[i].distance = self->distance[i];
	}
	self->topology.count = 3;
	self->topology.node = self->node;
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 3; j++)
			set(&self->profile, i * 4, j * 2, PROFILE_LATENCY,
			    latencies[i][j]);
}

FIXTURE_TEARDOWN(machine)
{
	profile_free(&self->profile);
	sentences_free(&self->wrong);
}

TEST_F(machine, penalty)
{
	double penalty;

	ASSERT_TRUE(profile_penalty(&self->profile,
				    profile_find(&self->profile, 0, 4),
				    PROFILE_LATENCY, &penalty));
	EXPECT_LT(0.55, penalty);
	EXPECT_GT(0.56, penalty);
	EXPECT_FALSE(profile_penalty(&self->profile,
				     profile_find(&self->profile, 0, 4),
				     PROFILE_READ, &penalty));
	set(&self->profile, 0, 0, PROFILE_READ, 20e9);
	set(&self->profile, 0, 4, PROFILE_READ, 15e9);
	ASSERT_TRUE(profile_penalty(&self->profile,
				    profile_find(&self->profile, 0, 4),
				    PROFILE_READ, &penalty));
	EXPECT_EQ(0.25, penalty);
}

/* A node without memory is compared with the best that it has. */
TEST_F(machine, reference_of_a_node_without_memory)
{
	struct profile profile = { 0 };
	uint32_t node;

	set(&profile, 7, 0, PROFILE_LATENCY, 150);
	set(&profile, 7, 1, PROFILE_LATENCY, 120);
	set(&profile, 7, 0, PROFILE_READ, 9e9);
	set(&profile, 7, 1, PROFILE_READ, 8e9);
	ASSERT_TRUE(profile_reference(&profile, 7, PROFILE_LATENCY, &node));
	EXPECT_EQ(1, node);
	ASSERT_TRUE(profile_reference(&profile, 7, PROFILE_READ, &node));
	EXPECT_EQ(0, node);
	EXPECT_FALSE(profile_reference(&profile, 8, PROFILE_READ, &node));
	profile_free(&profile);
}

TEST_F(machine, local_memory_that_was_not_measured_has_no_substitute)
{
	struct profile_cell *cell;
	double penalty;
	uint32_t node;
	bool found;

	cell = (struct profile_cell *)profile_find(&self->profile, 0, 0);
	cell->value[PROFILE_LATENCY].repeats = 0;
	found = profile_reference(&self->profile, 0, PROFILE_LATENCY, &node);
	EXPECT_FALSE(found);
	EXPECT_FALSE(profile_penalty(&self->profile,
				     profile_find(&self->profile, 0, 4),
				     PROFILE_LATENCY, &penalty));
}

TEST_F(machine, fits_the_machine_it_was_measured_on)
{
	EXPECT_TRUE(profile_fits(&self->profile, &self->topology));
	self->node[1].cpu_count = 1;
	EXPECT_FALSE(profile_fits(&self->profile, &self->topology));
	self->node[1].cpu_count = 0;
	self->node[1].id = 3;
	EXPECT_FALSE(profile_fits(&self->profile, &self->topology));
	self->node[1].total = 0;
	EXPECT_TRUE(profile_fits(&self->profile, &self->topology));
}

static void expect_equal(struct __test_metadata *_metadata,
			 const struct profile *a, const struct profile *b)
{
	EXPECT_STREQ(a->time, b->time);
	EXPECT_STREQ(a->kernel, b->kernel);
	EXPECT_EQ(a->size, b->size);
	EXPECT_EQ(a->cache, b->cache);
	ASSERT_EQ(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct profile_cell *x = &a->cell[i], *y = &b->cell[i];

		EXPECT_EQ(x->cpu_node, y->cpu_node);
		EXPECT_EQ(x->memory_node, y->memory_node);
		EXPECT_EQ(x->cpus, y->cpus);
		EXPECT_EQ(x->huge, y->huge);
		EXPECT_EQ(0, strcmp(x->reason ? x->reason : "",
				    y->reason ? y->reason : ""));
		for (int j = 0; j < PROFILE_METRICS; j++) {
			EXPECT_EQ(x->value[j].repeats, y->value[j].repeats);
			EXPECT_EQ(x->value[j].median, y->value[j].median);
			EXPECT_EQ(x->value[j].spread, y->value[j].spread);
			EXPECT_EQ(x->value[j].steady, y->value[j].steady);
		}
	}
}

/* A reason that was printed may hold anything. */
static void enrich(struct profile *profile)
{
	struct profile_cell *cell = &profile->cell[1];

	cell->huge = 0.375;
	cell->cpus = 12;
	cell->reason = strdup("it has \"no\" memory\n");
	memset(cell->value, 0, sizeof(cell->value));
	profile->cell[0].value[PROFILE_COPY] =
		(struct profile_value){ 25, 12345678901.25, 0.1 / 3, false };
}

TEST_F(machine, round_trip)
{
	struct json_object *json;
	struct profile copy;
	char *why;

	enrich(&self->profile);
	json = profile_json(&self->profile);
	ASSERT_EQ(0,
		  profile_parse(json_object_to_json_string(json), &copy, &why));
	expect_equal(_metadata, &self->profile, &copy);
	json_object_put(json);
	profile_free(&copy);
}

TEST_F(machine, on_disk)
{
	char folder[] = "/tmp/numatrace-profile.XXXXXX";
	char path[sizeof(folder) + 32];
	struct profile copy;
	struct stat status;
	char *why = NULL;

	ASSERT_NE(NULL, mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/lib/profile", folder);
	EXPECT_EQ(-ENOENT, profile_read(path, &copy, &why));
	ASSERT_EQ(0, profile_write(&self->profile, path));
	/* It replaces the one that was there. */
	enrich(&self->profile);
	ASSERT_EQ(0, profile_write(&self->profile, path));
	ASSERT_EQ(0, profile_read(path, &copy, &why));
	expect_equal(_metadata, &self->profile, &copy);
	ASSERT_EQ(0, stat(path, &status));
	EXPECT_EQ(0644, status.st_mode & 0777);
	snprintf(path, sizeof(path), "%s/lib", folder);
	ASSERT_EQ(0, stat(path, &status));
	/* Nothing else is left there. */
	snprintf(path, sizeof(path), "%s/lib/profile", folder);
	EXPECT_EQ(0, unlink(path));
	snprintf(path, sizeof(path), "%s/lib", folder);
	EXPECT_EQ(0, rmdir(path));
	EXPECT_EQ(0, rmdir(folder));
	profile_free(&copy);
}

#define HEAD                                                                   \
	"{\"version\":1,\"time\":\"t\",\"kernel\":\"k\",\"buffer_bytes\":1,"   \
	"\"cache_bytes\":2,\"cells\":"
#define VALUE "{\"median\":90.5,\"spread\":0,\"repeats\":5,\"steady\":true}"
#define CELL(cpu, memory, latency)                                             \
	"{\"cpu_node\":" cpu ",\"memory_node\":" memory                        \
	",\"cpus\":1,\"huge_pages\":0.5,\"latency_ns\":" latency               \
	",\"read_bytes_per_second\":null,\"write_bytes_per_second\":null,"     \
	"\"copy_bytes_per_second\":null,\"reason\":null}"

TEST(profile_texts_that_are_valid)
{
	static const char *const texts[] = {
		HEAD "[]}",
		HEAD "[" CELL("0", "0", VALUE) "]}\n",
		HEAD "[" CELL("0", "1", "null") "," CELL("4", "0", VALUE) "]}",
		HEAD "[],\"added\":{\"later\":[1]}}",
	};
	struct profile profile;
	char *why;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		EXPECT_EQ(0, profile_parse(texts[i], &profile, &why))
		{
			TH_LOG("%s: %s", texts[i], why);
		}
		profile_free(&profile);
	}
}

TEST(profile_texts_that_are_not)
{
	static const struct {
		const char *text;
		const char *why;
	} texts[] = {
		{ "", "not JSON" },
		{ "null", "not a JSON object" },
		{ "[]", "not a JSON object" },
		{ "{}", "version is missing" },
		{ "{\"version\":2}", "version 2" },
		{ "{\"version\":\"1\"}", "version is not a number" },
		{ HEAD "[]", "not JSON" },
		{ HEAD "[]} x", "not JSON" },
		{ HEAD "{}}", "cells is not a list" },
		{ HEAD "[3]}", "a cell is not an object" },
		{ HEAD "[{}]}", "cpu_node is missing" },
		{ HEAD "[" CELL("-1", "0", VALUE) "]}", "cpu_node is not" },
		{ HEAD "[" CELL("0", "65536", VALUE) "]}", "memory_node is" },
		{ HEAD "[" CELL("1e1", "0", VALUE) "]}", "cpu_node is not" },
		{ HEAD "[" CELL("0", "0", "7") "]}", "is not an object" },
		{ HEAD "[" CELL("0", "0", "{}") "]}", "median is missing" },
		{ HEAD
		  "[" CELL("0", "0",
			   "{\"median\":NaN,\"spread\":0,\"repeats\":1,\"steady\":true}") "]}",
		  "median is not a number" },
		{ HEAD
		  "[" CELL("0", "0",
			   "{\"median\":1,\"spread\":-1,\"repeats\":1,\"steady\":true}") "]}",
		  "spread is not a number" },
		{ HEAD
		  "[" CELL("0", "0",
			   "{\"median\":1,\"spread\":0,\"repeats\":0,\"steady\":true}") "]}",
		  "has no value" },
		{ HEAD
		  "[" CELL("0", "0",
			   "{\"median\":0,\"spread\":0,\"repeats\":1,\"steady\":true}") "]}",
		  "has no value" },
		{ HEAD
		  "[" CELL("0", "0",
			   "{\"median\":1,\"spread\":0,\"repeats\":1,\"steady\":1}") "]}",
		  "neither true nor false" },
		{ HEAD "[" CELL("0", "0", VALUE) "," CELL("0", "0", VALUE) "]}",
		  "ascending" },
		{ HEAD "[" CELL("1", "0", VALUE) "," CELL("0", "0", VALUE) "]}",
		  "ascending" },
	};
	struct profile profile;
	char *why;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		EXPECT_EQ(-EINVAL, profile_parse(texts[i].text, &profile, &why))
		{
			TH_LOG("%s", texts[i].text);
		}
		EXPECT_TRUE(why && strstr(why, texts[i].why))
		{
			TH_LOG("%s: %s", texts[i].text, why);
		}
		EXPECT_EQ(0, profile.count);
		free(why);
	}
}

TEST_F(machine, firmware_that_is_right)
{
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
}

TEST_F(machine, wrong_distances)
{
	/* The other CPUs are farther away than the memory without CPUs. */
	set(&self->profile, 0, 4, PROFILE_LATENCY, 300);
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(1, self->wrong.count);
	EXPECT_SAYS("node 4 (20) shall be nearer than node 2 (40), but");
	EXPECT_SAYS("but takes 300.0 ns against 250.0 ns.");
}

TEST_F(machine, differences_inside_the_spread_are_none)
{
	struct profile_cell *cell;

	set(&self->profile, 0, 4, PROFILE_LATENCY, 300);
	cell = (struct profile_cell *)profile_find(&self->profile, 0, 4);
	cell->value[PROFILE_LATENCY].spread = 0.3;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
	cell->value[PROFILE_LATENCY].spread = 0;
	cell->value[PROFILE_LATENCY].steady = false;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
	set(&self->profile, 0, 4, PROFILE_LATENCY, 255);
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
}

TEST_F(machine, equal_distances_rank_nothing)
{
	set(&self->profile, 0, 4, PROFILE_LATENCY, 300);
	self->distance[0][1] = 20;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
	/* As a kernel without distances shows them. */
	self->distance[0][1] = 0;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
}

TEST_F(machine, what_was_not_measured_contradicts_nothing)
{
	self->profile.cell[2].value[PROFILE_LATENCY].repeats = 0;
	self->distance[0][2] = 100;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);
}

TEST_F(machine, wrong_hmat)
{
	self->access[0] = (struct topology_access){
		.node = 0,
		.level = 1,
		.initiators = (char *)"0",
		.measured = 1 << HMAT_READ_LATENCY | 1 << HMAT_READ_BANDWIDTH,
		.value = { [HMAT_READ_LATENCY] = 100,
			   [HMAT_READ_BANDWIDTH] = 20000 },
	};
	self->access[1] = self->access[0];
	self->access[1].node = 2;
	self->access[1].initiators = (char *)"4";
	self->access[1].value[HMAT_READ_LATENCY] = 200;
	self->access[1].value[HMAT_READ_BANDWIDTH] = 10000;
	self->topology.access = self->access;
	self->topology.accesses = 2;
	set(&self->profile, 0, 0, PROFILE_READ, 40e9);
	set(&self->profile, 4, 2, PROFILE_READ, 20e9);
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);

	/* Of classes of other initiators nothing was measured. */
	self->access[0].level = 0;
	self->access[1].level = 0;
	self->access[0].value[HMAT_READ_LATENCY] = 300;
	self->access[0].value[HMAT_READ_BANDWIDTH] = 5000;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(0, self->wrong.count);

	self->access[0].level = 1;
	self->access[1].level = 1;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(2, self->wrong.count);
	EXPECT_SAYS("latency (HMAT) is wrong by order: memory of node 2 ");
	EXPECT_SAYS("read bandwidth (HMAT) is wrong by order: memory of");
}

TEST_F(machine, wrong_initiators)
{
	self->access[0] = (struct topology_access){
		.node = 2,
		.level = 1,
		.initiators = (char *)"0",
		.measured = 1 << HMAT_READ_LATENCY,
		.value = { [HMAT_READ_LATENCY] = 200 },
	};
	self->topology.access = self->access;
	self->topology.accesses = 1;
	ASSERT_EQ(0, bench_firmware_check(&self->profile, &self->topology,
					  &self->wrong));
	EXPECT_EQ(1, self->wrong.count);
	EXPECT_SAYS("of node 0 shall be the nearest to the memory of node 2");
	EXPECT_SAYS("but take 250.0 ns against 180.0 ns from node 4.");
}

TEST(buffer_of_a_node_that_is_not)
{
	struct bench_buffer buffer;
	char *why;

	EXPECT_GT(0, bench_buffer_place(&buffer, 999, 8 << 20, &why));
	EXPECT_NE(NULL, why);
	EXPECT_EQ(NULL, buffer.mapping);
	free(why);
}

TEST_HARNESS_MAIN
