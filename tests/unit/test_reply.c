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
}

TEST(empty_nests_are_refused)
{
	struct nl_msg *matrix = matrix_message(0, 0);
	struct nl_msg *info = info_message();

	nla_put(matrix, NUMATRACE_A_MATRIX_CELL, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_once(parse_matrix, matrix));
	nla_put(info, NUMATRACE_A_INFO_HOOK, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_once(parse_info, info));
}

TEST(short_and_unterminated_values_are_refused)
{
	struct nl_msg *node = node_message(0);
	struct nl_msg *info = info_message();

	nla_put_u32(node, NUMATRACE_A_NODE_FAULTS, 1);
	EXPECT_EQ(-EBADMSG, parse_once(parse_node, node));
	nla_put(info, NUMATRACE_A_INFO_NODES_CPU, 3, "0-1");
	EXPECT_EQ(-EBADMSG, parse_once(parse_info, info));
}

TEST(unknown_attributes_are_passed_over)
{
	struct nl_msg *node = node_message(0);
	struct nl_msg *matrix = matrix_message(0, 0);

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
