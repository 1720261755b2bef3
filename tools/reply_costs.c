// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons of migrations, what balancing costs, and what it passes over.
 */
#include "reply_costs.h"
#include "reply_set.h"

#include <errno.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

static const struct nla_policy reason_policy[NUMATRACE_A_REASON_MAX + 1] = {
	[NUMATRACE_A_REASON_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_REASON_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_REASON_REASON] = { .type = NLA_U32 },
	[NUMATRACE_A_REASON_CALLS] = { .type = NLA_U64 },
	[NUMATRACE_A_REASON_MIGRATED_PAGES] = { .type = NLA_U64 },
	[NUMATRACE_A_REASON_FAILED_PAGES] = { .type = NLA_U64 },
};

static const struct attribute_set reason_set = {
	.policy = reason_policy,
	.max = NUMATRACE_A_REASON_MAX,
	.required = BIT(NUMATRACE_A_REASON_TIMESTAMP) |
		    BIT(NUMATRACE_A_REASON_GENERATION) |
		    BIT(NUMATRACE_A_REASON_REASON) |
		    BIT(NUMATRACE_A_REASON_CALLS) |
		    BIT(NUMATRACE_A_REASON_MIGRATED_PAGES) |
		    BIT(NUMATRACE_A_REASON_FAILED_PAGES),
};

static const struct nla_policy bucket_policy[NUMATRACE_A_COST_BUCKET_MAX + 1] = {
	[NUMATRACE_A_COST_BUCKET_ORDER] = { .type = NLA_U32 },
	[NUMATRACE_A_COST_BUCKET_COUNT] = { .type = NLA_U64 },
};

static const struct attribute_set bucket_set = {
	.policy = bucket_policy,
	.max = NUMATRACE_A_COST_BUCKET_MAX,
	.required = BIT(NUMATRACE_A_COST_BUCKET_ORDER) |
		    BIT(NUMATRACE_A_COST_BUCKET_COUNT),
};

static const struct nla_policy cost_policy[NUMATRACE_A_COST_MAX + 1] = {
	[NUMATRACE_A_COST_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_COST_KIND] = { .type = NLA_U32 },
	[NUMATRACE_A_COST_ROW] = { .type = NLA_U32 },
	[NUMATRACE_A_COST_COLUMN] = { .type = NLA_U32 },
	[NUMATRACE_A_COST_COUNT] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_TIME] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_BUCKET] = { .type = NLA_NESTED },
	[NUMATRACE_A_COST_MEASURED_TIME] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_UNMEASURED] = { .type = NLA_STRING },
	[NUMATRACE_A_COST_LOST] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_LONGEST] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_LONGEST_END] = { .type = NLA_U64 },
	[NUMATRACE_A_COST_LONGEST_PID] = { .type = NLA_U32 },
	[NUMATRACE_A_COST_LONGEST_COMM] = { .type = NLA_STRING },
};

static const struct attribute_set cost_set = {
	.policy = cost_policy,
	.max = NUMATRACE_A_COST_MAX,
	.required = BIT(NUMATRACE_A_COST_TIMESTAMP) |
		    BIT(NUMATRACE_A_COST_GENERATION) |
		    BIT(NUMATRACE_A_COST_KIND),
};

/* Of what was measured; and of the message for all of a kind. */
#define COST_NUMBERS (BIT(NUMATRACE_A_COST_COUNT) | BIT(NUMATRACE_A_COST_TIME))
#define COST_ALL (COST_NUMBERS | BIT(NUMATRACE_A_COST_MEASURED_TIME))

static const struct nla_policy skip_policy[NUMATRACE_A_SKIP_MAX + 1] = {
	[NUMATRACE_A_SKIP_REASON] = { .type = NLA_STRING },
	[NUMATRACE_A_SKIP_COUNT] = { .type = NLA_U64 },
};

static const struct attribute_set skip_set = {
	.policy = skip_policy,
	.max = NUMATRACE_A_SKIP_MAX,
	.required = BIT(NUMATRACE_A_SKIP_REASON) | BIT(NUMATRACE_A_SKIP_COUNT),
};

int reply_reason(struct nlmsghdr *message, struct report_reasons *reasons)
{
	struct nlattr *table[NUMATRACE_A_REASON_MAX + 1];
	struct report_reason *reason;
	int err = reply_parse_message(&reason_set, table, message);

	if (err)
		return err;
	reason = report_add_reason(reasons);
	if (!reason)
		return -ENOMEM;
	reasons->timestamp = nla_get_u64(table[NUMATRACE_A_REASON_TIMESTAMP]);
	reasons->generation = nla_get_u32(table[NUMATRACE_A_REASON_GENERATION]);
	reason->reason = nla_get_u32(table[NUMATRACE_A_REASON_REASON]);
	reason->calls = nla_get_u64(table[NUMATRACE_A_REASON_CALLS]);
	reason->migrated_pages =
		nla_get_u64(table[NUMATRACE_A_REASON_MIGRATED_PAGES]);
	reason->failed_pages =
		nla_get_u64(table[NUMATRACE_A_REASON_FAILED_PAGES]);
	return 0;
}

static int parse_bucket(struct nlattr *nest, struct report_cost *cost)
{
	struct nlattr *table[NUMATRACE_A_COST_BUCKET_MAX + 1];
	uint32_t order;
	int err = reply_parse_nest(&bucket_set, table, nest);

	if (err)
		return err;
	order = nla_get_u32(table[NUMATRACE_A_COST_BUCKET_ORDER]);
	if (order >= REPORT_ORDERS)
		return -EBADMSG;
	cost->bucket[order] = nla_get_u64(table[NUMATRACE_A_COST_BUCKET_COUNT]);
	return 0;
}

static int parse_buckets(struct nlmsghdr *message, struct report_cost *cost)
{
	struct nlattr *attribute;
	int rest, err;

	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest) {
		if (nla_type(attribute) != NUMATRACE_A_COST_BUCKET)
			continue;
		err = parse_bucket(attribute, cost);
		if (err)
			return err;
	}
	return 0;
}

/* A message for all has neither row nor column. */
static int parse_place(struct nlattr **table, struct report_cost *cost)
{
	struct nlattr *row = table[NUMATRACE_A_COST_ROW];
	struct nlattr *column = table[NUMATRACE_A_COST_COLUMN];

	cost->row = row ? nla_get_u32(row) : REPORT_ALL_NODES;
	cost->column = column ? nla_get_u32(column) : REPORT_ALL_NODES;
	if ((row && cost->row >= REPORT_MAX_NODES) ||
	    (column && (!row || cost->column >= REPORT_MAX_NODES)))
		return -EBADMSG;
	return 0;
}

static int parse_longest(struct nlattr **table, struct report_cost *cost)
{
	struct nlattr *pid = table[NUMATRACE_A_COST_LONGEST_PID];
	struct nlattr *comm = table[NUMATRACE_A_COST_LONGEST_COMM];

	cost->longest = reply_u64(table[NUMATRACE_A_COST_LONGEST]);
	cost->longest_end = reply_u64(table[NUMATRACE_A_COST_LONGEST_END]);
	cost->longest_pid = pid ? nla_get_u32(pid) : 0;
	return comm ? reply_copy_string(&cost->longest_comm, comm) : 0;
}

/* What an unmeasured kind has of numbers says nothing. */
static int parse_cost(struct nlmsghdr *message, struct nlattr **table,
		      struct report_cost *cost)
{
	struct nlattr *unmeasured = table[NUMATRACE_A_COST_UNMEASURED];
	bool all = cost->row == REPORT_ALL_NODES;

	if (all && unmeasured)
		return reply_copy_string(&cost->unmeasured, unmeasured);
	if (!reply_has(table, cost_set.max, all ? COST_ALL : COST_NUMBERS))
		return -EBADMSG;
	cost->count = nla_get_u64(table[NUMATRACE_A_COST_COUNT]);
	cost->time = nla_get_u64(table[NUMATRACE_A_COST_TIME]);
	if (all) {
		int err = parse_longest(table, cost);

		if (err)
			return err;
		cost->measured_time =
			nla_get_u64(table[NUMATRACE_A_COST_MEASURED_TIME]);
		cost->lost = reply_u64(table[NUMATRACE_A_COST_LOST]);
	}
	return parse_buckets(message, cost);
}

int reply_cost(struct nlmsghdr *message, struct report_costs *costs)
{
	struct nlattr *table[NUMATRACE_A_COST_MAX + 1];
	struct report_cost place = { 0 }, *cost;
	int err = reply_parse_message(&cost_set, table, message);

	if (!err)
		err = parse_place(table, &place);
	if (err)
		return err;
	place.kind = nla_get_u32(table[NUMATRACE_A_COST_KIND]);
	if (place.kind >= REPORT_COST_KINDS)
		return 0;
	cost = report_add_cost(costs);
	if (!cost)
		return -ENOMEM;
	*cost = place;
	costs->timestamp = nla_get_u64(table[NUMATRACE_A_COST_TIMESTAMP]);
	costs->generation = nla_get_u32(table[NUMATRACE_A_COST_GENERATION]);
	return parse_cost(message, table, cost);
}

int reply_skip(struct nlmsghdr *message, struct report_skips *skips)
{
	struct nlattr *table[NUMATRACE_A_SKIP_MAX + 1];
	struct report_skip *skip;
	int err = reply_parse_message(&skip_set, table, message);

	if (err)
		return err;
	skip = report_add_skip(skips);
	if (!skip)
		return -ENOMEM;
	skip->count = nla_get_u64(table[NUMATRACE_A_SKIP_COUNT]);
	return reply_copy_string(&skip->reason, table[NUMATRACE_A_SKIP_REASON]);
}
