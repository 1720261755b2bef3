/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel itself says of the counters that the module shows of a node:
 * the sum over all nodes, and where there is such a thing, the node's own count.
 */
#ifndef TESTS_KERNEL_COUNTS_H
#define TESTS_KERNEL_COUNTS_H

#include "report.h"

#include <stdint.h>

/**
 * struct kernel_counts - the kernel's counts, at about one moment
 * @known: bit n is set where @own[n] is known
 * @total: sums over all nodes, by enum node_field; NODE_CPU_TIME in ns
 * @own: of one node
 */
struct kernel_counts {
	uint64_t known;
	uint64_t total[NODE_FIELDS];
	uint64_t own[NODE_FIELDS];
};

/*
 * From /proc/vmstat, /sys/devices/system/node/nodeN/vmstat and /proc/stat. 0, or
 * -1 with errno; ENODATA where /proc/vmstat lacks one of the counters.
 */
int kernel_counts_read(struct kernel_counts *counts, int node);

/* One of the sums, or 0. */
uint64_t kernel_count(enum node_field field);

/* The kernel's name for it, "?" where that was forgotten. */
const char *kernel_counts_name(enum node_field field);

/*
 * How far these counts may be off: 0 for events, and for times, which the kernel
 * shows CPU by CPU in several parts, cut to ticks.
 */
uint64_t kernel_counts_slack(enum node_field field);

#endif
