/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of the detectors: what two samples, some time apart, say of a
 * problem. Pure: it reads the samples and nothing else.
 */
#ifndef NUMATRACE_JUDGE_H
#define NUMATRACE_JUDGE_H

#include <linux/numatrace.h>
#include <linux/types.h>

struct nt_sample;

/* Shares are in hundredths of a percent: the whole. */
#define NT_WHOLE 10000

#define NT_NR_FINDING_KINDS (NUMATRACE_FINDING_KIND_ALLOCATION_MISSES + 1)

/**
 * struct nt_evidence - what is known of a problem
 * @value: the share, as enum numatrace_finding_kind describes it
 * @events: how many events @value is a share of; 0 where it is not one of events
 * @node: node that it concerns, or NUMA_NO_NODE
 * @other: the other node that it concerns, or NUMA_NO_NODE
 * @possible: what else has to be the case for a problem, is
 */
struct nt_evidence {
	u64 value;
	u64 events;
	int node;
	int other;
	bool possible;
};

/* Whether each node may have that problem, or the machine as a whole. */
bool nt_judged_by_node(enum numatrace_finding_kind kind);

/*
 * Judges @now, and the growth from @then to it: of node @nid, where that kind
 * is judged by node. @threshold is in hundredths of a percent. False where the
 * samples do not have what it takes, or fewer events than @min_events.
 */
bool nt_judge(enum numatrace_finding_kind kind, int nid,
	      const struct nt_sample *now, const struct nt_sample *then,
	      u64 threshold, u64 min_events, struct nt_evidence *evidence);

/*
 * Whether that is a problem. So that a share near its threshold does not come
 * and go, one that was is over only when the share is back by a tenth of the
 * threshold, or of what the threshold leaves of the whole, whichever is less.
 */
bool nt_is_problem(enum numatrace_finding_kind kind, u64 threshold,
		   const struct nt_evidence *evidence, bool was);

/* How bad a problem is. One that was a warning stays it, in the same way. */
enum numatrace_finding_severity nt_severity(enum numatrace_finding_kind kind,
					    u64 threshold,
					    const struct nt_evidence *evidence,
					    bool was_warning);

#endif
