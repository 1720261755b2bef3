/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plain structs of what balancing costs and why pages migrate, as in report.h.
 */
#ifndef NUMATRACE_REPORT_COSTS_H
#define NUMATRACE_REPORT_COSTS_H

#include "report.h"

/* Logarithms that a duration of 64 bits can have. */
#define REPORT_ORDERS 64

/**
 * struct report_cost - time that one kind of work took
 * @kind: enum numatrace_cost_kind
 * @row: node, see cost-kind; REPORT_ALL_NODES: all of the kind, and only then
 *	what stands from @measured_time on is known
 * @column: node, see cost-kind; REPORT_ALL_NODES: all, or not known, as on
 *	machines with node numbers above 7
 * @count: how many were measured
 * @time: their durations, ns
 * @bucket: how many took from 2^n to less than 2^(n + 1) ns
 * @measured_time: how long was measured in all, ns
 * @unmeasured: why it is not measured on this kernel, or NULL
 * @lost: how many were not measured because too many were under way
 * @longest: the longest, ns; 0: not known
 * @longest_end: when that one ended, CLOCK_MONOTONIC, ns
 * @longest_pid: process that it befell; 0: not known to us
 * @longest_comm: name of the thread that it befell, or NULL
 */
struct report_cost {
	uint32_t kind;
	uint32_t row;
	uint32_t column;
	uint64_t count;
	uint64_t time;
	uint64_t bucket[REPORT_ORDERS];
	uint64_t measured_time;
	char *unmeasured;
	uint64_t lost;
	uint64_t longest;
	uint64_t longest_end;
	uint32_t longest_pid;
	char *longest_comm;
};

/**
 * struct report_costs - time that balancing took, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @count: number of elements of @cost
 * @cost: by ascending kind, row and column: what is of all is behind
 */
struct report_costs {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_cost *cost;
};

/**
 * struct report_reason - what migrated for one reason
 * @reason: enum numatrace_migrate_reason
 * @calls: calls of migrate_pages()
 * @migrated_pages: pages that moved
 * @failed_pages: pages that could not
 */
struct report_reason {
	uint32_t reason;
	uint64_t calls;
	uint64_t migrated_pages;
	uint64_t failed_pages;
};

/**
 * struct report_reasons - the reasons that the kernel has, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @count: number of reasons
 * @reason: by ascending number
 */
struct report_reasons {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_reason *reason;
};

/**
 * struct report_skip - mappings that the scanner passed over
 * @reason: the kernel's name of the reason
 * @count: how often
 */
struct report_skip {
	char *reason;
	uint64_t count;
};

/**
 * struct report_skips - the same for all reasons
 * @count: number of reasons
 * @skip: in the order of the kernel
 */
struct report_skips {
	size_t count;
	struct report_skip *skip;
};

/* As in report.h. */
struct report_cost *report_add_cost(struct report_costs *costs);
struct report_reason *report_add_reason(struct report_reasons *reasons);
struct report_skip *report_add_skip(struct report_skips *skips);

bool report_sort_costs(struct report_costs *costs);
bool report_sort_reasons(struct report_reasons *reasons);

struct report_cost *report_find_cost(const struct report_costs *costs,
				     uint32_t kind, uint32_t row,
				     uint32_t column);
const struct report_reason *
report_find_reason(const struct report_reasons *reasons, uint32_t reason);
const struct report_skip *report_find_skip(const struct report_skips *skips,
					   const char *reason);

int report_copy_costs(struct report_costs *copy,
		      const struct report_costs *costs);
int report_copy_reasons(struct report_reasons *copy,
			const struct report_reasons *reasons);
int report_copy_skips(struct report_skips *copy,
		      const struct report_skips *skips);

void report_free_costs(struct report_costs *costs);
void report_free_reasons(struct report_reasons *reasons);
void report_free_skips(struct report_skips *skips);

/* The word for a reason of a migration: "numa_misplaced". */
const char *report_reason_word(uint32_t reason);
/* False, and @reason untouched: no such word; hyphens will do as well. */
bool report_reason_number(const char *word, uint32_t *reason);

#endif
