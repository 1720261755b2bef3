// SPDX-License-Identifier: GPL-2.0
/*
 * What balancing costs: messages of the module, good ones and such as it never
 * sends, as in test_reply.c.
 */
#include "cost_columns.h"
#include "cost_show.h"
#include "reply.h"
#include "reply_costs.h"

#include "_messages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

#define ALL REPORT_ALL_NODES

static void put_bucket(struct nl_msg *msg, uint32_t order, uint64_t count)
{
	struct nlattr *nest = nla_nest_start(msg, NUMATRACE_A_COST_BUCKET);

	nla_put_u32(msg, NUMATRACE_A_COST_BUCKET_ORDER, order);
	nla_put_u64(msg, NUMATRACE_A_COST_BUCKET_COUNT, count);
	nla_nest_end(msg, nest);
}

static struct nl_msg *cost_start(uint32_t kind)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_COST_GET);

	nla_put_u64(msg, NUMATRACE_A_COST_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_COST_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_COST_KIND, kind);
	return msg;
}

static void put_numbers(struct nl_msg *msg)
{
	nla_put_u64(msg, NUMATRACE_A_COST_COUNT, 3);
	nla_put_u64(msg, NUMATRACE_A_COST_TIME, 7000);
	put_bucket(msg, 10, 2);
	put_bucket(msg, 12, 1);
}

static struct nl_msg *all_message(uint32_t kind)
{
	struct nl_msg *msg = cost_start(kind);

	put_numbers(msg);
	nla_put_u64(msg, NUMATRACE_A_COST_MEASURED_TIME, 1000000);
	nla_put_u64(msg, NUMATRACE_A_COST_LOST, 5);
	nla_put_u64(msg, NUMATRACE_A_COST_LONGEST, 4500);
	nla_put_u64(msg, NUMATRACE_A_COST_LONGEST_END, 1500);
	nla_put_u32(msg, NUMATRACE_A_COST_LONGEST_PID, 77);
	nla_put_string(msg, NUMATRACE_A_COST_LONGEST_COMM, "worker");
	return msg;
}

static struct nl_msg *cell_message(uint32_t kind, uint32_t row, uint32_t column)
{
	struct nl_msg *msg = cost_start(kind);

	nla_put_u32(msg, NUMATRACE_A_COST_ROW, row);
	if (column != ALL)
		nla_put_u32(msg, NUMATRACE_A_COST_COLUMN, column);
	put_numbers(msg);
	return msg;
}

static struct nl_msg *reason_message(uint32_t number)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_REASON_GET);

	nla_put_u64(msg, NUMATRACE_A_REASON_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_REASON_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_REASON_REASON, number);
	nla_put_u64(msg, NUMATRACE_A_REASON_CALLS, 4);
	nla_put_u64(msg, NUMATRACE_A_REASON_MIGRATED_PAGES, 2048);
	nla_put_u64(msg, NUMATRACE_A_REASON_FAILED_PAGES, 512);
	return msg;
}

static struct nl_msg *skip_message(void)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_SKIP_GET);

	nla_put_string(msg, NUMATRACE_A_SKIP_REASON, "shared_ro");
	nla_put_u64(msg, NUMATRACE_A_SKIP_COUNT, 9);
	return msg;
}

/* A row of a matrix, of cells with pages or without. */
static struct nl_msg *tasks_message(uint32_t kind, bool pages)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_MATRIX_GET);
	struct nlattr *nest;

	nla_put_u32(msg, NUMATRACE_A_MATRIX_KIND, kind);
	nla_put_u64(msg, NUMATRACE_A_MATRIX_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_MATRIX_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_MATRIX_ROW, 0);
	nest = nla_nest_start(msg, NUMATRACE_A_MATRIX_CELL);
	nla_put_u32(msg, NUMATRACE_A_CELL_COLUMN, 1);
	nla_put_u64(msg, NUMATRACE_A_CELL_EVENTS, 6);
	if (pages)
		nla_put_u64(msg, NUMATRACE_A_CELL_PAGES, 3072);
	nla_nest_end(msg, nest);
	return msg;
}

static int parse_cost(struct nlmsghdr *message)
{
	struct report_costs costs = { 0 };
	int err = reply_cost(message, &costs);

	report_free_costs(&costs);
	return err;
}

static int parse_reason(struct nlmsghdr *message)
{
	struct report_reasons reasons = { 0 };
	int err = reply_reason(message, &reasons);

	report_free_reasons(&reasons);
	return err;
}

static int parse_skip(struct nlmsghdr *message)
{
	struct report_skips skips = { 0 };
	int err = reply_skip(message, &skips);

	report_free_skips(&skips);
	return err;
}

static int parse_tasks(struct nlmsghdr *message)
{
	struct report_matrix matrix = { 0 };
	int err =
		reply_matrix(message, NUMATRACE_MATRIX_KIND_TASK_MOVE, &matrix);

	report_free_matrix(&matrix);
	return err;
}

static int parse_bounces(struct nlmsghdr *message)
{
	struct report_matrix matrix = { 0 };
	int err = reply_matrix(message, NUMATRACE_MATRIX_KIND_BOUNCE, &matrix);

	report_free_matrix(&matrix);
	return err;
}

/* Adds a message to costs, and frees it. */
static int add(struct report_costs *costs, struct nl_msg *msg)
{
	int err = reply_cost(nlmsg_hdr(msg), costs);

	nlmsg_free(msg);
	return err;
}

TEST(costs_are_read)
{
	struct report_costs costs = { 0 };
	const struct report_cost *all, *cell;

	ASSERT_EQ(0, add(&costs, all_message(NUMATRACE_COST_KIND_FAULT)));
	ASSERT_EQ(0,
		  add(&costs, cell_message(NUMATRACE_COST_KIND_FAULT, 1, 0)));
	ASSERT_EQ(0,
		  add(&costs, cell_message(NUMATRACE_COST_KIND_FAULT, 0, 1)));
	ASSERT_TRUE(report_sort_costs(&costs));
	EXPECT_EQ(2000, costs.timestamp);
	EXPECT_EQ(3, costs.generation);
	ASSERT_EQ(3, costs.count);
	all = cost_of_kind(&costs, NUMATRACE_COST_KIND_FAULT);
	ASSERT_NE(NULL, all);
	EXPECT_EQ(3, all->count);
	EXPECT_EQ(7000, all->time);
	EXPECT_EQ(2, all->bucket[10]);
	EXPECT_EQ(0, all->bucket[11]);
	EXPECT_EQ(1, all->bucket[12]);
	EXPECT_EQ(1000000, all->measured_time);
	EXPECT_EQ(5, all->lost);
	EXPECT_EQ(4500, all->longest);
	EXPECT_EQ(1500, all->longest_end);
	EXPECT_EQ(77, all->longest_pid);
	EXPECT_STREQ("worker", all->longest_comm);
	cell = report_find_cost(&costs, NUMATRACE_COST_KIND_FAULT, 1, 0);
	ASSERT_NE(NULL, cell);
	EXPECT_EQ(7000, cell->time);
	EXPECT_EQ(NULL, cost_of_kind(&costs, NUMATRACE_COST_KIND_SCAN));
	report_free_costs(&costs);
}

TEST(a_cell_of_a_large_machine_has_a_row_only)
{
	struct report_costs costs = { 0 };

	ASSERT_EQ(0,
		  add(&costs, cell_message(NUMATRACE_COST_KIND_FAULT, 9, ALL)));
	ASSERT_EQ(0, add(&costs, all_message(NUMATRACE_COST_KIND_FAULT)));
	ASSERT_TRUE(report_sort_costs(&costs));
	EXPECT_EQ(9, costs.cost[0].row);
	EXPECT_EQ(ALL, costs.cost[0].column);
	report_free_costs(&costs);
}

TEST(an_unmeasured_kind_has_no_numbers)
{
	struct nl_msg *msg = cost_start(NUMATRACE_COST_KIND_SCAN);
	struct report_costs costs = { 0 };
	struct cost_row rows[REPORT_COST_KINDS];

	nla_put_string(msg, NUMATRACE_A_COST_UNMEASURED, "no such function");
	ASSERT_EQ(0, add(&costs, msg));
	EXPECT_EQ(NULL, cost_of_kind(&costs, NUMATRACE_COST_KIND_SCAN));
	cost_kind_rows(&costs, rows);
	EXPECT_EQ(NULL, rows[NUMATRACE_COST_KIND_SCAN].cost);
	EXPECT_STREQ("no such function",
		     rows[NUMATRACE_COST_KIND_SCAN].unmeasured);
	EXPECT_EQ(NULL, rows[NUMATRACE_COST_KIND_FAULT].unmeasured);
	report_free_costs(&costs);
}

TEST(costs_have_what_they_need)
{
	struct nl_msg *bad = cost_start(NUMATRACE_COST_KIND_FAULT);

	EXPECT_EQ(-EBADMSG, parse_once(parse_cost, bad));
	/* A message for all says how long was measured. */
	bad = cost_start(NUMATRACE_COST_KIND_FAULT);
	put_numbers(bad);
	EXPECT_EQ(-EBADMSG, parse_once(parse_cost, bad));
	/* A column without a row. */
	bad = all_message(NUMATRACE_COST_KIND_FAULT);
	nla_put_u32(bad, NUMATRACE_A_COST_COLUMN, 1);
	EXPECT_EQ(-EBADMSG, parse_once(parse_cost, bad));
	bad = cell_message(NUMATRACE_COST_KIND_FAULT, REPORT_MAX_NODES, 0);
	EXPECT_EQ(-EBADMSG, parse_once(parse_cost, bad));
	bad = cell_message(NUMATRACE_COST_KIND_FAULT, 0, REPORT_MAX_NODES);
	EXPECT_EQ(-EBADMSG, parse_once(parse_cost, bad));
	bad = cell_message(NUMATRACE_COST_KIND_FAULT, 0, 1);
	put_bucket(bad, REPORT_ORDERS, 1);
	EXPECT_EQ(-EBADMSG, parse_once(parse_cost, bad));
	EXPECT_EQ(0, parse_once(parse_cost, cell_message(1000, 0, 1)));
}

TEST(processes_have_times_of_their_own)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_PROCESS_GET);
	struct report_processes processes = { 0 };

	nla_put_u64(msg, NUMATRACE_A_PROCESS_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_KIND,
		    NUMATRACE_ROW_KIND_UNATTRIBUTED);
	for (int i = 0; i < 4; i++)
		nla_put_u64(msg, NUMATRACE_A_PROCESS_LOCAL_FAULTS + i, i);
	nla_put_u64(msg, NUMATRACE_A_PROCESS_FAULT_TIME, 11);
	nla_put_u64(msg, NUMATRACE_A_PROCESS_MIGRATION_TIME, 13);
	ASSERT_EQ(0, reply_process(nlmsg_hdr(msg), &processes));
	EXPECT_EQ(5, processes.process->usage.timed);
	EXPECT_EQ(11, processes.process->usage.time[NUMATRACE_COST_KIND_FAULT]);
	EXPECT_EQ(13,
		  processes.process->usage.time[NUMATRACE_COST_KIND_MIGRATION]);
	report_free_processes(&processes);
	nlmsg_free(msg);
}

TEST(reasons_and_skips_are_read)
{
	struct nl_msg *second = reason_message(6), *first = reason_message(1);
	struct nl_msg *skip = skip_message();
	struct report_reasons reasons = { 0 };
	struct report_skips skips = { 0 };

	ASSERT_EQ(0, reply_reason(nlmsg_hdr(second), &reasons));
	ASSERT_EQ(0, reply_reason(nlmsg_hdr(first), &reasons));
	ASSERT_TRUE(report_sort_reasons(&reasons));
	EXPECT_EQ(1, reasons.reason[0].reason);
	EXPECT_EQ(2048, report_find_reason(&reasons, 6)->migrated_pages);
	EXPECT_EQ(512, report_find_reason(&reasons, 6)->failed_pages);
	EXPECT_EQ(NULL, report_find_reason(&reasons, 5));
	ASSERT_EQ(0, reply_skip(nlmsg_hdr(skip), &skips));
	EXPECT_EQ(9, report_find_skip(&skips, "shared_ro")->count);
	report_free_reasons(&reasons);
	report_free_skips(&skips);
	nlmsg_free(first);
	nlmsg_free(second);
	nlmsg_free(skip);
}

TEST(reasons_have_names)
{
	uint32_t reason;

	for (uint32_t i = 0; i <= NUMATRACE_MIGRATE_REASON_DAMON; i++) {
		ASSERT_TRUE(
			report_reason_number(report_reason_word(i), &reason));
		EXPECT_EQ(i, reason);
	}
	EXPECT_TRUE(report_reason_number("numa-misplaced", &reason));
	EXPECT_EQ(NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED, reason);
	EXPECT_TRUE(report_reason_number("syscall_or_cpuset", &reason));
	EXPECT_EQ(NUMATRACE_MIGRATE_REASON_SYSCALL, reason);
	EXPECT_FALSE(report_reason_number("numa", &reason));
	EXPECT_FALSE(report_reason_number("numa_misplaced_", &reason));
	EXPECT_FALSE(report_reason_number("", &reason));
}

TEST(tasks_have_no_pages)
{
	EXPECT_EQ(0, parse_once(parse_tasks,
				tasks_message(NUMATRACE_MATRIX_KIND_TASK_MOVE,
					      false)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_bounces,
			     tasks_message(NUMATRACE_MATRIX_KIND_BOUNCE,
					   false)));
	EXPECT_EQ(0, parse_once(parse_bounces,
				tasks_message(NUMATRACE_MATRIX_KIND_BOUNCE,
					      true)));
}

TEST(no_truncation_or_change_crashes)
{
	EXPECT_TRUE(survives(parse_cost, all_message(0)));
	EXPECT_TRUE(survives(parse_cost, cell_message(1, 0, 1)));
	EXPECT_TRUE(survives(parse_reason, reason_message(2)));
	EXPECT_TRUE(survives(parse_skip, skip_message()));
	EXPECT_TRUE(survives(parse_tasks,
			     tasks_message(NUMATRACE_MATRIX_KIND_TASK_MOVE,
					   false)));
}

TEST_HARNESS_MAIN
