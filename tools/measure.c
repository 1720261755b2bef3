// SPDX-License-Identifier: GPL-2.0
#include "measure.h"

#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "interrupt.h"
#include "loading.h"
#include "locality.h"
#include "measure_cost.h"
#include "measure_time.h"
#include "policy.h"
#include "policy_show.h"
#include "run_cgroup.h"
#include "why.h"

static const char not_tracked[] =
	"accesses are not attributed to cgroups (numatrace config track_cgroups=1)";
static const char what_it_is[] =
	"An access is a sampled touch of a page; local memory of one thread alone is not sampled.";
static const char no_row[] =
	"Accesses are not known: it has no row, see min_faults and the sizes in numatrace config.";
static const char none_sampled[] =
	"No access was sampled: balancing begins when a process has run for scan_delay_ms (1000).";
static const char loaded_anew[] =
	"Accesses are not known: the module was removed or loaded anew meanwhile.";
static const char single[] =
	"This machine has one NUMA node: every access is local, none is sampled.";
static const char balancing_off[] =
	"Accesses are not measured: automatic balancing is off (sysctl kernel.numa_balancing=1).";
static const char not_attached[] =
	"Accesses are not measured: the hook access is not attached, see numatrace hooks.";
static const char not_attributed[] =
	"Accesses were not attributed all the time: see numatrace config, track_*.";
static const char unread[] =
	"Accesses are not known: they could not be read (%s).";
static const char not_timed[] =
	"The time of migrations is not measured: numatrace config measure_cost=1.";
static const char no_time[] =
	"The time of migrations is not known: not all of its processes have a row.";
static const char policy_off[] =
	"The memory policy %s switched sampling off for it%s. %s";
static const char add_balancing[] =
	"Add --balancing to --membind to have it sampled, and moved between its nodes.";
static const char other_policies[] =
	"Only the default policy, or --balancing with --membind, lets automatic balancing sample.";
static const char alone[] =
	"Accesses are those of its first process alone, without its descendants: %s.";
static const char still_running[] =
	"%zu of its processes still run%s; what they do from now on is not counted.";
static const char not_removed[] = "The cgroup %s could not be removed: %s.";
static const char some_unattributed[] =
	"%llu accesses could not be attributed meanwhile, perhaps its own: see numatrace config.";

/**
 * struct reading - the module at one end
 * @info: the module and the machine
 * @config: its settings
 */
struct reading {
	struct report_info info;
	struct report_config config;
};

/**
 * struct work - a measurement on its way
 * @client: of the module
 * @before: the module at the beginning
 * @after: at the end
 * @cgroup: of the command, without a path where it has none
 * @why_alone: why there is none, or NULL
 * @unread: the module could not be asked for something
 * @why_unread: why, or NULL when memory was short
 * @found: there is a row of it
 * @unattributed: accesses that have found no room for a row
 * @unattributed_before: the same at the beginning
 * @running: processes that were left behind
 * @ended: processes that had ended before
 */
struct work {
	struct client *client;
	struct reading before;
	struct reading after;
	struct run_cgroup cgroup;
	char *why_alone;
	bool unread;
	char *why_unread;
	bool found;
	uint64_t unattributed;
	uint64_t unattributed_before;
	size_t running;
	uint64_t ended;
};

/* What was not read is not zero. The first reason is kept. */
static void set_unread(struct work *work)
{
	if (!work->unread)
		work->why_unread = strdup(client_error(work->client));
	work->unread = true;
}

static void read_module(struct work *work, struct reading *reading)
{
	int err = client_info(work->client, &reading->info);

	if (err)
		reading->info = (struct report_info){ 0 };
	else
		err = client_config(work->client, &reading->config);
	/* That it is not loaded is an answer. */
	if (err && err != -ENOENT)
		set_unread(work);
}

static bool is_loaded(const struct work *work)
{
	return work->before.info.module_version &&
	       work->after.info.module_version &&
	       work->before.info.start_time == work->after.info.start_time;
}

static bool tracks(const struct work *work, enum config_field field)
{
	return report_tracks(&work->before.config, field) &&
	       report_tracks(&work->after.config, field);
}

static void note_unattributed(struct work *work, uint32_t kind,
			      const struct report_usage *usage)
{
	if (kind == NUMATRACE_ROW_KIND_UNATTRIBUTED)
		work->unattributed = usage->local_faults + usage->remote_faults;
}

/* 0; or why the rows of cgroups cannot be seen is in @why_alone. */
static int look_at_cgroups(struct work *work)
{
	struct report_cgroups cgroups;
	int err = client_cgroups(work->client, &cgroups);

	for (size_t i = 0; !err && i < cgroups.count; i++)
		note_unattributed(work, cgroups.cgroup[i].kind,
				  &cgroups.cgroup[i].usage);
	report_free_cgroups(&cgroups);
	work->unattributed_before = work->unattributed;
	if (err == -EPERM)
		work->why_alone =
			strdup("only root may see the accesses of a cgroup");
	else if (err)
		err = why_not(&work->why_alone, err,
			      "the accesses of cgroups could not be read (%s)",
			      client_error(work->client));
	return err;
}

static void look_at_processes(struct work *work)
{
	struct report_processes processes;
	int err = client_processes(work->client, NULL, &processes);

	work->unattributed = 0;
	for (size_t i = 0; !err && i < processes.count; i++)
		note_unattributed(work, processes.process[i].kind,
				  &processes.process[i].usage);
	report_free_processes(&processes);
	work->unattributed_before = work->unattributed;
	if (err)
		set_unread(work);
}

static int make_cgroup(struct work *work)
{
	if (!work->before.info.module_version)
		return 0;
	if (!report_tracks(&work->before.config, CONFIG_TRACK_CGROUPS))
		work->why_alone = strdup(not_tracked);
	else if (!look_at_cgroups(work) &&
		 !run_cgroup_make(&work->cgroup, &work->why_alone))
		return 0;
	return work->why_alone ? 0 : -ENOMEM;
}

/* Before it executes. Where it cannot be moved it is measured alone. */
static void prepare(void *context, pid_t pid)
{
	struct work *work = context;
	size_t none;
	int err;

	if (!work->cgroup.path)
		return;
	err = run_cgroup_enter(&work->cgroup, pid);
	if (!err)
		return;
	if (asprintf(&work->why_alone, "it cannot be moved to %s: %s",
		     work->cgroup.path, strerror(-err)) < 0)
		work->why_alone = NULL;
	run_cgroup_remove(&work->cgroup, &none);
	run_cgroup_free(&work->cgroup);
	/* Processes have a table of their own. */
	look_at_processes(work);
}

/* Also cgroups that the command made below its own. */
static bool is_below(const struct run_cgroup *cgroup,
		     const struct report_cgroup *row)
{
	size_t length = strlen(cgroup->path);

	if (row->kind != NUMATRACE_ROW_KIND_CURRENT &&
	    row->kind != NUMATRACE_ROW_KIND_ENDED)
		return false;
	return row->id == cgroup->id ||
	       (row->path && !strncmp(row->path, cgroup->path, length) &&
		row->path[length] == '/');
}

static int add_usage(struct work *work, struct measure *measure,
		     const struct report_usage *usage)
{
	work->found = true;
	return locality_add_usage(&measure->usage, usage);
}

static int add_cgroups(struct work *work, struct measure *measure)
{
	struct report_cgroups cgroups;
	int err = client_cgroups(work->client, &cgroups);

	if (err) {
		set_unread(work);
		return 0;
	}
	work->unattributed = 0;
	for (size_t i = 0; !err && i < cgroups.count; i++) {
		const struct report_cgroup *row = &cgroups.cgroup[i];

		note_unattributed(work, row->kind, &row->usage);
		if (is_below(&work->cgroup, row))
			err = add_usage(work, measure, &row->usage);
	}
	report_free_cgroups(&cgroups);
	return err;
}

/* The last that had this number. */
static int add_process(struct work *work, struct measure *measure)
{
	const struct report_process *found = NULL;
	struct report_processes processes;
	int err = client_processes(work->client, NULL, &processes);

	if (err) {
		set_unread(work);
		return 0;
	}
	work->unattributed = 0;
	for (size_t i = 0; i < processes.count; i++) {
		const struct report_process *process = &processes.process[i];

		note_unattributed(work, process->kind, &process->usage);
		if (process->pid != (uint32_t)measure->child.pid ||
		    (process->kind != NUMATRACE_ROW_KIND_CURRENT &&
		     process->kind != NUMATRACE_ROW_KIND_ENDED))
			continue;
		if (!found || process->start_time > found->start_time)
			found = process;
	}
	if (found)
		err = add_usage(work, measure, &found->usage);
	report_free_processes(&processes);
	return err;
}

static uint64_t nanoseconds(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * NSEC_PER_SEC +
	       (uint64_t)time->tv_usec * NSEC_PER_USEC;
}

/* Nobody is measured who did not ask for it: we do not switch it on. */
static bool times(const struct work *work)
{
	return measure_cost_was_on(&work->after.config, &work->before.config);
}

static void collect_time(struct work *work, struct measure *measure)
{
	measure->timed =
		times(work) &&
		measure_time_end(work->client, &work->cgroup,
				 (uint32_t)measure->child.pid, work->ended,
				 &measure->migration_time);
}

static int collect(struct work *work, struct measure *measure)
{
	measure->user = nanoseconds(&measure->child.usage.ru_utime);
	measure->system = nanoseconds(&measure->child.usage.ru_stime);
	measure->all = work->cgroup.path;
	if (measure->all)
		run_cgroup_times(&work->cgroup, &measure->user,
				 &measure->system);
	read_module(work, &work->after);
	if (!is_loaded(work))
		return 0;
	collect_time(work, measure);
	return measure->all ? add_cgroups(work, measure)
			    : add_process(work, measure);
}

/* Accesses of all processes that found no room for a row meanwhile. */
static uint64_t unattributed_since(const struct work *work)
{
	return work->unattributed > work->unattributed_before
		       ? work->unattributed - work->unattributed_before
		       : 0;
}

static bool has_accesses(const struct measure *measure)
{
	return measure->usage.local_faults || measure->usage.remote_faults;
}

static bool one_node(const struct work *work)
{
	return !strpbrk(work->after.info.nodes_online, "-,");
}

/* What stops the sampling of whatever command, or NULL. */
static const char *find_obstacle(const struct work *work, bool all)
{
	struct locality_measured hooks;

	if (!work->before.info.module_version)
		return loading_sentence("Accesses are not measured");
	if (!is_loaded(work))
		return loaded_anew;
	if (one_node(work))
		return single;
	if (!work->after.info.balancing || !work->before.info.balancing)
		return balancing_off;
	hooks = locality_measured(&work->after.info, &work->before.info);
	if (!hooks.accesses)
		return not_attached;
	if (!tracks(work, all ? CONFIG_TRACK_CGROUPS : CONFIG_TRACK_PROCESSES))
		return not_attributed;
	if (!work->found && (unattributed_since(work) ||
			     work->after.config.value[CONFIG_MIN_FAULTS]))
		return no_row;
	return NULL;
}

/* "bind:1", of ourselves and so of the command; NULL when memory is short. */
static char *describe_policy(int mode, const struct bitmask *nodes)
{
	char *list = policy_list(nodes), *text;
	int length;

	if (!list)
		return NULL;
	length = asprintf(&text, "%s%s%s", policy_mode_word(mode),
			  *list ? ":" : "", list);
	free(list);
	return length < 0 ? NULL : text;
}

static int say_policy(struct measure *measure, int mode,
		      const struct bitmask *nodes)
{
	bool bound = mode == MPOL_BIND;
	const char *so = has_accesses(measure)
				 ? "; the accesses are those to other memory"
				 : ": its accesses are not measured";
	char *policy = describe_policy(mode, nodes);
	int err = -ENOMEM;

	if (policy)
		err = sentences_add(&measure->notes, policy_off, policy, so,
				    bound ? add_balancing : other_policies);
	free(policy);
	return err;
}

/* 1 where our policy keeps balancing from sampling, 0, or -ENOMEM. */
static int note_policy(struct measure *measure)
{
	struct bitmask *nodes;
	int mode, err = 0;

	if (numa_available() < 0)
		return 0;
	nodes = numa_allocate_nodemask();
	if (!get_mempolicy(&mode, nodes->maskp, nodes->size + 1, NULL, 0) &&
	    mode != MPOL_DEFAULT && !(mode & MPOL_F_NUMA_BALANCING))
		err = say_policy(measure, mode, nodes) ? -ENOMEM : 1;
	numa_bitmask_free(nodes);
	return err;
}

static int note_accesses_of(struct measure *measure)
{
	return sentences_add(&measure->notes, "%s",
			     has_accesses(measure) ? what_it_is : none_sampled);
}

static int note_sampling(struct work *work, struct measure *measure)
{
	const char *obstacle = find_obstacle(work, measure->all);
	int err;

	if (work->unread || obstacle)
		measure->usage.outcomes = false;
	if (work->unread)
		return sentences_add(&measure->notes, unread,
				     work->why_unread ? work->why_unread
						      : strerror(ENOMEM));
	if (obstacle)
		return sentences_add(&measure->notes, "%s", obstacle);
	err = note_policy(measure);
	if (err < 0)
		return err;
	measure->measured = !err || has_accesses(measure);
	measure->usage.outcomes &=
		measure->measured &&
		locality_measured(&work->after.info, &work->before.info)
			.outcomes;
	return err ? 0 : note_accesses_of(measure);
}

static int note_scope(struct work *work, struct measure *measure)
{
	unsigned long long lost = unattributed_since(work);
	struct sentences *notes = &measure->notes;
	int err = 0;

	if (work->why_alone)
		err = sentences_add(notes, alone, work->why_alone);
	if (!err && is_loaded(work) && !measure->timed)
		err = sentences_add(notes, "%s",
				    times(work) ? no_time : not_timed);
	if (!err && measure->measured && lost)
		err = sentences_add(notes, some_unattributed, lost);
	if (!err && client_interrupted(work->client))
		err = sentences_add(notes, CLIENT_INTERRUPTED);
	if (!err && work->running)
		err = sentences_add(notes, still_running, work->running,
				    work->running == 1 ? "s" : "");
	return err;
}

static int remove_cgroup(struct work *work, struct measure *measure)
{
	int err;

	if (!work->cgroup.path)
		return 0;
	err = run_cgroup_remove(&work->cgroup, &work->running);
	return err ? sentences_add(&measure->notes, not_removed,
				   work->cgroup.path, strerror(-err))
		   : 0;
}

static void free_work(struct work *work)
{
	report_free_info(&work->before.info);
	report_free_info(&work->after.info);
	run_cgroup_free(&work->cgroup);
	free(work->why_alone);
	free(work->why_unread);
	client_free(work->client);
}

int measure_run(char **argv, struct measure *measure)
{
	struct work work = { .client = client_new() };
	int err = interrupt_begin(), removed;

	*measure = (struct measure){ .usage.outcomes = true };
	read_module(&work, &work.before);
	if (!err)
		err = make_cgroup(&work);
	if (work.before.info.module_version && !work.cgroup.path)
		look_at_processes(&work);
	if (measure_cost_is_on(&work.before.config))
		work.ended = measure_time_begin(work.client);
	if (!err)
		err = child_run(argv, prepare, &work, &measure->child);
	if (!err)
		err = collect(&work, measure);
	removed = remove_cgroup(&work, measure);
	if (!err)
		err = removed;
	if (!err)
		err = note_sampling(&work, measure);
	if (!err)
		err = note_scope(&work, measure);
	free_work(&work);
	return err;
}

void measure_free(struct measure *measure)
{
	free(measure->usage.share);
	sentences_free(&measure->notes);
}
