// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "snapshot.h"

/**
 * struct nt_nodes_dump - state of a dump, kept in its callback
 * @pos: the next node
 */
struct nt_nodes_dump {
	unsigned int pos;
};

/**
 * struct nt_node_message - what a message about a node says
 * @snap: where it stands
 * @nid: the node
 */
struct nt_node_message {
	const struct nt_snapshot *snap;
	int nid;
};

static struct nt_nodes_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_nodes_dump) > sizeof(cb->ctx));
	return (struct nt_nodes_dump *)cb->ctx;
}

int nt_put_node(struct sk_buff *skb, int nid, const struct nt_node *node,
		const nodemask_t *online, const nodemask_t *memory,
		const nodemask_t *cpu)
{
	u32 state = 0;
	int attr;

	if (node_isset(nid, *online))
		state |= NUMATRACE_NODE_STATE_ONLINE;
	if (node_isset(nid, *memory))
		state |= NUMATRACE_NODE_STATE_MEMORY;
	if (node_isset(nid, *cpu))
		state |= NUMATRACE_NODE_STATE_CPU;
	if (nla_put_u32(skb, NUMATRACE_A_NODE_ID, nid) ||
	    nla_put_u32(skb, NUMATRACE_A_NODE_STATE, state))
		return -EMSGSIZE;
	for (attr = NT_NODE_FIRST_VALUE; attr <= NUMATRACE_A_NODE_MAX; attr++)
		if (nt_vmstat_counts(attr) &&
		    nt_put_u64(skb, attr, node->value[attr]))
			return -EMSGSIZE;
	return 0;
}

static int put_node(struct sk_buff *skb, const void *data)
{
	const struct nt_node_message *message = data;
	const struct nt_snapshot *snap = message->snap;
	int nid = message->nid;

	if (nt_put_u64(skb, NUMATRACE_A_NODE_TIMESTAMP, snap->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_NODE_GENERATION, snap->generation) ||
	    nt_put_list(skb, NUMATRACE_A_NODE_CPUS, nt_snapshot_cpus(snap, nid),
			nr_cpu_ids))
		return -EMSGSIZE;
	return nt_put_node(skb, nid, &snap->nodes[nid], &snap->online,
			   &snap->memory, &snap->cpu);
}

static int dump_nodes(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nt_snapshot *snap)
{
	struct nt_nodes_dump *dump = dump_state(cb);
	struct nt_node_message message = { .snap = snap };
	int ret;

	cb->seq = snap->generation + nodes_weight(snap->known) +
		  nodes_weight(snap->online) + 1;
	for (; dump->pos < nr_node_ids; dump->pos++) {
		if (!node_isset(dump->pos, snap->known))
			continue;
		message.nid = dump->pos;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_NODE_GET, put_node,
				      &message);
		if (ret)
			return ret;
	}
	return skb->len;
}

/* What fits into one buffer, as a rule all nodes, shows one moment. */
int nt_nodes_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nt_snapshot *snap;
	int ret;

	if (dump_state(cb)->pos == nr_node_ids)
		return 0;
	snap = nt_snapshot_take(NT_NODES);
	if (!snap)
		return -ENOMEM;
	ret = dump_nodes(skb, cb, snap);
	nt_snapshot_free(snap);
	return ret;
}
