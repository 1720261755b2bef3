/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's own counters: node x node matrices. Counters only grow.
 *
 * Accesses are counted per CPU. Any context may count, NMI excepted: one
 * per-CPU add each, no lock, nothing to allocate. A task that is preempted
 * between computing the nodes and counting lands on another CPU's copy of the
 * same cell, which is as good: the reader sums the copies of all possible CPUs.
 *
 * All else is counted in cells that all CPUs share. That costs more, and where
 * many CPUs count in one cell a few hundred ns; but what is counted there, the
 * copy of a page or the move of a task, takes microseconds, and so many
 * matrices per CPU would take too much memory.
 */
#ifndef NUMATRACE_COUNTERS_H
#define NUMATRACE_COUNTERS_H

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/nodemask.h>
#include <linux/numatrace.h>
#include <linux/percpu.h>
#include <linux/types.h>

#define NT_NR_REASONS (NUMATRACE_MIGRATE_REASON_DAMON + 1)

/*
 * All matrices. Accesses have four, by who has no row of them (see ledger.h):
 * NT_MATRIX_ACCESS, plus NT_NO_PROCESS, plus NT_NO_CGROUP. So the hook counts
 * each access once, and the access matrix is the sum of the four. Likewise
 * migrations have one for each reason, NT_MATRIX_REASON plus enum
 * numatrace_migrate_reason; NT_MATRIX_MIGRATION is but a name of their sum.
 */
enum nt_matrix {
	NT_MATRIX_ACCESS,
	NT_MATRIX_MIGRATION = 4,
	NT_MATRIX_REASON,
	NT_MATRIX_BOUNCE = NT_MATRIX_REASON + NT_NR_REASONS,
	NT_MATRIX_TASK_MOVE,
	NT_MATRIX_TASK_SWAP,
	NT_MATRIX_TASK_STICK,
	NT_NR_MATRICES
};

#define NT_NO_PROCESS 1
#define NT_NO_CGROUP 2

/**
 * struct nt_cell - one cell of a matrix
 * @events: faults (access), folios (migration, bounce), or tasks
 * @pages: the same, each weighted by its folio's size in pages; not of tasks
 */
struct nt_cell {
	u64 events;
	u64 pages;
};

struct nt_atomic_cell {
	atomic64_t events;
	atomic64_t pages;
};

static inline void nt_add_cell(struct nt_cell *to, const struct nt_cell *from)
{
	to->events += from->events;
	to->pages += from->pages;
}

/* A part may have been counted since the whole was read: then there is no rest. */
static inline void nt_take_cell(struct nt_cell *whole,
				const struct nt_cell *part)
{
	whole->events -= min(whole->events, part->events);
	whole->pages -= min(whole->pages, part->pages);
}

static __always_inline void nt_count_cell(struct nt_atomic_cell *cell,
					  unsigned long pages)
{
	atomic64_inc(&cell->events);
	atomic64_add(pages, &cell->pages);
}

/*
 * nt_rows[matrix][row] is a per-CPU array of nr_node_ids cells, NULL for a node
 * that cannot exist. Rows are allocated one by one because a per-CPU
 * allocation is limited to 32 KiB, which a whole matrix passes at 46 nodes.
 */
extern struct nt_cell __percpu **nt_rows[NT_MATRIX_MIGRATION];

/* The matrices from NT_MATRIX_REASON on, cell by cell. */
extern struct nt_atomic_cell *nt_shared;

static __always_inline void nt_count(unsigned int matrix, int row, int column,
				     unsigned long pages)
{
	struct nt_cell __percpu *cell = nt_rows[matrix][row] + column;

	this_cpu_inc(cell->events);
	this_cpu_add(cell->pages, pages);
}

static __always_inline struct nt_atomic_cell *
nt_shared_cell(unsigned int matrix, int row, int column)
{
	size_t rows = (size_t)(matrix - NT_MATRIX_REASON) * nr_node_ids + row;

	return &nt_shared[rows * nr_node_ids + column];
}

/**
 * struct nt_outcome - what became of accesses that balancing acted upon
 * @migrated: pages that were moved
 * @failed: pages that were to be moved, and were not
 */
struct nt_outcome {
	u64 migrated;
	u64 failed;
};

/* By the matrix of their accesses. */
DECLARE_PER_CPU(struct nt_outcome[NT_MATRIX_MIGRATION], nt_outcomes);

static __always_inline void nt_count_outcome(unsigned int matrix,
					     unsigned long migrated,
					     unsigned long failed)
{
	this_cpu_add(nt_outcomes[matrix].migrated, migrated);
	this_cpu_add(nt_outcomes[matrix].failed, failed);
}

int nt_counters_init(void);
void nt_counters_exit(void);

/* Bytes that the counters take. */
size_t nt_counters_memory(void);

/*
 * Add one row of a matrix, over all possible CPUs, to nr_node_ids cells, or all
 * of its cells or the outcomes of a matrix of accesses to @sum.
 */
void nt_counters_add_row(unsigned int matrix, int row, struct nt_cell *sum);
void nt_counters_add_all(unsigned int matrix, struct nt_cell *sum);
void nt_outcomes_add(unsigned int matrix, struct nt_outcome *sum);

/* Pages of a matrix but that of accesses, from one node to another. May sleep. */
u64 nt_counters_crossed(unsigned int matrix);

#endif
