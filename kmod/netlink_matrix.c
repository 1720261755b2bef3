// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "config.h"
#include "snapshot.h"
#include "compat/compat.h"

/**
 * struct nt_matrix_dump - state of a dump, kept in its callback
 * @snap: taken when the dump begins, so that all messages show one moment
 * @kind: which matrix
 * @reason: of the matrix of migrations, only what has this one; or -1
 * @pos: the next cell
 */
struct nt_matrix_dump {
	const struct nt_snapshot *snap;
	enum numatrace_matrix_kind kind;
	int reason;
	unsigned int pos;
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
	dump->snap = nt_snapshot_take();
	return dump->snap ? 0 : -ENOMEM;
}

static const struct nt_cell *dump_cell(const struct nt_matrix_dump *dump,
				       int row, int column)
{
	if (dump->reason < 0)
		return nt_snapshot_cell(dump->snap, dump->kind, row, column);
	return &dump->snap->reason_cells[dump->reason]
					[row * nr_node_ids + column];
}

static int put_cell(struct sk_buff *skb, const struct nt_matrix_dump *dump,
		    int row, int column)
{
	const struct nt_cell *cell = dump_cell(dump, row, column);
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_MATRIX_CELL);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NUMATRACE_A_CELL_COLUMN, column) ||
	    nt_put_u64(skb, NUMATRACE_A_CELL_EVENTS, cell->events) ||
	    (dump->kind < NUMATRACE_MATRIX_KIND_TASK_MOVE &&
	     nt_put_u64(skb, NUMATRACE_A_CELL_PAGES, cell->pages))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts as many cells of the row at dump->pos as fit; that none did is -EMSGSIZE. */
static int put_row(struct sk_buff *skb, struct nt_matrix_dump *dump)
{
	int row = dump->pos / nr_node_ids;
	bool fits = false;
	int column;

	if (nla_put_u32(skb, NUMATRACE_A_MATRIX_KIND, dump->kind) ||
	    nt_put_u64(skb, NUMATRACE_A_MATRIX_TIMESTAMP,
		       dump->snap->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_MATRIX_GENERATION,
			dump->snap->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_MATRIX_ROW, row) ||
	    (dump->reason >= 0 &&
	     nla_put_u32(skb, NUMATRACE_A_MATRIX_REASON, dump->reason)))
		return -EMSGSIZE;
	for (; dump->pos < (row + 1) * nr_node_ids; dump->pos++) {
		column = dump->pos % nr_node_ids;
		if (!node_isset(column, dump->snap->possible))
			continue;
		if (put_cell(skb, dump, row, column))
			return fits ? 0 : -EMSGSIZE;
		fits = true;
	}
	return 0;
}

int nt_matrix_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_matrix_dump *dump = dump_state(cb);
	int ret = dump->snap ? 0 : begin(cb);
	void *header;

	if (ret)
		return ret;
	while (dump->pos < nr_node_ids * nr_node_ids) {
		if (!node_isset(dump->pos / nr_node_ids,
				dump->snap->possible)) {
			dump->pos += nr_node_ids;
			continue;
		}
		header = nt_put_header(skb, cb, NUMATRACE_CMD_MATRIX_GET);
		if (!header)
			break;
		if (put_row(skb, dump)) {
			genlmsg_cancel(skb, header);
			return skb->len ?: -EMSGSIZE;
		}
		genlmsg_end(skb, header);
	}
	return skb->len;
}

int nt_matrix_done(struct netlink_callback *cb)
{
	nt_snapshot_free(dump_state(cb)->snap);
	return 0;
}

const struct nla_policy nt_matrix_policy[] = {
	[NUMATRACE_A_MATRIX_KIND] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_MATRIX_KIND_TASK_STICK),
	[NUMATRACE_A_MATRIX_REASON] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_MIGRATE_REASON_DAMON),
};
