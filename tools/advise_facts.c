// SPDX-License-Identifier: GPL-2.0
#include "advise_facts.h"

#include "clock.h"
#include "locality.h"
#include "notes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/**
 * struct reading - what counts, at one moment
 * @time: ns
 * @processes: rows
 * @cpus: how busy they were
 */
struct reading {
	uint64_t time;
	struct report_processes processes;
	struct cpu_times cpus;
};

const struct report_process *
advise_facts_row(const struct report_processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->process[i].kind == NUMATRACE_ROW_KIND_CURRENT &&
		    processes->process[i].pid == (uint32_t)pid)
			return &processes->process[i];
	return NULL;
}

static int read_module(struct client *client, struct advise_facts *facts)
{
	int err = client_info(client, &facts->info);

	if (err == -ENOENT)
		return topology_info(&facts->info);
	return err ? err : client_config(client, &facts->config);
}

static int read_rows(struct client *client, const struct advise_facts *facts,
		     struct report_processes *processes)
{
	int err = facts->info.module_version
			  ? client_processes(client, NULL, processes)
			  : 0;

	if (!err)
		report_sort_processes(processes);
	return err;
}

/* How busy it is may stay unknown: then threads count. */
static int take(struct client *client, const struct advise_facts *facts,
		struct reading *reading)
{
	reading->time = clock_now_ns();
	cpu_times_read(&reading->cpus);
	return read_rows(client, facts, &reading->processes);
}

static int watch(struct advise_facts *facts, pid_t pid)
{
	struct advise_watch *grown;

	grown = reallocarray(facts->watch, facts->watched + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	facts->watch = grown;
	grown += facts->watched++;
	*grown = (struct advise_watch){ .pid = pid, .busy = -1 };
	grown->known = cpu_time_process(pid, &grown->ticks);
	return 0;
}

static int watch_remote(struct advise_facts *facts,
			const struct report_processes *processes)
{
	int err = 0;

	for (size_t i = 0; !err && i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];

		if (process->kind == NUMATRACE_ROW_KIND_CURRENT &&
		    process->usage.remote_faults &&
		    process->pid != (uint32_t)getpid())
			err = watch(facts, (pid_t)process->pid);
	}
	return err;
}

static int watch_all(struct advise_facts *facts, const pid_t *pids,
		     size_t count, const struct report_processes *processes)
{
	int err = 0;

	if (!count)
		return watch_remote(facts, processes);
	for (size_t i = 0; !err && i < count; i++)
		err = watch(facts, pids[i]);
	return err;
}

static void wait_until(uint64_t deadline)
{
	while (clock_sleep_until(deadline) == -EINTR)
		;
}

static void find_busy(struct advise_facts *facts)
{
	double ticks = facts->seconds * (double)sysconf(_SC_CLK_TCK);
	uint64_t now;

	for (size_t i = 0; i < facts->watched; i++) {
		struct advise_watch *watched = &facts->watch[i];

		if (watched->known && cpu_time_process(watched->pid, &now) &&
		    now >= watched->ticks)
			watched->busy = (double)(now - watched->ticks) / ticks;
	}
}

static int find_nodes(struct advise_facts *facts, const struct reading *now,
		      const struct reading *before)
{
	struct advise_machine *machine = &facts->machine;
	const struct topology *topology = &facts->topology;

	machine->topology = topology;
	machine->node = calloc(topology->count, sizeof(*machine->node));
	for (size_t i = 0; machine->node && i < topology->count; i++) {
		machine->node[i].free = topology->node[i].free;
		machine->node[i].idle =
			cpu_times_idle(&now->cpus, &before->cpus,
				       &topology->node[i]);
	}
	return machine->node ? 0 : -ENOMEM;
}

/* A profile of other nodes is none. */
static int find_profile(struct advise_facts *facts)
{
	char *why = NULL;
	int err = profile_read(PROFILE_PATH, &facts->profile, &why);

	if (!err && profile_fits(&facts->profile, &facts->topology))
		facts->machine.profile = &facts->profile;
	else if (!err)
		pr_notice("the profile %s is not of the nodes that there are now; measure them with: numatrace bench",
			  PROFILE_PATH);
	else if (err == -EINVAL)
		pr_notice("the profile %s is damaged: %s; replace it with: numatrace bench",
			  PROFILE_PATH, why ? why : "");
	free(why);
	return err == -ENOMEM ? err : 0;
}

static int compare(struct advise_facts *facts, struct reading *now,
		   const struct reading *before)
{
	int err = report_copy_processes(&facts->recent, &now->processes);

	if (err)
		return err;
	locality_subtract_processes(&facts->recent, &before->processes);
	facts->now = now->processes;
	now->processes = (struct report_processes){ 0 };
	facts->seconds = (double)(now->time - before->time) / 1e9;
	find_busy(facts);
	err = find_nodes(facts, now, before);
	return err ? err : find_profile(facts);
}

static void free_reading(struct reading *reading)
{
	report_free_processes(&reading->processes);
	cpu_times_free(&reading->cpus);
}

int advise_facts_collect(struct client *client, const pid_t *pids, size_t count,
			 uint64_t period, struct advise_facts *facts)
{
	struct reading before = { 0 }, now = { 0 };
	int err;

	*facts = (struct advise_facts){ 0 };
	err = read_module(client, facts);
	if (!err)
		err = take(client, facts, &before);
	if (!err)
		err = watch_all(facts, pids, count, &before.processes);
	if (!err) {
		wait_until(before.time + period);
		err = take(client, facts, &now);
	}
	/* ORDER: what is free now, not before we waited. */
	if (!err)
		err = topology_read("", &facts->topology);
	if (!err)
		err = compare(facts, &now, &before);
	free_reading(&now);
	free_reading(&before);
	return err;
}

static uint64_t remote(const struct report_processes *processes, pid_t pid)
{
	const struct report_process *row = advise_facts_row(processes, pid);

	return row ? row->usage.remote_faults : 0;
}

/* What is remote now comes before what was. */
static int compare_watched(const void *a, const void *b, void *context)
{
	const struct advise_watch *x = a, *y = b;
	const struct advise_facts *facts = context;
	uint64_t m = remote(&facts->recent, x->pid);
	uint64_t n = remote(&facts->recent, y->pid);

	if (m == n) {
		m = remote(&facts->now, x->pid);
		n = remote(&facts->now, y->pid);
	}
	if (m != n)
		return m < n ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

void advise_facts_sort(struct advise_facts *facts)
{
	if (facts->watched)
		qsort_r(facts->watch, facts->watched, sizeof(*facts->watch),
			compare_watched, facts);
}

void advise_facts_free(struct advise_facts *facts)
{
	report_free_info(&facts->info);
	report_free_processes(&facts->now);
	report_free_processes(&facts->recent);
	profile_free(&facts->profile);
	topology_free(&facts->topology);
	free(facts->machine.node);
	free(facts->watch);
	*facts = (struct advise_facts){ 0 };
}
