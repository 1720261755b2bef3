// SPDX-License-Identifier: GPL-2.0
#include "counters.h"
#include "selftest.h"

#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

struct nt_cell __percpu **nt_rows[NT_MATRIX_MIGRATION] __read_mostly;
struct nt_atomic_cell *nt_shared __read_mostly;
DEFINE_PER_CPU(struct nt_outcome[NT_MATRIX_MIGRATION], nt_outcomes);

static void free_matrix(unsigned int matrix)
{
	int row;

	if (!nt_rows[matrix])
		return;
	for_each_node(row)
		free_percpu(nt_rows[matrix][row]);
	kfree(nt_rows[matrix]);
	nt_rows[matrix] = NULL;
}

static int alloc_matrix(unsigned int matrix)
{
	size_t size = array_size(nr_node_ids, sizeof(struct nt_cell));
	int row;

	nt_rows[matrix] =
		NT_MAY_FAIL(kcalloc(nr_node_ids, sizeof(*nt_rows[matrix]),
				    GFP_KERNEL),
			    NULL);
	if (!nt_rows[matrix])
		return -ENOMEM;
	for_each_node(row) {
		nt_rows[matrix][row] =
			NT_MAY_FAIL(__alloc_percpu(size, __alignof__(u64)),
				    NULL);
		if (!nt_rows[matrix][row])
			return -ENOMEM;
	}
	return 0;
}

static size_t shared_cells(void)
{
	return array3_size(nr_node_ids, nr_node_ids,
			   NT_NR_MATRICES - NT_MATRIX_REASON);
}

int nt_counters_init(void)
{
	unsigned int matrix;
	int ret = 0;

	for (matrix = 0; matrix < NT_MATRIX_MIGRATION && !ret; matrix++)
		ret = alloc_matrix(matrix);
	nt_shared = NT_MAY_FAIL(kvcalloc(shared_cells(), sizeof(*nt_shared),
					 GFP_KERNEL),
				NULL);
	if (!ret && nt_shared)
		return 0;
	nt_counters_exit();
	return -ENOMEM;
}

void nt_counters_exit(void)
{
	unsigned int matrix;

	for (matrix = 0; matrix < NT_MATRIX_MIGRATION; matrix++)
		free_matrix(matrix);
	kvfree(nt_shared);
	nt_shared = NULL;
}

size_t nt_counters_memory(void)
{
	size_t row = array3_size(num_possible_cpus(), nr_node_ids,
				 sizeof(struct nt_cell));

	return size_add(array3_size(NT_MATRIX_MIGRATION, num_possible_nodes(),
				    row),
			size_mul(shared_cells(), sizeof(*nt_shared)));
}

static void add_shared_cell(unsigned int matrix, int row, int column,
			    struct nt_cell *sum)
{
	const struct nt_atomic_cell *cell = nt_shared_cell(matrix, row, column);

	sum->events += atomic64_read(&cell->events);
	sum->pages += atomic64_read(&cell->pages);
}

static void add_cpu_cell(unsigned int matrix, int row, int column,
			 struct nt_cell *sum)
{
	const struct nt_cell *cell;
	int cpu;

	for_each_possible_cpu(cpu) {
		cell = per_cpu_ptr(nt_rows[matrix][row], cpu) + column;
		sum->events += READ_ONCE(cell->events);
		sum->pages += READ_ONCE(cell->pages);
	}
}

static void add_cell(unsigned int matrix, int row, int column,
		     struct nt_cell *sum)
{
	unsigned int reason;

	if (matrix < NT_MATRIX_MIGRATION)
		add_cpu_cell(matrix, row, column, sum);
	else if (matrix > NT_MATRIX_MIGRATION)
		add_shared_cell(matrix, row, column, sum);
	else
		for (reason = 0; reason < NT_NR_REASONS; reason++)
			add_shared_cell(NT_MATRIX_REASON + reason, row, column,
					sum);
}

void nt_counters_add_row(unsigned int matrix, int row, struct nt_cell *sum)
{
	int column;

	for_each_node(column)
		add_cell(matrix, row, column, &sum[column]);
}

void nt_counters_add_all(unsigned int matrix, struct nt_cell *sum)
{
	int row, column;

	for_each_node(row) {
		for_each_node(column)
			add_cell(matrix, row, column, sum);
		cond_resched();
	}
}

void nt_outcomes_add(unsigned int matrix, struct nt_outcome *sum)
{
	const struct nt_outcome *outcome;
	int cpu;

	for_each_possible_cpu(cpu) {
		outcome = per_cpu_ptr(&nt_outcomes[matrix], cpu);
		sum->migrated += READ_ONCE(outcome->migrated);
		sum->failed += READ_ONCE(outcome->failed);
	}
}

static u64 crossed(unsigned int matrix)
{
	const struct nt_atomic_cell *cell;
	int row, column;
	u64 pages = 0;

	for_each_node(row) {
		for_each_node(column) {
			cell = nt_shared_cell(matrix, row, column);
			if (row != column)
				pages += atomic64_read(&cell->pages);
		}
		cond_resched();
	}
	return pages;
}

u64 nt_counters_crossed(unsigned int matrix)
{
	unsigned int reason;
	u64 pages = 0;

	if (matrix != NT_MATRIX_MIGRATION)
		return crossed(matrix);
	for (reason = 0; reason < NT_NR_REASONS; reason++)
		pages += crossed(NT_MATRIX_REASON + reason);
	return pages;
}
