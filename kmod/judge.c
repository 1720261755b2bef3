// SPDX-License-Identifier: GPL-2.0
#include "judge.h"
#include "sampler.h"

#include <linux/nodemask.h>

/* A node accesses memory in earnest if it makes that share of its accesses. */
#define EARNEST_SHARE (NT_WHOLE / 20)

/* How much more free memory another node has than one that is full. */
#define FREER 4

static u64 share_of(u64 part, u64 whole)
{
	while (whole > ~0ULL / NT_WHOLE) {
		part >>= 1;
		whole >>= 1;
	}
	if (part >= whole)
		return whole ? NT_WHOLE : 0;
	return part * NT_WHOLE / whole;
}

/* What an offline node does not tell any more, did not grow. */
static u64 growth_of(u64 now, u64 then)
{
	return now > then ? now - then : 0;
}

static u64 node_growth(const struct nt_sample *now,
		       const struct nt_sample *then, int nid, unsigned int attr)
{
	return growth_of(now->nodes[nid].value[attr],
			 then->nodes[nid].value[attr]);
}

static u64 total_growth(const struct nt_sample *now,
			const struct nt_sample *then, unsigned int attr)
{
	u64 sum = 0;
	int nid;

	for_each_node(nid)
		sum += node_growth(now, then, nid, attr);
	return sum;
}

static bool has_memory(const struct nt_sample *sample, int nid)
{
	return node_isset(nid, sample->memory) &&
	       sample->nodes[nid].value[NUMATRACE_A_NODE_MEM_TOTAL];
}

static u64 free_share(const struct nt_sample *sample, int nid)
{
	const u64 *value = sample->nodes[nid].value;

	return share_of(value[NUMATRACE_A_NODE_MEM_FREE],
			value[NUMATRACE_A_NODE_MEM_TOTAL]);
}

static u64 busy_share(const struct nt_sample *now, const struct nt_sample *then,
		      int nid)
{
	u64 elapsed = growth_of(now->timestamp, then->timestamp);

	return share_of(node_growth(now, then, nid, NUMATRACE_A_NODE_CPU_TIME),
			elapsed * now->cpus[nid]);
}

/**
 * struct extremes - the nodes with the largest and the smallest share
 * @count: number of nodes that were compared
 * @most: the node with the largest
 * @least: the node with the smallest
 * @most_share: its share
 * @least_share: its share
 */
struct extremes {
	unsigned int count;
	int most;
	int least;
	u64 most_share;
	u64 least_share;
};

static void compare(struct extremes *extremes, int nid, u64 share)
{
	if (!extremes->count || share > extremes->most_share) {
		extremes->most = nid;
		extremes->most_share = share;
	}
	if (!extremes->count || share < extremes->least_share) {
		extremes->least = nid;
		extremes->least_share = share;
	}
	extremes->count++;
}

static bool judge_extremes(const struct extremes *extremes,
			   struct nt_evidence *evidence)
{
	if (extremes->count < 2)
		return false;
	evidence->value = extremes->most_share - extremes->least_share;
	evidence->node = extremes->most;
	evidence->other = extremes->least;
	return true;
}

/* Memory without CPUs is there for what other memory has no room for. */
static bool judge_memory(const struct nt_sample *now,
			 struct nt_evidence *evidence)
{
	struct extremes extremes = { 0 };
	int nid;

	for_each_node_mask(nid, now->cpu)
		if (has_memory(now, nid))
			compare(&extremes, nid,
				NT_WHOLE - free_share(now, nid));
	return judge_extremes(&extremes, evidence);
}

static bool judge_cpus(const struct nt_sample *now,
		       const struct nt_sample *then,
		       struct nt_evidence *evidence)
{
	struct extremes extremes = { 0 };
	int nid;

	if (now->timestamp <= then->timestamp)
		return false;
	for_each_node_mask(nid, now->cpu)
		if (now->cpus[nid])
			compare(&extremes, nid, busy_share(now, then, nid));
	return judge_extremes(&extremes, evidence);
}

static void judge_share(u64 part, u64 whole, struct nt_evidence *evidence)
{
	evidence->value = share_of(part, whole);
	evidence->events = whole;
}

static void judge_locality(const struct nt_sample *now,
			   const struct nt_sample *then,
			   struct nt_evidence *evidence)
{
	judge_share(total_growth(now, then, NUMATRACE_A_NODE_HINT_FAULTS_LOCAL),
		    total_growth(now, then, NUMATRACE_A_NODE_HINT_FAULTS),
		    evidence);
}

static void judge_failures(const struct nt_sample *now,
			   const struct nt_sample *then,
			   struct nt_evidence *evidence)
{
	u64 failed = growth_of(now->failed, then->failed);
	u64 moved = growth_of(now->moved, then->moved);

	judge_share(failed, failed + moved, evidence);
}

static void judge_ping_pong(const struct nt_sample *now,
			    const struct nt_sample *then,
			    struct nt_evidence *evidence)
{
	judge_share(growth_of(now->bounced, then->bounced),
		    growth_of(now->crossed, then->crossed), evidence);
}

static u64 accesses(const struct nt_sample *now, const struct nt_sample *then,
		    int cpu_node, int memory_node)
{
	unsigned int cell = cpu_node * nr_node_ids + memory_node;

	return growth_of(now->access[cell], then->access[cell]);
}

/* Whether at least two nodes access the memory of @nid in earnest. */
static bool is_shared(const struct nt_sample *now, const struct nt_sample *then,
		      int nid)
{
	unsigned int count = 0;
	u64 sum = 0;
	int cpu_node;

	for_each_node(cpu_node)
		sum += accesses(now, then, cpu_node, nid);
	for_each_node(cpu_node)
		count += share_of(accesses(now, then, cpu_node, nid), sum) >=
			 EARNEST_SHARE;
	return count >= 2;
}

static bool judge_first_touch(const struct nt_sample *now,
			      const struct nt_sample *then, int nid,
			      struct nt_evidence *evidence)
{
	u64 part = 0, whole = 0;
	int cpu_node, memory_node;

	if (!now->access || !then->access || !has_memory(now, nid))
		return false;
	for_each_node(cpu_node) {
		if (cpu_node == nid)
			continue;
		part += accesses(now, then, cpu_node, nid);
		for_each_node(memory_node)
			whole += accesses(now, then, cpu_node, memory_node);
	}
	judge_share(part, whole, evidence);
	evidence->node = nid;
	evidence->possible = is_shared(now, then, nid);
	return true;
}

/* A node that is full itself is no better than @nid. */
static bool judge_free(const struct nt_sample *now, int nid, u64 threshold,
		       struct nt_evidence *evidence)
{
	struct extremes extremes = { 0 };
	int other;

	if (!has_memory(now, nid))
		return false;
	for_each_node_mask(other, now->memory)
		if (other != nid && has_memory(now, other))
			compare(&extremes, other, free_share(now, other));
	if (!extremes.count)
		return false;
	evidence->value = free_share(now, nid);
	evidence->node = nid;
	evidence->other = extremes.most;
	evidence->possible = extremes.most_share >= threshold &&
			     extremes.most_share >= FREER * evidence->value;
	return true;
}

static bool judge_misses(const struct nt_sample *now,
			 const struct nt_sample *then, int nid,
			 struct nt_evidence *evidence)
{
	u64 missed = node_growth(now, then, nid, NUMATRACE_A_NODE_ALLOC_MISS);
	u64 hit = node_growth(now, then, nid, NUMATRACE_A_NODE_ALLOC_HIT);

	if (!has_memory(now, nid))
		return false;
	judge_share(missed, hit + missed, evidence);
	evidence->node = nid;
	return true;
}

bool nt_judged_by_node(enum numatrace_finding_kind kind)
{
	return kind == NUMATRACE_FINDING_KIND_FIRST_TOUCH ||
	       kind == NUMATRACE_FINDING_KIND_NODE_FULL ||
	       kind == NUMATRACE_FINDING_KIND_ALLOCATION_MISSES;
}

bool nt_judge(enum numatrace_finding_kind kind, int nid,
	      const struct nt_sample *now, const struct nt_sample *then,
	      u64 threshold, u64 min_events, struct nt_evidence *evidence)
{
	*evidence = (struct nt_evidence){
		.node = NUMA_NO_NODE,
		.other = NUMA_NO_NODE,
		.possible = true,
	};
	switch (kind) {
	case NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE:
		return judge_memory(now, evidence);
	case NUMATRACE_FINDING_KIND_CPU_IMBALANCE:
		return judge_cpus(now, then, evidence);
	case NUMATRACE_FINDING_KIND_NODE_FULL:
		return judge_free(now, nid, threshold, evidence);
	case NUMATRACE_FINDING_KIND_LOW_LOCALITY:
		judge_locality(now, then, evidence);
		break;
	case NUMATRACE_FINDING_KIND_MIGRATION_FAILURES:
		judge_failures(now, then, evidence);
		break;
	case NUMATRACE_FINDING_KIND_PING_PONG:
		judge_ping_pong(now, then, evidence);
		break;
	case NUMATRACE_FINDING_KIND_FIRST_TOUCH:
		if (!judge_first_touch(now, then, nid, evidence))
			return false;
		break;
	case NUMATRACE_FINDING_KIND_ALLOCATION_MISSES:
		if (!judge_misses(now, then, nid, evidence))
			return false;
		break;
	}
	return evidence->events >= min_events;
}

/* Whether values below the threshold are the problem, not those above. */
static bool is_below(enum numatrace_finding_kind kind)
{
	return kind == NUMATRACE_FINDING_KIND_LOW_LOCALITY ||
	       kind == NUMATRACE_FINDING_KIND_NODE_FULL;
}

/* What the threshold is, or leaves of the whole: steps are parts of that. */
static s64 span(u64 threshold)
{
	return threshold < NT_WHOLE / 2 ? threshold : NT_WHOLE - threshold;
}

/* How far the value lies beyond the threshold; less than 0: not at all. */
static s64 excess(enum numatrace_finding_kind kind, u64 threshold,
		  const struct nt_evidence *evidence)
{
	s64 above = evidence->value - threshold;

	return is_below(kind) ? -above : above;
}

bool nt_is_problem(enum numatrace_finding_kind kind, u64 threshold,
		   const struct nt_evidence *evidence, bool was)
{
	s64 most = was ? -span(threshold) / 10 : 0;

	return evidence->possible && excess(kind, threshold, evidence) > most;
}

enum numatrace_finding_severity nt_severity(enum numatrace_finding_kind kind,
					    u64 threshold,
					    const struct nt_evidence *evidence,
					    bool was_warning)
{
	s64 least = span(threshold) / 2;

	if (was_warning)
		least -= span(threshold) / 10;
	if (kind == NUMATRACE_FINDING_KIND_NODE_FULL ||
	    excess(kind, threshold, evidence) >= least)
		return NUMATRACE_FINDING_SEVERITY_WARNING;
	return NUMATRACE_FINDING_SEVERITY_NOTICE;
}
