// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "cost.h"
#include "listing.h"

#include <linux/mm.h>

/* Upper bound of what a message takes, with all buckets. */
#define COST_BYTES (512 + NT_BUCKETS * (NLA_HDRLEN + 8 + 16))

/**
 * struct nt_cost_state - state of a dump, kept in its callback
 * @report: taken when the dump starts, so that all messages show one moment
 * @kind: the next kind
 * @pos: its next message: 0 is that for all, then come its cells
 */
struct nt_cost_state {
	struct nt_cost_report *report;
	unsigned int kind;
	unsigned int pos;
};

static struct nt_cost_state *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_cost_state) > sizeof(cb->ctx));
	return (struct nt_cost_state *)cb->ctx;
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

static int put_all(struct sk_buff *skb, const struct nt_cost_state *dump)
{
	const struct nt_cost_kind *kind = &dump->report->kinds[dump->kind];

	if (nt_put_u64(skb, NUMATRACE_A_COST_MEASURED_TIME,
		       dump->report->measured_time))
		return -EMSGSIZE;
	if (kind->unmeasured)
		return nla_put_string(skb, NUMATRACE_A_COST_UNMEASURED,
				      kind->unmeasured);
	if (put_sum(skb, &kind->all) ||
	    nt_put_u64(skb, NUMATRACE_A_COST_LOST, kind->lost))
		return -EMSGSIZE;
	return put_longest(skb, &kind->longest);
}

static int put_cell(struct sk_buff *skb, const struct nt_cost_state *dump,
		    const struct nt_cost_sum *sum, int row, int column)
{
	if (nla_put_u32(skb, NUMATRACE_A_COST_ROW, row))
		return -EMSGSIZE;
	if (nt_has_matrix() &&
	    nla_put_u32(skb, NUMATRACE_A_COST_COLUMN,
			dump->kind == NUMATRACE_COST_KIND_SCAN ? row : column))
		return -EMSGSIZE;
	return put_sum(skb, sum);
}

/* The cell at the dump's position. */
static const struct nt_cost_sum *cell_of(const struct nt_cost_state *dump,
					 int *row, int *column)
{
	unsigned int columns = nt_cost_columns(dump->kind);

	*row = (dump->pos - 1) / columns;
	*column = (dump->pos - 1) % columns;
	return nt_cost_cell(dump->report, dump->kind, *row, *column);
}

static bool is_empty(const struct nt_cost_state *dump)
{
	int row, column;

	return dump->pos && (dump->report->kinds[dump->kind].unmeasured ||
			     !cell_of(dump, &row, &column)->count);
}

static void advance(struct nt_cost_state *dump)
{
	if (dump->pos++ < nr_node_ids * nt_cost_columns(dump->kind))
		return;
	dump->kind++;
	dump->pos = 0;
}

static int put_cost(struct sk_buff *skb, const void *data)
{
	const struct nt_cost_state *dump = data;
	const struct nt_cost_sum *sum;
	int row, column;

	if (nt_put_u64(skb, NUMATRACE_A_COST_TIMESTAMP,
		       dump->report->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_COST_GENERATION,
			dump->report->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_COST_KIND, dump->kind))
		return -EMSGSIZE;
	if (!dump->pos)
		return put_all(skb, dump);
	sum = cell_of(dump, &row, &column);
	return put_cell(skb, dump, sum, row, column);
}

int nt_cost_open(struct netlink_callback *cb)
{
	cb->min_dump_alloc = COST_BYTES;
	return 0;
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int cost_begin(struct netlink_callback *cb)
{
	struct nt_cost_state *dump = dump_state(cb);
	struct nt_viewer viewer;

	if (!nt_cost_counted()) {
		NL_SET_ERR_MSG_MOD(cb->extack,
				   "not measured; set measure-cost to 1 first");
		return -EOPNOTSUPP;
	}
	nt_netlink_viewer(cb->skb, &viewer);
	dump->report = nt_cost_read(&viewer);
	return dump->report ? 0 : -ENOMEM;
}

int nt_cost_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_cost_state *dump = dump_state(cb);
	int ret = dump->report ? 0 : cost_begin(cb);

	if (ret)
		return ret;
	for (; dump->kind < NT_NR_COSTS; advance(dump)) {
		if (is_empty(dump))
			continue;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_COST_GET, put_cost,
				      dump);
		if (ret)
			return ret;
	}
	return skb->len;
}

int nt_cost_done(struct netlink_callback *cb)
{
	kvfree(dump_state(cb)->report);
	return 0;
}
