/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic on reports. Pure: no input, no output, no clock.
 */
#ifndef NUMATRACE_LOCALITY_H
#define NUMATRACE_LOCALITY_H

#include "report.h"

/**
 * struct locality - accesses by where the page was
 * @local: on the node of the CPU
 * @remote: on another node
 */
struct locality {
	uint64_t local;
	uint64_t remote;
};

/* Which of the two numbers of a cell. */
enum locality_unit {
	LOCALITY_EVENTS,
	LOCALITY_PAGES,
};

/* Growth of a counter, across its wrap at 2^64. */
static inline uint64_t locality_growth(uint64_t now, uint64_t before)
{
	return now - before;
}

static inline uint64_t locality_cell(const struct report_cell *cell,
				     enum locality_unit unit)
{
	return unit == LOCALITY_PAGES ? cell->pages : cell->events;
}

/*
 * Local share, 0 to 1. False, and @ratio untouched, where nothing was
 * sampled: locality is then undefined.
 */
bool locality_ratio(struct locality locality, double *ratio);

/*
 * Accesses by the CPUs of a node, in faults (NUMA_HINT_FAULTS and
 * NUMA_HINT_FAULTS_LOCAL). The kernel keeps the two apart, so that for a
 * moment the part can exceed the whole: remote is then 0. False if they were
 * not measured.
 */
bool locality_of_node(const struct report_node *node,
		      struct locality *locality);

/*
 * Faults that are not major. Signed: the kernel keeps PGFAULT and PGMAJFAULT
 * apart, and a reading may fall between the two. False if not measured.
 */
bool locality_minor_faults(const struct report_node *node, int64_t *minor);

/* Accesses in one row of the access matrix. */
struct locality locality_of_row(const struct report_matrix *access,
				uint32_t row, enum locality_unit unit);

/* Accesses of a process, a cgroup or many of them. */
struct locality locality_of_usage(const struct report_usage *usage,
				  enum locality_unit unit);

/*
 * The node whose CPUs made most of the accesses, and the one whose memory got
 * most of them, in faults; the lower one of two that are equal. False where
 * nothing was sampled.
 */
bool locality_main_cpu_node(const struct report_usage *usage, uint32_t *node);
bool locality_main_memory_node(const struct report_usage *usage,
			       uint32_t *node);

/* Add a usage to a sum. 0 or -ENOMEM, and then a part of it is added. */
int locality_add_usage(struct report_usage *sum,
		       const struct report_usage *usage);

/* Sums of a matrix; with @diagonal false, without its diagonal. */
uint64_t locality_row_sum(const struct report_matrix *matrix, uint32_t row,
			  enum locality_unit unit, bool diagonal);
uint64_t locality_column_sum(const struct report_matrix *matrix,
			     uint32_t column, enum locality_unit unit,
			     bool diagonal);

/*
 * Turn a reading into what happened since an older one. Gauges stay as they
 * are. What the older reading lacks was not measured in between.
 */
void locality_subtract_nodes(struct report_nodes *nodes,
			     const struct report_nodes *before);
void locality_subtract_matrix(struct report_matrix *matrix,
			      const struct report_matrix *before);
void locality_subtract_usage(struct report_usage *usage,
			     const struct report_usage *before);

/*
 * The same for processes; both must be in order. A process is known by its
 * pid and start time; one that is new has no past. What processes had before
 * they ended does not count again among those that ended: whatever happened
 * is in one row, and only in one. Where processes came into or out of the row
 * unlisted, part of that row's growth shows among those that ended.
 */
void locality_subtract_processes(struct report_processes *processes,
				 const struct report_processes *before);

#endif
