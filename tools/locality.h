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

/**
 * struct locality_measured - what was measured all the time of an interval
 * @accesses: the hook access was on
 * @outcomes: the hook outcome was on
 * @attributed: accesses were attributed to processes, or to cgroups
 * @timed: bit n: the hooks were on that times of kind n of enum
 *	numatrace_cost_kind need
 */
struct locality_measured {
	bool accesses;
	bool outcomes;
	bool attributed;
	unsigned int timed;
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
 * The sum of all nodes. A field that one of them lacks is not measured in it: a
 * part of them would look like all.
 */
struct report_node locality_sum_nodes(const struct report_nodes *nodes);

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
 * Whether the module dropped a row, since the table became smaller, and began
 * it anew: it then counts less than before. What it had is unattributed now.
 */
bool locality_began_anew(const struct report_usage *now,
			 const struct report_usage *before);

/*
 * The same for processes; both must be in order. A process is known by its
 * pid and start time; one that is new has no past. What processes had before
 * they ended does not count again among those that ended, nor what they had
 * before their rows were dropped among what is unattributed: whatever happened
 * is in one row, and only in one. Where processes came into or out of one of
 * these sums unseen, part of its growth shows in another one.
 */
void locality_subtract_processes(struct report_processes *processes,
				 const struct report_processes *before);

/*
 * By the hooks at both ends of an interval; @attributed is for the caller, who
 * also knows whether times were measured at all.
 */
struct locality_measured locality_measured(const struct report_info *now,
					   const struct report_info *before);

/*
 * Take out of the growth of processes between two readings what was not
 * measured all the time: everything where the hook access was off at one of
 * them, the pages that moved where the hook outcome was, times likewise, and the
 * processes where accesses were not attributed to them: all of them are then in the row
 * unattributed. 0 or -ENOMEM.
 */
int locality_drop_unmeasured(struct report_processes *growth,
			     const struct locality_measured *measured);

#endif
