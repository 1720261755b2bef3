// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic on reports, and the order and growth of reports themselves.
 */
#include "locality.h"

#include "interval.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

static void add_cell(struct report_matrix *matrix, uint32_t row,
		     uint32_t column, uint64_t events, uint64_t pages)
{
	*report_add_cell(matrix) = (struct report_cell){
		.row = row,
		.column = column,
		.events = events,
		.pages = pages,
	};
}

static struct report_node *add_node(struct report_nodes *nodes, uint32_t id)
{
	struct report_node *node = report_add_node(nodes);

	node->id = id;
	node->cpus = strdup("");
	node->measured = (1ULL << NODE_FIELDS) - 1;
	return node;
}

TEST(growth_wraps)
{
	EXPECT_EQ(5, locality_growth(12, 7));
	EXPECT_EQ(0, locality_growth(7, 7));
	EXPECT_EQ(3, locality_growth(1, UINT64_MAX - 1));
}

TEST(locality_of_nothing_is_undefined)
{
	double ratio = 42;

	EXPECT_FALSE(locality_ratio((struct locality){ 0, 0 }, &ratio));
	EXPECT_EQ(42, ratio);
}

TEST(locality_is_the_local_share)
{
	double ratio;

	ASSERT_TRUE(locality_ratio((struct locality){ 3, 1 }, &ratio));
	EXPECT_EQ(0.75, ratio);
	ASSERT_TRUE(locality_ratio((struct locality){ 0, 1 }, &ratio));
	EXPECT_EQ(0, ratio);
	ASSERT_TRUE(locality_ratio((struct locality){ 1, 0 }, &ratio));
	EXPECT_EQ(1, ratio);
}

TEST(sum_of_huge_counters_does_not_overflow)
{
	struct locality huge = { UINT64_MAX, UINT64_MAX };
	double ratio;

	ASSERT_TRUE(locality_ratio(huge, &ratio));
	EXPECT_EQ(0.5, ratio);
}

TEST(remote_does_not_fall_below_zero)
{
	struct report_node node = { .measured = UINT64_MAX };
	struct locality locality;

	node.value[NODE_HINT_FAULTS] = 9;
	node.value[NODE_HINT_FAULTS_LOCAL] = 10;
	ASSERT_TRUE(locality_of_node(&node, &locality));
	EXPECT_EQ(10, locality.local);
	EXPECT_EQ(0, locality.remote);
}

TEST(what_was_not_measured_stays_so)
{
	struct report_node node = { .measured = 1ULL << NODE_HINT_FAULTS |
						1ULL << NODE_FAULTS };
	struct locality locality;
	int64_t minor;

	EXPECT_FALSE(locality_of_node(&node, &locality));
	EXPECT_FALSE(locality_minor_faults(&node, &minor));
}

TEST(minor_faults_are_signed)
{
	struct report_node node = { .measured = UINT64_MAX };
	int64_t minor;

	node.value[NODE_FAULTS] = 2;
	node.value[NODE_MAJOR_FAULTS] = 3;
	ASSERT_TRUE(locality_minor_faults(&node, &minor));
	EXPECT_EQ(-1, minor);
}

FIXTURE(matrix)
{
	struct report_matrix now;
	struct report_matrix before;
};

FIXTURE_SETUP(matrix)
{
	memset(self, 0, sizeof(*self));
	add_cell(&self->now, 2, 0, 100, 1000);
	add_cell(&self->now, 0, 2, 30, 300);
	add_cell(&self->now, 0, 0, 60, 600);
	add_cell(&self->now, 2, 2, 7, 70);
	report_sort_matrix(&self->now);
	add_cell(&self->before, 0, 0, 50, 500);
	add_cell(&self->before, 2, 0, UINT64_MAX, 999);
	report_sort_matrix(&self->before);
}

FIXTURE_TEARDOWN(matrix)
{
	report_free_matrix(&self->now);
	report_free_matrix(&self->before);
}

TEST_F(matrix, is_sorted_by_row_then_column)
{
	EXPECT_EQ(0, self->now.cell[0].column);
	EXPECT_EQ(2, self->now.cell[1].column);
	EXPECT_EQ(2, self->now.cell[2].row);
	EXPECT_EQ(7, report_find_cell(&self->now, 2, 2)->events);
	EXPECT_EQ(NULL, report_find_cell(&self->now, 1, 1));
}

TEST_F(matrix, has_each_cell_once)
{
	add_cell(&self->now, 0, 2, 1, 1);
	EXPECT_FALSE(report_sort_matrix(&self->now));
}

TEST_F(matrix, sums)
{
	EXPECT_EQ(90, locality_row_sum(&self->now, 0, LOCALITY_EVENTS, true));
	EXPECT_EQ(30, locality_row_sum(&self->now, 0, LOCALITY_EVENTS, false));
	EXPECT_EQ(1600,
		  locality_column_sum(&self->now, 0, LOCALITY_PAGES, true));
	EXPECT_EQ(1000,
		  locality_column_sum(&self->now, 0, LOCALITY_PAGES, false));
	EXPECT_EQ(0, locality_row_sum(&self->now, 5, LOCALITY_PAGES, true));
}

TEST_F(matrix, row_locality)
{
	struct locality row = locality_of_row(&self->now, 2, LOCALITY_EVENTS);

	EXPECT_EQ(7, row.local);
	EXPECT_EQ(100, row.remote);
}

TEST_F(matrix, subtracts_by_cell)
{
	locality_subtract_matrix(&self->now, &self->before);
	EXPECT_EQ(10, report_find_cell(&self->now, 0, 0)->events);
	EXPECT_EQ(101, report_find_cell(&self->now, 2, 0)->events);
	EXPECT_EQ(1, report_find_cell(&self->now, 2, 0)->pages);
	EXPECT_EQ(30, report_find_cell(&self->now, 0, 2)->events);
}

TEST_F(matrix, copies_are_independent)
{
	struct report_matrix copy = { 0 };

	ASSERT_EQ(0, report_copy_matrix(&copy, &self->now));
	locality_subtract_matrix(&copy, &self->before);
	EXPECT_EQ(60, report_find_cell(&self->now, 0, 0)->events);
	EXPECT_EQ(10, report_find_cell(&copy, 0, 0)->events);
	report_free_matrix(&copy);
}

TEST(nodes_subtract_counters_not_gauges)
{
	struct report_nodes before = { 0 }, now = { 0 };

	add_node(&before, 3)->value[NODE_FAULTS] = 10;
	before.node[0].value[NODE_MEM_FREE] = 500;
	add_node(&now, 3)->value[NODE_FAULTS] = 25;
	now.node[0].value[NODE_MEM_FREE] = 400;

	locality_subtract_nodes(&now, &before);
	EXPECT_EQ(15, now.node[0].value[NODE_FAULTS]);
	EXPECT_EQ(400, now.node[0].value[NODE_MEM_FREE]);
	report_free_nodes(&before);
	report_free_nodes(&now);
}

TEST(a_node_that_came_has_no_growth)
{
	struct report_nodes before = { 0 }, now = { 0 };

	add_node(&before, 0);
	add_node(&now, 0);
	add_node(&now, 1)->value[NODE_FAULTS] = 25;

	locality_subtract_nodes(&now, &before);
	EXPECT_TRUE(report_measured(&now.node[0], NODE_FAULTS));
	EXPECT_FALSE(report_measured(&now.node[1], NODE_FAULTS));
	EXPECT_TRUE(report_measured(&now.node[1], NODE_MEM_TOTAL));
	report_free_nodes(&before);
	report_free_nodes(&now);
}

TEST(a_counter_that_was_not_measured_has_no_growth)
{
	struct report_nodes before = { 0 }, now = { 0 };

	add_node(&before, 0)->measured = 1ULL << NODE_FAULTS;
	add_node(&now, 0);

	locality_subtract_nodes(&now, &before);
	EXPECT_TRUE(report_measured(&now.node[0], NODE_FAULTS));
	EXPECT_FALSE(report_measured(&now.node[0], NODE_ALLOC_HIT));
	report_free_nodes(&before);
	report_free_nodes(&now);
}

TEST(a_thousand_nodes_are_kept_in_order)
{
	struct report_nodes nodes = { 0 };

	for (uint32_t id = 1024; id-- > 0;)
		add_node(&nodes, id)->value[NODE_FAULTS] = id;
	ASSERT_TRUE(report_sort_nodes(&nodes));
	EXPECT_EQ(1024, nodes.count);
	EXPECT_EQ(777, report_find_node(&nodes, 777)->value[NODE_FAULTS]);
	EXPECT_EQ(NULL, report_find_node(&nodes, 1024));
	add_node(&nodes, 5);
	EXPECT_FALSE(report_sort_nodes(&nodes));
	report_free_nodes(&nodes);
}

static void add_share(struct report_usage *usage, uint32_t cpu_node,
		      uint32_t memory_node, uint64_t faults)
{
	*report_add_share(usage) = (struct report_share){
		.cpu_node = cpu_node,
		.memory_node = memory_node,
		.faults = faults,
		.pages = faults * 512,
	};
}

FIXTURE(usage)
{
	struct report_usage matrix;
	struct report_usage sums;
	struct report_usage empty;
};

FIXTURE_SETUP(usage)
{
	memset(self, 0, sizeof(*self));
	self->matrix.local_faults = 8;
	self->matrix.remote_faults = 17;
	self->matrix.local_pages = 4096;
	self->matrix.remote_pages = 8704;
	self->matrix.outcomes = true;
	self->matrix.migrated_pages = 3;
	self->matrix.accessed = true;
	self->matrix.first_access = 100;
	self->matrix.last_access = 900;
	add_share(&self->matrix, 0, 1, 7);
	add_share(&self->matrix, 2, 2, 8);
	add_share(&self->matrix, 0, 2, 10);
	add_share(&self->sums, 9, REPORT_ALL_NODES, 5);
	add_share(&self->sums, 4, REPORT_ALL_NODES, 5);
	add_share(&self->sums, REPORT_ALL_NODES, 12, 10);
}

FIXTURE_TEARDOWN(usage)
{
	free(self->matrix.share);
	free(self->sums.share);
	free(self->empty.share);
}

TEST_F(usage, locality)
{
	struct locality faults, pages;

	faults = locality_of_usage(&self->matrix, LOCALITY_EVENTS);
	pages = locality_of_usage(&self->matrix, LOCALITY_PAGES);
	EXPECT_EQ(8, faults.local);
	EXPECT_EQ(17, faults.remote);
	EXPECT_EQ(4096, pages.local);
	EXPECT_EQ(8704, pages.remote);
}

TEST_F(usage, main_nodes)
{
	uint32_t node;

	ASSERT_TRUE(locality_main_cpu_node(&self->matrix, &node));
	EXPECT_EQ(0, node);
	ASSERT_TRUE(locality_main_memory_node(&self->matrix, &node));
	EXPECT_EQ(2, node);
}

TEST_F(usage, main_nodes_of_sums)
{
	uint32_t node;

	ASSERT_TRUE(locality_main_cpu_node(&self->sums, &node));
	EXPECT_EQ(4, node);
	ASSERT_TRUE(locality_main_memory_node(&self->sums, &node));
	EXPECT_EQ(12, node);
}

TEST_F(usage, nothing_has_no_main_node)
{
	uint32_t node = 42;

	EXPECT_FALSE(locality_main_cpu_node(&self->empty, &node));
	add_share(&self->empty, 0, 0, 0);
	EXPECT_FALSE(locality_main_memory_node(&self->empty, &node));
	EXPECT_EQ(42, node);
}

TEST_F(usage, adds_up)
{
	self->empty.outcomes = true;
	ASSERT_EQ(0, locality_add_usage(&self->empty, &self->matrix));
	ASSERT_EQ(0, locality_add_usage(&self->empty, &self->matrix));
	EXPECT_EQ(34, self->empty.remote_faults);
	EXPECT_EQ(6, self->empty.migrated_pages);
	EXPECT_TRUE(self->empty.outcomes);
	EXPECT_EQ(100, self->empty.first_access);
	EXPECT_EQ(900, self->empty.last_access);
	ASSERT_EQ(3, self->empty.shares);
	EXPECT_EQ(20, self->empty.share[2].faults);
	ASSERT_EQ(0, locality_add_usage(&self->empty, &self->sums));
	EXPECT_FALSE(self->empty.outcomes);
}

TEST_F(usage, subtracts)
{
	struct report_usage *old = &self->empty;

	old->local_faults = 2;
	old->remote_pages = 512;
	add_share(old, 0, 2, 4);
	locality_subtract_usage(&self->matrix, old);
	EXPECT_EQ(6, self->matrix.local_faults);
	EXPECT_EQ(8192, self->matrix.remote_pages);
	EXPECT_FALSE(self->matrix.outcomes);
	EXPECT_EQ(6, self->matrix.share[2].faults);
	EXPECT_EQ(7, self->matrix.share[0].faults);
}

static struct report_usage *add_process(struct report_processes *processes,
					uint32_t kind, uint32_t pid,
					uint64_t start_time, uint64_t faults)
{
	struct report_process *process = report_add_process(processes);

	process->kind = kind;
	process->pid = pid;
	process->start_time = start_time;
	process->usage.remote_faults = faults;
	return &process->usage;
}

static uint64_t remote(const struct report_processes *processes, uint32_t kind,
		       uint32_t pid, uint64_t start_time)
{
	const struct report_process key = { .kind = kind,
					    .pid = pid,
					    .start_time = start_time };

	return report_find_process(processes, &key)->usage.remote_faults;
}

FIXTURE(processes)
{
	struct report_processes before;
	struct report_processes now;
};

FIXTURE_SETUP(processes)
{
	memset(self, 0, sizeof(*self));
	add_process(&self->before, NUMATRACE_ROW_KIND_UNATTRIBUTED, 0, 0, 1);
	add_process(&self->before, NUMATRACE_ROW_KIND_UNLISTED, 0, 0, 1000);
	add_process(&self->before, NUMATRACE_ROW_KIND_ENDED_TOTAL, 0, 0, 5000);
	add_process(&self->before, NUMATRACE_ROW_KIND_CURRENT, 20, 7, 300);
	add_process(&self->before, NUMATRACE_ROW_KIND_CURRENT, 10, 7, 40);
	add_process(&self->before, NUMATRACE_ROW_KIND_CURRENT, 30, 7, 100);
	report_sort_processes(&self->before);
	/* 10 goes on, 20 has ended, 30 too, and its pid is another's now. */
	add_process(&self->now, NUMATRACE_ROW_KIND_CURRENT, 30, 8, 6);
	add_process(&self->now, NUMATRACE_ROW_KIND_CURRENT, 10, 7, 45);
	add_process(&self->now, NUMATRACE_ROW_KIND_ENDED, 20, 7, 302);
	add_process(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL, 0, 0, 5403);
	add_process(&self->now, NUMATRACE_ROW_KIND_UNLISTED, 0, 0, 1050);
	add_process(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED, 0, 0, 1);
	report_sort_processes(&self->now);
}

FIXTURE_TEARDOWN(processes)
{
	report_free_processes(&self->before);
	report_free_processes(&self->now);
}

TEST_F(processes, grow_each_by_its_own)
{
	locality_subtract_processes(&self->now, &self->before);
	EXPECT_EQ(5, remote(&self->now, NUMATRACE_ROW_KIND_CURRENT, 10, 7));
	EXPECT_EQ(6, remote(&self->now, NUMATRACE_ROW_KIND_CURRENT, 30, 8));
	EXPECT_EQ(2, remote(&self->now, NUMATRACE_ROW_KIND_ENDED, 20, 7));
}

TEST_F(processes, that_ended_do_not_count_twice)
{
	locality_subtract_processes(&self->now, &self->before);
	EXPECT_EQ(3, remote(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL, 0, 0));
	EXPECT_EQ(50, remote(&self->now, NUMATRACE_ROW_KIND_UNLISTED, 0, 0));
	EXPECT_EQ(0, remote(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED, 0, 0));
}

/* One that was not listed ended: 900 went from one sum to the other. */
TEST_F(processes, sums_keep_the_sum)
{
	const struct report_process
		unlisted = { .kind = NUMATRACE_ROW_KIND_UNLISTED },
		ended = { .kind = NUMATRACE_ROW_KIND_ENDED_TOTAL };

	report_find_process(&self->now, &unlisted)->usage.remote_faults -= 900;
	report_find_process(&self->now, &ended)->usage.remote_faults += 900;
	locality_subtract_processes(&self->now, &self->before);
	EXPECT_EQ(53, remote(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL, 0, 0));
	EXPECT_EQ(0, remote(&self->now, NUMATRACE_ROW_KIND_UNLISTED, 0, 0));
}

static uint64_t sum_of(const struct report_processes *processes)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < processes->count; i++)
		if (processes->process[i].kind != NUMATRACE_ROW_KIND_ENDED)
			sum += processes->process[i].usage.remote_faults;
	return sum;
}

/* The table was made smaller: 10 had 43 when its row was dropped. */
TEST_F(processes, whose_rows_begin_anew_have_no_past)
{
	uint64_t grown = sum_of(&self->now) - sum_of(&self->before);
	const struct report_process *again =
		report_find_process(&self->now,
				    &(struct report_process){
					    .kind = NUMATRACE_ROW_KIND_CURRENT,
					    .pid = 10,
					    .start_time = 7 });

	((struct report_process *)again)->usage.remote_faults = 2;
	report_find_sum(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED)
		->usage.remote_faults += 43;
	locality_subtract_processes(&self->now, &self->before);
	EXPECT_EQ(2, remote(&self->now, NUMATRACE_ROW_KIND_CURRENT, 10, 7));
	EXPECT_EQ(3, remote(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED, 0, 0));
	EXPECT_EQ(3, remote(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL, 0, 0));
	EXPECT_EQ(grown, sum_of(&self->now));
}

/* 20 ended after its row was dropped and begun anew. */
TEST_F(processes, that_began_anew_and_ended_have_no_past)
{
	const struct report_process key = { .kind = NUMATRACE_ROW_KIND_ENDED,
					    .pid = 20,
					    .start_time = 7 };

	report_find_process(&self->now, &key)->usage.remote_faults = 1;
	report_find_sum(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL)
		->usage.remote_faults -= 301;
	report_find_sum(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED)
		->usage.remote_faults += 301;
	locality_subtract_processes(&self->now, &self->before);
	EXPECT_EQ(1, remote(&self->now, NUMATRACE_ROW_KIND_ENDED, 20, 7));
	EXPECT_EQ(2, remote(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL, 0, 0));
	EXPECT_EQ(1, remote(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED, 0, 0));
}

/* 20 and 30 did not end: their rows were dropped, and have not begun anew. */
TEST_F(processes, whose_rows_were_dropped_leave_no_loss)
{
	uint64_t grown = sum_of(&self->now) - sum_of(&self->before);

	report_find_sum(&self->now, NUMATRACE_ROW_KIND_ENDED_TOTAL)
		->usage.remote_faults -= 403;
	report_find_sum(&self->now, NUMATRACE_ROW_KIND_UNATTRIBUTED)
		->usage.remote_faults += 403;
	locality_subtract_processes(&self->now, &self->before);
	EXPECT_EQ(grown, sum_of(&self->now));
	for (size_t i = 0; i < self->now.count; i++)
		EXPECT_GT(1000, self->now.process[i].usage.remote_faults);
}

/* One that was not listed is: its past is in no row. */
TEST_F(processes, that_come_to_be_listed_leave_no_loss)
{
	report_find_sum(&self->now, NUMATRACE_ROW_KIND_UNLISTED)
		->usage.remote_faults -= 900;
	locality_subtract_processes(&self->now, &self->before);
	for (size_t i = 0; i < self->now.count; i++)
		EXPECT_GT(1000, self->now.process[i].usage.remote_faults);
}

TEST_F(processes, are_gone_where_accesses_were_not_measured)
{
	const struct locality_measured measured = { .attributed = true };

	ASSERT_EQ(0, locality_drop_unmeasured(&self->now, &measured));
	EXPECT_EQ(0, self->now.count);
}

TEST_F(processes, are_one_row_where_they_were_not_told_apart)
{
	const struct locality_measured measured = { .accesses = true };
	uint64_t sum = sum_of(&self->now);

	add_share(&self->now.process[0].usage, 0, 1, 9);
	ASSERT_EQ(0, locality_drop_unmeasured(&self->now, &measured));
	ASSERT_EQ(1, self->now.count);
	EXPECT_EQ(NUMATRACE_ROW_KIND_UNATTRIBUTED, self->now.process[0].kind);
	EXPECT_EQ(sum, sum_of(&self->now));
}

TEST_F(processes, have_no_outcomes_that_were_not_measured)
{
	struct locality_measured measured = { true, true, true, 7 };

	self->now.process[0].usage.outcomes = true;
	ASSERT_EQ(0, locality_drop_unmeasured(&self->now, &measured));
	EXPECT_TRUE(self->now.process[0].usage.outcomes);
	measured.outcomes = false;
	ASSERT_EQ(0, locality_drop_unmeasured(&self->now, &measured));
	EXPECT_FALSE(self->now.process[0].usage.outcomes);
	EXPECT_EQ(6, self->now.count);
}

TEST(measured_is_what_was_at_both_ends)
{
	struct report_info now = { 0 }, before = { 0 };
	struct locality_measured measured;

	report_add_hook(&now)->name = strdup("access");
	report_add_hook(&now)->name = strdup("outcome");
	report_add_hook(&before)->name = strdup("access");
	report_add_hook(&before)->name = strdup("outcome");
	now.hook[0].state = NUMATRACE_HOOK_STATE_FTRACE;
	before.hook[0].state = NUMATRACE_HOOK_STATE_KPROBE;
	now.hook[1].state = NUMATRACE_HOOK_STATE_FTRACE;
	before.hook[1].state = NUMATRACE_HOOK_STATE_OFF;
	measured = locality_measured(&now, &before);
	EXPECT_TRUE(measured.accesses);
	EXPECT_FALSE(measured.outcomes);
	report_free_info(&now);
	report_free_info(&before);
}

TEST_F(processes, copies_are_independent)
{
	struct report_processes copy = { 0 };

	self->now.process[0].comm = strdup("name");
	add_share(&self->now.process[0].usage, 0, 1, 9);
	ASSERT_EQ(0, report_copy_processes(&copy, &self->now));
	EXPECT_STREQ("name", copy.process[0].comm);
	EXPECT_NE(self->now.process[0].comm, copy.process[0].comm);
	copy.process[0].usage.share[0].faults = 1;
	EXPECT_EQ(9, self->now.process[0].usage.share[0].faults);
	report_free_processes(&copy);
}

TEST(numbers_are_digits)
{
	static const char *const bad[] = {
		"",    "-1",  "+1",
		" 1",  "1 ",  "1x",
		"0x1", "101", "18446744073709551616",
	};
	uint64_t number = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		EXPECT_FALSE(number_parse(bad[i], 100, &number));
	EXPECT_EQ(42, number);
	ASSERT_TRUE(number_parse("100", 100, &number));
	EXPECT_EQ(100, number);
	ASSERT_TRUE(number_parse("18446744073709551615", UINT64_MAX, &number));
	EXPECT_EQ(UINT64_MAX, number);
}

TEST(intervals)
{
	struct interval interval;

	ASSERT_TRUE(interval_parse(&interval, "1", NULL));
	EXPECT_EQ(1000000000, interval.period);
	EXPECT_EQ(0, interval.count);
	ASSERT_TRUE(interval_parse(&interval, "0.25", "3"));
	EXPECT_EQ(250000000, interval.period);
	EXPECT_EQ(3, interval.count);
}

TEST(bad_intervals)
{
	static const char *const bad[][2] = {
		{ "", NULL },	{ "x", NULL },
		{ "1x", NULL }, { "-1", NULL },
		{ "0", NULL },	{ "nan", NULL },
		{ "inf", "1" }, { "1e30", "1" },
		{ "1", "" },	{ "1", "0" },
		{ "1", "-1" },	{ "1", "1.5" },
		{ "1", " 1" },	{ "1", "99999999999999999999999" },
	};
	struct interval interval;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		EXPECT_FALSE(interval_parse(&interval, bad[i][0], bad[i][1]));
}

/* Counts the readings of an interval_run(); fails at the third report. */
static int count_readings(void *context, bool report)
{
	int *readings = context;

	readings[report]++;
	return readings[true] == 3 ? -42 : 0;
}

TEST(runs_as_vmstat_does)
{
	struct interval once = { 0 }, twice = { 1000000, 2 },
			endless = { 1000000, 0 };
	int readings[2] = { 0 };

	EXPECT_EQ(0, interval_run(&once, count_readings, readings));
	EXPECT_EQ(0, readings[false]);
	EXPECT_EQ(1, readings[true]);

	memset(readings, 0, sizeof(readings));
	EXPECT_EQ(0, interval_run(&twice, count_readings, readings));
	EXPECT_EQ(1, readings[false]);
	EXPECT_EQ(2, readings[true]);

	memset(readings, 0, sizeof(readings));
	EXPECT_EQ(-42, interval_run(&endless, count_readings, readings));
}

TEST_HARNESS_MAIN
