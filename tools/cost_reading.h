/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that the module knows of what balancing costs, at one moment or between
 * two.
 */
#ifndef NUMATRACE_COST_READING_H
#define NUMATRACE_COST_READING_H

#include "client.h"
#include "locality.h"

/* Parts that may not be measured on this kernel, or not by this module. */
enum cost_part {
	COST_TIMES,
	COST_REASONS,
	COST_MIGRATIONS,
	COST_BOUNCES,
	COST_MOVES,
	COST_SWAPS,
	COST_STICKS,
	COST_SKIPS,
	COST_PARTS
};

/**
 * struct cost_reading - a reading, or what happened between two
 * @info: the module and the machine; none between two
 * @balancing: balancing was on, at both ends
 * @config: its settings
 * @nodes: the nodes and their CPUs
 * @processes: in order
 * @missing: why a part is not known, by enum cost_part; NULL: it is
 * @costs: times
 * @reasons: migrations by reason
 * @matrix: from COST_MIGRATIONS to COST_STICKS
 * @skips: what the scanner passed over
 * @elapsed: ns since the reading before; 0: since the module was loaded
 * @measured_time: how long of that times were measured, ns
 */
struct cost_reading {
	struct report_info info;
	bool balancing;
	struct report_config config;
	struct report_nodes nodes;
	struct report_processes processes;
	char *missing[COST_PARTS];
	struct report_costs costs;
	struct report_reasons reasons;
	struct report_matrix matrix[COST_PARTS];
	struct report_skips skips;
	uint64_t elapsed;
	uint64_t measured_time;
};

/* 0 or an error of the client, which says why. */
int cost_reading_take(struct client *client, struct cost_reading *reading);

/*
 * What happened from @before to @now, which stay as they are. After the module
 * was loaded anew: what did since then. 0 or -ENOMEM.
 */
int cost_reading_growth(struct cost_reading *growth,
			const struct cost_reading *now,
			const struct cost_reading *before);

void cost_reading_free(struct cost_reading *reading);

/* Turn costs into what was added since @before. */
void cost_subtract(struct report_costs *costs,
		   const struct report_costs *before);

/* The hook that a kind of work needs and that is not attached, or NULL. */
const char *cost_lacks(const struct report_info *info, uint32_t kind);

/* How long times were measured, in all. */
uint64_t cost_measured_time(const struct report_costs *costs);

/* Whether times were measured all the time between two readings. */
bool cost_is_whole(const struct cost_reading *growth);

/* The numbers of a kind: NULL where they were not measured. */
const struct report_cost *cost_of_kind(const struct report_costs *costs,
				       uint32_t kind);

/*
 * Time that the CPUs of a node spent on work of a kind, ns: that of its row.
 * False where it was not measured.
 */
bool cost_of_node(const struct report_costs *costs, uint32_t kind,
		  uint32_t node, uint64_t *time);

/* Sum of a matrix; with @between, only from one node to another. */
uint64_t cost_matrix_sum(const struct report_matrix *matrix,
			 enum locality_unit unit, bool between);

#endif
