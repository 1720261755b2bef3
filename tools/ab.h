/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rounds with automatic balancing on, against rounds with it off. Pure.
 */
#ifndef NUMATRACE_AB_H
#define NUMATRACE_AB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report.h"

/* Of each kind. */
#define AB_MAX_ROUNDS 100

/*
 * Fewer of each kind say too little of the noise: rounds that do not differ
 * but by chance would pass for different in one of sixteen cases with three
 * of each (normally distributed), in one of eighty with four.
 */
#define AB_MIN_ROUNDS 4

/**
 * struct ab_round - what happened in one round
 * @on: balancing was on
 * @elapsed: ns
 * @sampled: accesses were sampled: those of the next two
 * @local: accesses to the CPU's own node
 * @remote: accesses to other nodes
 * @migrations: @migrated was measured
 * @migrated: pages that balancing moved
 * @failures: @failed was measured
 * @failed: pages that it could not move
 * @timed: bit n is set where @time[n] was measured
 * @time: by enum numatrace_cost_kind, ns
 * @shared: @share is known
 * @share: of the CPU time of the machine that faults and scans took, 0 to 1
 * @rated: @rate was measured
 * @runs: runs of the command
 * @rate: the workload's own throughput, per second
 */
struct ab_round {
	bool on;
	uint64_t elapsed;
	bool sampled;
	uint64_t local;
	uint64_t remote;
	bool migrations;
	uint64_t migrated;
	bool failures;
	uint64_t failed;
	unsigned int timed;
	uint64_t time[REPORT_COST_KINDS];
	bool shared;
	double share;
	bool rated;
	uint64_t runs;
	double rate;
};

/**
 * struct ab_rounds - all that were measured
 * @count: number of rounds
 * @round: in their order
 */
struct ab_rounds {
	size_t count;
	struct ab_round round[2 * AB_MAX_ROUNDS];
};

/*
 * Whether balancing is on in round @index of @each of a kind: in the order on,
 * off, off, on, so that what grows or shrinks with time is the same for both if
 * @each is even; or, with @once, first all that are on.
 */
bool ab_is_on(size_t index, size_t each, bool once);

/* A number of a round; false where it was not measured. */
typedef bool ab_value(const struct ab_round *round, double *value);

ab_value ab_locality, ab_migrated, ab_failed, ab_fault_time, ab_scan_time,
	ab_migration_time, ab_share, ab_rate;

/**
 * struct ab_side - rounds of one kind
 * @count: those that have the number
 * @median: of the number
 * @range: distance between the lowest and the highest
 */
struct ab_side {
	size_t count;
	double median;
	double range;
};

/* Median and range; @side->count 0: no round has it. */
void ab_side_of(const struct ab_rounds *rounds, bool on, ab_value *value,
		struct ab_side *side);

enum ab_result {
	/* Nothing was measured that tells. */
	AB_UNKNOWN,
	/* Too few rounds. */
	AB_FEW,
	/* The difference is within the noise. */
	AB_NOISE,
	AB_ON,
	AB_OFF,
};

/**
 * struct ab_verdict - which is faster
 * @result: which
 * @on: throughput with balancing
 * @off: without it
 * @difference: of the medians, of the one without; positive: faster with it
 * @noise: the larger range of the two, the same way
 */
struct ab_verdict {
	enum ab_result result;
	struct ab_side on;
	struct ab_side off;
	double difference;
	double noise;
};

/* By throughput alone: the larger one is better. */
void ab_judge(const struct ab_rounds *rounds, struct ab_verdict *verdict);

#endif
