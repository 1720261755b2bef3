/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rounds with automatic balancing on and off.
 */
#ifndef NUMATRACE_AB_MEASURE_H
#define NUMATRACE_AB_MEASURE_H

#include "ab.h"
#include "sentences.h"
#include "throughput.h"

struct client;

/**
 * struct ab_plan - what to measure
 * @period: of a round, ns
 * @each: rounds with balancing on, and as many with it off
 * @once: switch once: first all with balancing as it is, then all without
 * @pid_count: number of @pids
 * @pids: the numbers of a round are those of these processes; none: of all
 * @throughput: of the workload
 */
struct ab_plan {
	uint64_t period;
	size_t each;
	bool once;
	size_t pid_count;
	const uint32_t *pids;
	struct throughput throughput;
};

/**
 * struct ab_run - what became of it
 * @found: kernel.numa_balancing as it was and is again
 * @on: its value in the rounds with balancing
 * @left: it was left as somebody else has set it meanwhile
 * @stuck: it could not be restored
 * @cost_on: measure_cost could not be
 * @rounds: those that were done; a signal or a failure ends it early
 * @gaps: why these lack numbers
 */
struct ab_run {
	uint32_t found;
	uint32_t on;
	bool left;
	bool stuck;
	bool cost_on;
	struct ab_rounds rounds;
	struct sentences gaps;
};

/*
 * Measure, and restore what was changed. 0, also where a signal came; or a
 * negative errno, @run has what was done before, and in @why is a sentence to
 * be freed, or NULL when memory is short. That something could not be restored
 * it says itself, as that may come on top.
 */
int ab_measure(struct client *client, const struct ab_plan *plan,
	       struct ab_run *run, char **why);
void ab_run_free(struct ab_run *run);

#endif
