// SPDX-License-Identifier: GPL-2.0
#include "advise_case.h"

#include "interrupt.h"
#include "notes.h"
#include "target_process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_any(const char *list, const unsigned int *number, size_t count)
{
	unsigned int *listed;
	size_t length;
	bool found = false;

	if (!list || topology_parse_list(list, &listed, &length))
		return false;
	for (size_t i = 0; i < length; i++)
		for (size_t j = 0; j < count; j++)
			found |= listed[i] == number[j];
	free(listed);
	return found;
}

static size_t length_of(const char *list)
{
	unsigned int *listed;
	size_t length;

	if (!list || topology_parse_list(list, &listed, &length))
		return 0;
	free(listed);
	return length;
}

/* By node. */
struct limits {
	bool *may_run;
	bool *some_may_run;
	bool *may_allocate;
};

/* What is not known keeps it from nothing. */
static void add_thread(const struct report_thread *thread,
		       const struct topology *topology, struct limits *limits)
{
	for (size_t i = 0; i < topology->count; i++) {
		const struct topology_node *node = &topology->node[i];
		bool runs =
			!thread->affinity ||
			has_any(thread->affinity, node->cpus, node->cpu_count);

		limits->may_run[i] &= runs;
		limits->some_may_run[i] |= runs;
		if (thread->cpuset_nodes)
			limits->may_allocate[i] &=
				has_any(thread->cpuset_nodes, &node->id, 1);
	}
}

static void free_limits(struct limits *limits)
{
	free(limits->may_run);
	free(limits->some_may_run);
	free(limits->may_allocate);
}

static int find_limits(const struct show *show, const struct topology *topology,
		       struct limits *limits)
{
	size_t count = topology->count;

	limits->may_run = calloc(count, sizeof(bool));
	limits->some_may_run = calloc(count, sizeof(bool));
	limits->may_allocate = calloc(count, sizeof(bool));
	if (!limits->may_run || !limits->some_may_run || !limits->may_allocate)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		limits->may_run[i] = true;
		limits->may_allocate[i] = true;
	}
	for (size_t i = 0; i < show->threads.count; i++)
		add_thread(&show->threads.thread[i], topology, limits);
	return 0;
}

static bool is_bound(const struct show *show)
{
	for (size_t i = 0; i < show->threads.count; i++) {
		size_t cpus = length_of(show->threads.thread[i].affinity);

		if (cpus && cpus < show->info.cpus_online)
			return true;
	}
	return false;
}

/* The first thread's with one, or NULL, also when memory is short. */
static char *find_policy(const struct show *show)
{
	for (size_t i = 0; show->policies && i < show->threads.count; i++) {
		const struct report_thread *thread = &show->threads.thread[i];

		if (thread->policy != NUMATRACE_MEMORY_POLICY_DEFAULT)
			return verdict_policy(thread);
	}
	return NULL;
}

static double find_unsampled(const struct show *show)
{
	const struct residency *residency = &show->residency;
	uint64_t sum = 0;

	for (size_t i = 0; !show->unmeasured && i < residency->policies; i++)
		if (!residency->policy[i].sampled)
			sum += residency->policy[i].bytes;
	return sum ? (double)sum / (double)residency->resident : 0;
}

static bool is_scanned(const struct show *show)
{
	if (!show->policies || !show->threads.count)
		return true;
	for (size_t i = 0; i < show->threads.count; i++)
		if (show->threads.thread[i].scanned)
			return true;
	return false;
}

static const char *find_sentence(const struct show *show, const char *start)
{
	for (size_t i = 0; i < show->verdict.count; i++)
		if (!strncmp(show->verdict.sentence[i], start, strlen(start)))
			return show->verdict.sentence[i];
	return NULL;
}

/* The verdict says it already: first, or among the gaps. */
static void find_obstacle(const struct show *show,
			  struct advise_process *process)
{
	const struct verdict_facts facts = {
		.info = &show->info,
		.config = &show->config,
	};
	const char *obstacle = verdict_obstacle(&facts);
	const char *unsampled = find_sentence(show, "Its accesses are not");

	process->obstructed = obstacle || !is_scanned(show);
	if (obstacle)
		process->obstacle = obstacle;
	else if (process->obstructed && unsampled)
		process->obstacle = unsampled;
	else if (!process->usage && show->verdict.count)
		process->obstacle = show->verdict.sentence[0];
}

/* Without accesses a row says as little as none. */
static const struct report_usage *usage_of(const struct report_usage *usage)
{
	return usage && usage->local_faults + usage->remote_faults ? usage
								   : NULL;
}

static int judge(struct advise_facts *facts, const struct advise_watch *watched,
		 struct advise_case *one)
{
	const struct show *show = &one->show;
	const struct report_process *recent =
		advise_facts_row(&facts->recent, watched->pid);
	char *policy = find_policy(show);
	struct limits limits = { 0 };
	struct advise_process process = {
		.usage = usage_of(show_usage(show)),
		.recent = recent ? &recent->usage : NULL,
		.seconds = facts->seconds,
		.residency = show->unmeasured ? NULL : &show->residency,
		.threads = show->proc.threads,
		.busy = watched->busy,
		.bound = is_bound(show),
		.policy = policy,
		.unsampled = find_unsampled(show),
		.moved = recent && recent->usage.outcomes
				 ? recent->usage.migrated_pages
				 : 0,
	};
	int err;

	err = find_limits(show, &facts->topology, &limits);
	process.may_run = limits.may_run;
	process.some_may_run = limits.some_may_run;
	process.may_allocate = limits.may_allocate;
	find_obstacle(show, &process);
	if (!err)
		err = advise_find(&facts->machine, &process, &one->advise);
	free_limits(&limits);
	free(policy);
	return err;
}

static int write_command(struct advise_case *one)
{
	if (!one->advise.options)
		return 0;
	if (asprintf(&one->command, "numatrace bind %d %s --auto-undo",
		     one->show.proc.pid, one->advise.options) >= 0)
		return 0;
	one->command = NULL;
	return -ENOMEM;
}

int advise_case_find(struct client *client, struct advise_facts *facts,
		     const struct advise_watch *watched,
		     struct advise_case *one)
{
	const struct residency_request request = { 0 };
	int err;

	*one = (struct advise_case){ 0 };
	err = show_collect(client, watched->pid, &request, &one->show);
	if (!err)
		err = judge(facts, watched, one);
	return err ? err : write_command(one);
}

/* "bind", the pid, the options by their blanks, "--auto-undo". */
static void run_command(const struct advise_case *one, bool quiet)
{
	char *arguments[16] = { NULL };
	char *rest = strdup(one->command);
	int count = 0;

	interrupt_forget();
	for (char *word; rest && count < 15 && (word = strsep(&rest, " "));)
		arguments[count++] = word;
	if (quiet)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	if (count)
		execv("/proc/self/exe", arguments);
	_exit(126);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void apply(struct advise_case *one, bool quiet)
{
	pid_t child;

	fflush(stdout);
	/* ORDER: a signal then ends bind, which undoes it, and us after it. */
	interrupt_begin();
	child = fork();
	if (!child)
		run_command(one, quiet);
	if (child > 0) {
		interrupt_pass_on(child);
		one->code = wait_for(child);
		interrupt_pass_on(0);
	} else {
		pr_notice("nothing was applied to process %d: %s",
			  one->show.proc.pid, strerror(errno));
	}
}

/* If it lives afterwards, its number was its own when it was bound by that. */
void advise_case_apply(struct advise_case *one, bool quiet)
{
	struct target_process process = {
		.pid = one->show.proc.pid,
		.start_time = one->show.proc.start_time,
	};

	one->applied = true;
	one->code = 1;
	if (!target_open(&process)) {
		pr_notice("process %d has ended: nothing was applied to it",
			  process.pid);
		return;
	}
	apply(one, quiet);
	if (!target_lives(&process))
		pr_notice("process %d has ended meanwhile: if another one has got its number, see numatrace actions for what was applied to that",
			  process.pid);
	target_close(&process);
}

void advise_case_free(struct advise_case *one)
{
	show_free(&one->show);
	advise_free(&one->advise);
	free(one->command);
	*one = (struct advise_case){ 0 };
}
