// SPDX-License-Identifier: GPL-2.0
/*
 * What happened between two samples, and what is made of it.
 */
#include "history_columns.h"
#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define SECOND 1000000000ULL

static const struct metric_machine no_machine;

static bool is_value(const struct metric_machine *machine,
		     const struct report_sample *growth, const char *name,
		     uint32_t node, double expected)
{
	double value = -42;

	if (metric_value(metric_find(name), machine, growth, node, &value) &&
	    value == expected)
		return true;
	printf("# %s of node %d is %g\n", name, (int)node, value);
	return false;
}

static bool is_undefined(const struct metric_machine *machine,
			 const struct report_sample *growth, const char *name,
			 uint32_t node)
{
	double value = -42;

	return !metric_value(metric_find(name), machine, growth, node,
			     &value) &&
	       value == -42;
}

/* A node whose counters are @second times its number plus one. */
static struct report_node made_node(uint32_t id, uint64_t second)
{
	return (struct report_node){
		.id = id,
		.measured = 1ULL << NODE_MEM_FREE | 1ULL << NODE_FAULTS |
			    1ULL << NODE_CPU_TIME,
		.value = {
			[NODE_MEM_FREE] = 4096 * (id + 1),
			[NODE_FAULTS] = second * (id + 1),
			[NODE_CPU_TIME] = second * SECOND,
		},
	};
}

static struct report_sample made_sample(struct report_node *nodes, size_t count,
					uint64_t second)
{
	for (size_t i = 0; i < count; i++)
		nodes[i] = made_node(i, second);
	return (struct report_sample){
		.timestamp = second * SECOND,
		.generation = 7,
		.nodes = { .count = count, .node = nodes },
	};
}

/* Two seconds apart; node 1 is new. */
TEST(growth_is_by_time)
{
	struct report_node older[1], newer[2];
	const struct report_sample before = made_sample(older, 1, 2);
	const struct report_sample now = made_sample(newer, 2, 4);
	struct report_sample growth = { 0 };

	ASSERT_EQ(0, metric_growth(&growth, &now, &before));
	EXPECT_EQ(2 * SECOND, growth.elapsed);
	EXPECT_TRUE(growth.steady);
	EXPECT_TRUE(is_value(&no_machine, &growth, "faults", 0, 1));
	EXPECT_TRUE(is_value(&no_machine, &growth, "cpu_time", 0, 1));
	EXPECT_TRUE(is_value(&no_machine, &growth, "mem_free", 0, 4096));
	EXPECT_TRUE(is_value(&no_machine, &growth, "mem_free", 1, 8192));
	EXPECT_TRUE(is_value(&no_machine, &growth, "mem_free", REPORT_ALL_NODES,
			     12288));
	/* What the new node had counted before is not of this time. */
	EXPECT_TRUE(is_undefined(&no_machine, &growth, "faults", 1));
	/* Nor is that of one node the growth of both. */
	EXPECT_TRUE(
		is_undefined(&no_machine, &growth, "faults", REPORT_ALL_NODES));
	EXPECT_TRUE(is_undefined(&no_machine, &growth, "faults", 2));
	EXPECT_TRUE(is_undefined(&no_machine, &growth, "promoted", 0));
	report_free_sample(&growth);
}

TEST(first_samples_have_sizes_only)
{
	struct report_node nodes[1];
	const struct report_sample first = made_sample(nodes, 1, 2);
	struct report_sample growth = { 0 };

	ASSERT_EQ(0, metric_growth(&growth, &first, NULL));
	EXPECT_EQ(0, growth.elapsed);
	EXPECT_TRUE(is_value(&no_machine, &growth, "mem_free", 0, 4096));
	for (const struct metric *metric = metrics; metric->name; metric++)
		if (metric->unit != METRIC_BYTES)
			EXPECT_TRUE(is_undefined(&no_machine, &growth,
						 metric->name, 0));
	report_free_sample(&growth);
}

/* A growth of one second with a node of its own making. */
static struct report_sample made_growth(struct report_node *node)
{
	*node = (struct report_node){
		.measured = (1ULL << NODE_FIELDS) - 1,
		.value = {
			[NODE_MEM_TOTAL] = 1000,
			[NODE_MEM_FREE] = 400,
			[NODE_HINT_FAULTS] = 8,
			[NODE_HINT_FAULTS_LOCAL] = 6,
			[NODE_ALLOC_HIT] = 5,
			[NODE_CPU_TIME] = SECOND,
		},
	};
	return (struct report_sample){
		.elapsed = SECOND,
		.generation = 7,
		.steady = true,
		.nodes = { .count = 1, .node = node },
	};
}

TEST(metrics_are_what_they_say)
{
	struct report_node here = { .cpus = "0-2,5" };
	struct metric_machine machine = {
		.generation = 7,
		.nodes = { .count = 1, .node = &here },
		.migrations = true,
	};
	struct report_cell cells[] = {
		{ .row = 0, .column = 0, .pages = 1 },
		{ .row = 0, .column = 1, .pages = 20 },
		{ .row = 1, .column = 0, .pages = 300 },
	};
	struct report_node node;
	struct report_sample growth = made_growth(&node);

	growth.migration.count = 3;
	growth.migration.cell = cells;
	EXPECT_TRUE(is_value(&machine, &growth, "accesses", 0, 8));
	EXPECT_TRUE(is_value(&machine, &growth, "LOCAL-accesses", 0, 6));
	EXPECT_TRUE(is_value(&machine, &growth, "remote_accesses", 0, 2));
	EXPECT_TRUE(is_value(&machine, &growth, "locality", 0, 0.75));
	EXPECT_TRUE(is_value(&machine, &growth, "mem_used", 0, 600));
	EXPECT_TRUE(is_value(&machine, &growth, "cpu_busy", 0, 0.25));
	EXPECT_TRUE(is_value(&machine, &growth, "cpu_time", 0, 1));
	EXPECT_TRUE(is_value(&machine, &growth, "alloc_hit", 0, 5));
	EXPECT_TRUE(is_value(&machine, &growth, "migrations_in", 0, 300));
	EXPECT_TRUE(is_value(&machine, &growth, "migrations_out", 0, 20));
	/* Where CPUs or hooks were others, nobody knows. */
	growth.steady = false;
	EXPECT_TRUE(is_undefined(&machine, &growth, "cpu_busy", 0));
	EXPECT_TRUE(is_undefined(&machine, &growth, "migrations_in", 0));
	EXPECT_TRUE(is_value(&machine, &growth, "accesses", 0, 8));
	growth.steady = true;
	machine.generation = 8;
	machine.no_allocations = true;
	EXPECT_TRUE(is_undefined(&machine, &growth, "cpu_busy", 0));
	EXPECT_TRUE(is_undefined(&machine, &growth, "alloc_hit", 0));
	machine.generation = 7;
	machine.migrations = false;
	EXPECT_TRUE(is_undefined(&machine, &growth, "migrations_out", 0));
}

TEST(locality_of_nothing_is_undefined)
{
	struct report_node node;
	struct report_sample growth = made_growth(&node);

	node.value[NODE_HINT_FAULTS] = 0;
	node.value[NODE_HINT_FAULTS_LOCAL] = 0;
	EXPECT_TRUE(is_undefined(&no_machine, &growth, "locality", 0));
	EXPECT_TRUE(is_value(&no_machine, &growth, "accesses", 0, 0));
}

/* But for what was armed before. */
TEST(without_balancing_no_accesses_are_undefined)
{
	static const char *const names[] = { "accesses", "local_accesses",
					     "remote_accesses", "locality" };
	const struct metric_machine machine = { .no_accesses = true };
	struct report_node node;
	struct report_sample growth = made_growth(&node);

	EXPECT_TRUE(is_value(&machine, &growth, "accesses", 0, 8));
	EXPECT_TRUE(is_value(&machine, &growth, "remote_accesses", 0, 2));
	node.value[NODE_HINT_FAULTS] = 0;
	node.value[NODE_HINT_FAULTS_LOCAL] = 0;
	for (int i = 0; i < 4; i++) {
		EXPECT_TRUE(is_undefined(&machine, &growth, names[i], 0));
		EXPECT_TRUE(is_undefined(&machine, &growth, names[i],
					 REPORT_ALL_NODES));
	}
}

TEST(sums_are_of_all_nodes)
{
	struct report_node nodes[2];
	struct report_sample growth = made_growth(&nodes[0]);

	nodes[1] = nodes[0];
	nodes[1].id = 1;
	growth.nodes.count = 2;
	EXPECT_TRUE(is_value(&no_machine, &growth, "accesses", REPORT_ALL_NODES,
			     16));
	nodes[1].measured &= ~(1ULL << NODE_HINT_FAULTS);
	EXPECT_TRUE(is_undefined(&no_machine, &growth, "accesses",
				 REPORT_ALL_NODES));
	EXPECT_TRUE(is_value(&no_machine, &growth, "mem_free", REPORT_ALL_NODES,
			     800));
}

TEST(rates_are_told_to_the_count)
{
	static const struct {
		double value;
		const char *json, *table;
	} rates[] = {
		{ 1.0 / 3600, "0.000277777777778", "<0.01" },
		{ 0.25, "0.25", "0.25" },
		{ 0, "0", "0.0" },
		{ 12345678901, "12345678901", "12345678901" },
	};
	const struct output_style json = { .format = OUTPUT_JSON };
	const struct output_style table = { .format = OUTPUT_TABLE };

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		char *text =
			history_text(&json, METRIC_PER_SECOND, rates[i].value);

		EXPECT_STREQ(rates[i].json, text);
		free(text);
		text = history_text(&table, METRIC_PER_SECOND, rates[i].value);
		EXPECT_STREQ(rates[i].table, text);
		free(text);
	}
}

TEST(cleared_counters_are_undefined)
{
	struct report_node older, newer;
	struct report_sample before = made_growth(&older);
	struct report_sample now = made_growth(&newer);
	struct report_sample growth = { 0 };

	before.timestamp = SECOND;
	now.timestamp = 2 * SECOND;
	newer.value[NODE_ALLOC_HIT] = 4;
	ASSERT_EQ(0, metric_growth(&growth, &now, &before));
	EXPECT_TRUE(is_undefined(&no_machine, &growth, "alloc_hit", 0));
	EXPECT_TRUE(is_value(&no_machine, &growth, "accesses", 0, 0));
	report_free_sample(&growth);
}

TEST(metrics_have_names_of_their_own)
{
	for (const struct metric *metric = metrics; metric->name; metric++) {
		EXPECT_EQ(metric, metric_find(metric->name));
		EXPECT_EQ(strlen(metric->name),
			  strspn(metric->name, "abcdefghijklmnopqrstuvwxyz_"));
	}
	EXPECT_EQ(NULL, metric_find(""));
	EXPECT_EQ(NULL, metric_find("fault"));
	EXPECT_EQ(NULL, metric_find("faultsx"));
	for (int i = 0; metric_overview[i]; i++)
		EXPECT_NE(NULL, metric_find(metric_overview[i]));
}

TEST_HARNESS_MAIN
