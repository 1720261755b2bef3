// SPDX-License-Identifier: GPL-2.0
#include "ab_measure.h"

#include "ab_gaps.h"
#include "balancing_switch.h"
#include "cost_reading.h"
#include "interrupt.h"
#include "measure_cost.h"
#include "notes.h"
#include "progress.h"
#include "topology.h"
#include "why.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char already_off[] =
	"balancing is off as it is: nothing to compare; without --off it is switched on";
static const char left_so[] =
	"somebody else has changed kernel.numa_balancing meanwhile: it was left so";
static const char changed[] =
	"somebody else has changed kernel.numa_balancing in a round, which does not count";

/**
 * struct work - a measurement on its way
 * @client: of the module
 * @plan: what to measure
 * @run: what became of it
 * @balancing: the switch
 * @timed: @cost has begun
 * @cost: the setting measure_cost
 * @progress: for who watches
 */
struct work {
	struct client *client;
	const struct ab_plan *plan;
	struct ab_run *run;
	struct balancing_switch balancing;
	bool timed;
	struct measure_cost cost;
	struct progress progress;
};

static int refuse(struct work *work, int err, char **why)
{
	return why_not(why, err, "%s", client_error(work->client));
}

/* Of the machine by the kernel's own counters, of all nodes. */
static void sum_nodes(const struct cost_reading *growth, struct ab_round *round)
{
	const struct report_node sum = locality_sum_nodes(&growth->nodes);
	struct locality locality = { 0 };

	round->sampled = locality_of_node(&sum, &locality) && round->on;
	round->local = locality.local;
	round->remote = locality.remote;
	round->migrations = report_measured(&sum, NODE_NUMA_PAGES_MIGRATED);
	round->migrated = sum.value[NODE_NUMA_PAGES_MIGRATED];
}

static void sum_failures(const struct cost_reading *growth,
			 struct ab_round *round)
{
	const struct report_reason *reason =
		report_find_reason(&growth->reasons,
				   NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED);

	round->failures = reason;
	if (reason)
		round->failed = reason->failed_pages;
}

static void sum_costs(const struct cost_reading *growth, struct ab_round *round)
{
	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++) {
		const struct report_cost *cost =
			cost_of_kind(&growth->costs, kind);

		if (!cost)
			continue;
		round->timed |= 1U << kind;
		round->time[kind] = cost->time;
	}
}

static bool is_chosen(const struct ab_plan *plan, uint32_t pid)
{
	for (size_t i = 0; i < plan->pid_count; i++)
		if (plan->pids[i] == pid)
			return true;
	return false;
}

/* False: none has a row, as it was not seen to access memory. */
static bool sum_processes(const struct ab_plan *plan,
			  const struct cost_reading *growth,
			  struct ab_round *round)
{
	struct report_usage sum = { .outcomes = true, .timed = ~0U };
	size_t found = 0;

	for (size_t i = 0; i < growth->processes.count; i++) {
		const struct report_process *process =
			&growth->processes.process[i];

		if (process->kind != NUMATRACE_ROW_KIND_CURRENT ||
		    !is_chosen(plan, process->pid))
			continue;
		/* By node it is not wanted: this cannot fail. */
		struct report_usage usage = process->usage;

		usage.shares = 0;
		locality_add_usage(&sum, &usage);
		found++;
	}
	if (!found)
		return false;
	round->sampled = round->on;
	round->local = sum.local_faults;
	round->remote = sum.remote_faults;
	round->migrations = sum.outcomes;
	round->failures = sum.outcomes;
	round->migrated = sum.migrated_pages;
	round->failed = sum.failed_pages;
	round->timed = sum.timed & ((1U << REPORT_COST_KINDS) - 1);
	memcpy(round->time, sum.time, sizeof(sum.time));
	return true;
}

static void set_share(const struct cost_reading *now, struct ab_round *round)
{
	const unsigned int both = 1U << NUMATRACE_COST_KIND_FAULT |
				  1U << NUMATRACE_COST_KIND_SCAN;
	double cpus = now->info.cpus_online;

	round->shared = (round->timed & both) == both && round->elapsed && cpus;
	if (round->shared)
		round->share = ((double)round->time[NUMATRACE_COST_KIND_FAULT] +
				(double)round->time[NUMATRACE_COST_KIND_SCAN]) /
			       ((double)round->elapsed * cpus);
}

/* A part of the time is none: it would be compared with all of others. */
static bool fill_numbers(const struct ab_plan *plan,
			 const struct cost_reading *growth,
			 struct ab_round *round)
{
	bool found = plan->pid_count && sum_processes(plan, growth, round);

	if (!plan->pid_count) {
		sum_nodes(growth, round);
		sum_failures(growth, round);
		sum_costs(growth, round);
	}
	if (!cost_is_whole(growth))
		round->timed = 0;
	return found;
}

static int fill_round(const struct ab_plan *plan,
		      const struct cost_reading *now,
		      const struct cost_reading *before, struct ab_round *round,
		      struct sentences *gaps)
{
	struct cost_reading growth;
	struct ab_interval interval = {
		.now = now,
		.before = before,
		.growth = &growth,
		.processes = plan->pid_count,
	};
	int err = cost_reading_growth(&growth, now, before);

	if (!err) {
		round->elapsed = growth.elapsed;
		interval.found = fill_numbers(plan, &growth, round);
		set_share(now, round);
		err = ab_find_gaps(&interval, gaps);
	}
	cost_reading_free(&growth);
	return err;
}

static int check_processes(const struct ab_plan *plan, char **why)
{
	for (size_t i = 0; i < plan->pid_count; i++)
		if (kill((pid_t)plan->pids[i], 0) && errno == ESRCH)
			return why_not(why, -ESRCH,
				       "process %u is not there any more",
				       plan->pids[i]);
	return 0;
}

/* A round is what its name says only if nobody else switched meanwhile. */
static int check_switch(const struct work *work, char **why)
{
	int ours = balancing_is_ours(&work->balancing);

	if (ours < 0)
		return why_not(why, ours, "kernel.numa_balancing: %s",
			       strerror(-ours));
	return ours ? 0 : why_not(why, -ECANCELED, "%s", changed);
}

static int watch(struct work *work, struct ab_round *round,
		 struct cost_reading *before, struct cost_reading *now,
		 char **why)
{
	const struct ab_plan *plan = work->plan;
	struct throughput_result result;
	int err = cost_reading_take(work->client, before);

	if (err)
		return refuse(work, err, why);
	err = throughput_round(&plan->throughput, plan->period, &result, why);
	if (err)
		return err;
	round->runs = result.runs;
	round->rated = result.known;
	round->rate = result.rate;
	err = cost_reading_take(work->client, now);
	if (err)
		return refuse(work, err, why);
	if (now->info.start_time != before->info.start_time)
		return why_not(why, -ESTALE, "the module was loaded anew");
	err = check_processes(plan, why);
	if (!err)
		err = check_switch(work, why);
	return err ? err
		   : fill_round(plan, now, before, round, &work->run->gaps);
}

static int one_round(struct work *work, bool on, char **why)
{
	uint32_t mode = on ? work->run->on : 0;
	struct ab_rounds *rounds = &work->run->rounds;
	struct ab_round round = { .on = on };
	struct cost_reading before = { 0 }, now = { 0 };
	int err = 0;

	/* What is so already is not written: --off switches once. */
	if (work->balancing.changed ? work->balancing.last != mode
				    : work->balancing.mode != mode)
		err = balancing_set(&work->balancing, mode);
	if (err)
		return why_not(why, err, "cannot switch balancing: %s",
			       strerror(-err));
	err = watch(work, &round, &before, &now, why);
	cost_reading_free(&before);
	cost_reading_free(&now);
	if (!err)
		rounds->round[rounds->count++] = round;
	return err;
}

static int all_rounds(struct work *work, char **why)
{
	const struct ab_plan *plan = work->plan;
	bool quiet = plan->throughput.command;
	size_t total = 2 * plan->each;
	int err = 0;

	if (!quiet)
		progress_begin(&work->progress, "measuring");
	for (size_t i = 0; !err && i < total && !interrupt_signal(); i++) {
		if (!quiet)
			progress_show(&work->progress, i, total);
		err = one_round(work, ab_is_on(i, plan->each, plan->once), why);
	}
	if (!quiet)
		progress_end(&work->progress);
	return err;
}

static int find_modes(struct work *work, char **why)
{
	struct ab_run *run = work->run;

	run->found = work->balancing.mode;
	run->on = run->found ? run->found : BALANCING_NORMAL;
	if (work->plan->once && !run->found)
		return why_not(why, -EINVAL, "%s", already_off);
	return 0;
}

/* Whatever else is wrong, both are tried, and what fails is said. */
static int restore(struct work *work, int err)
{
	struct ab_run *run = work->run;
	int closed = balancing_close(&work->balancing);
	int off = work->timed ? measure_cost_end(work->client, &work->cost) : 0;

	run->left = closed > 0;
	run->stuck = closed < 0;
	run->cost_on = off;
	if (run->stuck)
		pr_notice("kernel.numa_balancing could not be restored (%s): set it to %u",
			  strerror(-closed), run->found);
	/* The report has it, where there is one. */
	if (run->left && err && !run->rounds.count)
		pr_notice("%s", left_so);
	if (off)
		pr_notice("measure_cost could not be set to 0 again (%s): numatrace config measure_cost=0",
			  client_error(work->client));
	return err;
}

static int prepare(struct work *work, char **why)
{
	int err = measure_cost_begin(work->client, &work->cost);

	work->timed = !err;
	return err ? refuse(work, err, why) : 0;
}

int ab_measure(struct client *client, const struct ab_plan *plan,
	       struct ab_run *run, char **why)
{
	struct work work = { .client = client, .plan = plan, .run = run };
	/* ORDER: from here on no signal ends us before all is restored. */
	int err = interrupt_begin();

	*run = (struct ab_run){ 0 };
	if (err)
		return why_not(why, err, "cannot handle signals: %s",
			       strerror(-err));
	err = balancing_open(&work.balancing, why);
	if (err)
		return err;
	err = find_modes(&work, why);
	if (!err)
		err = check_processes(plan, why);
	if (!err)
		err = throughput_check(&plan->throughput, why);
	if (!err)
		err = prepare(&work, why);
	if (!err)
		err = all_rounds(&work, why);
	/* What was measured until a signal came is shown. */
	return restore(&work, err == -EINTR ? 0 : err);
}

void ab_run_free(struct ab_run *run)
{
	sentences_free(&run->gaps);
}
