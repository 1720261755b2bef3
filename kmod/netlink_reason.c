// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "snapshot.h"

#include <linux/timekeeping.h>

/**
 * struct nt_reason_dump - state of a dump, kept in its callback
 * @timestamp: when it began, CLOCK_MONOTONIC, ns; 0: it has not
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @pos: the next reason
 */
struct nt_reason_dump {
	u64 timestamp;
	u32 generation;
	unsigned int pos;
};

static struct nt_reason_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_reason_dump) > sizeof(cb->ctx));
	return (struct nt_reason_dump *)cb->ctx;
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int reason_begin(struct netlink_callback *cb)
{
	struct nt_reason_dump *dump = dump_state(cb);

	if (!nt_reason_counted()) {
		NL_SET_ERR_MSG_MOD(cb->extack,
				   "not measured, info says why (hook migration)");
		return -EOPNOTSUPP;
	}
	dump->timestamp = ktime_get_ns();
	dump->generation = nt_snapshot_generation();
	return 0;
}

static int put_reason(struct sk_buff *skb, const void *data)
{
	const struct nt_reason_dump *dump = data;
	struct nt_reason_count count;

	nt_reason_read(dump->pos, &count);
	if (nt_put_u64(skb, NUMATRACE_A_REASON_TIMESTAMP, dump->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_REASON_GENERATION, dump->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_REASON_REASON, dump->pos) ||
	    nt_put_u64(skb, NUMATRACE_A_REASON_CALLS, count.calls) ||
	    nt_put_u64(skb, NUMATRACE_A_REASON_MIGRATED_PAGES,
		       count.migrated) ||
	    nt_put_u64(skb, NUMATRACE_A_REASON_FAILED_PAGES, count.failed))
		return -EMSGSIZE;
	return 0;
}

/* One buffer has room for all reasons, so that they show one moment. */
int nt_reason_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_reason_dump *dump = dump_state(cb);
	int ret = dump->timestamp ? 0 : reason_begin(cb);

	if (ret)
		return ret;
	for (; dump->pos < NT_NR_REASONS; dump->pos++) {
		if (!nt_reason_exists(dump->pos))
			continue;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_REASON_GET,
				      put_reason, dump);
		if (ret)
			return ret;
	}
	return skb->len;
}
