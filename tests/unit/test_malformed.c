// SPDX-License-Identifier: GPL-2.0
/*
 * Replies such as the module never sends: incomplete ones, truncated at each
 * byte, and with each byte of each header changed. The parser must refuse or
 * accept, but read nothing outside of the message; it is built with sanitizers,
 * and each message lies in memory of exactly its size.
 */
#include "reply.h"

#include "_messages.h"

#include <errno.h>
#include <linux/numatrace.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* Each parser with a report of its own. */
static int parse_info(struct nlmsghdr *message)
{
	struct report_info info = { 0 };
	int err = reply_info(message, &info);

	report_free_info(&info);
	return err;
}

static int parse_node(struct nlmsghdr *message)
{
	struct report_nodes nodes = { 0 };
	int err = reply_node(message, &nodes);

	report_free_nodes(&nodes);
	return err;
}

static int parse_matrix(struct nlmsghdr *message)
{
	struct report_matrix matrix = { 0 };
	int err =
		reply_matrix(message, NUMATRACE_MATRIX_KIND_MIGRATION, &matrix);

	report_free_matrix(&matrix);
	return err;
}

static int parse_process(struct nlmsghdr *message)
{
	struct report_processes processes = { 0 };
	int err = reply_process(message, &processes);

	report_free_processes(&processes);
	return err;
}

static int parse_cgroup(struct nlmsghdr *message)
{
	struct report_cgroups cgroups = { 0 };
	int err = reply_cgroup(message, &cgroups);

	report_free_cgroups(&cgroups);
	return err;
}

static int parse_thread(struct nlmsghdr *message)
{
	struct report_threads threads = { 0 };
	int err = reply_thread(message, &threads);

	report_free_threads(&threads);
	return err;
}

static int parse_config(struct nlmsghdr *message)
{
	struct report_config config = { 0 };

	return reply_config(message, &config);
}

static int parse_verdict(struct nlmsghdr *message)
{
	char *text;
	int err = reply_verdict(message, &text);

	free(text);
	return err;
}

TEST(rows_have_what_their_kind_requires)
{
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_process,
			     sum_message(NUMATRACE_ROW_KIND_CURRENT, 0)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_process,
			     sum_message(NUMATRACE_ROW_KIND_ENDED, 0)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_process,
			     sum_message(NUMATRACE_ROW_KIND_ENDED_TOTAL,
					 NUMATRACE_A_PROCESS_PROCESSES)));
	EXPECT_EQ(0, parse_once(parse_process,
				sum_message(NUMATRACE_ROW_KIND_ENDED_TOTAL,
					    NUMATRACE_A_PROCESS_LEFT_OUT)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_process,
			     sum_message(NUMATRACE_ROW_KIND_UNLISTED,
					 NUMATRACE_A_PROCESS_LEFT_OUT)));
	EXPECT_EQ(0, parse_once(parse_process,
				sum_message(NUMATRACE_ROW_KIND_UNATTRIBUTED,
					    NUMATRACE_A_PROCESS_PROCESSES)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_cgroup,
			     cgroup_message(NUMATRACE_ROW_KIND_ENDED_TOTAL)));
}

TEST(cells_of_rows_are_bounded)
{
	struct nl_msg *cpu = process_message();
	struct nl_msg *memory = cgroup_message(NUMATRACE_ROW_KIND_CURRENT);
	struct nl_msg *neither = process_message();

	put_share(cpu, NUMATRACE_A_PROCESS_CELL, REPORT_MAX_NODES, 0);
	EXPECT_EQ(-EBADMSG, parse_once(parse_process, cpu));
	put_share(memory, NUMATRACE_A_CGROUP_CELL, 0, REPORT_MAX_NODES);
	EXPECT_EQ(-EBADMSG, parse_once(parse_cgroup, memory));
	put_share(neither, NUMATRACE_A_PROCESS_CELL, REPORT_ALL_NODES,
		  REPORT_ALL_NODES);
	EXPECT_EQ(-EBADMSG, parse_once(parse_process, neither));
}

TEST(nodes_of_threads_are_bounded)
{
	struct nl_msg *preferred = thread_message(1, 0);
	struct nl_msg *statistics = thread_message(1, 0);

	EXPECT_EQ(0, parse_once(parse_thread, thread_message(1, 1023)));
	EXPECT_EQ(-EBADMSG, parse_once(parse_thread,
				       thread_message(1, REPORT_MAX_NODES)));
	nla_put_u32(preferred, NUMATRACE_A_THREAD_PREFERRED_NODE, UINT32_MAX);
	EXPECT_EQ(-EBADMSG, parse_once(parse_thread, preferred));
	put_statistics(statistics, REPORT_MAX_NODES);
	EXPECT_EQ(-EBADMSG, parse_once(parse_thread, statistics));
}

TEST(another_matrix_is_refused)
{
	struct report_matrix matrix = { 0 };
	struct nl_msg *msg = matrix_message(0, 0);

	EXPECT_EQ(-EBADMSG,
		  reply_matrix(nlmsg_hdr(msg), NUMATRACE_MATRIX_KIND_ACCESS,
			       &matrix));
	nlmsg_free(msg);
}

TEST(node_numbers_are_bounded)
{
	EXPECT_EQ(0, parse_once(parse_node, node_message(1023)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_node, node_message(REPORT_MAX_NODES)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_matrix, matrix_message(UINT32_MAX, 0)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_matrix,
			     matrix_message(0, REPORT_MAX_NODES - 1)));
}

TEST(required_attributes_are_required)
{
	EXPECT_EQ(-EBADMSG, parse_once(parse_info,
				       message_begin(NUMATRACE_CMD_INFO_GET)));
	EXPECT_EQ(-EBADMSG, parse_once(parse_node,
				       message_begin(NUMATRACE_CMD_NODE_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_matrix,
			     message_begin(NUMATRACE_CMD_MATRIX_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_process,
			     message_begin(NUMATRACE_CMD_PROCESS_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_cgroup,
			     message_begin(NUMATRACE_CMD_CGROUP_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_thread,
			     message_begin(NUMATRACE_CMD_THREAD_GET)));
	EXPECT_EQ(0, parse_once(parse_config,
				message_begin(NUMATRACE_CMD_CONFIG_GET)));
}

TEST(empty_nests_are_refused)
{
	struct nl_msg *matrix = matrix_message(0, 0);
	struct nl_msg *info = info_message();
	struct nl_msg *process = process_message();
	struct nl_msg *thread = thread_message(1, 0);

	nla_put(process, NUMATRACE_A_PROCESS_CELL, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_once(parse_process, process));
	nla_put(thread, NUMATRACE_A_THREAD_FAULT_STATISTICS, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_once(parse_thread, thread));
	nla_put(matrix, NUMATRACE_A_MATRIX_CELL, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_once(parse_matrix, matrix));
	nla_put(info, NUMATRACE_A_INFO_HOOK, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_once(parse_info, info));
}

TEST(short_and_unterminated_values_are_refused)
{
	struct nl_msg *node = node_message(0);
	struct nl_msg *info = info_message();
	struct nl_msg *process = process_message();
	struct nl_msg *config = config_message();

	nla_put(process, NUMATRACE_A_PROCESS_COMM, 2, "ab");
	EXPECT_EQ(-EBADMSG, parse_once(parse_process, process));
	nla_put_u32(config, NUMATRACE_A_CONFIG_MIN_FAULTS, 1);
	EXPECT_EQ(-EBADMSG, parse_once(parse_config, config));
	nla_put_u32(node, NUMATRACE_A_NODE_FAULTS, 1);
	EXPECT_EQ(-EBADMSG, parse_once(parse_node, node));
	nla_put(info, NUMATRACE_A_INFO_NODES_CPU, 3, "0-1");
	EXPECT_EQ(-EBADMSG, parse_once(parse_info, info));
}

TEST(unknown_attributes_are_passed_over)
{
	struct nl_msg *node = node_message(0);
	struct nl_msg *matrix = matrix_message(0, 0);
	struct nl_msg *process = process_message();

	nla_put_string(process, NUMATRACE_A_PROCESS_MAX + 1, "x");
	EXPECT_EQ(0, parse_once(parse_process, process));
	nla_put_u32(node, NUMATRACE_A_NODE_MAX + 1, 1);
	EXPECT_EQ(0, parse_once(parse_node, node));
	nla_put_string(matrix, NUMATRACE_A_MATRIX_MAX + 100, "x");
	EXPECT_EQ(0, parse_once(parse_matrix, matrix));
}

TEST(no_truncation_or_change_crashes)
{
	EXPECT_TRUE(survives(parse_info, info_message()));
	EXPECT_TRUE(survives(parse_node, node_message(1)));
	EXPECT_TRUE(survives(parse_matrix, matrix_message(1, 0)));
	EXPECT_TRUE(survives(parse_process, process_message()));
	EXPECT_TRUE(survives(parse_process,
			     sum_message(NUMATRACE_ROW_KIND_UNLISTED, 0)));
	EXPECT_TRUE(survives(parse_cgroup,
			     cgroup_message(NUMATRACE_ROW_KIND_CURRENT)));
	EXPECT_TRUE(survives(parse_thread, thread_message(1, 0)));
	EXPECT_TRUE(survives(parse_config, config_message()));
}

TEST(verdicts_may_be_nonsense)
{
	EXPECT_TRUE(verdict_is(error_message(1, true, "x"), -EBADMSG, NULL));
	EXPECT_TRUE(
		verdict_is(error_message(-99999, true, "x"), -EBADMSG, NULL));
	EXPECT_TRUE(
		verdict_is(nlmsg_alloc_simple(NLMSG_DONE, 0), -EBADMSG, NULL));
	EXPECT_TRUE(survives(parse_verdict,
			     error_message(-EBADMSG, true, "words")));
	EXPECT_TRUE(survives(parse_verdict,
			     error_message(-EBADMSG, false, "words")));
	EXPECT_TRUE(survives(parse_verdict, done_message(-EBADMSG, "words")));
}

TEST_HARNESS_MAIN
