// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "snapshot.h"

/**
 * struct nt_nodes_dump - state of a dump, kept in its callback
 * @snap: taken when the dump starts, so that all messages show one moment
 * @pos: the next node
 */
struct nt_nodes_dump {
	const struct nt_snapshot *snap;
	unsigned int pos;
};

static struct nt_nodes_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_nodes_dump) > sizeof(cb->ctx));
	return (struct nt_nodes_dump *)cb->ctx;
}

int nt_nodes_start(struct netlink_callback *cb)
{
	struct nt_nodes_dump *dump = dump_state(cb);

	dump->snap = nt_snapshot_take();
	return dump->snap ? 0 : -ENOMEM;
}

int nt_nodes_done(struct netlink_callback *cb)
{
	nt_snapshot_free(dump_state(cb)->snap);
	return 0;
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
		if (nt_put_u64(skb, attr, node->value[attr]))
			return -EMSGSIZE;
	return 0;
}

static int put_node(struct sk_buff *skb, const void *data)
{
	const struct nt_nodes_dump *dump = data;
	const struct nt_snapshot *snap = dump->snap;

	if (nt_put_u64(skb, NUMATRACE_A_NODE_TIMESTAMP, snap->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_NODE_GENERATION, snap->generation) ||
	    nt_put_list(skb, NUMATRACE_A_NODE_CPUS,
			nt_snapshot_cpus(snap, dump->pos), nr_cpu_ids))
		return -EMSGSIZE;
	return nt_put_node(skb, dump->pos, &snap->nodes[dump->pos],
			   &snap->online, &snap->memory, &snap->cpu);
}

int nt_nodes_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_nodes_dump *dump = dump_state(cb);
	int ret;

	for (; dump->pos < nr_node_ids; dump->pos++) {
		if (!node_isset(dump->pos, dump->snap->online))
			continue;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_NODE_GET, put_node,
				      dump);
		if (ret)
			return ret;
	}
	return skb->len;
}
