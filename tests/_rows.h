/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums over the rows of processes or of cgroups, which the laws speak of.
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include "client.h"
#include "report.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Sum of all rows but those of kind ended, which ended-total has already. 0,
 * or -1 when memory is short. rows_free_usage() it.
 */
int rows_sum_processes(const struct report_processes *processes,
		       struct report_usage *sum);
int rows_sum_cgroups(const struct report_cgroups *cgroups,
		     struct report_usage *sum);
void rows_free_usage(struct report_usage *usage);

/* Whether the shares are a matrix, and not sums of its rows and columns. */
bool rows_have_matrix(const struct report_usage *usage);

/* What was counted from one node to another; either may be REPORT_ALL_NODES. */
struct report_share rows_share(const struct report_usage *usage,
			       uint32_t cpu_node, uint32_t memory_node);

/* Local and remote ones. */
uint64_t rows_faults(const struct report_usage *usage);
uint64_t rows_pages(const struct report_usage *usage);

/* The row that stands for many, or NULL. */
const struct report_process *
rows_process_sum(const struct report_processes *processes,
		 enum numatrace_row_kind kind);
const struct report_cgroup *
rows_cgroup_sum(const struct report_cgroups *cgroups,
		enum numatrace_row_kind kind);

/* The next row after @last, or the first if that is NULL, with this pid. */
const struct report_process *
rows_next_process(const struct report_processes *processes,
		  const struct report_process *last, uint32_t pid);
const struct report_cgroup *
rows_find_cgroup(const struct report_cgroups *cgroups, uint64_t id);

#endif
