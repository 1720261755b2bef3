// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of processes and cgroups, threads and settings.
 */
#include "reply.h"
#include "reply_set.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

/* The attributes from local-faults on are in the same order in both sets. */
enum {
	USAGE_LOCAL_FAULTS,
	USAGE_REMOTE_FAULTS,
	USAGE_LOCAL_PAGES,
	USAGE_REMOTE_PAGES,
	USAGE_MIGRATED_PAGES,
	USAGE_FAILED_PAGES,
	USAGE_FIRST_ACCESS,
	USAGE_LAST_ACCESS,
	USAGE_CELL,
};

static_assert(NUMATRACE_A_PROCESS_LOCAL_FAULTS + USAGE_CELL ==
		      NUMATRACE_A_PROCESS_CELL,
	      "usage of a process");
static_assert(NUMATRACE_A_CGROUP_LOCAL_FAULTS + USAGE_CELL ==
		      NUMATRACE_A_CGROUP_CELL,
	      "usage of a cgroup");

/* The four counters that each row has. */
#define USAGE_REQUIRED(first) (0xfULL << (first))

static const struct nla_policy share_policy[NUMATRACE_A_ACCESS_CELL_MAX + 1] = {
	[NUMATRACE_A_ACCESS_CELL_CPU_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_ACCESS_CELL_MEMORY_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_ACCESS_CELL_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_ACCESS_CELL_PAGES] = { .type = NLA_U64 },
};

static const struct attribute_set share_set = {
	.policy = share_policy,
	.max = NUMATRACE_A_ACCESS_CELL_MAX,
	.required = BIT(NUMATRACE_A_ACCESS_CELL_FAULTS) |
		    BIT(NUMATRACE_A_ACCESS_CELL_PAGES),
};

static const struct nla_policy process_policy[NUMATRACE_A_PROCESS_MAX + 1] = {
	[NUMATRACE_A_PROCESS_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_KIND] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_PID] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_START_TIME] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_COMM] = { .type = NLA_STRING },
	[NUMATRACE_A_PROCESS_UID] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_CGROUP_ID] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_THREADS] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_PROCESSES] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_LEFT_OUT] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_LOCAL_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_REMOTE_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_LOCAL_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_REMOTE_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_MIGRATED_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_FAILED_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_FIRST_ACCESS] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_LAST_ACCESS] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_CELL] = { .type = NLA_NESTED },
	[NUMATRACE_A_PROCESS_FAULT_TIME] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_SCAN_TIME] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_MIGRATION_TIME] = { .type = NLA_U64 },
};

static const struct attribute_set process_set = {
	.policy = process_policy,
	.max = NUMATRACE_A_PROCESS_MAX,
	.required = BIT(NUMATRACE_A_PROCESS_TIMESTAMP) |
		    BIT(NUMATRACE_A_PROCESS_GENERATION) |
		    BIT(NUMATRACE_A_PROCESS_KIND) |
		    USAGE_REQUIRED(NUMATRACE_A_PROCESS_LOCAL_FAULTS),
};

/* What the rows of each kind have beyond that. */
#define PROCESS_SINGLE                                                         \
	(BIT(NUMATRACE_A_PROCESS_PID) | BIT(NUMATRACE_A_PROCESS_START_TIME) |  \
	 BIT(NUMATRACE_A_PROCESS_COMM) | BIT(NUMATRACE_A_PROCESS_UID) |        \
	 BIT(NUMATRACE_A_PROCESS_CGROUP_ID))

static const uint64_t process_required[] = {
	[NUMATRACE_ROW_KIND_CURRENT] = PROCESS_SINGLE,
	[NUMATRACE_ROW_KIND_ENDED] = PROCESS_SINGLE,
	[NUMATRACE_ROW_KIND_ENDED_TOTAL] = BIT(NUMATRACE_A_PROCESS_PROCESSES),
	[NUMATRACE_ROW_KIND_UNLISTED] = BIT(NUMATRACE_A_PROCESS_PROCESSES) |
					BIT(NUMATRACE_A_PROCESS_LEFT_OUT),
	[NUMATRACE_ROW_KIND_UNATTRIBUTED] = 0,
};

const struct nla_policy reply_cgroup_policy[NUMATRACE_A_CGROUP_MAX + 1] = {
	[NUMATRACE_A_CGROUP_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_CGROUP_KIND] = { .type = NLA_U32 },
	[NUMATRACE_A_CGROUP_ID] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_PATH] = { .type = NLA_STRING },
	[NUMATRACE_A_CGROUP_CGROUPS] = { .type = NLA_U32 },
	[NUMATRACE_A_CGROUP_LOCAL_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_REMOTE_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_LOCAL_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_REMOTE_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_MIGRATED_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_FAILED_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_FIRST_ACCESS] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_LAST_ACCESS] = { .type = NLA_U64 },
	[NUMATRACE_A_CGROUP_CELL] = { .type = NLA_NESTED },
};

static const struct attribute_set cgroup_set = {
	.policy = reply_cgroup_policy,
	.max = NUMATRACE_A_CGROUP_MAX,
	.required = BIT(NUMATRACE_A_CGROUP_TIMESTAMP) |
		    BIT(NUMATRACE_A_CGROUP_GENERATION) |
		    BIT(NUMATRACE_A_CGROUP_KIND) |
		    USAGE_REQUIRED(NUMATRACE_A_CGROUP_LOCAL_FAULTS),
};

static const uint64_t cgroup_required[] = {
	[NUMATRACE_ROW_KIND_CURRENT] = BIT(NUMATRACE_A_CGROUP_ID),
	[NUMATRACE_ROW_KIND_ENDED] = BIT(NUMATRACE_A_CGROUP_ID),
	[NUMATRACE_ROW_KIND_ENDED_TOTAL] = BIT(NUMATRACE_A_CGROUP_CGROUPS),
	[NUMATRACE_ROW_KIND_UNLISTED] = BIT(NUMATRACE_A_CGROUP_CGROUPS),
	[NUMATRACE_ROW_KIND_UNATTRIBUTED] = 0,
};

#define ROW_KINDS (sizeof(process_required) / sizeof(*process_required))

static_assert(sizeof(cgroup_required) == sizeof(process_required),
	      "both have rows of the same kinds");

static const struct nla_policy statistic_policy[NUMATRACE_A_FAULT_STATISTICS_MAX +
						1] = {
	[NUMATRACE_A_FAULT_STATISTICS_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_FAULT_STATISTICS_MEMORY_SHARED] = { .type = NLA_U64 },
	[NUMATRACE_A_FAULT_STATISTICS_MEMORY_PRIVATE] = { .type = NLA_U64 },
	[NUMATRACE_A_FAULT_STATISTICS_CPU_SHARED] = { .type = NLA_U64 },
	[NUMATRACE_A_FAULT_STATISTICS_CPU_PRIVATE] = { .type = NLA_U64 },
};

static const struct attribute_set statistic_set = {
	.policy = statistic_policy,
	.max = NUMATRACE_A_FAULT_STATISTICS_MAX,
	.required = BIT(NUMATRACE_A_FAULT_STATISTICS_NODE) |
		    BIT(NUMATRACE_A_FAULT_STATISTICS_MEMORY_SHARED) |
		    BIT(NUMATRACE_A_FAULT_STATISTICS_MEMORY_PRIVATE) |
		    BIT(NUMATRACE_A_FAULT_STATISTICS_CPU_SHARED) |
		    BIT(NUMATRACE_A_FAULT_STATISTICS_CPU_PRIVATE),
};

static const struct nla_policy thread_policy[NUMATRACE_A_THREAD_MAX + 1] = {
	[NUMATRACE_A_THREAD_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_THREAD_PID] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_TID] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_COMM] = { .type = NLA_STRING },
	[NUMATRACE_A_THREAD_CPU] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_CPU_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_AFFINITY] = { .type = NLA_STRING },
	[NUMATRACE_A_THREAD_CPUSET_NODES] = { .type = NLA_STRING },
	[NUMATRACE_A_THREAD_POLICY] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_POLICY_NODES] = { .type = NLA_STRING },
	[NUMATRACE_A_THREAD_SCANNED] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_PREFERRED_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_THREAD_MIGRATED_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_THREAD_FAULT_STATISTICS] = { .type = NLA_NESTED },
};

static const struct attribute_set thread_set = {
	.policy = thread_policy,
	.max = NUMATRACE_A_THREAD_MAX,
	/* All but those that may be absent. */
	.required = (BIT(NUMATRACE_A_THREAD_MAX + 1) - 1) & ~BIT(0) &
		    ~BIT(NUMATRACE_A_THREAD_POLICY_NODES) &
		    ~BIT(NUMATRACE_A_THREAD_PREFERRED_NODE) &
		    ~BIT(NUMATRACE_A_THREAD_FAULT_STATISTICS),
};

static const struct nla_policy config_policy[NUMATRACE_A_CONFIG_MAX + 1] = {
	[NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_CGROUP_TABLE_SIZE] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_TRACK_PROCESSES] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_TRACK_CGROUPS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_MIN_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS...
		NUMATRACE_A_CONFIG_MAX] = { .type = NLA_U32 },
};

static const struct attribute_set config_set = {
	.policy = config_policy,
	.max = NUMATRACE_A_CONFIG_MAX,
};

/* Settings and attributes are in the same order. */
static_assert(NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE + CONFIG_FIELDS ==
		      NUMATRACE_A_CONFIG_MAX + 1,
	      "a setting for each attribute");

/* An absent one is 0: the caller knows whether it may be absent. */
static uint32_t get_u32(struct nlattr *attribute)
{
	return attribute ? nla_get_u32(attribute) : 0;
}

static int get_string(char **copy, struct nlattr *attribute)
{
	return attribute ? reply_copy_string(copy, attribute) : 0;
}

static int parse_share(struct nlattr *nest, struct report_usage *usage)
{
	struct nlattr *table[NUMATRACE_A_ACCESS_CELL_MAX + 1];
	struct report_share share, *added;
	int err = reply_parse_nest(&share_set, table, nest);

	if (!err)
		err = reply_node_id(table[NUMATRACE_A_ACCESS_CELL_CPU_NODE],
				    &share.cpu_node);
	if (!err)
		err = reply_node_id(table[NUMATRACE_A_ACCESS_CELL_MEMORY_NODE],
				    &share.memory_node);
	if (err)
		return err;
	if (share.cpu_node == REPORT_ALL_NODES &&
	    share.memory_node == REPORT_ALL_NODES)
		return -EBADMSG;
	share.faults = nla_get_u64(table[NUMATRACE_A_ACCESS_CELL_FAULTS]);
	share.pages = nla_get_u64(table[NUMATRACE_A_ACCESS_CELL_PAGES]);
	added = report_add_share(usage);
	if (!added)
		return -ENOMEM;
	*added = share;
	return 0;
}

static int parse_shares(struct nlmsghdr *message, int type,
			struct report_usage *usage)
{
	struct nlattr *attribute;
	int rest, err;

	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest) {
		if (nla_type(attribute) != type)
			continue;
		err = parse_share(attribute, usage);
		if (err)
			return err;
	}
	return 0;
}

void reply_usage(struct nlattr **part, struct report_usage *usage)
{
	usage->local_faults = nla_get_u64(part[USAGE_LOCAL_FAULTS]);
	usage->remote_faults = nla_get_u64(part[USAGE_REMOTE_FAULTS]);
	usage->local_pages = nla_get_u64(part[USAGE_LOCAL_PAGES]);
	usage->remote_pages = nla_get_u64(part[USAGE_REMOTE_PAGES]);
	usage->outcomes =
		part[USAGE_MIGRATED_PAGES] && part[USAGE_FAILED_PAGES];
	usage->migrated_pages = reply_u64(part[USAGE_MIGRATED_PAGES]);
	usage->failed_pages = reply_u64(part[USAGE_FAILED_PAGES]);
}

/* @first is the number of local-faults in the set. */
static int parse_usage(struct nlmsghdr *message, struct nlattr **table,
		       int first, struct report_usage *usage)
{
	struct nlattr **part = table + first;

	reply_usage(part, usage);
	usage->accessed = part[USAGE_FIRST_ACCESS] && part[USAGE_LAST_ACCESS];
	usage->first_access = reply_u64(part[USAGE_FIRST_ACCESS]);
	usage->last_access = reply_u64(part[USAGE_LAST_ACCESS]);
	return parse_shares(message, first + USAGE_CELL, usage);
}

/* In the order of enum numatrace_cost_kind. */
static void parse_times(struct nlattr **table, struct report_usage *usage)
{
	for (int i = 0; i < REPORT_COST_KINDS; i++) {
		struct nlattr *time = table[NUMATRACE_A_PROCESS_FAULT_TIME + i];

		if (!time)
			continue;
		usage->timed |= BIT(i);
		usage->time[i] = nla_get_u64(time);
	}
}

static void parse_identity(struct nlattr **table,
			   struct report_process *process)
{
	process->pid = get_u32(table[NUMATRACE_A_PROCESS_PID]);
	process->start_time = reply_u64(table[NUMATRACE_A_PROCESS_START_TIME]);
	process->uid = get_u32(table[NUMATRACE_A_PROCESS_UID]);
	process->cgroup_id = reply_u64(table[NUMATRACE_A_PROCESS_CGROUP_ID]);
	process->threads = get_u32(table[NUMATRACE_A_PROCESS_THREADS]);
}

int reply_process(struct nlmsghdr *message, struct report_processes *processes)
{
	struct nlattr *table[NUMATRACE_A_PROCESS_MAX + 1];
	struct report_process *process;
	uint32_t kind;
	int err = reply_parse_message(&process_set, table, message);

	if (err)
		return err;
	kind = nla_get_u32(table[NUMATRACE_A_PROCESS_KIND]);
	if (kind >= ROW_KINDS)
		return 0;
	if (!reply_has(table, process_set.max, process_required[kind]))
		return -EBADMSG;
	process = report_add_process(processes);
	if (!process)
		return -ENOMEM;
	processes->timestamp =
		nla_get_u64(table[NUMATRACE_A_PROCESS_TIMESTAMP]);
	processes->generation =
		nla_get_u32(table[NUMATRACE_A_PROCESS_GENERATION]);
	process->kind = kind;
	/* A row that stands for many has none, whatever the message says. */
	if (process_required[kind] == PROCESS_SINGLE)
		parse_identity(table, process);
	process->processes = get_u32(table[NUMATRACE_A_PROCESS_PROCESSES]);
	process->left_out = get_u32(table[NUMATRACE_A_PROCESS_LEFT_OUT]);
	parse_times(table, &process->usage);
	err = get_string(&process->comm, table[NUMATRACE_A_PROCESS_COMM]);
	return err ? err
		   : parse_usage(message, table,
				 NUMATRACE_A_PROCESS_LOCAL_FAULTS,
				 &process->usage);
}

int reply_cgroup(struct nlmsghdr *message, struct report_cgroups *cgroups)
{
	struct nlattr *table[NUMATRACE_A_CGROUP_MAX + 1];
	struct report_cgroup *cgroup;
	uint32_t kind;
	int err = reply_parse_message(&cgroup_set, table, message);

	if (err)
		return err;
	kind = nla_get_u32(table[NUMATRACE_A_CGROUP_KIND]);
	if (kind >= ROW_KINDS)
		return 0;
	if (!reply_has(table, cgroup_set.max, cgroup_required[kind]))
		return -EBADMSG;
	cgroup = report_add_cgroup(cgroups);
	if (!cgroup)
		return -ENOMEM;
	cgroups->timestamp = nla_get_u64(table[NUMATRACE_A_CGROUP_TIMESTAMP]);
	cgroups->generation = nla_get_u32(table[NUMATRACE_A_CGROUP_GENERATION]);
	cgroup->kind = kind;
	cgroup->id = reply_u64(table[NUMATRACE_A_CGROUP_ID]);
	cgroup->cgroups = get_u32(table[NUMATRACE_A_CGROUP_CGROUPS]);
	err = get_string(&cgroup->path, table[NUMATRACE_A_CGROUP_PATH]);
	return err ? err
		   : parse_usage(message, table,
				 NUMATRACE_A_CGROUP_LOCAL_FAULTS,
				 &cgroup->usage);
}

static int parse_statistic(struct nlattr *nest,
			   struct report_fault_statistics *statistic)
{
	struct nlattr *table[NUMATRACE_A_FAULT_STATISTICS_MAX + 1];
	int err = reply_parse_nest(&statistic_set, table, nest);

	if (!err)
		err = reply_node_id(table[NUMATRACE_A_FAULT_STATISTICS_NODE],
				    &statistic->node);
	if (err)
		return err;
	statistic->memory_shared =
		nla_get_u64(table[NUMATRACE_A_FAULT_STATISTICS_MEMORY_SHARED]);
	statistic->memory_private =
		nla_get_u64(table[NUMATRACE_A_FAULT_STATISTICS_MEMORY_PRIVATE]);
	statistic->cpu_shared =
		nla_get_u64(table[NUMATRACE_A_FAULT_STATISTICS_CPU_SHARED]);
	statistic->cpu_private =
		nla_get_u64(table[NUMATRACE_A_FAULT_STATISTICS_CPU_PRIVATE]);
	return 0;
}

static size_t count_attributes(struct nlmsghdr *message, int type)
{
	struct nlattr *attribute;
	size_t count = 0;
	int rest;

	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest)
		count += nla_type(attribute) == type;
	return count;
}

static int parse_statistics(struct nlmsghdr *message,
			    struct report_thread *thread)
{
	const int type = NUMATRACE_A_THREAD_FAULT_STATISTICS;
	size_t count = count_attributes(message, type);
	struct nlattr *attribute;
	int rest, err;

	if (!count)
		return 0;
	thread->statistic = calloc(count, sizeof(*thread->statistic));
	if (!thread->statistic)
		return -ENOMEM;
	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest) {
		if (nla_type(attribute) != type)
			continue;
		err = parse_statistic(attribute,
				      &thread->statistic[thread->statistics]);
		if (err)
			return err;
		thread->statistics++;
	}
	return 0;
}

static int copy_thread_strings(struct nlattr **table,
			       struct report_thread *thread)
{
	int err = reply_copy_string(&thread->comm,
				    table[NUMATRACE_A_THREAD_COMM]);

	if (!err)
		err = reply_copy_string(&thread->affinity,
					table[NUMATRACE_A_THREAD_AFFINITY]);
	if (!err)
		err = reply_copy_string(&thread->cpuset_nodes,
					table[NUMATRACE_A_THREAD_CPUSET_NODES]);
	if (!err)
		err = get_string(&thread->policy_nodes,
				 table[NUMATRACE_A_THREAD_POLICY_NODES]);
	return err;
}

int reply_thread(struct nlmsghdr *message, struct report_threads *threads)
{
	struct nlattr *table[NUMATRACE_A_THREAD_MAX + 1];
	struct report_thread *thread;
	uint32_t cpu_node, preferred;
	int err = reply_parse_message(&thread_set, table, message);

	if (!err)
		err = reply_node_id(table[NUMATRACE_A_THREAD_CPU_NODE],
				    &cpu_node);
	if (!err)
		err = reply_node_id(table[NUMATRACE_A_THREAD_PREFERRED_NODE],
				    &preferred);
	if (err)
		return err;
	thread = report_add_thread(threads);
	if (!thread)
		return -ENOMEM;
	threads->timestamp = nla_get_u64(table[NUMATRACE_A_THREAD_TIMESTAMP]);
	thread->tid = nla_get_u32(table[NUMATRACE_A_THREAD_TID]);
	thread->cpu = nla_get_u32(table[NUMATRACE_A_THREAD_CPU]);
	thread->cpu_node = cpu_node;
	thread->policy = nla_get_u32(table[NUMATRACE_A_THREAD_POLICY]);
	thread->scanned = nla_get_u32(table[NUMATRACE_A_THREAD_SCANNED]);
	thread->preferred_node =
		preferred == REPORT_ALL_NODES ? -1 : (int64_t)preferred;
	thread->migrated_pages =
		nla_get_u64(table[NUMATRACE_A_THREAD_MIGRATED_PAGES]);
	err = copy_thread_strings(table, thread);
	return err ? err : parse_statistics(message, thread);
}

int reply_config(struct nlmsghdr *message, struct report_config *config)
{
	struct nlattr *table[NUMATRACE_A_CONFIG_MAX + 1];
	int err = reply_parse_message(&config_set, table, message);

	if (err)
		return err;
	for (int i = 0; i < CONFIG_FIELDS; i++) {
		int type = NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE + i;

		if (!table[type])
			continue;
		config->value[i] = config_policy[type].type == NLA_U64
					   ? nla_get_u64(table[type])
					   : nla_get_u32(table[type]);
		config->set |= BIT(i);
	}
	return 0;
}
