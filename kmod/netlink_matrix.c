// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "config.h"
#include "nodes.h"
#include "selftest.h"
#include "snapshot.h"
#include "compat/compat.h"

#include <linux/slab.h>
#include <linux/timekeeping.h>

/**
 * struct nt_matrix_dump - state of a dump, kept in its callback
 * @timestamp: when it began, CLOCK_MONOTONIC, ns; 0: it has not
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @kind: which matrix
 * @reason: of the matrix of migrations, only what has this one; or -1
 * @row: the next row
 * @column: its next cell
 */
struct nt_matrix_dump {
	u64 timestamp;
	u32 generation;
	enum numatrace_matrix_kind kind;
	int reason;
	unsigned int row;
	unsigned int column;
};

static struct nt_matrix_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_matrix_dump) > sizeof(cb->ctx));
	return (struct nt_matrix_dump *)cb->ctx;
}

/* Why the matrix is not measured. */
static void explain(struct netlink_ext_ack *extack,
		    enum numatrace_matrix_kind kind)
{
	if (kind >= NUMATRACE_MATRIX_KIND_TASK_MOVE)
		NL_SET_ERR_MSG_MOD(extack,
				   "not measured: no probe on its tracepoint");
	else if (kind == NUMATRACE_MATRIX_KIND_BOUNCE &&
		 !nt_knob(NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS))
		NL_SET_ERR_MSG_MOD(extack,
				   "not measured: bounce-window-ms is 0");
	else
		NL_SET_ERR_MSG_MOD(extack, "not measured, info says why");
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = nt_dump_attrs(cb);
	struct nlattr *reason = attrs[NUMATRACE_A_MATRIX_REASON];
	struct nt_matrix_dump *dump = dump_state(cb);

	if (NL_REQ_ATTR_CHECK(cb->extack, NULL, attrs,
			      NUMATRACE_A_MATRIX_KIND)) {
		NL_SET_ERR_MSG_MOD(cb->extack,
				   "missing attribute kind: which matrix");
		return -EINVAL;
	}
	dump->kind = nla_get_u32(attrs[NUMATRACE_A_MATRIX_KIND]);
	dump->reason = reason ? (int)nla_get_u32(reason) : -1;
	if (reason && dump->kind != NUMATRACE_MATRIX_KIND_MIGRATION) {
		NL_SET_ERR_MSG_ATTR(cb->extack, reason,
				    "only the matrix migration has reasons");
		return -EINVAL;
	}
	if (reason && !nt_reason_exists(dump->reason)) {
		NL_SET_ERR_MSG_ATTR(cb->extack, reason,
				    "this kernel does not migrate for that reason");
		return -EOPNOTSUPP;
	}
	if (!nt_snapshot_has(dump->kind)) {
		explain(cb->extack, dump->kind);
		return -EOPNOTSUPP;
	}
	dump->timestamp = ktime_get_ns();
	dump->generation = nt_snapshot_generation();
	return 0;
}

static int put_cell(struct sk_buff *skb, enum numatrace_matrix_kind kind,
		    int column, const struct nt_cell *cell)
{
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_MATRIX_CELL);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NUMATRACE_A_CELL_COLUMN, column) ||
	    nt_put_u64(skb, NUMATRACE_A_CELL_EVENTS, cell->events) ||
	    (kind < NUMATRACE_MATRIX_KIND_TASK_MOVE &&
	     nt_put_u64(skb, NUMATRACE_A_CELL_PAGES, cell->pages))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts as many cells of the row as fit; that none did is -EMSGSIZE. */
static int put_row(struct sk_buff *skb, struct nt_matrix_dump *dump,
		   const struct nt_cell *cells)
{
	bool fits = false;

	if (nla_put_u32(skb, NUMATRACE_A_MATRIX_KIND, dump->kind) ||
	    nt_put_u64(skb, NUMATRACE_A_MATRIX_TIMESTAMP, dump->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_MATRIX_GENERATION, dump->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_MATRIX_ROW, dump->row) ||
	    (dump->reason >= 0 &&
	     nla_put_u32(skb, NUMATRACE_A_MATRIX_REASON, dump->reason)))
		return -EMSGSIZE;
	for (; dump->column < nr_node_ids; dump->column++) {
		if (!node_isset(dump->column, nt_known_nodes))
			continue;
		if (put_cell(skb, dump->kind, dump->column,
			     &cells[dump->column]))
			return fits ? 0 : -EMSGSIZE;
		fits = true;
	}
	return 0;
}

static int dump_row(struct sk_buff *skb, struct netlink_callback *cb,
		    struct nt_matrix_dump *dump, const struct nt_cell *cells)
{
	void *header = nt_put_header(skb, cb, NUMATRACE_CMD_MATRIX_GET);

	if (!header)
		return -EMSGSIZE;
	if (put_row(skb, dump, cells)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	cb->seq = nt_snapshot_generation() + 1;
	genl_dump_check_consistent(cb, header);
	genlmsg_end(skb, header);
	return 0;
}

/* Row by row, each read when there is room for it. */
static int dump_rows(struct sk_buff *skb, struct netlink_callback *cb,
		     struct nt_matrix_dump *dump, struct nt_cell *cells)
{
	while (dump->row < nr_node_ids) {
		if (node_isset(dump->row, nt_known_nodes)) {
			nt_snapshot_read_row(dump->kind, dump->reason,
					     dump->row, cells);
			if (dump_row(skb, cb, dump, cells))
				return skb->len ?: -EMSGSIZE;
			if (dump->column < nr_node_ids)
				continue;
		}
		dump->row++;
		dump->column = 0;
	}
	return skb->len;
}

int nt_matrix_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_matrix_dump *dump = dump_state(cb);
	int ret = dump->timestamp ? 0 : begin(cb);
	struct nt_cell *cells;

	if (ret)
		return ret;
	cells = NT_MAY_FAIL(kvcalloc(nr_node_ids, sizeof(*cells),
				     GFP_KERNEL_ACCOUNT),
			    NULL);
	if (!cells)
		return -ENOMEM;
	ret = dump_rows(skb, cb, dump, cells);
	kvfree(cells);
	return ret;
}

const struct nla_policy nt_matrix_policy[] = {
	[NUMATRACE_A_MATRIX_KIND] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_MATRIX_KIND_TASK_STICK),
	[NUMATRACE_A_MATRIX_REASON] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_MIGRATE_REASON_DAMON),
};
