// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "nodes.h"
#include "threads.h"
#include "viewer.h"
#include "compat/compat.h"

/**
 * struct nt_thread_message - what a message about a thread says
 * @walk: the dump that it is part of
 * @thread: the thread
 */
struct nt_thread_message {
	const struct nt_threads *walk;
	const struct nt_thread *thread;
};

static struct nt_threads *dump_walk(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_threads) > sizeof(cb->ctx));
	return (struct nt_threads *)cb->ctx;
}

/* Room for any thread: lists in the worst case, and its statistics. */
int nt_threads_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = 512 + 4 * nr_cpu_ids +
			     nr_node_ids * (2 * 6 + NLA_HDRLEN + 8 + 4 * 16);
	return 0;
}

static int put_statistics(struct sk_buff *skb, int nid,
			  const struct nt_fault_statistics *statistics)
{
	struct nlattr *nest =
		nla_nest_start(skb, NUMATRACE_A_THREAD_FAULT_STATISTICS);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NUMATRACE_A_FAULT_STATISTICS_NODE, nid) ||
	    nt_put_u64(skb, NUMATRACE_A_FAULT_STATISTICS_MEMORY_SHARED,
		       statistics->memory_shared) ||
	    nt_put_u64(skb, NUMATRACE_A_FAULT_STATISTICS_MEMORY_PRIVATE,
		       statistics->memory_private) ||
	    nt_put_u64(skb, NUMATRACE_A_FAULT_STATISTICS_CPU_SHARED,
		       statistics->cpu_shared) ||
	    nt_put_u64(skb, NUMATRACE_A_FAULT_STATISTICS_CPU_PRIVATE,
		       statistics->cpu_private)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_all_statistics(struct sk_buff *skb,
			      const struct nt_thread *thread)
{
	int nid;

	if (!thread->faulted)
		return 0;
	for_each_online_node(nid)
		if (put_statistics(skb, nid, &thread->statistics[nid]))
			return -EMSGSIZE;
	return 0;
}

static int put_nodes(struct sk_buff *skb, int attr, const nodemask_t *nodes)
{
	return nt_put_list(skb, attr, nodes->bits, nr_node_ids);
}

static int put_policy(struct sk_buff *skb, const struct nt_thread *thread)
{
	if (nla_put_u32(skb, NUMATRACE_A_THREAD_POLICY, thread->policy) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_SCANNED, thread->scanned))
		return -EMSGSIZE;
	if (nodes_empty(thread->policy_nodes))
		return 0;
	return put_nodes(skb, NUMATRACE_A_THREAD_POLICY_NODES,
			 &thread->policy_nodes);
}

static int put_thread(struct sk_buff *skb, const void *data)
{
	const struct nt_thread_message *message = data;
	const struct nt_threads *walk = message->walk;
	const struct nt_thread *thread = message->thread;

	if (nt_put_u64(skb, NUMATRACE_A_THREAD_TIMESTAMP, walk->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_PID, walk->pid) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_TID, thread->tid) ||
	    nla_put_string(skb, NUMATRACE_A_THREAD_COMM, thread->comm) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_CPU, thread->cpu) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_CPU_NODE,
			nt_node_of_cpu(thread->cpu)) ||
	    nt_put_list(skb, NUMATRACE_A_THREAD_AFFINITY,
			cpumask_bits(&thread->affinity), nr_cpu_ids) ||
	    put_nodes(skb, NUMATRACE_A_THREAD_CPUSET_NODES,
		      &thread->cpuset_nodes) ||
	    put_policy(skb, thread) ||
	    nt_put_u64(skb, NUMATRACE_A_THREAD_MIGRATED_PAGES,
		       thread->migrated))
		return -EMSGSIZE;
	if (thread->preferred_node != NUMA_NO_NODE &&
	    nla_put_u32(skb, NUMATRACE_A_THREAD_PREFERRED_NODE,
			thread->preferred_node))
		return -EMSGSIZE;
	return put_all_statistics(skb, thread);
}

/* What refuses it says so where the dump begins: in 6.1 its start has no words. */
static void refuse(struct netlink_callback *cb, int error)
{
	struct nlattr *pid = nt_dump_attrs(cb)[NUMATRACE_A_THREAD_PID];

	if (error == -ESRCH)
		NL_SET_ERR_MSG_ATTR(cb->extack, pid, "no such process");
	if (error == -EPERM)
		NL_SET_ERR_MSG_ATTR(cb->extack, pid, NT_NEEDS_PRIVILEGE);
}

static int dump_threads(struct sk_buff *skb, struct netlink_callback *cb,
			struct nt_threads *walk, struct nt_thread *thread)
{
	const struct nt_thread_message message = { walk, thread };
	struct nt_viewer viewer;
	int ret;

	nt_netlink_viewer(cb->skb, &viewer);
	for (;;) {
		ret = nt_threads_next(walk, &viewer, thread);
		cb->seq = walk->changes + 1;
		if (ret <= 0)
			break;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_THREAD_GET,
				      put_thread, &message);
		if (ret)
			return ret;
		nt_threads_advance(walk, thread);
	}
	if (ret)
		refuse(cb, ret);
	return ret ?: skb->len;
}

int nt_threads_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr *pid = nt_dump_attrs(cb)[NUMATRACE_A_THREAD_PID];
	struct nt_threads *walk = dump_walk(cb);
	struct nt_thread *thread;
	int ret;

	if (!pid) {
		NL_SET_ERR_MSG_MOD(cb->extack, "missing attribute pid");
		return -EINVAL;
	}
	walk->pid = nla_get_u32(pid);
	thread = nt_thread_alloc();
	if (!thread)
		return -ENOMEM;
	ret = dump_threads(skb, cb, walk, thread);
	nt_thread_free(thread);
	return ret;
}

const struct nla_policy nt_thread_policy[] = {
	[NUMATRACE_A_THREAD_PID] = NLA_POLICY_MIN(NLA_U32, 1),
};
