/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of what balancing costs, and their columns.
 */
#ifndef NUMATRACE_COST_COLUMNS_H
#define NUMATRACE_COST_COLUMNS_H

#include "output.h"
#include "report_costs.h"

/**
 * struct cost_row - all work of one kind, or that of a pair of nodes
 * @kind: enum numatrace_cost_kind
 * @cost: the numbers, or NULL where they were not measured
 * @unmeasured: why this kernel does not let it be measured, or NULL
 */
struct cost_row {
	uint32_t kind;
	const struct report_cost *cost;
	const char *unmeasured;
};

/**
 * struct cost_node_row - what balancing takes of the CPUs of a node
 * @node: its number
 * @cpus: CPUs that are online
 * @measured: bit n is set where @time[n] was measured
 * @time: by enum numatrace_cost_kind, ns
 * @measured_time: how long that was measured, ns
 */
struct cost_node_row {
	uint32_t node;
	size_t cpus;
	unsigned int measured;
	uint64_t time[REPORT_COST_KINDS];
	uint64_t measured_time;
};

/**
 * struct cost_bucket_row - a line of the histograms
 * @order: durations from 2^order to less than 2^(order + 1) ns
 * @measured: bit n is set where @count[n] was measured
 * @count: how many took so long, by enum numatrace_cost_kind
 * @most: highest count of each histogram
 */
struct cost_bucket_row {
	int order;
	unsigned int measured;
	uint64_t count[REPORT_COST_KINDS];
	const uint64_t *most;
};

/**
 * struct cost_task_row - tasks that balancing moved, or could not
 * @event: what became of them
 * @measured: whether they were counted
 * @tasks: how many
 * @between: how many of them from one node to another
 */
struct cost_task_row {
	const char *event;
	bool measured;
	uint64_t tasks;
	uint64_t between;
};

/**
 * struct cost_bounce_row - pages that migrated back
 * @folios: folios
 * @pages: pages
 * @migrated: whether @migrated_pages is known
 * @migrated_pages: pages that migrated
 */
struct cost_bounce_row {
	uint64_t folios;
	uint64_t pages;
	bool migrated;
	uint64_t migrated_pages;
};

/* Of struct cost_row, all of a kind; and for a pair of nodes. */
extern const struct output_object cost_object;
extern const struct output_object cost_pair_object;
/* Of the structs above. */
extern const struct output_object cost_node_object;
extern const struct output_object cost_bucket_object;
extern const struct output_object cost_task_object;
extern const struct output_object cost_bounce_object;
/* Of struct report_reason and struct report_skip. */
extern const struct output_object cost_reason_object;
extern const struct output_object cost_skip_object;

/* "fault" */
const char *cost_kind_word(uint32_t kind);

/*
 * Share of the CPU time of a node that balancing takes, 0 to 1: faults, with
 * the migrations that they cause, and scans. False where it is not known.
 */
bool cost_node_share(const struct cost_node_row *row, double *share);

#endif
