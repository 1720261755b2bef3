// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "moves.h"
#include "snapshot.h"

#include <linux/timekeeping.h>

/**
 * struct nt_skip_dump - state of a dump, kept in its callback
 * @timestamp: when it began, CLOCK_MONOTONIC, ns; 0: it has not
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @pos: the next reason
 * @skip: what was skipped for it
 */
struct nt_skip_dump {
	u64 timestamp;
	u32 generation;
	unsigned int pos;
	struct nt_skip skip;
};

static struct nt_skip_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_skip_dump) > sizeof(cb->ctx));
	return (struct nt_skip_dump *)cb->ctx;
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int begin(struct netlink_callback *cb)
{
	struct nt_skip_dump *dump = dump_state(cb);
	int error = nt_skips_error();

	if (!error) {
		dump->timestamp = ktime_get_ns();
		dump->generation = nt_snapshot_generation();
		return 0;
	}
	if (error == -ENOENT)
		NL_SET_ERR_MSG_MOD(cb->extack,
				   "not measured: no tracepoint (Linux 6.6)");
	else
		NL_SET_ERR_MSG_MOD(cb->extack,
				   "not measured: no probe on its tracepoint");
	return -EOPNOTSUPP;
}

static int put_skip(struct sk_buff *skb, const void *data)
{
	const struct nt_skip_dump *dump = data;

	if (nla_put_string(skb, NUMATRACE_A_SKIP_REASON, dump->skip.name) ||
	    nt_put_u64(skb, NUMATRACE_A_SKIP_COUNT, dump->skip.count) ||
	    nt_put_u64(skb, NUMATRACE_A_SKIP_TIMESTAMP, dump->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_SKIP_GENERATION, dump->generation))
		return -EMSGSIZE;
	return 0;
}

/* One buffer has room for all reasons, so that they show one moment. */
int nt_skip_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_skip_dump *dump = dump_state(cb);
	int ret = dump->timestamp ? 0 : begin(cb);

	if (ret)
		return ret;
	for (; nt_skip_read(dump->pos, &dump->skip); dump->pos++) {
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_SKIP_GET, put_skip,
				      dump);
		if (ret)
			return ret;
	}
	return skb->len;
}
