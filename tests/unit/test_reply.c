// SPDX-License-Identifier: GPL-2.0
/*
 * Replies of the module: what is in them is what comes out.
 */
#include "reply.h"

#include "_messages.h"

#include <errno.h>
#include <linux/numatrace.h>
#include <netlink/msg.h>

#include "kselftest_harness.h"

TEST(info_is_read)
{
	struct nl_msg *msg = info_message();
	struct report_info info = { 0 };

	ASSERT_EQ(0, reply_info(nlmsg_hdr(msg), &info));
	EXPECT_STREQ("1.2.3", info.module_version);
	EXPECT_STREQ("0,2", info.nodes_online);
	EXPECT_STREQ("", info.nodes_cpu);
	EXPECT_EQ(1000, info.start_time);
	ASSERT_EQ(2, info.hooks);
	EXPECT_STREQ("access", info.hook[0].name);
	EXPECT_EQ(NULL, info.hook[0].reason);
	EXPECT_STREQ("because", info.hook[1].reason);
	EXPECT_EQ(1ULL << 40, info.hook[1].events);
	EXPECT_EQ(5ULL << 20, info.memory);
	report_free_info(&info);
	nlmsg_free(msg);
}

TEST(node_is_read)
{
	struct nl_msg *msg = node_message(5);
	struct report_nodes nodes = { 0 };

	ASSERT_EQ(0, reply_node(nlmsg_hdr(msg), &nodes));
	ASSERT_EQ(1, nodes.count);
	EXPECT_EQ(3, nodes.generation);
	EXPECT_EQ(5, nodes.node[0].id);
	EXPECT_STREQ("0-1", nodes.node[0].cpus);
	EXPECT_EQ(11, nodes.node[0].value[NODE_FAULTS]);
	EXPECT_EQ(13, nodes.node[0].value[NODE_ALLOC_OTHER_NODE]);
	EXPECT_FALSE(report_measured(&nodes.node[0], NODE_ALLOC_LOCAL_NODE));
	EXPECT_FALSE(report_measured(&nodes.node[0], NODE_MEM_TOTAL));
	report_free_nodes(&nodes);
	nlmsg_free(msg);
}

TEST(matrix_row_may_come_in_parts)
{
	struct nl_msg *second = matrix_message(1, 2);
	struct nl_msg *first = matrix_message(1, 0);
	struct report_matrix matrix = { 0 };
	const int kind = NUMATRACE_MATRIX_KIND_MIGRATION;

	ASSERT_EQ(0, reply_matrix(nlmsg_hdr(second), kind, &matrix));
	ASSERT_EQ(0, reply_matrix(nlmsg_hdr(first), kind, &matrix));
	ASSERT_TRUE(report_sort_matrix(&matrix));
	ASSERT_EQ(4, matrix.count);
	EXPECT_EQ(2, report_find_cell(&matrix, 1, 3)->events);
	EXPECT_EQ(512, report_find_cell(&matrix, 1, 0)->pages);
	report_free_matrix(&matrix);
	nlmsg_free(first);
	nlmsg_free(second);
}

TEST(process_is_read)
{
	struct nl_msg *msg = process_message();
	struct report_processes processes = { 0 };
	struct report_process *process;

	ASSERT_EQ(0, reply_process(nlmsg_hdr(msg), &processes));
	ASSERT_EQ(1, processes.count);
	EXPECT_EQ(2000, processes.timestamp);
	EXPECT_EQ(3, processes.generation);
	process = processes.process;
	EXPECT_EQ(1234, process->pid);
	EXPECT_EQ(1000, process->start_time);
	EXPECT_STREQ("postgres", process->comm);
	EXPECT_EQ(109, process->uid);
	EXPECT_EQ(1ULL << 33, process->cgroup_id);
	EXPECT_EQ(7, process->threads);
	EXPECT_EQ(100, process->usage.local_faults);
	EXPECT_EQ(103, process->usage.remote_pages);
	EXPECT_TRUE(process->usage.outcomes);
	EXPECT_EQ(105, process->usage.failed_pages);
	EXPECT_TRUE(process->usage.accessed);
	EXPECT_EQ(107, process->usage.last_access);
	ASSERT_EQ(2, process->usage.shares);
	EXPECT_EQ(1, process->usage.share[0].memory_node);
	EXPECT_EQ(2048, process->usage.share[0].pages);
	EXPECT_EQ(REPORT_ALL_NODES, process->usage.share[1].cpu_node);
	report_free_processes(&processes);
	nlmsg_free(msg);
}

TEST(rows_of_many_have_no_pid)
{
	struct nl_msg *msg = sum_message(NUMATRACE_ROW_KIND_UNLISTED, 0);
	struct report_processes processes = { 0 };

	nla_put_u32(msg, NUMATRACE_A_PROCESS_PID, 99);
	ASSERT_EQ(0, reply_process(nlmsg_hdr(msg), &processes));
	EXPECT_EQ(0, processes.process[0].pid);
	EXPECT_EQ(NULL, processes.process[0].comm);
	EXPECT_EQ(5, processes.process[0].processes);
	EXPECT_EQ(2, processes.process[0].left_out);
	EXPECT_FALSE(processes.process[0].usage.outcomes);
	EXPECT_FALSE(processes.process[0].usage.accessed);
	report_free_processes(&processes);
	nlmsg_free(msg);
}

TEST(cgroup_is_read)
{
	struct nl_msg *msg = cgroup_message(NUMATRACE_ROW_KIND_ENDED);
	struct report_cgroups cgroups = { 0 };

	ASSERT_EQ(0, reply_cgroup(nlmsg_hdr(msg), &cgroups));
	ASSERT_EQ(1, cgroups.count);
	EXPECT_EQ(NUMATRACE_ROW_KIND_ENDED, cgroups.cgroup[0].kind);
	EXPECT_EQ(77, cgroups.cgroup[0].id);
	EXPECT_STREQ("/system.slice", cgroups.cgroup[0].path);
	EXPECT_EQ(101, cgroups.cgroup[0].usage.remote_faults);
	EXPECT_EQ(2, cgroups.cgroup[0].usage.shares);
	report_free_cgroups(&cgroups);
	nlmsg_free(msg);
}

TEST(threads_are_read)
{
	struct nl_msg *second = thread_message(12, 1);
	struct nl_msg *first = thread_message(11, 0);
	struct report_threads threads = { 0 };

	nla_put_u32(second, NUMATRACE_A_THREAD_PREFERRED_NODE, 1);
	ASSERT_EQ(0, reply_thread(nlmsg_hdr(second), &threads));
	ASSERT_EQ(0, reply_thread(nlmsg_hdr(first), &threads));
	ASSERT_TRUE(report_sort_threads(&threads));
	ASSERT_EQ(2, threads.count);
	EXPECT_EQ(11, threads.thread[0].tid);
	EXPECT_EQ(-1, threads.thread[0].preferred_node);
	EXPECT_EQ(1, threads.thread[1].preferred_node);
	EXPECT_STREQ("0-3", threads.thread[1].affinity);
	EXPECT_STREQ("1", threads.thread[1].policy_nodes);
	EXPECT_TRUE(threads.thread[1].scanned);
	ASSERT_EQ(2, threads.thread[1].statistics);
	EXPECT_EQ(1, threads.thread[1].statistic[1].node);
	EXPECT_EQ(4, threads.thread[1].statistic[1].cpu_private);
	report_free_threads(&threads);
	nlmsg_free(first);
	nlmsg_free(second);
}

TEST(settings_are_read)
{
	struct nl_msg *msg = config_message();
	struct report_config config = { 0 };

	ASSERT_EQ(0, reply_config(nlmsg_hdr(msg), &config));
	EXPECT_EQ(1U << CONFIG_PROCESS_TABLE_SIZE | 1U << CONFIG_TRACK_CGROUPS |
			  1U << CONFIG_MIN_FAULTS,
		  config.set);
	EXPECT_EQ(16384, config.value[CONFIG_PROCESS_TABLE_SIZE]);
	EXPECT_EQ(1ULL << 40, config.value[CONFIG_MIN_FAULTS]);
	nlmsg_free(msg);
}

TEST(rows_of_unknown_kinds_are_passed_over)
{
	struct nl_msg *msg = process_start(1000);
	struct report_processes processes = { 0 };

	put_usage(msg, NUMATRACE_A_PROCESS_LOCAL_FAULTS, 4,
		  NUMATRACE_A_PROCESS_CELL);
	EXPECT_EQ(0, reply_process(nlmsg_hdr(msg), &processes));
	EXPECT_EQ(0, processes.count);
	nlmsg_free(msg);
}

TEST(verdicts_have_words)
{
	EXPECT_TRUE(
		verdict_is(error_message(-EINVAL, true, "no"), -EINVAL, "no"));
	EXPECT_TRUE(
		verdict_is(error_message(-EINVAL, false, "no"), -EINVAL, "no"));
	EXPECT_TRUE(
		verdict_is(error_message(-EPERM, true, NULL), -EPERM, NULL));
	EXPECT_TRUE(verdict_is(error_message(0, true, NULL), 0, NULL));
	EXPECT_TRUE(verdict_is(done_message(-EOPNOTSUPP, "why"), -EOPNOTSUPP,
			       "why"));
}

TEST_HARNESS_MAIN
