// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "listing.h"
#include "threads.h"
#include "compat/compat.h"

#include <linux/err.h>
#include <linux/topology.h>

/**
 * struct nt_threads_dump - state of a dump, kept in its callback
 * @threads: taken when the dump starts
 * @pos: the next thread
 */
struct nt_threads_dump {
	struct nt_threads *threads;
	unsigned int pos;
};

static struct nt_threads_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_threads_dump) > sizeof(cb->ctx));
	return (struct nt_threads_dump *)cb->ctx;
}

/* Room for any thread: lists in the worst case, and its statistics. */
int nt_threads_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = 512 + 4 * nr_cpu_ids +
			     nr_node_ids * (2 * 6 + NLA_HDRLEN + 8 + 4 * 16);
	return 0;
}

int nt_threads_done(struct netlink_callback *cb)
{
	nt_threads_free(dump_state(cb)->threads);
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
	const struct nt_threads_dump *dump = data;
	const struct nt_threads *threads = dump->threads;
	const struct nt_thread *thread = nt_thread(threads, dump->pos);

	if (nt_put_u64(skb, NUMATRACE_A_THREAD_TIMESTAMP, threads->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_PID, threads->pid) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_TID, thread->tid) ||
	    nla_put_string(skb, NUMATRACE_A_THREAD_COMM, thread->comm) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_CPU, thread->cpu) ||
	    nla_put_u32(skb, NUMATRACE_A_THREAD_CPU_NODE,
			cpu_to_node(thread->cpu)) ||
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

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int begin(struct netlink_callback *cb)
{
	struct nlattr *pid = nt_dump_attrs(cb)[NUMATRACE_A_THREAD_PID];
	struct nt_threads *threads;
	struct nt_viewer viewer;

	if (!pid) {
		NL_SET_ERR_MSG_MOD(cb->extack, "missing attribute pid");
		return -EINVAL;
	}
	nt_netlink_viewer(cb->skb, &viewer);
	threads = nt_threads_take(nla_get_u32(pid), &viewer);
	if (!IS_ERR(threads)) {
		dump_state(cb)->threads = threads;
		return 0;
	}
	if (PTR_ERR(threads) == -ESRCH)
		NL_SET_ERR_MSG_ATTR(cb->extack, pid, "no such process");
	if (PTR_ERR(threads) == -EPERM)
		NL_SET_ERR_MSG_ATTR(cb->extack, pid, NT_NEEDS_PRIVILEGE);
	return PTR_ERR(threads);
}

int nt_threads_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_threads_dump *dump = dump_state(cb);
	int ret = dump->threads ? 0 : begin(cb);

	if (ret)
		return ret;
	for (; dump->pos < dump->threads->count; dump->pos++) {
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_THREAD_GET,
				      put_thread, dump);
		if (ret)
			return ret;
	}
	return skb->len;
}

const struct nla_policy nt_thread_policy[] = {
	[NUMATRACE_A_THREAD_PID] = NLA_POLICY_MIN(NLA_U32, 1),
};
