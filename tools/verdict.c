// SPDX-License-Identifier: GPL-2.0
#include "verdict_parts.h"

#include "loading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/numatrace.h>

static const char single[] =
	"This machine has one NUMA node: every access is local.";
static const char balancing_off[] =
	"Automatic NUMA balancing is off, no access is sampled: sysctl kernel.numa_balancing=1.";
static const char not_attached[] =
	"Its accesses are not measured: the hook access is not attached, see numatrace hooks.";
static const char not_tracked[] =
	"Accesses are not attributed to processes: numatrace config track_processes=1.";
static const char no_memory[] =
	"It has no memory of its own: a kernel thread, or a process that has exited.";

static bool one_node(const struct report_info *info)
{
	return !verdict_is_list(info->nodes_online);
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
static int say_unscanned(struct sentences *said,
			 const struct verdict_facts *facts)
{
	const struct report_thread *thread =
		verdict_first_with_policy(facts, true);
	const char *since = has_accesses(facts) ? " any more" : "";
	bool bound = thread->policy == NUMATRACE_MEMORY_POLICY_BIND;
	char *policy = verdict_policy(thread);
	int err;

	if (!policy)
		return -ENOMEM;
	if (bound)
		err = say(said,
			  "Its accesses are not measured%s: its memory policy %s keeps automatic balancing from sampling it; run it with numactl --balancing --membind=%s.",
			  since, policy,
			  thread->policy_nodes ? thread->policy_nodes : "all");
	else
		err = say(said,
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
		return loading_sentence("Its accesses are not known");
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
static int say_obstacle(struct sentences *said,
			const struct verdict_facts *facts)
{
	const char *sentence = verdict_obstacle(facts);

	if (!sentence)
		return 0;
	return say(said, "%s", sentence) ? -ENOMEM : 1;
}

static bool has_memory(const struct residency *residency)
{
	return !residency || residency->sampled || residency->resident;
}

/* Why balancing has sampled nothing of a process that it may sample. */
static int say_idle(struct sentences *said, const struct verdict_facts *facts)
{
	struct verdict_bound bound = verdict_find_bound(facts);

	if (bound.unsampled >= VERDICT_NEARLY_ALL)
		return say(said,
			   "No access of it has been sampled: nearly all of its memory has a policy of its own that keeps balancing from sampling it.");
	return say(said,
		   "No access of it has been sampled yet: it has touched little memory %ssince the module was loaded, or balancing has not scanned it since.",
		   bound.unsampled > 0 ? "without a policy of its own " : "");
}

/* Why there are no accesses. */
static int say_no_accesses(struct sentences *said,
			   const struct verdict_facts *facts, bool obstacle)
{
	size_t unscanned = count_unscanned(facts);

	if (obstacle)
		return 0;
	if (!has_memory(facts->residency))
		return say(said, "%s", no_memory);
	if (unscanned && unscanned == facts->threads->count)
		return say_unscanned(said, facts);
	if (facts->hidden)
		return say(said,
			   "Its accesses are not known: it belongs to somebody else; ask as root.");
	return say_idle(said, facts);
}

/* What the numbers leave out although there are some. */
static int say_gaps(struct sentences *said, const struct verdict_facts *facts)
{
	size_t unscanned = count_unscanned(facts);

	if (unscanned && unscanned == facts->threads->count)
		return has_accesses(facts) ? say_unscanned(said, facts) : 0;
	if (unscanned)
		return say(said,
			   "Of its %zu threads %zu %s a memory policy now that keeps balancing from sampling memory.",
			   facts->threads->count, unscanned,
			   verdict_have(unscanned));
	if (has_accesses(facts) && facts->threads && facts->threads->count == 1)
		return say(said,
			   "It has one thread: the kernel does not sample the local memory that it alone uses, so that its locality is higher than these accesses say.");
	return 0;
}

int verdict_find(const struct verdict_facts *facts, struct verdict *verdict)
{
	struct sentences said = { 0 };
	int err, obstacle;

	*verdict = (struct verdict){ 0 };
	obstacle = say_obstacle(&said, facts);
	err = obstacle < 0 ? obstacle : 0;
	if (!err && has_accesses(facts)) {
		err = verdict_say_accesses(&said, &facts->process->usage);
		if (!err)
			err = verdict_say_outcomes(&said,
						   &facts->process->usage);
	} else if (!err) {
		err = say_no_accesses(&said, facts, obstacle);
	}
	if (!err)
		err = verdict_say_memory(&said, facts->residency);
	if (!err)
		err = verdict_say_binding(&said, facts);
	if (!err && !obstacle)
		err = say_gaps(&said, facts);
	if (err)
		sentences_free(&said);
	verdict->count = said.count;
	verdict->sentence = said.text;
	return err;
}

void verdict_free(struct verdict *verdict)
{
	struct sentences said = {
		.count = verdict->count,
		.text = verdict->sentence,
	};

	sentences_free(&said);
	*verdict = (struct verdict){ 0 };
}
