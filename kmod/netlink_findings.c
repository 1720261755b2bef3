// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "detect.h"

/* Upper bound of what a finding takes: numbers of 64 bits, and of 32. */
#define FINDING_BYTES (5 * 16 + 5 * 8)

/**
 * struct nt_change - what a notification tells
 * @finding: the finding
 * @ended: that it is over
 */
struct nt_change {
	const struct nt_finding *finding;
	bool ended;
};

/* The next slot is kept in the callback of a dump. */
static unsigned int *dump_slot(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(unsigned int) > sizeof(cb->ctx));
	return (unsigned int *)cb->ctx;
}

static int put_where(struct sk_buff *skb, const struct nt_evidence *evidence)
{
	if (evidence->node != NUMA_NO_NODE &&
	    nla_put_u32(skb, NUMATRACE_A_FINDING_NODE, evidence->node))
		return -EMSGSIZE;
	if (evidence->other != NUMA_NO_NODE &&
	    nla_put_u32(skb, NUMATRACE_A_FINDING_OTHER_NODE, evidence->other))
		return -EMSGSIZE;
	return 0;
}

static int put_finding(struct sk_buff *skb, const void *data)
{
	const struct nt_finding *finding = data;
	const struct nt_evidence *evidence = &finding->evidence;

	if (nt_put_u64(skb, NUMATRACE_A_FINDING_TIMESTAMP,
		       finding->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_FINDING_KIND, finding->kind) ||
	    nla_put_u32(skb, NUMATRACE_A_FINDING_SEVERITY, finding->severity) ||
	    put_where(skb, evidence) ||
	    nt_put_u64(skb, NUMATRACE_A_FINDING_SINCE, finding->since) ||
	    nt_put_u64(skb, NUMATRACE_A_FINDING_VALUE, evidence->value) ||
	    nt_put_u64(skb, NUMATRACE_A_FINDING_THRESHOLD, finding->threshold))
		return -EMSGSIZE;
	if (!evidence->events)
		return 0;
	return nt_put_u64(skb, NUMATRACE_A_FINDING_EVENTS, evidence->events);
}

int nt_findings_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	unsigned int next = *dump_slot(cb);
	struct nt_finding finding;
	int ret;

	while (nt_finding_next(&next, &finding)) {
		cb->seq = nt_findings_sequence() + 1;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_FINDING_GET,
				      put_finding, &finding);
		if (ret)
			return ret;
		*dump_slot(cb) = next;
	}
	return skb->len;
}

static int put_change(struct sk_buff *skb, const void *data)
{
	const struct nt_change *change = data;

	if (put_finding(skb, change->finding))
		return -EMSGSIZE;
	return change->ended ? nla_put_u32(skb, NUMATRACE_A_FINDING_ENDED, 1)
			     : 0;
}

int nt_finding_notify(const struct nt_finding *finding, bool ended)
{
	const struct nt_change change = { finding, ended };

	return nt_notify(NUMATRACE_CMD_FINDING_NTF, FINDING_BYTES, put_change,
			 &change);
}

int nt_put_judged(struct sk_buff *skb)
{
	u32 judged;
	u64 at;

	nt_findings_judged(&judged, &at);
	if (!at)
		return 0;
	return nla_put_u32(skb, NUMATRACE_A_INFO_JUDGED, judged)
		       ?: nt_put_u64(skb, NUMATRACE_A_INFO_JUDGED_AT, at);
}
