// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"
#include "netlink_ops.h"
#include "selftest.h"
#include "snapshot.h"
#include "viewer.h"
#include "compat/compat.h"

#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <net/net_namespace.h>
#include <net/sock.h>

/* The only multicast group. */
#define MONITOR 0

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

int nt_dump_message(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    int (*put)(struct sk_buff *skb, const void *data),
		    const void *data)
{
	void *header = nt_put_header(skb, cb, cmd);

	if (header && !put(skb, data)) {
		genl_dump_check_consistent(cb, header);
		genlmsg_end(skb, header);
		return 0;
	}
	if (header)
		genlmsg_cancel(skb, header);
	return skb->len ?: -EMSGSIZE;
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
 * namespaces after its own. And it clones the message for each of them, while
 * one that is shared is cloned for each subscriber only, and most namespaces
 * have none.
 */
static void multicast(struct sk_buff *skb)
{
	struct net *net;

	rcu_read_lock();
	for_each_net_rcu(net)
		genlmsg_multicast_netns(&nt_family, net, skb_get(skb), 0,
					MONITOR, GFP_ATOMIC);
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
	skb = NT_MAY_FAIL(genlmsg_new(size, GFP_NOWAIT | __GFP_NOWARN), NULL);
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

/* Of the hook migration, which counts what fails as well. */
static int put_failures(struct sk_buff *skb, const struct nt_tally *failures)
{
	if (nt_reason_counted() &&
	    nt_put_u64(skb, NUMATRACE_A_HOOK_FAILED_PAGES, failures->events))
		return -EMSGSIZE;
	return nt_put_u64(skb, NUMATRACE_A_HOOK_MISSED_FAILED_PAGES,
			  failures->missed);
}

static int put_hook(struct sk_buff *skb, const struct nt_snapshot *snap, int i)
{
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_INFO_HOOK);
	const struct nt_hook_count *hook = &snap->hooks[i];

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, NUMATRACE_A_HOOK_NAME, hook->info.name) ||
	    nla_put_string(skb, NUMATRACE_A_HOOK_FUNCTION,
			   hook->info.function) ||
	    nla_put_u32(skb, NUMATRACE_A_HOOK_STATE, hook->info.state) ||
	    (hook->info.reason[0] &&
	     nla_put_string(skb, NUMATRACE_A_HOOK_REASON, hook->info.reason)) ||
	    nt_put_u64(skb, NUMATRACE_A_HOOK_EVENTS, hook->tally.events) ||
	    nt_put_u64(skb, NUMATRACE_A_HOOK_MISSED, hook->tally.missed) ||
	    (i == NT_HOOK_MIGRATION && put_failures(skb, &snap->failures))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_gone(struct sk_buff *skb, const struct nt_snapshot *snap)
{
	nodemask_t gone;

	nodes_andnot(gone, snap->known, snap->online);
	return put_nodes(skb, NUMATRACE_A_INFO_NODES_GONE, &gone);
}

static int put_uncounted(struct sk_buff *skb,
			 const struct nt_uncounted *uncounted)
{
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_INFO_UNCOUNTED);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, NUMATRACE_A_UNCOUNTED_NAME, uncounted->name) ||
	    nla_put_string(skb, NUMATRACE_A_UNCOUNTED_REASON,
			   uncounted->reason)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_all_uncounted(struct sk_buff *skb)
{
	const struct nt_uncounted *uncounted;
	unsigned int i;

	for (i = 0; (uncounted = nt_vmstat_uncounted(i)); i++)
		if (put_uncounted(skb, uncounted))
			return -EMSGSIZE;
	return 0;
}

static int put_machine(struct sk_buff *skb, const struct nt_snapshot *snap)
{
	if (put_nodes(skb, NUMATRACE_A_INFO_NODES_POSSIBLE, &snap->possible) ||
	    put_nodes(skb, NUMATRACE_A_INFO_NODES_ONLINE, &snap->online) ||
	    put_nodes(skb, NUMATRACE_A_INFO_NODES_MEMORY, &snap->memory) ||
	    put_nodes(skb, NUMATRACE_A_INFO_NODES_CPU, &snap->cpu) ||
	    put_gone(skb, snap) || put_all_uncounted(skb) ||
	    nla_put_u32(skb, NUMATRACE_A_INFO_CPUS_POSSIBLE,
			snap->cpus_possible))
		return -EMSGSIZE;
	return nla_put_u32(skb, NUMATRACE_A_INFO_CPUS_ONLINE,
			   snap->cpus_online);
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
		if (put_hook(skb, snap, i))
			return -EMSGSIZE;
	if (nt_put_u64(skb, NUMATRACE_A_INFO_MEMORY, snap->footprint))
		return -EMSGSIZE;
	return put_sampler(skb, snap);
}

static int info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nt_snapshot *snap = nt_snapshot_take(NT_TALLIES);
	int ret;

	if (!snap)
		return -ENOMEM;
	ret = nt_reply(info, NUMATRACE_CMD_INFO_GET, GENLMSG_DEFAULT_SIZE,
		       put_info, snap);
	nt_snapshot_free(snap);
	return ret;
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
		.dumpit = nt_nodes_dump,
	},
	{
		.cmd = NUMATRACE_CMD_MATRIX_GET,
		.policy = nt_matrix_policy,
		.maxattr = ARRAY_SIZE(nt_matrix_policy) - 1,
		.dumpit = nt_matrix_dump,
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
		.start = nt_processes_start,
		.dumpit = nt_process_dump,
		.done = nt_rows_done,
	},
	{
		.cmd = NUMATRACE_CMD_THREAD_GET,
		.policy = nt_thread_policy,
		.maxattr = ARRAY_SIZE(nt_thread_policy) - 1,
		.start = nt_threads_start,
		.dumpit = nt_threads_dump,
	},
	{
		.cmd = NUMATRACE_CMD_CGROUP_GET,
		.start = nt_cgroups_start,
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
	},
	{
		.cmd = NUMATRACE_CMD_FINDING_GET,
		.dumpit = nt_findings_dump,
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
