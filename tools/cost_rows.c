// SPDX-License-Identifier: GPL-2.0
#include "cost_columns.h"
#include "cost_show.h"
#include "process_columns.h"
#include "topology.h"

#include <stdlib.h>

void cost_kind_rows(const struct report_costs *costs, struct cost_row *rows)
{
	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++) {
		const struct report_cost *all =
			report_find_cost(costs, kind, REPORT_ALL_NODES,
					 REPORT_ALL_NODES);

		rows[kind] = (struct cost_row){
			.kind = kind,
			.cost = cost_of_kind(costs, kind),
			.unmeasured = all ? all->unmeasured : NULL,
		};
	}
}

static void fill_node(const struct cost_reading *reading,
		      const struct report_node *node, struct cost_node_row *row)
{
	row->node = node->id;
	row->cpus = topology_count(node->cpus);
	row->measured_time = reading->measured_time;
	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++)
		if (cost_of_node(&reading->costs, kind, node->id,
				 &row->time[kind]))
			row->measured |= 1U << kind;
}

struct cost_node_row *cost_node_rows(const struct cost_reading *reading,
				     size_t *count)
{
	const struct report_nodes *nodes = &reading->nodes;
	struct cost_node_row *rows = calloc(nodes->count + 1, sizeof(*rows));

	*count = 0;
	for (size_t i = 0; rows && i < nodes->count; i++)
		fill_node(reading, &nodes->node[i], &rows[(*count)++]);
	return rows;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct cost_row *x = a, *y = b;

	if (x->cost->time != y->cost->time)
		return x->cost->time < y->cost->time ? 1 : -1;
	return (x->cost > y->cost) - (x->cost < y->cost);
}

struct cost_row *cost_pair_rows(const struct report_costs *costs, size_t *count)
{
	struct cost_row *rows = calloc(costs->count + 1, sizeof(*rows));

	*count = 0;
	for (size_t i = 0; rows && i < costs->count; i++) {
		const struct report_cost *cost = &costs->cost[i];

		if (cost->row == REPORT_ALL_NODES || !cost->count ||
		    !cost_of_kind(costs, cost->kind))
			continue;
		rows[(*count)++] = (struct cost_row){
			.kind = cost->kind,
			.cost = cost,
		};
	}
	if (rows)
		qsort(rows, *count, sizeof(*rows), compare_pairs);
	return rows;
}

static bool is_empty(const struct cost_bucket_row *row)
{
	for (int kind = 0; kind < REPORT_COST_KINDS; kind++)
		if (row->count[kind])
			return false;
	return true;
}

static void fill_bucket(const struct report_costs *costs, int order,
			uint64_t most[REPORT_COST_KINDS],
			struct cost_bucket_row *row)
{
	*row = (struct cost_bucket_row){ .order = order, .most = most };
	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++) {
		const struct report_cost *cost = cost_of_kind(costs, kind);

		if (!cost)
			continue;
		row->measured |= 1U << kind;
		row->count[kind] = cost->bucket[order];
		if (row->count[kind] > most[kind])
			most[kind] = row->count[kind];
	}
}

struct cost_bucket_row *cost_bucket_rows(const struct report_costs *costs,
					 uint64_t most[REPORT_COST_KINDS],
					 size_t *count)
{
	struct cost_bucket_row *rows = calloc(REPORT_ORDERS, sizeof(*rows));
	size_t filled = 0;

	for (int i = 0; i < REPORT_COST_KINDS; i++)
		most[i] = 0;
	*count = 0;
	for (int order = 0; rows && order < REPORT_ORDERS; order++) {
		struct cost_bucket_row *row = &rows[filled];

		fill_bucket(costs, order, most, row);
		if (is_empty(row) && !filled)
			continue;
		filled++;
		if (!is_empty(row))
			*count = filled;
	}
	return rows;
}

static uint64_t time_of_kind(const struct report_usage *usage, int kind)
{
	return usage->timed & (1U << kind) ? usage->time[kind] : 0;
}

/* The migrations that a fault causes are in its time. */
static uint64_t time_of(const struct report_process *process)
{
	const struct report_usage *usage = &process->usage;
	uint64_t balancing = time_of_kind(usage, NUMATRACE_COST_KIND_FAULT) +
			     time_of_kind(usage, NUMATRACE_COST_KIND_SCAN);
	uint64_t migration = time_of_kind(usage, NUMATRACE_COST_KIND_MIGRATION);

	return balancing > migration ? balancing : migration;
}

static int compare_processes(const void *a, const void *b)
{
	const struct process_row *x = a, *y = b;
	uint64_t left = time_of(x->process), right = time_of(y->process);

	if (left != right)
		return left < right ? 1 : -1;
	return (x->process->pid > y->process->pid) -
	       (x->process->pid < y->process->pid);
}

struct process_row *cost_process_rows(const struct report_processes *processes,
				      size_t *count)
{
	struct process_row *rows = calloc(processes->count + 1, sizeof(*rows));

	*count = 0;
	for (size_t i = 0; rows && i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];

		if (process_is_single(process) && process->usage.timed &&
		    time_of(process))
			rows[(*count)++].process = process;
	}
	if (rows)
		qsort(rows, *count, sizeof(*rows), compare_processes);
	return rows;
}
