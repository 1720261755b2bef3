// SPDX-License-Identifier: GPL-2.0
/*
 * Replies of the module, good ones and such as it never sends: truncated at
 * each byte, and with each byte of each header changed. The parser must
 * refuse or accept, but read nothing outside of the message; it is built with
 * sanitizers, and each message lies in memory of exactly its size.
 */
#include "reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

static struct nl_msg *begin(int command)
{
	struct nl_msg *msg = nlmsg_alloc();

	genlmsg_put(msg, 0, 0, 42, 0, 0, command, NUMATRACE_FAMILY_VERSION);
	return msg;
}

static void put_hook(struct nl_msg *msg, const char *name, const char *reason)
{
	struct nlattr *nest = nla_nest_start(msg, NUMATRACE_A_INFO_HOOK);

	nla_put_string(msg, NUMATRACE_A_HOOK_NAME, name);
	nla_put_string(msg, NUMATRACE_A_HOOK_FUNCTION, "function");
	nla_put_u32(msg, NUMATRACE_A_HOOK_STATE, NUMATRACE_HOOK_STATE_FTRACE);
	if (reason)
		nla_put_string(msg, NUMATRACE_A_HOOK_REASON, reason);
	nla_put_u64(msg, NUMATRACE_A_HOOK_EVENTS, 1ULL << 40);
	nla_put_u64(msg, NUMATRACE_A_HOOK_MISSED, 7);
	nla_nest_end(msg, nest);
}

static struct nl_msg *info_message(void)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_INFO_GET);

	nla_put_string(msg, NUMATRACE_A_INFO_MODULE_VERSION, "1.2.3");
	nla_put_u32(msg, NUMATRACE_A_INFO_INTERFACE_VERSION, 1);
	nla_put_u64(msg, NUMATRACE_A_INFO_TIMESTAMP, 2000);
	nla_put_u64(msg, NUMATRACE_A_INFO_START_TIME, 1000);
	nla_put_u32(msg, NUMATRACE_A_INFO_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_INFO_PAGE_SIZE, 4096);
	nla_put_string(msg, NUMATRACE_A_INFO_NODES_POSSIBLE, "0-3");
	nla_put_string(msg, NUMATRACE_A_INFO_NODES_ONLINE, "0,2");
	nla_put_string(msg, NUMATRACE_A_INFO_NODES_MEMORY, "0");
	nla_put_string(msg, NUMATRACE_A_INFO_NODES_CPU, "");
	nla_put_u32(msg, NUMATRACE_A_INFO_CPUS_POSSIBLE, 8);
	nla_put_u32(msg, NUMATRACE_A_INFO_CPUS_ONLINE, 4);
	put_hook(msg, "access", NULL);
	put_hook(msg, "migration", "because");
	nla_put_u64(msg, NUMATRACE_A_INFO_MEMORY, 5ULL << 20);
	return msg;
}

static struct nl_msg *node_message(uint32_t id)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_NODE_GET);

	nla_put_u64(msg, NUMATRACE_A_NODE_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_NODE_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_NODE_ID, id);
	nla_put_u32(msg, NUMATRACE_A_NODE_STATE, NUMATRACE_NODE_STATE_ONLINE);
	nla_put_string(msg, NUMATRACE_A_NODE_CPUS, "0-1");
	nla_put_u64(msg, NUMATRACE_A_NODE_FAULTS, 11);
	nla_put_u64(msg, NUMATRACE_A_NODE_ALLOC_OTHER_NODE, 13);
	return msg;
}

static void put_cell(struct nl_msg *msg, uint32_t column, uint64_t events)
{
	struct nlattr *nest = nla_nest_start(msg, NUMATRACE_A_MATRIX_CELL);

	nla_put_u32(msg, NUMATRACE_A_CELL_COLUMN, column);
	nla_put_u64(msg, NUMATRACE_A_CELL_EVENTS, events);
	nla_put_u64(msg, NUMATRACE_A_CELL_PAGES, events * 512);
	nla_nest_end(msg, nest);
}

static struct nl_msg *matrix_message(uint32_t row, uint32_t first_column)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_MATRIX_GET);

	nla_put_u32(msg, NUMATRACE_A_MATRIX_KIND,
		    NUMATRACE_MATRIX_KIND_MIGRATION);
	nla_put_u64(msg, NUMATRACE_A_MATRIX_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_MATRIX_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_MATRIX_ROW, row);
	put_cell(msg, first_column, 1);
	put_cell(msg, first_column + 1, 2);
	return msg;
}

static void put_share(struct nl_msg *msg, int type, uint32_t cpu_node,
		      uint32_t memory_node)
{
	struct nlattr *nest = nla_nest_start(msg, type);

	if (cpu_node != REPORT_ALL_NODES)
		nla_put_u32(msg, NUMATRACE_A_ACCESS_CELL_CPU_NODE, cpu_node);
	if (memory_node != REPORT_ALL_NODES)
		nla_put_u32(msg, NUMATRACE_A_ACCESS_CELL_MEMORY_NODE,
			    memory_node);
	nla_put_u64(msg, NUMATRACE_A_ACCESS_CELL_FAULTS, 4);
	nla_put_u64(msg, NUMATRACE_A_ACCESS_CELL_PAGES, 2048);
	nla_nest_end(msg, nest);
}

/* Eight numbers and two cells, of a process or a cgroup. */
static void put_usage(struct nl_msg *msg, int first, int count, int cell)
{
	for (int i = 0; i < count; i++)
		nla_put_u64(msg, first + i, 100 + i);
	put_share(msg, cell, 0, 1);
	put_share(msg, cell, REPORT_ALL_NODES, 3);
}

/* A row of a process as far as its name, or of many. */
static struct nl_msg *process_start(uint32_t kind)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_PROCESS_GET);

	nla_put_u64(msg, NUMATRACE_A_PROCESS_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_KIND, kind);
	return msg;
}

static struct nl_msg *process_message(void)
{
	struct nl_msg *msg = process_start(NUMATRACE_ROW_KIND_CURRENT);

	nla_put_u32(msg, NUMATRACE_A_PROCESS_PID, 1234);
	nla_put_u64(msg, NUMATRACE_A_PROCESS_START_TIME, 1000);
	nla_put_string(msg, NUMATRACE_A_PROCESS_COMM, "postgres");
	nla_put_u32(msg, NUMATRACE_A_PROCESS_UID, 109);
	nla_put_u64(msg, NUMATRACE_A_PROCESS_CGROUP_ID, 1ULL << 33);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_THREADS, 7);
	put_usage(msg, NUMATRACE_A_PROCESS_LOCAL_FAULTS, 8,
		  NUMATRACE_A_PROCESS_CELL);
	return msg;
}

/* A row of many processes, which says how many unless @without. */
static struct nl_msg *sum_message(uint32_t kind, int without)
{
	struct nl_msg *msg = process_start(kind);

	if (without != NUMATRACE_A_PROCESS_PROCESSES)
		nla_put_u32(msg, NUMATRACE_A_PROCESS_PROCESSES, 5);
	if (without != NUMATRACE_A_PROCESS_LEFT_OUT)
		nla_put_u32(msg, NUMATRACE_A_PROCESS_LEFT_OUT, 2);
	put_usage(msg, NUMATRACE_A_PROCESS_LOCAL_FAULTS, 4,
		  NUMATRACE_A_PROCESS_CELL);
	return msg;
}

static struct nl_msg *cgroup_message(uint32_t kind)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_CGROUP_GET);

	nla_put_u64(msg, NUMATRACE_A_CGROUP_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_CGROUP_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_CGROUP_KIND, kind);
	nla_put_u64(msg, NUMATRACE_A_CGROUP_ID, 77);
	nla_put_string(msg, NUMATRACE_A_CGROUP_PATH, "/system.slice");
	put_usage(msg, NUMATRACE_A_CGROUP_LOCAL_FAULTS, 8,
		  NUMATRACE_A_CGROUP_CELL);
	return msg;
}

static void put_statistics(struct nl_msg *msg, uint32_t node)
{
	struct nlattr *nest;

	nest = nla_nest_start(msg, NUMATRACE_A_THREAD_FAULT_STATISTICS);
	nla_put_u32(msg, NUMATRACE_A_FAULT_STATISTICS_NODE, node);
	nla_put_u64(msg, NUMATRACE_A_FAULT_STATISTICS_MEMORY_SHARED, 1);
	nla_put_u64(msg, NUMATRACE_A_FAULT_STATISTICS_MEMORY_PRIVATE, 2);
	nla_put_u64(msg, NUMATRACE_A_FAULT_STATISTICS_CPU_SHARED, 3);
	nla_put_u64(msg, NUMATRACE_A_FAULT_STATISTICS_CPU_PRIVATE, 4);
	nla_nest_end(msg, nest);
}

static struct nl_msg *thread_message(uint32_t tid, uint32_t cpu_node)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_THREAD_GET);

	nla_put_u64(msg, NUMATRACE_A_THREAD_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_THREAD_PID, 1234);
	nla_put_u32(msg, NUMATRACE_A_THREAD_TID, tid);
	nla_put_string(msg, NUMATRACE_A_THREAD_COMM, "worker");
	nla_put_u32(msg, NUMATRACE_A_THREAD_CPU, 3);
	nla_put_u32(msg, NUMATRACE_A_THREAD_CPU_NODE, cpu_node);
	nla_put_string(msg, NUMATRACE_A_THREAD_AFFINITY, "0-3");
	nla_put_string(msg, NUMATRACE_A_THREAD_CPUSET_NODES, "0-1");
	nla_put_u32(msg, NUMATRACE_A_THREAD_POLICY,
		    NUMATRACE_MEMORY_POLICY_BIND);
	nla_put_string(msg, NUMATRACE_A_THREAD_POLICY_NODES, "1");
	nla_put_u32(msg, NUMATRACE_A_THREAD_SCANNED, 1);
	nla_put_u64(msg, NUMATRACE_A_THREAD_MIGRATED_PAGES, 9);
	put_statistics(msg, 0);
	put_statistics(msg, 1);
	return msg;
}

static struct nl_msg *config_message(void)
{
	struct nl_msg *msg = begin(NUMATRACE_CMD_CONFIG_GET);

	nla_put_u32(msg, NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE, 16384);
	nla_put_u32(msg, NUMATRACE_A_CONFIG_TRACK_CGROUPS, 1);
	nla_put_u64(msg, NUMATRACE_A_CONFIG_MIN_FAULTS, 1ULL << 40);
	return msg;
}

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

/* Parse a copy of @length bytes, with one of them changed by @change. */
static int parse_copy(int (*parse)(struct nlmsghdr *),
		      const struct nlmsghdr *message, size_t length,
		      size_t offset, unsigned char change)
{
	struct nlmsghdr *copy = malloc(length);
	int err;

	memcpy(copy, message, length);
	copy->nlmsg_len = length;
	((unsigned char *)copy)[offset] ^= change;
	err = parse(copy);
	free(copy);
	return err;
}

/* True if the parser said either of what it may say. */
static bool survives(int (*parse)(struct nlmsghdr *), struct nl_msg *msg)
{
	const struct nlmsghdr *message = nlmsg_hdr(msg);
	size_t length = message->nlmsg_len;
	bool fine = true;

	for (size_t n = NLMSG_HDRLEN; n < length; n++) {
		int err = parse_copy(parse, message, n, 0, 0);

		fine &= !err || err == -EBADMSG;
	}
	/* The length in the header is libnl's to check, the rest is ours. */
	for (size_t n = NLMSG_HDRLEN; n < length; n++) {
		for (int bit = 0; bit < 8; bit++) {
			int err =
				parse_copy(parse, message, length, n, 1 << bit);

			fine &= err <= 0;
		}
	}
	nlmsg_free(msg);
	return fine;
}

/* Parse and free a message. */
static int parse_once(int (*parse)(struct nlmsghdr *), struct nl_msg *msg)
{
	int err = parse(nlmsg_hdr(msg));

	nlmsg_free(msg);
	return err;
}

TEST(info_is_read)
{
	struct nl_msg *msg = info_message();
	struct report_info info = { 0 };

	ASSERT_EQ(0, reply_info(nlmsg_hdr(msg), &info));
	EXPECT_STREQ("1.2.3", info.module_version);
	EXPECT_STREQ("0,2", info.nodes_online);
	EXPECT_STREQ("", info.nodes_cpu);
	EXPECT_EQ(1000, info.start_time);
	EXPECT_EQ(-1, info.balancing);
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
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_info, begin(NUMATRACE_CMD_INFO_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_node, begin(NUMATRACE_CMD_NODE_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_matrix, begin(NUMATRACE_CMD_MATRIX_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_process, begin(NUMATRACE_CMD_PROCESS_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_cgroup, begin(NUMATRACE_CMD_CGROUP_GET)));
	EXPECT_EQ(-EBADMSG,
		  parse_once(parse_thread, begin(NUMATRACE_CMD_THREAD_GET)));
	EXPECT_EQ(0, parse_once(parse_config, begin(NUMATRACE_CMD_CONFIG_GET)));
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

/* An error as the kernel sends it: errno, the request or its header, words. */
static struct nl_msg *error_message(int error, bool capped, const char *text)
{
	struct nl_msg *request = node_message(0);
	struct nlmsghdr *original = nlmsg_hdr(request);
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_ERROR, NLM_F_ACK_TLVS);
	size_t length = capped ? NLMSG_HDRLEN : original->nlmsg_len;

	nlmsg_append(msg, &error, sizeof(error), 0);
	nlmsg_append(msg, original, length, NLMSG_ALIGNTO);
	if (capped)
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_CAPPED;
	if (text)
		nla_put_string(msg, NLMSGERR_ATTR_MSG, text);
	nlmsg_free(request);
	return msg;
}

static struct nl_msg *done_message(int error, const char *text)
{
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_DONE, NLM_F_ACK_TLVS);

	nlmsg_append(msg, &error, sizeof(error), NLMSG_ALIGNTO);
	nla_put_string(msg, NLMSGERR_ATTR_MSG, text);
	return msg;
}

static bool says(struct nl_msg *msg, int error, const char *words)
{
	char *text;
	int verdict = reply_verdict(nlmsg_hdr(msg), &text);
	bool same = words ? text && !strcmp(text, words) : !text;

	free(text);
	nlmsg_free(msg);
	return same && verdict == error;
}

TEST(verdicts_have_words)
{
	EXPECT_TRUE(says(error_message(-EINVAL, true, "no"), -EINVAL, "no"));
	EXPECT_TRUE(says(error_message(-EINVAL, false, "no"), -EINVAL, "no"));
	EXPECT_TRUE(says(error_message(-EPERM, true, NULL), -EPERM, NULL));
	EXPECT_TRUE(says(error_message(0, true, NULL), 0, NULL));
	EXPECT_TRUE(says(done_message(-EOPNOTSUPP, "why"), -EOPNOTSUPP, "why"));
}

TEST(verdicts_may_be_nonsense)
{
	EXPECT_TRUE(says(error_message(1, true, "x"), -EBADMSG, NULL));
	EXPECT_TRUE(says(error_message(-99999, true, "x"), -EBADMSG, NULL));
	EXPECT_TRUE(says(nlmsg_alloc_simple(NLMSG_DONE, 0), -EBADMSG, NULL));
	EXPECT_TRUE(survives(parse_verdict,
			     error_message(-EBADMSG, true, "words")));
	EXPECT_TRUE(survives(parse_verdict,
			     error_message(-EBADMSG, false, "words")));
	EXPECT_TRUE(survives(parse_verdict, done_message(-EBADMSG, "words")));
}

TEST_HARNESS_MAIN
