// SPDX-License-Identifier: GPL-2.0
#include "detect.h"
#include "config.h"
#include "hooks.h"
#include "netlink_ops.h"
#include "reason.h"
#include "sampler.h"
#include "selftest.h"

#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

/* So many windows with too few events end a finding: events come in bursts. */
#define LAPSE 3

static const unsigned int thresholds[NT_NR_FINDING_KINDS] = {
	[NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE] =
		NUMATRACE_A_CONFIG_DETECT_MEMORY_IMBALANCE,
	[NUMATRACE_FINDING_KIND_CPU_IMBALANCE] =
		NUMATRACE_A_CONFIG_DETECT_CPU_IMBALANCE,
	[NUMATRACE_FINDING_KIND_LOW_LOCALITY] =
		NUMATRACE_A_CONFIG_DETECT_LOW_LOCALITY,
	[NUMATRACE_FINDING_KIND_MIGRATION_FAILURES] =
		NUMATRACE_A_CONFIG_DETECT_MIGRATION_FAILURES,
	[NUMATRACE_FINDING_KIND_PING_PONG] =
		NUMATRACE_A_CONFIG_DETECT_PING_PONG,
	[NUMATRACE_FINDING_KIND_FIRST_TOUCH] =
		NUMATRACE_A_CONFIG_DETECT_FIRST_TOUCH,
	[NUMATRACE_FINDING_KIND_NODE_FULL] =
		NUMATRACE_A_CONFIG_DETECT_NODE_FULL,
	[NUMATRACE_FINDING_KIND_ALLOCATION_MISSES] =
		NUMATRACE_A_CONFIG_DETECT_ALLOCATION_MISSES,
};

/**
 * struct slot - room for one finding
 * @finding: the finding
 * @present: whether there is one
 * @untold: subscribers should have heard what it is now, and memory was short
 */
struct slot {
	struct nt_finding finding;
	bool present;
	bool untold;
};

/*
 * nr_node_ids slots for each kind; one that is judged for the machine as a
 * whole has its finding in the first. The sampler alone writes them and the
 * next two, with @lock held, which readers hold for no longer than they copy.
 */
static struct slot *slots;
static u32 judged;
static u64 judged_at;
/* Grows when the machine is judged. Written by the sampler alone. */
static u32 sequence;
static DEFINE_SPINLOCK(lock);

static unsigned int nr_slots(void)
{
	return NT_NR_FINDING_KINDS * nr_node_ids;
}

static u64 threshold_of(enum numatrace_finding_kind kind)
{
	return (u64)nt_knob(thresholds[kind]) * (NT_WHOLE / 100);
}

/* Whether what the module or the kernel has to count for that kind is counted. */
static bool counted(enum numatrace_finding_kind kind)
{
	switch (kind) {
	case NUMATRACE_FINDING_KIND_CPU_IMBALANCE:
		return nt_vmstat_counts(NUMATRACE_A_NODE_CPU_TIME);
	case NUMATRACE_FINDING_KIND_LOW_LOCALITY:
		return nt_vmstat_counts(NUMATRACE_A_NODE_HINT_FAULTS) &&
		       nt_vmstat_counts(NUMATRACE_A_NODE_HINT_FAULTS_LOCAL);
	case NUMATRACE_FINDING_KIND_ALLOCATION_MISSES:
		return nt_vmstat_counts(NUMATRACE_A_NODE_ALLOC_HIT) &&
		       nt_vmstat_counts(NUMATRACE_A_NODE_ALLOC_MISS);
	case NUMATRACE_FINDING_KIND_MIGRATION_FAILURES:
		return nt_reason_heard();
	case NUMATRACE_FINDING_KIND_PING_PONG:
		return nt_knob(NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS) &&
		       nt_hook_attached(NT_HOOK_MIGRATION);
	case NUMATRACE_FINDING_KIND_FIRST_TOUCH:
		return nt_hook_attached(NT_HOOK_ACCESS);
	default:
		return true;
	}
}

static void tell(struct slot *slot)
{
	slot->untold = nt_finding_notify(&slot->finding, !slot->present);
}

static void end(struct slot *slot, u64 timestamp)
{
	if (!slot->present)
		return;
	spin_lock(&lock);
	slot->present = false;
	slot->finding.timestamp = timestamp;
	spin_unlock(&lock);
	tell(slot);
}

/* The problem is there in @now: it begins, goes on or changes its severity. */
static void find(struct slot *slot, struct nt_finding *now)
{
	bool was_warning =
		slot->present &&
		slot->finding.severity == NUMATRACE_FINDING_SEVERITY_WARNING;
	bool told = slot->present;

	now->severity = nt_severity(now->kind, now->threshold, &now->evidence,
				    was_warning);
	if (slot->present) {
		now->since = slot->finding.since;
		told = now->severity == slot->finding.severity;
	}
	spin_lock(&lock);
	slot->finding = *now;
	slot->present = true;
	spin_unlock(&lock);
	if (!told)
		tell(slot);
}

/* Whether what was last seen at that time is no longer to be believed. */
static bool lapsed(u64 timestamp, const struct nt_sample *now)
{
	u64 window = nt_knob(NUMATRACE_A_CONFIG_DETECT_WINDOW_MS);

	return now->timestamp - timestamp > LAPSE * window * NSEC_PER_MSEC;
}

static void end_lapsed(struct slot *slot, const struct nt_sample *now)
{
	if (lapsed(slot->finding.timestamp, now))
		end(slot, now->timestamp);
}

/* Whether the slot could be judged. */
static bool detect(struct slot *slot, enum numatrace_finding_kind kind, int nid,
		   const struct nt_sample *now, const struct nt_sample *then)
{
	struct nt_finding finding = {
		.kind = kind,
		.timestamp = now->timestamp,
		.since = now->timestamp,
		.threshold = threshold_of(kind),
	};

	if (!nt_judge(kind, nid, now, then, finding.threshold,
		      nt_knob(NUMATRACE_A_CONFIG_DETECT_MIN_EVENTS),
		      &finding.evidence)) {
		end_lapsed(slot, now);
		return false;
	}
	if (nt_is_problem(kind, finding.threshold, &finding.evidence,
			  slot->present))
		find(slot, &finding);
	else
		end(slot, now->timestamp);
	return true;
}

static void end_kind(enum numatrace_finding_kind kind, u64 timestamp)
{
	unsigned int i;

	for (i = 0; i < nr_node_ids; i++)
		end(&slots[kind * nr_node_ids + i], timestamp);
}

static void lapse_kind(enum numatrace_finding_kind kind,
		       const struct nt_sample *now)
{
	unsigned int i;

	for (i = 0; i < nr_node_ids; i++)
		end_lapsed(&slots[kind * nr_node_ids + i], now);
}

/* Whether the kind could be judged, of any node. */
static bool detect_kind(enum numatrace_finding_kind kind,
			const struct nt_sample *now,
			const struct nt_sample *then)
{
	struct slot *first = &slots[kind * nr_node_ids];
	bool any = false;
	int nid;

	if (!nt_judged_by_node(kind))
		any = detect(first, kind, 0, now, then);
	else
		for_each_node(nid)
			any |= detect(&first[nid], kind, nid, now, then);
	return any;
}

static void set_judged(u32 kinds, u64 at)
{
	spin_lock(&lock);
	judged = kinds;
	judged_at = at;
	spin_unlock(&lock);
}

static void tell_untold(void)
{
	unsigned int i;

	for (i = 0; i < nr_slots(); i++)
		if (slots[i].untold)
			tell(&slots[i]);
}

void nt_detect(const struct nt_sample *now, const struct nt_sample *then)
{
	unsigned int kind;
	u32 kinds = 0;

	WRITE_ONCE(sequence, sequence + 1);
	tell_untold();
	for (kind = 0; kind < NT_NR_FINDING_KINDS; kind++) {
		if (!threshold_of(kind) || !counted(kind))
			end_kind(kind, now->timestamp);
		else if (!then)
			lapse_kind(kind, now);
		else if (detect_kind(kind, now, then))
			kinds |= BIT(kind);
	}
	if (then)
		set_judged(kinds, now->timestamp);
	else if (lapsed(judged_at, now))
		set_judged(0, judged_at);
	/* Also for who looked in between. */
	WRITE_ONCE(sequence, sequence + 1);
}

bool nt_finding_next(unsigned int *slot, struct nt_finding *finding)
{
	bool found = false;

	spin_lock(&lock);
	while (*slot < nr_slots() && !found) {
		found = slots[*slot].present;
		*finding = slots[(*slot)++].finding;
	}
	spin_unlock(&lock);
	return found;
}

u32 nt_findings_sequence(void)
{
	return READ_ONCE(sequence);
}

void nt_findings_judged(u32 *kinds, u64 *at)
{
	spin_lock(&lock);
	*kinds = judged;
	*at = judged_at;
	spin_unlock(&lock);
}

size_t nt_detect_memory(void)
{
	return nr_slots() * sizeof(*slots);
}

int nt_detect_init(void)
{
	slots = NT_MAY_FAIL(kvcalloc(nr_slots(), sizeof(*slots), GFP_KERNEL),
			    NULL);
	return slots ? 0 : -ENOMEM;
}

void nt_detect_exit(void)
{
	kvfree(slots);
}
