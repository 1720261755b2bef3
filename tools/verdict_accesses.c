// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts on accesses.
 */
#include "verdict_parts.h"

/* Where a flow between two nodes goes, or the sums where there is no more. */
struct flow {
	uint32_t from;
	uint32_t to;
	uint64_t faults;
	uint64_t of;
};

static bool of_all(const struct report_share *share)
{
	return share->cpu_node == REPORT_ALL_NODES ||
	       share->memory_node == REPORT_ALL_NODES;
}

static uint64_t from_node(const struct report_usage *usage, uint32_t node)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < usage->shares; i++)
		if (usage->share[i].cpu_node == node)
			sum += usage->share[i].faults;
	return sum;
}

static bool largest_remote(const struct report_usage *usage, struct flow *flow)
{
	*flow = (struct flow){ 0 };
	for (size_t i = 0; i < usage->shares; i++) {
		const struct report_share *share = &usage->share[i];

		if (of_all(share) || share->cpu_node == share->memory_node ||
		    share->faults <= flow->faults)
			continue;
		flow->from = share->cpu_node;
		flow->to = share->memory_node;
		flow->faults = share->faults;
	}
	flow->of = from_node(usage, flow->from);
	return flow->faults;
}

/* The largest sum over the nodes of the other side. */
static const struct report_share *largest_sum(const struct report_usage *usage,
					      bool by_cpu)
{
	const struct report_share *largest = NULL;

	for (size_t i = 0; i < usage->shares; i++) {
		const struct report_share *share = &usage->share[i];
		uint32_t other = by_cpu ? share->memory_node : share->cpu_node;

		if (other == REPORT_ALL_NODES &&
		    (!largest || share->faults > largest->faults))
			largest = share;
	}
	return largest;
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? (double)part * 100 / (double)whole : 0;
}

static int say_sums(struct sentences *said, const struct report_usage *usage)
{
	uint64_t all = usage->local_faults + usage->remote_faults;
	const struct report_share *cpu = largest_sum(usage, true);
	const struct report_share *memory = largest_sum(usage, false);

	if (!cpu || !memory)
		return 0;
	return say(said,
		   "Most of its accesses come from node %u (%.0f %%); most go to memory of node %u (%.0f %%).",
		   cpu->cpu_node, percent(cpu->faults, all),
		   memory->memory_node, percent(memory->faults, all));
}

int verdict_say_accesses(struct sentences *said,
			 const struct report_usage *usage)
{
	uint64_t all = usage->local_faults + usage->remote_faults;
	struct flow flow;
	int err;

	err = say(said, "%.0f %% of its %llu sampled accesses are local.",
		  percent(usage->local_faults, all), (unsigned long long)all);
	if (err)
		return err;
	if (!largest_remote(usage, &flow))
		return say_sums(said, usage);
	if ((double)flow.faults < VERDICT_SLIGHT * (double)all)
		return 0;
	return say(said, "%.0f %% of its accesses from node %u go to node %u.",
		   percent(flow.faults, flow.of), flow.from, flow.to);
}

int verdict_say_outcomes(struct sentences *said,
			 const struct report_usage *usage)
{
	if (!usage->outcomes || !(usage->migrated_pages + usage->failed_pages))
		return 0;
	return say(said,
		   "Balancing has moved %llu pages for it and failed to move %llu.",
		   (unsigned long long)usage->migrated_pages,
		   (unsigned long long)usage->failed_pages);
}
