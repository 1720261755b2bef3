// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "cost.h"
#include "selftest.h"
#include "snapshot.h"

#include <linux/slab.h>
#include <linux/timekeeping.h>

/* Upper bound of what a message takes, with all buckets. */
#define COST_BYTES (512 + NT_BUCKETS * (NLA_HDRLEN + 8 + 16))

/**
 * struct nt_cost_dump - a dump under way
 * @timestamp: when it began, CLOCK_MONOTONIC, ns
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @kind: of what the next message tells
 * @pos: which cell of it; after these comes the message for all
 * @now: what was measured of @kind
 * @all: sum of the cells that were passed, so that the sum of all that are sent
 *	is that of the message for all
 * @cell: the cell at @pos
 */
struct nt_cost_dump {
	u64 timestamp;
	u32 generation;
	unsigned int kind;
	unsigned int pos;
	struct nt_cost_kind now;
	struct nt_cost_sum all;
	struct nt_cost_sum cell;
};

/* It is kept in the callback. */
static struct nt_cost_dump **dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_cost_dump *) > sizeof(cb->ctx));
	return (struct nt_cost_dump **)cb->ctx;
}

static int put_bucket(struct sk_buff *skb, unsigned int order, u64 count)
{
	struct nlattr *nest;

	if (!count)
		return 0;
	nest = nla_nest_start(skb, NUMATRACE_A_COST_BUCKET);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NUMATRACE_A_COST_BUCKET_ORDER, order) ||
	    nt_put_u64(skb, NUMATRACE_A_COST_BUCKET_COUNT, count)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_sum(struct sk_buff *skb, const struct nt_cost_sum *sum)
{
	unsigned int i;

	if (nt_put_u64(skb, NUMATRACE_A_COST_COUNT, sum->count) ||
	    nt_put_u64(skb, NUMATRACE_A_COST_TIME, sum->time))
		return -EMSGSIZE;
	for (i = 0; i < NT_BUCKETS; i++)
		if (put_bucket(skb, i, sum->buckets[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_longest(struct sk_buff *skb,
		       const struct nt_cost_longest *longest)
{
	if (!longest->taken)
		return 0;
	if (nt_put_u64(skb, NUMATRACE_A_COST_LONGEST, longest->taken) ||
	    nt_put_u64(skb, NUMATRACE_A_COST_LONGEST_END, longest->end))
		return -EMSGSIZE;
	if (longest->pid &&
	    (nla_put_u32(skb, NUMATRACE_A_COST_LONGEST_PID, longest->pid) ||
	     nla_put_string(skb, NUMATRACE_A_COST_LONGEST_COMM, longest->comm)))
		return -EMSGSIZE;
	return 0;
}

static int put_all(struct sk_buff *skb, const struct nt_cost_dump *dump)
{
	struct nt_cost_sum sum = dump->all;

	if (nt_put_u64(skb, NUMATRACE_A_COST_MEASURED_TIME,
		       dump->now.measured_time))
		return -EMSGSIZE;
	if (dump->now.unmeasured)
		return nla_put_string(skb, NUMATRACE_A_COST_UNMEASURED,
				      dump->now.unmeasured);
	nt_cost_add_sum(&sum, &dump->now.nowhere);
	if (put_sum(skb, &sum) ||
	    nt_put_u64(skb, NUMATRACE_A_COST_LOST, dump->now.lost))
		return -EMSGSIZE;
	return put_longest(skb, &dump->now.longest);
}

static int row_of(const struct nt_cost_dump *dump)
{
	return dump->pos / nt_cost_columns(dump->kind);
}

static int column_of(const struct nt_cost_dump *dump)
{
	return dump->pos % nt_cost_columns(dump->kind);
}

static bool is_cell(const struct nt_cost_dump *dump)
{
	return !dump->now.unmeasured &&
	       dump->pos < nr_node_ids * nt_cost_columns(dump->kind);
}

static int put_cell(struct sk_buff *skb, const struct nt_cost_dump *dump)
{
	int row = row_of(dump), column = column_of(dump);

	if (nla_put_u32(skb, NUMATRACE_A_COST_ROW, row))
		return -EMSGSIZE;
	if (nt_has_matrix() &&
	    nla_put_u32(skb, NUMATRACE_A_COST_COLUMN,
			dump->kind == NUMATRACE_COST_KIND_SCAN ? row : column))
		return -EMSGSIZE;
	return put_sum(skb, &dump->cell);
}

static int put_cost(struct sk_buff *skb, const void *data)
{
	const struct nt_cost_dump *dump = data;

	if (nt_put_u64(skb, NUMATRACE_A_COST_TIMESTAMP, dump->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_COST_GENERATION, dump->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_COST_KIND, dump->kind))
		return -EMSGSIZE;
	return is_cell(dump) ? put_cell(skb, dump) : put_all(skb, dump);
}

int nt_cost_open(struct netlink_callback *cb)
{
	cb->min_dump_alloc = COST_BYTES;
	return 0;
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int cost_begin(struct netlink_callback *cb)
{
	struct nt_cost_dump *dump;

	if (!nt_cost_counted()) {
		NL_SET_ERR_MSG_MOD(cb->extack,
				   "not measured; set measure-cost to 1 first");
		return -EOPNOTSUPP;
	}
	dump = NT_MAY_FAIL(kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT), NULL);
	if (!dump)
		return -ENOMEM;
	dump->timestamp = ktime_get_ns();
	dump->generation = nt_snapshot_generation();
	*dump_state(cb) = dump;
	return 0;
}

/* Reads what the next message tells: cells that are not empty, then all. */
static void read_next(struct nt_cost_dump *dump, const struct nt_viewer *viewer)
{
	if (!dump->pos)
		nt_cost_read(dump->kind, viewer, &dump->now);
	for (; is_cell(dump); dump->pos++) {
		nt_cost_read_cell(dump->kind, row_of(dump), column_of(dump),
				  &dump->cell);
		if (dump->cell.count)
			return;
	}
	/* Whoever reads now may not be who read the cells. */
	nt_cost_read_longest(dump->kind, viewer, &dump->now.longest);
}

static void advance(struct nt_cost_dump *dump)
{
	if (is_cell(dump)) {
		nt_cost_add_sum(&dump->all, &dump->cell);
		dump->pos++;
		return;
	}
	dump->kind++;
	dump->pos = 0;
	memset(&dump->all, 0, sizeof(dump->all));
}

int nt_cost_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	int ret = *dump_state(cb) ? 0 : cost_begin(cb);
	struct nt_cost_dump *dump = *dump_state(cb);
	struct nt_viewer viewer;

	if (ret)
		return ret;
	nt_netlink_viewer(cb->skb, &viewer);
	cb->seq = nt_snapshot_generation() + 1;
	for (; dump->kind < NT_NR_COSTS; advance(dump)) {
		read_next(dump, &viewer);
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_COST_GET, put_cost,
				      dump);
		if (ret)
			return ret;
	}
	return skb->len;
}

int nt_cost_done(struct netlink_callback *cb)
{
	kfree(*dump_state(cb));
	return 0;
}
