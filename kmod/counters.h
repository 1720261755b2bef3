/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's own counters: node x node matrices, per CPU.
 *
 * Any context may count, NMI excepted: one per-CPU add each, no lock, nothing
 * to allocate. A task that is preempted between computing the nodes and
 * counting lands on another CPU's copy of the same cell, which is as good: the
 * reader sums the copies of all possible CPUs. Counters only grow.
 */
#ifndef NUMATRACE_COUNTERS_H
#define NUMATRACE_COUNTERS_H

#include <linux/numatrace.h>
#include <linux/percpu.h>
#include <linux/types.h>

#define NT_NR_MATRICES (NUMATRACE_MATRIX_KIND_MIGRATION + 1)

/**
 * struct nt_cell - one cell of a matrix
 * @events: faults (access) or folios (migration)
 * @pages: the same, each weighted by its folio's size in pages
 */
struct nt_cell {
	u64 events;
	u64 pages;
};

/*
 * nt_rows[kind][row] is a per-CPU array of nr_node_ids cells, NULL for a node
 * that cannot exist. Rows are allocated one by one because a per-CPU
 * allocation is limited to 32 KiB, which a whole matrix passes at 46 nodes.
 */
extern struct nt_cell __percpu **nt_rows[NT_NR_MATRICES];

static __always_inline void nt_count(enum numatrace_matrix_kind kind, int row,
				     int column, unsigned long pages)
{
	struct nt_cell __percpu *cell = nt_rows[kind][row] + column;

	this_cpu_inc(cell->events);
	this_cpu_add(cell->pages, pages);
}

int nt_counters_init(void);
void nt_counters_exit(void);

/* Sums one matrix over all possible CPUs into nr_node_ids^2 zeroed cells. */
void nt_counters_sum(enum numatrace_matrix_kind kind, struct nt_cell *sum);

#endif
