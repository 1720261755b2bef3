// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"
#include "balancing.h"
#include "listing.h"
#include "netlink_ops.h"
#include "selftest.h"
#include "snapshot.h"
#include "compat/compat.h"

#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <net/net_namespace.h>
#include <net/sock.h>

/* The only multicast group. */
#define MONITOR 0

/**
 * struct nt_dump - state of a dump, kept in its callback
 * @snap: taken when the dump starts, so that all messages show one moment
 * @kind: which matrix
 * @reason: of the matrix of migrations, only what has this one; or -1
 * @pos: the next node, or cell of the matrix
 */
struct nt_dump {
	const struct nt_snapshot *snap;
	enum numatrace_matrix_kind kind;
	int reason;
	unsigned int pos;
};

static struct nt_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_dump) > sizeof(cb->ctx));
	return (struct nt_dump *)cb->ctx;
}

static int dump_start(struct netlink_callback *cb)
{
	struct nt_dump *dump = dump_state(cb);

	dump->snap = nt_snapshot_take();
	return dump->snap ? 0 : -ENOMEM;
}

static int dump_done(struct netlink_callback *cb)
{
	nt_snapshot_free(dump_state(cb)->snap);
	return 0;
}

void nt_netlink_viewer(struct sk_buff *request, struct nt_viewer *viewer)
{
	viewer->privileged = netlink_capable(request, CAP_SYS_PTRACE) ||
			     netlink_capable(request, CAP_PERFMON) ||
			     netlink_capable(request, CAP_SYS_ADMIN);
	viewer->uid = NETLINK_CB(request).creds.uid;
	viewer->pid_ns = task_active_pid_ns(current);
}

void *nt_put_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &nt_family, NLM_F_MULTI, cmd);
}

int nt_reply(struct genl_info *info, u8 cmd, size_t size,
	     int (*put)(struct sk_buff *skb, const void *data),
	     const void *data)
{
	struct sk_buff *skb = NT_MAY_FAIL(genlmsg_new(size, GFP_KERNEL), NULL);
	void *header;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &nt_family, 0, cmd);
	if (!header || put(skb, data)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

bool nt_has_subscribers(void)
{
	/* The kernel counts those of all namespaces in one. */
	return genl_has_listeners(&nt_family, &init_net, MONITOR);
}

/*
 * Not genlmsg_multicast_allns(): a subscriber that asks for errors (the option
 * NETLINK_BROADCAST_ERROR) and does not read would keep the message from the
 * namespaces after its own.
 */
static void multicast(const struct sk_buff *skb)
{
	struct sk_buff *copy;
	struct net *net;

	rcu_read_lock();
	for_each_net_rcu(net) {
		copy = skb_clone((struct sk_buff *)skb, GFP_ATOMIC);
		if (copy)
			genlmsg_multicast_netns(&nt_family, net, copy, 0,
						MONITOR, GFP_ATOMIC);
	}
	rcu_read_unlock();
}

int nt_notify(u8 cmd, size_t size,
	      int (*put)(struct sk_buff *skb, const void *data),
	      const void *data)
{
	struct sk_buff *skb;
	void *header;

	if (!nt_has_subscribers())
		return 0;
	skb = NT_MAY_FAIL(genlmsg_new(size, GFP_KERNEL), NULL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put(skb, 0, 0, &nt_family, 0, cmd);
	if (!header || put(skb, data)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	multicast(skb);
	nlmsg_free(skb);
	return 0;
}

int nt_put_list(struct sk_buff *skb, int type, const unsigned long *bits,
		unsigned int nr_bits)
{
	int len = snprintf(NULL, 0, "%*pbl", nr_bits, bits);
	struct nlattr *attr = nla_reserve(skb, type, len + 1);

	if (!attr)
		return -EMSGSIZE;
	snprintf(nla_data(attr), len + 1, "%*pbl", nr_bits, bits);
	return 0;
}

static int put_nodes(struct sk_buff *skb, int attr, const nodemask_t *nodes)
{
	return nt_put_list(skb, attr, nodes->bits, nr_node_ids);
}

static int put_hook(struct sk_buff *skb, const struct nt_hook_count *hook)
{
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_INFO_HOOK);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, NUMATRACE_A_HOOK_NAME, hook->info.name) ||
	    nla_put_string(skb, NUMATRACE_A_HOOK_FUNCTION,
			   hook->info.function) ||
	    nla_put_u32(skb, NUMATRACE_A_HOOK_STATE, hook->info.state) ||
	    (hook->info.reason[0] &&
	     nla_put_string(skb, NUMATRACE_A_HOOK_REASON, hook->info.reason)) ||
	    nt_put_u64(skb, NUMATRACE_A_HOOK_EVENTS, hook->events) ||
	    nt_put_u64(skb, NUMATRACE_A_HOOK_MISSED, hook->missed)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_machine(struct sk_buff *skb, const struct nt_snapshot *snap)
{
	int balancing = nt_balancing_mode();

	if (put_nodes(skb, NUMATRACE_A_INFO_NODES_POSSIBLE, &snap->possible) ||
	    put_nodes(skb, NUMATRACE_A_INFO_NODES_ONLINE, &snap->online) ||
	    put_nodes(skb, NUMATRACE_A_INFO_NODES_MEMORY, &snap->memory) ||
	    put_nodes(skb, NUMATRACE_A_INFO_NODES_CPU, &snap->cpu) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_CPUS_POSSIBLE,
			snap->cpus_possible) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_CPUS_ONLINE, snap->cpus_online))
		return -EMSGSIZE;
	if (balancing < 0)
		return 0;
	return nla_put_u32(skb, NUMATRACE_A_INFO_BALANCING, balancing);
}

static int put_sampler(struct sk_buff *skb, const struct nt_snapshot *snap)
{
	if (nla_put_u32(skb, NUMATRACE_A_INFO_SAMPLE_INTERVAL,
			snap->sample_interval) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_SAMPLES, snap->samples) ||
	    nt_put_u64(skb, NUMATRACE_A_INFO_LAST_SEQUENCE,
		       snap->last_sequence))
		return -EMSGSIZE;
	return nt_put_judged(skb);
}

static int put_info(struct sk_buff *skb, const void *data)
{
	const struct nt_snapshot *snap = data;
	int i;

	if (nla_put_string(skb, NUMATRACE_A_INFO_MODULE_VERSION,
			   NUMATRACE_VERSION) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_INTERFACE_VERSION,
			NUMATRACE_INTERFACE_VERSION) ||
	    nt_put_u64(skb, NUMATRACE_A_INFO_TIMESTAMP, snap->timestamp) ||
	    nt_put_u64(skb, NUMATRACE_A_INFO_START_TIME, snap->start_time) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_GENERATION, snap->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_PAGE_SIZE, PAGE_SIZE) ||
	    put_machine(skb, snap))
		return -EMSGSIZE;
	for (i = 0; i < NT_NR_HOOKS; i++)
		if (put_hook(skb, &snap->hooks[i]))
			return -EMSGSIZE;
	if (nt_put_u64(skb, NUMATRACE_A_INFO_MEMORY, snap->footprint))
		return -EMSGSIZE;
	return put_sampler(skb, snap);
}

static int info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nt_snapshot *snap = nt_snapshot_take();
	int ret;

	if (!snap)
		return -ENOMEM;
	ret = nt_reply(info, NUMATRACE_CMD_INFO_GET, GENLMSG_DEFAULT_SIZE,
		       put_info, snap);
	nt_snapshot_free(snap);
	return ret;
}

static u32 state_bits(const struct nt_snapshot *snap, int nid)
{
	return (node_isset(nid, snap->online) ? NUMATRACE_NODE_STATE_ONLINE
					      : 0) |
	       (node_isset(nid, snap->memory) ? NUMATRACE_NODE_STATE_MEMORY
					      : 0) |
	       (node_isset(nid, snap->cpu) ? NUMATRACE_NODE_STATE_CPU : 0);
}

static int put_node(struct sk_buff *skb, const struct nt_snapshot *snap,
		    int nid)
{
	int attr;

	if (nt_put_u64(skb, NUMATRACE_A_NODE_TIMESTAMP, snap->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_NODE_GENERATION, snap->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_NODE_ID, nid) ||
	    nla_put_u32(skb, NUMATRACE_A_NODE_STATE, state_bits(snap, nid)) ||
	    nt_put_list(skb, NUMATRACE_A_NODE_CPUS, nt_snapshot_cpus(snap, nid),
			nr_cpu_ids))
		return -EMSGSIZE;
	for (attr = NT_NODE_FIRST_VALUE; attr <= NUMATRACE_A_NODE_MAX; attr++)
		if (nt_put_u64(skb, attr, snap->nodes[nid].value[attr]))
			return -EMSGSIZE;
	return 0;
}

static int node_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_dump *dump = dump_state(cb);
	void *header;

	for (; dump->pos < nr_node_ids; dump->pos++) {
		if (!node_isset(dump->pos, dump->snap->online))
			continue;
		header = nt_put_header(skb, cb, NUMATRACE_CMD_NODE_GET);
		if (!header)
			break;
		if (put_node(skb, dump->snap, dump->pos)) {
			genlmsg_cancel(skb, header);
			return skb->len ?: -EMSGSIZE;
		}
		genlmsg_end(skb, header);
	}
	return skb->len;
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int matrix_begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = nt_dump_attrs(cb);
	struct nlattr *reason = attrs[NUMATRACE_A_MATRIX_REASON];
	struct nt_dump *dump = dump_state(cb);

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
		NL_SET_ERR_MSG_MOD(cb->extack, "not measured, info says why");
		return -EOPNOTSUPP;
	}
	return dump_start(cb);
}

static const struct nt_cell *dump_cell(const struct nt_dump *dump, int row,
				       int column)
{
	if (dump->reason < 0)
		return nt_snapshot_cell(dump->snap, dump->kind, row, column);
	return &dump->snap->reason_cells[dump->reason]
					[row * nr_node_ids + column];
}

static int put_cell(struct sk_buff *skb, const struct nt_dump *dump, int row,
		    int column)
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
static int put_row(struct sk_buff *skb, struct nt_dump *dump)
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

static int matrix_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_dump *dump = dump_state(cb);
	int ret = dump->snap ? 0 : matrix_begin(cb);
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

static const struct nla_policy hook_policy[NUMATRACE_A_HOOK_STATE + 1] = {
	[NUMATRACE_A_HOOK_NAME] = { .type = NLA_NUL_STRING, .len = 31 },
	[NUMATRACE_A_HOOK_STATE] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_HOOK_STATE_KPROBE),
};

static int switch_hook(struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NUMATRACE_A_HOOK_STATE + 1];
	int ret;

	ret = nla_parse_nested(tb, NUMATRACE_A_HOOK_STATE, nest, hook_policy,
			       extack);
	if (ret)
		return ret;
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, NUMATRACE_A_HOOK_NAME) ||
	    NL_REQ_ATTR_CHECK(extack, nest, tb, NUMATRACE_A_HOOK_STATE)) {
		NL_SET_ERR_MSG_MOD(extack, "a hook needs its name and state");
		return -EINVAL;
	}
	ret = nt_hook_switch(nla_data(tb[NUMATRACE_A_HOOK_NAME]),
			     nla_get_u32(tb[NUMATRACE_A_HOOK_STATE]) !=
				     NUMATRACE_HOOK_STATE_OFF);
	if (ret == -ENOENT)
		NL_SET_ERR_MSG_ATTR(extack, tb[NUMATRACE_A_HOOK_NAME],
				    "no hook of that name; info lists them");
	else if (ret)
		NL_SET_ERR_MSG_ATTR(extack, tb[NUMATRACE_A_HOOK_NAME],
				    "the hook cannot be attached, info says why");
	return ret;
}

/* Switches one hook after the other and stops at the first that cannot be. */
static int hook_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr;
	int ret, rem;

	if (GENL_REQ_ATTR_CHECK(info, NUMATRACE_A_INFO_HOOK)) {
		NL_SET_ERR_MSG_MOD(info->extack, "missing attribute hook");
		return -EINVAL;
	}
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != NUMATRACE_A_INFO_HOOK)
			continue;
		ret = switch_hook(attr, info->extack);
		if (ret)
			return ret;
	}
	return 0;
}

static const struct nla_policy matrix_policy[NUMATRACE_A_MATRIX_REASON + 1] = {
	[NUMATRACE_A_MATRIX_KIND] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_MATRIX_KIND_TASK_STICK),
	[NUMATRACE_A_MATRIX_REASON] =
		NLA_POLICY_MAX(NLA_U32, NUMATRACE_MIGRATE_REASON_DAMON),
};

static const struct nla_policy info_policy[NUMATRACE_A_INFO_HOOK + 1] = {
	[NUMATRACE_A_INFO_HOOK] = NLA_POLICY_NESTED(hook_policy),
};

static const struct genl_ops ops[] = {
	{
		.cmd = NUMATRACE_CMD_INFO_GET,
		.doit = info_get,
	},
	{
		.cmd = NUMATRACE_CMD_NODE_GET,
		.start = dump_start,
		.dumpit = node_dump,
		.done = dump_done,
	},
	{
		.cmd = NUMATRACE_CMD_MATRIX_GET,
		.policy = matrix_policy,
		.maxattr = ARRAY_SIZE(matrix_policy) - 1,
		.dumpit = matrix_dump,
		.done = dump_done,
	},
	{
		.cmd = NUMATRACE_CMD_HOOK_SET,
		.flags = GENL_ADMIN_PERM,
		.policy = info_policy,
		.maxattr = ARRAY_SIZE(info_policy) - 1,
		.doit = hook_set,
	},
	{
		.cmd = NUMATRACE_CMD_PROCESS_GET,
		.policy = nt_process_policy,
		.maxattr = ARRAY_SIZE(nt_process_policy) - 1,
		.doit = nt_process_get,
		.start = nt_rows_start,
		.dumpit = nt_process_dump,
		.done = nt_rows_done,
	},
	{
		.cmd = NUMATRACE_CMD_THREAD_GET,
		.policy = nt_thread_policy,
		.maxattr = ARRAY_SIZE(nt_thread_policy) - 1,
		.start = nt_threads_start,
		.dumpit = nt_threads_dump,
		.done = nt_threads_done,
	},
	{
		.cmd = NUMATRACE_CMD_CGROUP_GET,
		.start = nt_rows_start,
		.dumpit = nt_cgroup_dump,
		.done = nt_rows_done,
	},
	{
		.cmd = NUMATRACE_CMD_CONFIG_GET,
		.doit = nt_config_get_doit,
	},
	{
		.cmd = NUMATRACE_CMD_CONFIG_SET,
		.flags = GENL_ADMIN_PERM,
		.policy = nt_config_policy,
		.maxattr = ARRAY_SIZE(nt_config_policy) - 1,
		.doit = nt_config_set_doit,
	},
	{
		.cmd = NUMATRACE_CMD_REASON_GET,
		.dumpit = nt_reason_dump,
		.done = nt_reason_done,
	},
	{
		.cmd = NUMATRACE_CMD_COST_GET,
		.start = nt_cost_open,
		.dumpit = nt_cost_dump,
		.done = nt_cost_done,
	},
	{
		.cmd = NUMATRACE_CMD_SKIP_GET,
		.dumpit = nt_skip_dump,
	},
	{
		.cmd = NUMATRACE_CMD_SAMPLE_GET,
		.policy = nt_samples_policy,
		.maxattr = ARRAY_SIZE(nt_samples_policy) - 1,
		.dumpit = nt_samples_dump,
		.done = nt_samples_done,
	},
	{
		.cmd = NUMATRACE_CMD_FINDING_GET,
		.start = nt_findings_start,
		.dumpit = nt_findings_dump,
		.done = nt_findings_done,
	},
};

static const struct genl_multicast_group groups[] = {
	[MONITOR] = { .name = NUMATRACE_MCGRP_MONITOR },
};

/*
 * parallel_ops: snapshots and hooks have locks of their own, and switching a
 * hook takes too long to hold up every other family. netnsok: node numbers are
 * for everybody, also inside containers.
 */
struct genl_family nt_family __ro_after_init = {
	.name = NUMATRACE_FAMILY_NAME,
	.version = NUMATRACE_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int nt_netlink_init(void)
{
	return NT_MAY_FAIL(genl_register_family(&nt_family), -ENOMEM);
}

void nt_netlink_exit(void)
{
	genl_unregister_family(&nt_family);
}
