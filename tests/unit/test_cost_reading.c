// SPDX-License-Identifier: GPL-2.0
/*
 * What balancing costs: the arithmetic of intervals, the lists, and what is
 * said of both.
 */
#include "balancing_state.h"
#include "cost_columns.h"
#include "cost_show.h"
#include "process_columns.h"

#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

#define ALL REPORT_ALL_NODES

static struct report_cost *put_cost(struct report_costs *costs, uint32_t kind,
				    uint32_t row, uint32_t column,
				    uint64_t time)
{
	struct report_cost *cost = report_add_cost(costs);

	cost->kind = kind;
	cost->row = row;
	cost->column = column;
	cost->count = 1;
	cost->time = time;
	if (row == ALL)
		cost->measured_time = 1000;
	return cost;
}

TEST(an_interval_has_what_was_added)
{
	struct report_costs before = { .timestamp = 100 };
	struct report_costs now = { .timestamp = 200 };
	struct report_cost *cost = put_cost(&before, 0, ALL, ALL, 10);

	cost->bucket[3] = 1;
	cost->longest = 10;
	cost->longest_end = 50;
	cost = put_cost(&now, 0, ALL, ALL, 25);
	cost->count = 3;
	cost->bucket[3] = 3;
	cost->measured_time = 1090;
	cost->longest = 10;
	cost->longest_end = 50;
	put_cost(&now, 0, 1, 0, 15);
	ASSERT_TRUE(report_sort_costs(&now));
	cost_subtract(&now, &before);
	cost = report_find_cost(&now, 0, ALL, ALL);
	EXPECT_EQ(15, cost->time);
	EXPECT_EQ(2, cost->count);
	EXPECT_EQ(2, cost->bucket[3]);
	EXPECT_EQ(90, cost->measured_time);
	/* That one was before, which is the longest now is not known. */
	EXPECT_EQ(0, cost->longest);
	/* What was not there before was zero. */
	EXPECT_EQ(15, report_find_cost(&now, 0, 1, 0)->time);
	report_free_costs(&before);
	report_free_costs(&now);
}

TEST(the_longest_of_all_may_be_of_the_interval)
{
	struct report_costs before = { .timestamp = 100 };
	struct report_costs now = { .timestamp = 200 };
	struct report_cost *cost = put_cost(&now, 0, ALL, ALL, 25);

	put_cost(&before, 0, ALL, ALL, 10);
	cost->longest = 12;
	cost->longest_end = 150;
	cost_subtract(&now, &before);
	EXPECT_EQ(12, now.cost->longest);
	report_free_costs(&before);
	report_free_costs(&now);
}

TEST(a_node_has_the_time_of_its_cpus)
{
	struct report_costs costs = { 0 };
	uint64_t time = 99;

	EXPECT_FALSE(cost_of_node(&costs, 0, 0, &time));
	EXPECT_EQ(99, time);
	put_cost(&costs, 0, ALL, ALL, 60);
	put_cost(&costs, 0, 0, 0, 10);
	put_cost(&costs, 0, 0, 1, 20);
	put_cost(&costs, 0, 1, 0, 30);
	put_cost(&costs, 1, 0, 0, 500);
	ASSERT_TRUE(report_sort_costs(&costs));
	EXPECT_TRUE(cost_of_node(&costs, 0, 0, &time));
	EXPECT_EQ(30, time);
	EXPECT_TRUE(cost_of_node(&costs, 0, 7, &time));
	EXPECT_EQ(0, time);
	/* Without a message for all nothing was measured. */
	EXPECT_FALSE(cost_of_node(&costs, 1, 0, &time));
	report_free_costs(&costs);
}

TEST(shares_are_of_cpus_that_were_there)
{
	struct cost_node_row row = {
		.cpus = 2,
		.measured = 7,
		.time = { 300, 100, 1 << 20 },
		.measured_time = 1000,
	};
	double share = -1;

	EXPECT_TRUE(cost_node_share(&row, &share));
	EXPECT_EQ(0.2, share);
	row.measured = 1 << NUMATRACE_COST_KIND_FAULT;
	EXPECT_FALSE(cost_node_share(&row, &share));
	row.measured = 7;
	row.cpus = 0;
	EXPECT_FALSE(cost_node_share(&row, &share));
	row.cpus = 2;
	row.measured_time = 0;
	EXPECT_FALSE(cost_node_share(&row, &share));
	EXPECT_EQ(0.2, share);
}

TEST(histograms_begin_and_end_with_something)
{
	struct report_costs costs = { 0 };
	struct cost_bucket_row *rows;
	uint64_t most[REPORT_COST_KINDS];
	size_t count;

	rows = cost_bucket_rows(&costs, most, &count);
	EXPECT_EQ(0, count);
	free(rows);
	put_cost(&costs, 0, ALL, ALL, 60)->bucket[9] = 7;
	put_cost(&costs, 2, ALL, ALL, 60)->bucket[11] = 4;
	rows = cost_bucket_rows(&costs, most, &count);
	ASSERT_EQ(3, count);
	EXPECT_EQ(9, rows[0].order);
	EXPECT_EQ(11, rows[2].order);
	EXPECT_EQ(7, rows[0].count[0]);
	EXPECT_EQ(4, rows[2].count[2]);
	/* The scanner was not measured. */
	EXPECT_EQ(5, rows[1].measured);
	EXPECT_EQ(7, most[0]);
	free(rows);
	report_free_costs(&costs);
}

TEST(pairs_are_in_order_of_their_time)
{
	struct report_costs costs = { 0 };
	struct cost_row *rows;
	size_t count;

	put_cost(&costs, 0, ALL, ALL, 60);
	put_cost(&costs, 0, 0, 1, 20);
	put_cost(&costs, 0, 1, 0, 30);
	put_cost(&costs, 0, 1, 1, 0)->count = 0;
	/* Of a kind that was not measured all the time there are none. */
	put_cost(&costs, 2, ALL, ALL, 60)->unmeasured = strdup("why");
	put_cost(&costs, 2, 1, 0, 90);
	ASSERT_TRUE(report_sort_costs(&costs));
	rows = cost_pair_rows(&costs, &count);
	ASSERT_EQ(2, count);
	EXPECT_EQ(30, rows[0].cost->time);
	EXPECT_EQ(20, rows[1].cost->time);
	free(rows);
	report_free_costs(&costs);
}

static void put_process(struct report_processes *processes, uint32_t pid,
			unsigned int timed, uint64_t fault, uint64_t migration)
{
	struct report_process *process = report_add_process(processes);

	process->pid = pid;
	process->usage.timed = timed;
	process->usage.time[NUMATRACE_COST_KIND_FAULT] = fault;
	process->usage.time[NUMATRACE_COST_KIND_MIGRATION] = migration;
}

TEST(processes_without_time_are_left_out)
{
	struct report_processes processes = { 0 };
	struct process_row *rows;
	size_t count;

	put_process(&processes, 1, 7, 10, 5);
	put_process(&processes, 2, 0, 0, 0);
	put_process(&processes, 3, 7, 0, 0);
	put_process(&processes, 4, 7, 3, 50);
	put_process(&processes, 5, 1, 0, 99);
	rows = cost_process_rows(&processes, &count);
	ASSERT_EQ(2, count);
	EXPECT_EQ(4, rows[0].process->pid);
	EXPECT_EQ(1, rows[1].process->pid);
	free(rows);
	report_free_processes(&processes);
}

TEST(times_of_processes_are_subtracted)
{
	struct report_usage now = { .timed = 7, .time = { 10, 20, 30 } };
	struct report_usage before = { .timed = 5, .time = { 1, 0, 3 } };
	struct report_usage sum = { .timed = 7 };

	locality_subtract_usage(&now, &before);
	EXPECT_EQ(9, now.time[0]);
	EXPECT_EQ(27, now.time[2]);
	/* What the older one lacks was not measured in between. */
	EXPECT_EQ(5, now.timed);
	locality_add_usage(&sum, &now);
	EXPECT_EQ(5, sum.timed);
	EXPECT_EQ(27, sum.time[2]);
}

static void put_hook(struct report_info *info, const char *name, bool on)
{
	struct report_hook *hook = report_add_hook(info);

	hook->name = strdup(name);
	hook->state =
		on ? NUMATRACE_HOOK_STATE_FTRACE : NUMATRACE_HOOK_STATE_OFF;
}

/* A reading of a machine where all is counted but what a hook sees. */
static void fill_reading(struct cost_reading *reading, const char *off)
{
	static const char *const hooks[] = { "access", "outcome", "migration" };

	*reading = (struct cost_reading){ 0 };
	for (size_t i = 0; i < 3; i++)
		put_hook(&reading->info, hooks[i], strcmp(hooks[i], off));
	reading->config.set = 1U << CONFIG_TRACK_PROCESSES;
	reading->config.value[CONFIG_TRACK_PROCESSES] = 1;
	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++)
		put_cost(&reading->costs, kind, ALL, ALL, 10);
	report_add_reason(&reading->reasons);
	put_process(&reading->processes, 1, 7, 10, 5);
	reading->processes.process->usage.outcomes = true;
}

/* Growth from a reading with a hook off to one with all on, 900 ns later. */
static int grow(struct cost_reading *growth, const char *off)
{
	struct cost_reading before, now;
	int err;

	fill_reading(&before, off);
	fill_reading(&now, "");
	for (size_t i = 0; i < now.costs.count; i++)
		now.costs.cost[i].measured_time += 900;
	now.costs.timestamp = 1000;
	before.costs.timestamp = 100;
	err = cost_reading_growth(growth, &now, &before);
	cost_reading_free(&before);
	cost_reading_free(&now);
	return err;
}

static unsigned int timed_kinds(const struct cost_reading *growth)
{
	unsigned int kinds = 0;

	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++)
		kinds |= (unsigned int)!!cost_of_kind(&growth->costs, kind)
			 << kind;
	return kinds;
}

TEST(a_hook_that_was_off_counts_no_zero)
{
	struct cost_reading growth;

	ASSERT_EQ(0, grow(&growth, ""));
	EXPECT_EQ(7, timed_kinds(&growth));
	EXPECT_EQ(7, growth.processes.process->usage.timed);
	EXPECT_TRUE(growth.processes.process->usage.outcomes);
	EXPECT_EQ(NULL, growth.missing[COST_REASONS]);
	EXPECT_EQ(1, growth.reasons.count);
	cost_reading_free(&growth);
	ASSERT_EQ(0, grow(&growth, "outcome"));
	EXPECT_EQ(6, timed_kinds(&growth));
	EXPECT_EQ(6, growth.processes.process->usage.timed);
	EXPECT_FALSE(growth.processes.process->usage.outcomes);
	cost_reading_free(&growth);
	ASSERT_EQ(0, grow(&growth, "migration"));
	EXPECT_EQ(3, timed_kinds(&growth));
	EXPECT_EQ(3, growth.processes.process->usage.timed);
	EXPECT_STREQ("the hook migration is not attached",
		     growth.missing[COST_REASONS]);
	EXPECT_EQ(0, growth.reasons.count);
	cost_reading_free(&growth);
	ASSERT_EQ(0, grow(&growth, "access"));
	EXPECT_EQ(6, timed_kinds(&growth));
	EXPECT_EQ(0, growth.processes.count);
	cost_reading_free(&growth);
}

TEST(a_part_of_the_time_is_not_all)
{
	struct cost_reading growth = { .elapsed = 1000000 };

	EXPECT_FALSE(cost_is_whole(&growth));
	growth.measured_time = 980000;
	EXPECT_FALSE(cost_is_whole(&growth));
	growth.measured_time = 995000;
	EXPECT_TRUE(cost_is_whole(&growth));
}

static bool has_note(const struct sentences *notes, const char *words)
{
	for (size_t i = 0; i < notes->count; i++)
		if (strstr(notes->text[i], words))
			return true;
	return false;
}

TEST(what_is_not_measured_is_said)
{
	struct cost_reading reading = { 0 };
	struct sentences notes = { 0 };

	reading.missing[COST_SKIPS] = strdup("it came with Linux 6.6");
	ASSERT_EQ(0, cost_notes(&reading, &notes));
	EXPECT_TRUE(has_note(&notes, "numatrace config measure_cost=1"));
	EXPECT_TRUE(has_note(&notes, "it came with Linux 6.6"));
	EXPECT_FALSE(has_note(&notes, "A time is that of the clock"));
	sentences_free(&notes);
	put_cost(&reading.costs, 0, ALL, ALL, 60)->lost = 4;
	reading.config.set = 1U << CONFIG_MEASURE_COST;
	reading.config.value[CONFIG_MEASURE_COST] = 1;
	reading.elapsed = 4000000000;
	reading.measured_time = 1000000000;
	ASSERT_EQ(0, cost_notes(&reading, &notes));
	EXPECT_FALSE(has_note(&notes, "measure_cost=1"));
	EXPECT_TRUE(has_note(&notes, "1.0 seconds of the 4.0"));
	EXPECT_TRUE(has_note(&notes, "4 of the kind fault"));
	EXPECT_TRUE(has_note(&notes, "A time is that of the clock"));
	sentences_free(&notes);
	cost_reading_free(&reading);
}

/* What was counted while the hook was on is known still. */
TEST(a_hook_that_is_off_now_is_said)
{
	struct cost_reading reading;
	struct sentences notes = { 0 };

	fill_reading(&reading, "outcome");
	ASSERT_EQ(0, cost_notes(&reading, &notes));
	EXPECT_TRUE(
		has_note(&notes,
			 "each fault is not measured any more: the hook outcome"));
	EXPECT_FALSE(has_note(&notes, "each migration is not"));
	sentences_free(&notes);
	cost_reading_free(&reading);
}

static struct report_node *put_node(struct cost_reading *reading, uint64_t all,
				    uint64_t local)
{
	struct report_node *node = report_add_node(&reading->nodes);

	node->measured =
		1ULL << NODE_HINT_FAULTS | 1ULL << NODE_HINT_FAULTS_LOCAL;
	node->value[NODE_HINT_FAULTS] = all;
	node->value[NODE_HINT_FAULTS_LOCAL] = local;
	return node;
}

/* Accesses come first, then locality. */
TEST(without_balancing_nothing_is_sampled)
{
	struct balancing_activity row[BALANCING_ACTIVITIES];
	struct cost_reading total = { 0 }, lately = { .elapsed = 1 };

	put_node(&total, 3, 3);
	put_node(&total, 5, 3);
	put_node(&lately, 0, 0);
	balancing_activity_fill(&total, &lately, row);
	EXPECT_TRUE(row[0].total_known);
	EXPECT_EQ(8, row[0].total);
	EXPECT_EQ(0.75, row[1].total);
	EXPECT_FALSE(row[0].lately_known);
	lately.balancing = true;
	balancing_activity_fill(&total, &lately, row);
	EXPECT_TRUE(row[0].lately_known);
	EXPECT_EQ(0, row[0].lately);
	EXPECT_FALSE(row[1].lately_known);
	/* A part of the nodes is not all of them. */
	put_node(&total, 1, 1)->measured = 0;
	balancing_activity_fill(&total, &lately, row);
	EXPECT_FALSE(row[0].total_known);
	cost_reading_free(&total);
	cost_reading_free(&lately);
}

TEST(durations_have_units)
{
	const struct output_style table = { .format = OUTPUT_TABLE };
	const struct output_style json = { .format = OUTPUT_JSON };
	static const struct {
		uint64_t ns;
		const char *text;
	} durations[] = {
		{ 0, "0ns" },		{ 999, "999ns" },
		{ 1000, "1.0us" },	{ 999949, "999.9us" },
		{ 999951, "1.0ms" },	{ 1500000, "1.5ms" },
		{ 2000000000, "2.0s" }, { 7200000000000, "7200.0s" },
	};

	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		char *text = output_duration(&table, durations[i].ns);

		EXPECT_STREQ(durations[i].text, text);
		free(text);
	}
	char *text = output_duration(&json, 1500000);

	EXPECT_STREQ("1500000", text);
	free(text);
}

TEST_HARNESS_MAIN
