// SPDX-License-Identifier: GPL-2.0
#include "proof.h"

#include "clock.h"
#include "loading.h"
#include "proc.h"
#include "topology.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Sentences for people. */
#define NOT_READABLE "the module does not tell it to this user; run it as root"
#define BALANCING_OFF                                                          \
	"automatic NUMA balancing is off (sysctl kernel.numa_balancing=1)"
#define NOT_ATTACHED "the hook access is not attached (numatrace hooks)"
#define NOT_TRACKED                                                            \
	"accesses are not attributed to processes (numatrace config track_processes=1)"
#define ROW_DROPPED                                                            \
	"the module's table of processes is too small, and began their rows anew (numatrace config process_table_size=N)"
#define NOTHING_SAMPLED                                                        \
	"automatic balancing sampled none of their accesses in the window; a longer one (--observe) may see some, unless a memory policy of theirs keeps it from sampling (numatrace show)"

static const char loaded_anew[] = "the module was loaded anew in the window";

int proof_read(struct client *client, struct proof_reading *reading)
{
	int err;

	*reading = (struct proof_reading){ 0 };
	err = client_info(client, &reading->info);
	if (!err)
		err = client_config(client, &reading->config);
	if (!err)
		err = client_processes(client, NULL, &reading->processes);
	reading->err = err;
	return err == -ENOMEM ? err : 0;
}

void proof_free_reading(struct proof_reading *reading)
{
	report_free_info(&reading->info);
	report_free_processes(&reading->processes);
}

static const char *why_unsampled(const struct proof_reading *reading)
{
	if (reading->err)
		return reading->err == -ENOENT ? loading_advice()
					       : NOT_READABLE;
	if (!reading->info.balancing)
		return BALANCING_OFF;
	if (!report_hook_attached(&reading->info, "access"))
		return NOT_ATTACHED;
	if (!report_tracks(&reading->config, CONFIG_TRACK_PROCESSES))
		return NOT_TRACKED;
	return NULL;
}

/* The module counts in ns, /proc in ticks. */
static bool is_row_of(const struct report_process *row,
		      const struct target_process *process)
{
	uint64_t tick = NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);

	return (row->kind == NUMATRACE_ROW_KIND_CURRENT ||
		row->kind == NUMATRACE_ROW_KIND_ENDED) &&
	       row->pid == (uint32_t)process->pid &&
	       row->start_time / tick == process->start_time / tick;
}

static const struct report_process *
find_row(const struct proof_reading *reading,
	 const struct target_process *process)
{
	for (size_t i = 0; i < reading->processes.count; i++)
		if (is_row_of(&reading->processes.process[i], process))
			return &reading->processes.process[i];
	return NULL;
}

/* A row that is new has no past. */
static void add_growth(const struct target_process *process,
		       const struct proof_reading *now,
		       const struct proof_reading *before, struct proof *proof)
{
	const struct report_process *row = find_row(now, process);
	const struct report_process *old = find_row(before, process);

	if (old && (!row || locality_began_anew(&row->usage, &old->usage)))
		proof->unsampled = ROW_DROPPED;
	if (!row || proof->unsampled)
		return;
	proof->locality.local += row->usage.local_faults;
	proof->locality.remote += row->usage.remote_faults;
	if (!old)
		return;
	proof->locality.local -= old->usage.local_faults;
	proof->locality.remote -= old->usage.remote_faults;
}

static void measure_locality(const struct target *target,
			     const struct proof_reading *now,
			     const struct proof_reading *before,
			     struct proof *proof)
{
	proof->unsampled = why_unsampled(before);
	if (!proof->unsampled)
		proof->unsampled = why_unsampled(now);
	if (!proof->unsampled &&
	    now->info.start_time != before->info.start_time)
		proof->unsampled = loaded_anew;
	for (size_t i = 0; !proof->unsampled && i < target->count; i++)
		add_growth(&target->process[i], now, before, proof);
	if (!proof->unsampled &&
	    !(proof->locality.local + proof->locality.remote))
		proof->unsampled = NOTHING_SAMPLED;
	if (proof->unsampled)
		proof->locality = (struct locality){ 0 };
}

static uint64_t bytes_on(const struct residency *residency, uint32_t node)
{
	for (size_t i = 0; i < residency->count; i++)
		if (residency->node[i].id == node)
			return residency->node[i].bytes;
	return 0;
}

/**
 * struct nearness - memory on the nodes of threads
 * @near: sum over threads of what is on the node of each, bytes
 * @threads: whose node is known
 */
struct nearness {
	double near;
	uint64_t threads;
};

static int add_threads(pid_t pid, const struct topology *topology,
		       const struct residency *residency,
		       struct nearness *nearness)
{
	struct report_threads threads;
	int err = proc_threads(pid, topology, &threads);

	if (err)
		return err == -ESRCH ? 0 : err;
	for (size_t i = 0; i < threads.count; i++) {
		uint32_t node = threads.thread[i].cpu_node;

		if (node == REPORT_ALL_NODES)
			continue;
		nearness->near += (double)bytes_on(residency, node);
		nearness->threads++;
	}
	report_free_threads(&threads);
	return 0;
}

static int measure_nearness(const struct target *target, struct proof *proof)
{
	const struct residency *residency = &proof->residency;
	struct nearness nearness = { 0 };
	struct topology topology;
	int err = topology_read("", &topology);

	if (err)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; !err && i < target->count; i++)
		err = add_threads(target->process[i].pid, &topology, residency,
				  &nearness);
	topology_free(&topology);
	proof->placed = !err && nearness.threads && residency->resident;
	if (proof->placed)
		proof->near = nearness.near / (double)nearness.threads /
			      (double)residency->resident;
	return err;
}

int proof_of(const struct target *target, const struct proof_reading *now,
	     const struct proof_reading *before, struct proof *proof)
{
	*proof = (struct proof){ 0 };
	measure_locality(target, now, before, proof);
	proof->unmeasured = residency_measure_all(target, &proof->residency);
	if (proof->unmeasured)
		return proof->unmeasured == -ENOMEM ? -ENOMEM : 0;
	return measure_nearness(target, proof);
}

void proof_free(struct proof *proof)
{
	residency_free(&proof->residency);
}

void proof_compare(const struct proof *before, const struct proof *after,
		   struct proof_verdict *verdict)
{
	*verdict = (struct proof_verdict){ .measure = PROOF_NOTHING };
	if (locality_ratio(before->locality, &verdict->before) &&
	    locality_ratio(after->locality, &verdict->after)) {
		verdict->measure = PROOF_LOCALITY;
	} else if (before->placed && after->placed) {
		verdict->measure = PROOF_RESIDENCY;
		verdict->before = before->near;
		verdict->after = after->near;
	}
}

const char *proof_measure_word(enum proof_measure measure)
{
	static const char *const words[] = {
		[PROOF_LOCALITY] = "locality",
		[PROOF_RESIDENCY] = "residency",
		[PROOF_NOTHING] = NULL,
	};

	return words[measure];
}
