// SPDX-License-Identifier: GPL-2.0
#include "verdict.h"

#include "locality.h"
#include "topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

/* From this share on it is "its memory", not a part of it. */
#define NEARLY_ALL 0.9
/* Up to this share a node or a flow is not worth a word. */
#define SLIGHT 0.05
/* An estimate that may be off by more is no finding. */
#define VAGUE 0.05

/* Takes over @text, which is NULL when memory is short. */
static int add(struct verdict *verdict, char *text)
{
	char **grown = NULL;

	if (text)
		grown = reallocarray(verdict->sentence, verdict->count + 1,
				     sizeof(*grown));
	if (!grown) {
		free(text);
		return -ENOMEM;
	}
	verdict->sentence = grown;
	grown[verdict->count++] = text;
	return 0;
}

/* Add a sentence. 0 or -ENOMEM. */
#define say(verdict, ...)                                                      \
	({                                                                     \
		char *_text;                                                   \
		int _length = asprintf(&_text, __VA_ARGS__);                   \
		add(verdict, _length < 0 ? NULL : _text);                      \
	})

static const char not_loaded[] =
	"Its accesses are not known: the module is not loaded (modprobe numatrace).";
static const char single[] =
	"This machine has one NUMA node: every access is local.";
static const char balancing_off[] =
	"Automatic NUMA balancing is off, no access is sampled: sysctl kernel.numa_balancing=1.";
static const char not_attached[] =
	"Its accesses are not measured: the hook access is not attached, see numatrace hooks.";
static const char not_tracked[] =
	"Accesses are not attributed to processes: numatrace config track_processes=1.";
static const char not_bound_by_proc[] =
	"It is not bound to CPUs or by a cpuset.";
static const char not_bound_by_sample[] =
	"It is not bound, unless by mbind, which a sample does not tell: show --exact does.";
static const char not_bound_unmeasured[] =
	"It is not bound, unless by mbind, which is not known.";
static const char no_memory[] =
	"It has no memory of its own: a kernel thread, or a process that has exited.";

static bool is_list(const char *list)
{
	return strpbrk(list, "-,");
}

static const char *node_word(const char *list)
{
	return is_list(list) ? "nodes" : "node";
}

static const char *are(size_t count)
{
	return count == 1 ? "is" : "are";
}

static const char *have(size_t count)
{
	return count == 1 ? "has" : "have";
}

static bool one_node(const struct report_info *info)
{
	return !is_list(info->nodes_online);
}

char *verdict_policy(const struct report_thread *thread)
{
	static const char *const words[] = {
		[NUMATRACE_MEMORY_POLICY_DEFAULT] = "default",
		[NUMATRACE_MEMORY_POLICY_PREFERRED] = "preferred",
		[NUMATRACE_MEMORY_POLICY_BIND] = "bind",
		[NUMATRACE_MEMORY_POLICY_INTERLEAVE] = "interleave",
		[NUMATRACE_MEMORY_POLICY_LOCAL] = "local",
		[NUMATRACE_MEMORY_POLICY_PREFERRED_MANY] = "preferred-many",
		[NUMATRACE_MEMORY_POLICY_WEIGHTED_INTERLEAVE] =
			"weighted-interleave",
	};
	char *text;
	int length;

	if (thread->policy >= sizeof(words) / sizeof(*words))
		length = asprintf(&text, "%u", thread->policy);
	else if (thread->policy_nodes && *thread->policy_nodes)
		length = asprintf(&text, "%s:%s", words[thread->policy],
				  thread->policy_nodes);
	else
		length = asprintf(&text, "%s", words[thread->policy]);
	return length < 0 ? NULL : text;
}

static const struct report_thread *
first_with_policy(const struct verdict_facts *facts, bool unscanned)
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

static size_t count_unscanned(const struct verdict_facts *facts)
{
	size_t count = 0;

	for (size_t i = 0; facts->policies && i < facts->threads->count; i++)
		count += !facts->threads->thread[i].scanned;
	return count;
}

static bool has_accesses(const struct verdict_facts *facts)
{
	return facts->process &&
	       facts->process->usage.local_faults +
			       facts->process->usage.remote_faults >
		       0;
}

/* numactl --balancing goes with --membind only. */
static int say_unscanned(struct verdict *verdict,
			 const struct verdict_facts *facts)
{
	const struct report_thread *thread = first_with_policy(facts, true);
	const char *since = has_accesses(facts) ? " any more" : "";
	bool bound = thread->policy == NUMATRACE_MEMORY_POLICY_BIND;
	char *policy = verdict_policy(thread);
	int err;

	if (!policy)
		return -ENOMEM;
	if (bound)
		err = say(verdict,
			  "Its accesses are not measured%s: its memory policy %s keeps automatic balancing from sampling it; run it with numactl --balancing --membind=%s.",
			  since, policy,
			  thread->policy_nodes ? thread->policy_nodes : "all");
	else
		err = say(verdict,
			  "Its accesses are not measured%s: its memory policy %s keeps automatic balancing from sampling it; only the default policy, or numactl --balancing --membind, lets it.",
			  since, policy);
	free(policy);
	return err;
}

static bool hook_works(const struct report_info *info, const char *name)
{
	const struct report_hook *hook = report_find_hook(info, name);

	return !hook || hook->state == NUMATRACE_HOOK_STATE_FTRACE ||
	       hook->state == NUMATRACE_HOOK_STATE_KPROBE;
}

const char *verdict_obstacle(const struct verdict_facts *facts)
{
	const struct report_info *info = facts->info;

	if (!info->module_version)
		return not_loaded;
	if (one_node(info))
		return single;
	if (!info->balancing)
		return balancing_off;
	if (!hook_works(info, "access"))
		return not_attached;
	if (facts->config &&
	    !report_tracks(facts->config, CONFIG_TRACK_PROCESSES))
		return not_tracked;
	return NULL;
}

/* 1 if a sentence says so, 0, or an error. */
static int say_obstacle(struct verdict *verdict,
			const struct verdict_facts *facts)
{
	const char *sentence = verdict_obstacle(facts);

	if (!sentence)
		return 0;
	return say(verdict, "%s", sentence) ? -ENOMEM : 1;
}

static bool has_memory(const struct residency *residency)
{
	return !residency || residency->sampled || residency->resident;
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

/**
 * struct bound - memory that has policies of its own
 * @share: of all that is resident, 0 to 1
 * @unsampled: the same, of what balancing does not sample
 * @most: the policy that most of it has; NULL where there is none
 */
struct bound {
	double share;
	double unsampled;
	const struct residency_policy *most;
};

static struct bound find_bound(const struct verdict_facts *facts)
{
	const struct residency *residency = facts->residency;
	struct bound bound = { 0 };

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

/* Why balancing has sampled nothing of a process that it may sample. */
static int say_idle(struct verdict *verdict, const struct verdict_facts *facts)
{
	struct bound bound = find_bound(facts);

	if (bound.unsampled >= NEARLY_ALL)
		return say(verdict,
			   "No access of it has been sampled: nearly all of its memory has a policy of its own that keeps balancing from sampling it.");
	return say(verdict,
		   "No access of it has been sampled yet: it has touched little memory %ssince the module was loaded, or balancing has not scanned it since.",
		   bound.unsampled > 0 ? "without a policy of its own " : "");
}

/* Why there are no accesses. */
static int say_no_accesses(struct verdict *verdict,
			   const struct verdict_facts *facts, bool obstacle)
{
	size_t unscanned = count_unscanned(facts);

	if (obstacle)
		return 0;
	if (!has_memory(facts->residency))
		return say(verdict, "%s", no_memory);
	if (unscanned && unscanned == facts->threads->count)
		return say_unscanned(verdict, facts);
	if (facts->hidden)
		return say(verdict,
			   "Its accesses are not known: it belongs to somebody else; ask as root.");
	return say_idle(verdict, facts);
}

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

static int say_sums(struct verdict *verdict, const struct report_usage *usage)
{
	uint64_t all = usage->local_faults + usage->remote_faults;
	const struct report_share *cpu = largest_sum(usage, true);
	const struct report_share *memory = largest_sum(usage, false);

	if (!cpu || !memory)
		return 0;
	return say(verdict,
		   "Most of its accesses come from node %u (%.0f %%); most go to memory of node %u (%.0f %%).",
		   cpu->cpu_node, percent(cpu->faults, all),
		   memory->memory_node, percent(memory->faults, all));
}

static int say_accesses(struct verdict *verdict,
			const struct report_usage *usage)
{
	uint64_t all = usage->local_faults + usage->remote_faults;
	struct flow flow;
	int err;

	err = say(verdict, "%.0f %% of its %llu sampled accesses are local.",
		  percent(usage->local_faults, all), (unsigned long long)all);
	if (err)
		return err;
	if (!largest_remote(usage, &flow))
		return say_sums(verdict, usage);
	if ((double)flow.faults < SLIGHT * (double)all)
		return 0;
	return say(verdict,
		   "%.0f %% of its accesses from node %u go to node %u.",
		   percent(flow.faults, flow.of), flow.from, flow.to);
}

static int say_outcomes(struct verdict *verdict,
			const struct report_usage *usage)
{
	if (!usage->outcomes || !(usage->migrated_pages + usage->failed_pages))
		return 0;
	return say(verdict,
		   "Balancing has moved %llu pages for it and failed to move %llu.",
		   (unsigned long long)usage->migrated_pages,
		   (unsigned long long)usage->failed_pages);
}

static const struct residency_node *main_node(const struct residency *residency)
{
	const struct residency_node *largest = NULL;

	for (size_t i = 0; i < residency->count; i++)
		if (!largest || residency->node[i].bytes > largest->bytes)
			largest = &residency->node[i];
	return largest;
}

/* "60 % on node 0, 40 % on node 1"; "" where no node has more than a little. */
static char *list_shares(const struct residency *residency)
{
	const char *comma = "";
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < residency->count; i++) {
		const struct residency_node *node = &residency->node[i];
		double share;

		if (!residency_share(residency, node, &share) || share < SLIGHT)
			continue;
		fprintf(stream, "%s%.0f %% on node %u", comma, share * 100,
			node->id);
		comma = ", ";
	}
	fclose(stream);
	return text;
}

/* " (+-1.9 points)", or nothing where the numbers are exact. */
static void write_error(const struct residency *residency, char text[32])
{
	*text = '\0';
	if (residency->sampled)
		snprintf(text, 32, " (+-%.1f points)", residency->error * 100);
}

static int say_spread(struct verdict *verdict,
		      const struct residency *residency)
{
	char *shares = list_shares(residency);
	char error[32];
	int err;

	if (!shares)
		return -ENOMEM;
	write_error(residency, error);
	if (*shares)
		err = say(verdict, "Its memory is spread: %s%s.", shares,
			  error);
	else
		err = say(verdict, "Its memory is spread over %zu nodes.",
			  residency->count);
	free(shares);
	return err;
}

static int say_memory(struct verdict *verdict,
		      const struct residency *residency)
{
	const struct residency_node *node;
	char error[32];
	double share;

	node = residency ? main_node(residency) : NULL;
	if (!node || residency->error > VAGUE ||
	    !residency_share(residency, node, &share))
		return 0;
	if (share < NEARLY_ALL)
		return say_spread(verdict, residency);
	write_error(residency, error);
	return say(verdict, "Its memory lies on node %u (%.0f %%)%s.", node->id,
		   share * 100, error);
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
static int say_cpus(struct verdict *verdict, const struct verdict_facts *facts)
{
	bool differ;
	size_t count = count_confined(facts, &differ);
	int err;

	if (!count)
		return 0;
	if (differ)
		err = say(verdict,
			  "%zu of its %zu threads are bound to CPUs, not all to the same.",
			  count, facts->threads->count);
	else if (count < facts->threads->count)
		err = say(verdict,
			  "%zu of its %zu threads %s bound to the CPUs %s.",
			  count, facts->threads->count, are(count),
			  first_confined(facts)->affinity);
	else
		err = say(verdict, "It is bound to the CPUs %s.",
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
static int say_policy(struct verdict *verdict,
		      const struct verdict_facts *facts)
{
	const struct report_thread *thread = first_with_policy(facts, false);
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
		err = say(verdict, "Its memory policy is %s.", policy);
	else
		err = say(verdict,
			  "%zu of its %zu threads %s a memory policy, such as %s.",
			  count, facts->threads->count, have(count), policy);
	free(policy);
	return err ? err : 1;
}

/* As say_cpus(), for the nodes that its cpuset leaves to it. */
static int say_cpuset(struct verdict *verdict,
		      const struct verdict_facts *facts)
{
	const char *nodes = facts->threads->thread[0].cpuset_nodes;
	size_t count = length_of_list(nodes);

	if (!count || count >= length_of_list(facts->info->nodes_memory))
		return 0;
	return say(verdict, "Its cpuset lets it allocate from %s %s only.",
		   node_word(nodes), nodes)
		       ? -ENOMEM
		       : 1;
}

static const char *what_is_sampled(const struct bound *bound)
{
	if (!(bound->unsampled > 0))
		return "";
	return bound->unsampled < bound->share
		       ? ": balancing does not sample all of it"
		       : ": balancing does not sample it";
}

/* As say_cpus(), for the policies that its memory has of its own. */
static int say_mappings(struct verdict *verdict,
			const struct verdict_facts *facts)
{
	struct bound bound = find_bound(facts);
	bool slight = bound.share < 0.01;

	if (!bound.most)
		return 0;
	return say(verdict, "%s%.0f %% of its memory has %s (%s%s)%s.",
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

static int say_binding(struct verdict *verdict,
		       const struct verdict_facts *facts)
{
	int cpus, policy, mappings, cpuset;

	if (!facts->threads || !facts->threads->count)
		return 0;
	cpus = say_cpus(verdict, facts);
	policy = cpus < 0 ? cpus : say_policy(verdict, facts);
	mappings = policy < 0 ? policy : say_mappings(verdict, facts);
	cpuset = mappings < 0 ? mappings : say_cpuset(verdict, facts);
	if (cpuset < 0)
		return cpuset;
	if (cpus || policy || mappings || cpuset)
		return 0;
	return say(verdict, "%s", not_bound(facts));
}

/* What the numbers leave out although there are some. */
static int say_gaps(struct verdict *verdict, const struct verdict_facts *facts)
{
	size_t unscanned = count_unscanned(facts);

	if (unscanned && unscanned == facts->threads->count)
		return has_accesses(facts) ? say_unscanned(verdict, facts) : 0;
	if (unscanned)
		return say(verdict,
			   "Of its %zu threads %zu %s a memory policy now that keeps balancing from sampling memory.",
			   facts->threads->count, unscanned, have(unscanned));
	if (has_accesses(facts) && facts->threads && facts->threads->count == 1)
		return say(verdict,
			   "It has one thread: the kernel does not sample the local memory that it alone uses, so that its locality is higher than these accesses say.");
	return 0;
}

int verdict_find(const struct verdict_facts *facts, struct verdict *verdict)
{
	int err, obstacle;

	*verdict = (struct verdict){ 0 };
	obstacle = say_obstacle(verdict, facts);
	err = obstacle < 0 ? obstacle : 0;
	if (!err && has_accesses(facts)) {
		err = say_accesses(verdict, &facts->process->usage);
		if (!err)
			err = say_outcomes(verdict, &facts->process->usage);
	} else if (!err) {
		err = say_no_accesses(verdict, facts, obstacle);
	}
	if (!err)
		err = say_memory(verdict, facts->residency);
	if (!err)
		err = say_binding(verdict, facts);
	if (!err && !obstacle)
		err = say_gaps(verdict, facts);
	if (err)
		verdict_free(verdict);
	return err;
}

void verdict_free(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		free(verdict->sentence[i]);
	free(verdict->sentence);
	*verdict = (struct verdict){ 0 };
}
