// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "detect.h"

#include <linux/mm.h>

/* Upper bound of what a finding takes: numbers of 64 bits, and of 32. */
#define FINDING_BYTES (5 * 16 + 5 * 8)

/**
 * struct nt_findings_dump - state of a dump, kept in its callback
 * @findings: taken when the dump starts
 * @pos: the next finding
 */
struct nt_findings_dump {
	struct nt_findings *findings;
	unsigned int pos;
};

/**
 * struct nt_change - what a notification tells
 * @finding: the finding
 * @ended: that it is over
 */
struct nt_change {
	const struct nt_finding *finding;
	bool ended;
};

static struct nt_findings_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_findings_dump) > sizeof(cb->ctx));
	return (struct nt_findings_dump *)cb->ctx;
}

int nt_findings_start(struct netlink_callback *cb)
{
	struct nt_findings_dump *dump = dump_state(cb);

	dump->findings = nt_findings_take();
	return dump->findings ? 0 : -ENOMEM;
}

int nt_findings_done(struct netlink_callback *cb)
{
	kvfree(dump_state(cb)->findings);
	return 0;
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
	struct nt_findings_dump *dump = dump_state(cb);
	int ret;

	for (; dump->pos < dump->findings->count; dump->pos++) {
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_FINDING_GET,
				      put_finding,
				      &dump->findings->finding[dump->pos]);
		if (ret)
			return ret;
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
