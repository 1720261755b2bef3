// SPDX-License-Identifier: GPL-2.0
#include "_messages.h"

#include "reply.h"

#include <errno.h>
#include <linux/numatrace.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

struct nl_msg *message_begin(int command)
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

struct nl_msg *info_message(void)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_INFO_GET);

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

struct nl_msg *node_message(uint32_t id)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_NODE_GET);

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

struct nl_msg *matrix_message(uint32_t row, uint32_t first_column)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_MATRIX_GET);

	nla_put_u32(msg, NUMATRACE_A_MATRIX_KIND,
		    NUMATRACE_MATRIX_KIND_MIGRATION);
	nla_put_u64(msg, NUMATRACE_A_MATRIX_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_MATRIX_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_MATRIX_ROW, row);
	put_cell(msg, first_column, 1);
	put_cell(msg, first_column + 1, 2);
	return msg;
}

void put_share(struct nl_msg *msg, int type, uint32_t cpu_node,
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

void put_usage(struct nl_msg *msg, int first, int count, int cell)
{
	for (int i = 0; i < count; i++)
		nla_put_u64(msg, first + i, 100 + i);
	put_share(msg, cell, 0, 1);
	put_share(msg, cell, REPORT_ALL_NODES, 3);
}

struct nl_msg *process_start(uint32_t kind)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_PROCESS_GET);

	nla_put_u64(msg, NUMATRACE_A_PROCESS_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_PROCESS_KIND, kind);
	return msg;
}

struct nl_msg *process_message(void)
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

struct nl_msg *sum_message(uint32_t kind, int without)
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

struct nl_msg *cgroup_message(uint32_t kind)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_CGROUP_GET);

	nla_put_u64(msg, NUMATRACE_A_CGROUP_TIMESTAMP, 2000);
	nla_put_u32(msg, NUMATRACE_A_CGROUP_GENERATION, 3);
	nla_put_u32(msg, NUMATRACE_A_CGROUP_KIND, kind);
	nla_put_u64(msg, NUMATRACE_A_CGROUP_ID, 77);
	nla_put_string(msg, NUMATRACE_A_CGROUP_PATH, "/system.slice");
	put_usage(msg, NUMATRACE_A_CGROUP_LOCAL_FAULTS, 8,
		  NUMATRACE_A_CGROUP_CELL);
	return msg;
}

void put_statistics(struct nl_msg *msg, uint32_t node)
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

struct nl_msg *thread_message(uint32_t tid, uint32_t cpu_node)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_THREAD_GET);

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

struct nl_msg *config_message(void)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_CONFIG_GET);

	nla_put_u32(msg, NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE, 16384);
	nla_put_u32(msg, NUMATRACE_A_CONFIG_TRACK_CGROUPS, 1);
	nla_put_u64(msg, NUMATRACE_A_CONFIG_MIN_FAULTS, 1ULL << 40);
	return msg;
}

struct nl_msg *error_message(int error, bool capped, const char *text)
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

struct nl_msg *done_message(int error, const char *text)
{
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_DONE, NLM_F_ACK_TLVS);

	nlmsg_append(msg, &error, sizeof(error), NLMSG_ALIGNTO);
	nla_put_string(msg, NLMSGERR_ATTR_MSG, text);
	return msg;
}

bool verdict_is(struct nl_msg *msg, int error, const char *words)
{
	char *text;
	int verdict = reply_verdict(nlmsg_hdr(msg), &text);
	bool same = words ? text && !strcmp(text, words) : !text;

	free(text);
	nlmsg_free(msg);
	return same && verdict == error;
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

bool survives(int (*parse)(struct nlmsghdr *), struct nl_msg *msg)
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

int parse_once(int (*parse)(struct nlmsghdr *), struct nl_msg *msg)
{
	int err = parse(nlmsg_hdr(msg));

	nlmsg_free(msg);
	return err;
}
