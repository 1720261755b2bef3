// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts on what a process is bound to.
 */
#include "verdict_parts.h"

#include "topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

static const char not_bound_by_proc[] =
	"It is not bound to CPUs or by a cpuset.";
static const char not_bound_by_sample[] =
	"It is not bound, unless by mbind, which a sample does not tell: show --exact does.";
static const char not_bound_unmeasured[] =
	"It is not bound, unless by mbind, which is not known.";

static const char *node_word(const char *list)
{
	return verdict_is_list(list) ? "nodes" : "node";
}

static const char *are(size_t count)
{
	return count == 1 ? "is" : "are";
}

const struct report_thread *
verdict_first_with_policy(const struct verdict_facts *facts, bool unscanned)
{
	const struct report_threads *threads = facts->threads;

	for (size_t i = 0; facts->policies && i < threads->count; i++) {
		const struct report_thread *thread = &threads->thread[i];

		if (unscanned
			    ? !thread->scanned
			    : thread->policy != NUMATRACE_MEMORY_POLICY_DEFAULT)
			return thread;
	}
	return NULL;
}

static bool has_own_policy(const struct verdict_facts *facts, uint32_t tid)
{
	for (size_t i = 0; i < facts->threads->count; i++)
		if (facts->threads->thread[i].tid == tid)
			return facts->threads->thread[i].policy !=
			       NUMATRACE_MEMORY_POLICY_DEFAULT;
	return false;
}

/*
 * Policies that mappings have of their own (mbind). numa_maps shows those
 * that have none with the policy of the thread: then they look alike.
 */
static bool knows_mappings(const struct verdict_facts *facts)
{
	if (!facts->residency || facts->residency->sampled)
		return false;
	return !facts->policies || !facts->threads ||
	       !has_own_policy(facts, facts->measured);
}

struct verdict_bound verdict_find_bound(const struct verdict_facts *facts)
{
	const struct residency *residency = facts->residency;
	struct verdict_bound bound = { 0 };

	if (!knows_mappings(facts))
		return bound;
	for (size_t i = 0; i < residency->policies; i++) {
		const struct residency_policy *policy = &residency->policy[i];
		double share =
			(double)policy->bytes / (double)residency->resident;

		bound.share += share;
		bound.unsampled += policy->sampled ? 0 : share;
		if (!bound.most || policy->bytes > bound.most->bytes)
			bound.most = policy;
	}
	return bound;
}

static size_t length_of_list(const char *list)
{
	unsigned int *numbers;
	size_t count;

	if (!list || topology_parse_list(list, &numbers, &count))
		return 0;
	free(numbers);
	return count;
}

/* An affinity may name CPUs that are offline: then it has more than all. */
static bool confined(const struct report_thread *thread,
		     const struct report_info *info)
{
	size_t count = length_of_list(thread->affinity);

	return count && count < info->cpus_online;
}

static size_t count_confined(const struct verdict_facts *facts, bool *differ)
{
	const struct report_threads *threads = facts->threads;
	const char *first = NULL;
	size_t count = 0;

	*differ = false;
	for (size_t i = 0; i < threads->count; i++) {
		const struct report_thread *thread = &threads->thread[i];

		if (!confined(thread, facts->info))
			continue;
		if (first && strcmp(first, thread->affinity))
			*differ = true;
		first = thread->affinity;
		count++;
	}
	return count;
}

static const struct report_thread *
first_confined(const struct verdict_facts *facts)
{
	const struct report_threads *threads = facts->threads;

	for (size_t i = 0; i < threads->count; i++)
		if (confined(&threads->thread[i], facts->info))
			return &threads->thread[i];
	return NULL;
}

/* 1 if it is bound to CPUs and a sentence says so, 0, or an error. */
static int say_cpus(struct sentences *said, const struct verdict_facts *facts)
{
	bool differ;
	size_t count = count_confined(facts, &differ);
	int err;

	if (!count)
		return 0;
	if (differ)
		err = say(said,
			  "%zu of its %zu threads are bound to CPUs, not all to the same.",
			  count, facts->threads->count);
	else if (count < facts->threads->count)
		err = say(said,
			  "%zu of its %zu threads %s bound to the CPUs %s.",
			  count, facts->threads->count, are(count),
			  first_confined(facts)->affinity);
	else
		err = say(said, "It is bound to the CPUs %s.",
			  first_confined(facts)->affinity);
	return err ? err : 1;
}

static size_t count_policies(const struct verdict_facts *facts)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->threads->count; i++)
		count += facts->threads->thread[i].policy !=
			 NUMATRACE_MEMORY_POLICY_DEFAULT;
	return count;
}

/* As say_cpus(), for the memory policies of its threads. */
static int say_policy(struct sentences *said, const struct verdict_facts *facts)
{
	const struct report_thread *thread =
		verdict_first_with_policy(facts, false);
	char *policy;
	size_t count;
	int err;

	if (!thread)
		return 0;
	count = count_policies(facts);
	policy = verdict_policy(thread);
	if (!policy)
		return -ENOMEM;
	if (count == facts->threads->count)
		err = say(said, "Its memory policy is %s.", policy);
	else
		err = say(said,
			  "%zu of its %zu threads %s a memory policy, such as %s.",
			  count, facts->threads->count, verdict_have(count),
			  policy);
	free(policy);
	return err ? err : 1;
}

/* As say_cpus(), for the nodes that its cpuset leaves to it. */
static int say_cpuset(struct sentences *said, const struct verdict_facts *facts)
{
	const char *nodes = facts->threads->thread[0].cpuset_nodes;
	size_t count = length_of_list(nodes);

	if (!count || count >= length_of_list(facts->info->nodes_memory))
		return 0;
	return say(said, "Its cpuset lets it allocate from %s %s only.",
		   node_word(nodes), nodes)
		       ? -ENOMEM
		       : 1;
}

static const char *what_is_sampled(const struct verdict_bound *bound)
{
	if (!(bound->unsampled > 0))
		return "";
	return bound->unsampled < bound->share
		       ? ": balancing does not sample all of it"
		       : ": balancing does not sample it";
}

/* As say_cpus(), for the policies that its memory has of its own. */
static int say_mappings(struct sentences *said,
			const struct verdict_facts *facts)
{
	struct verdict_bound bound = verdict_find_bound(facts);
	bool slight = bound.share < 0.01;

	if (!bound.most)
		return 0;
	return say(said, "%s%.0f %% of its memory has %s (%s%s)%s.",
		   slight ? "Less than " : "", slight ? 1 : bound.share * 100,
		   facts->policies ? "a policy of its own" : "a memory policy",
		   bound.most->text,
		   facts->residency->policies > 1 ? " and others" : "",
		   what_is_sampled(&bound))
		       ? -ENOMEM
		       : 1;
}

static const char *not_bound(const struct verdict_facts *facts)
{
	if (!facts->policies)
		return not_bound_by_proc;
	if (knows_mappings(facts))
		return "It is not bound.";
	return facts->residency ? not_bound_by_sample : not_bound_unmeasured;
}

int verdict_say_binding(struct sentences *said,
			const struct verdict_facts *facts)
{
	int cpus, policy, mappings, cpuset;

	if (!facts->threads || !facts->threads->count)
		return 0;
	cpus = say_cpus(said, facts);
	policy = cpus < 0 ? cpus : say_policy(said, facts);
	mappings = policy < 0 ? policy : say_mappings(said, facts);
	cpuset = mappings < 0 ? mappings : say_cpuset(said, facts);
	if (cpuset < 0)
		return cpuset;
	if (cpus || policy || mappings || cpuset)
		return 0;
	return say(said, "%s", not_bound(facts));
}
