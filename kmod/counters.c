// SPDX-License-Identifier: GPL-2.0
#include "counters.h"
#include "selftest.h"

#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/slab.h>

struct nt_cell __percpu **nt_rows[NT_NR_MATRICES] __read_mostly;

static void free_matrix(enum numatrace_matrix_kind kind)
{
	int row;

	if (!nt_rows[kind])
		return;
	for_each_node(row)
		free_percpu(nt_rows[kind][row]);
	kfree(nt_rows[kind]);
	nt_rows[kind] = NULL;
}

static int alloc_matrix(enum numatrace_matrix_kind kind)
{
	size_t size = array_size(nr_node_ids, sizeof(struct nt_cell));
	int row;

	nt_rows[kind] = NT_MAY_FAIL(kcalloc(nr_node_ids, sizeof(*nt_rows[kind]),
					    GFP_KERNEL),
				    NULL);
	if (!nt_rows[kind])
		return -ENOMEM;
	for_each_node(row) {
		nt_rows[kind][row] =
			NT_MAY_FAIL(__alloc_percpu(size, __alignof__(u64)),
				    NULL);
		if (!nt_rows[kind][row])
			return -ENOMEM;
	}
	return 0;
}

int nt_counters_init(void)
{
	int kind, ret;

	for (kind = 0; kind < NT_NR_MATRICES; kind++) {
		ret = alloc_matrix(kind);
		if (ret) {
			nt_counters_exit();
			return ret;
		}
	}
	return 0;
}

void nt_counters_exit(void)
{
	int kind;

	for (kind = 0; kind < NT_NR_MATRICES; kind++)
		free_matrix(kind);
}

static void sum_row(const struct nt_cell __percpu *row, struct nt_cell *sum)
{
	const struct nt_cell *cell;
	int cpu, column;

	for_each_possible_cpu(cpu) {
		cell = per_cpu_ptr(row, cpu);
		for_each_node(column) {
			sum[column].events += READ_ONCE(cell[column].events);
			sum[column].pages += READ_ONCE(cell[column].pages);
		}
	}
}

void nt_counters_sum(enum numatrace_matrix_kind kind, struct nt_cell *sum)
{
	int row;

	for_each_node(row) {
		sum_row(nt_rows[kind][row], sum + row * nr_node_ids);
		cond_resched();
	}
}
