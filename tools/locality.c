// SPDX-License-Identifier: GPL-2.0
#include "locality.h"

bool locality_ratio(struct locality locality, double *ratio)
{
	double sum = (double)locality.local + (double)locality.remote;

	if (sum == 0)
		return false;
	*ratio = (double)locality.local / sum;
	return true;
}

bool locality_of_node(const struct report_node *node, struct locality *locality)
{
	uint64_t all = node->value[NODE_HINT_FAULTS];
	uint64_t local = node->value[NODE_HINT_FAULTS_LOCAL];

	if (!report_measured(node, NODE_HINT_FAULTS) ||
	    !report_measured(node, NODE_HINT_FAULTS_LOCAL))
		return false;
	locality->local = local;
	locality->remote = all > local ? all - local : 0;
	return true;
}

bool locality_minor_faults(const struct report_node *node, int64_t *minor)
{
	if (!report_measured(node, NODE_FAULTS) ||
	    !report_measured(node, NODE_MAJOR_FAULTS))
		return false;
	*minor = (int64_t)locality_growth(node->value[NODE_FAULTS],
					  node->value[NODE_MAJOR_FAULTS]);
	return true;
}

struct locality locality_of_row(const struct report_matrix *access,
				uint32_t row, enum locality_unit unit)
{
	const struct report_cell *own = report_find_cell(access, row, row);

	return (struct locality){
		.local = own ? locality_cell(own, unit) : 0,
		.remote = locality_row_sum(access, row, unit, false),
	};
}

uint64_t locality_row_sum(const struct report_matrix *matrix, uint32_t row,
			  enum locality_unit unit, bool diagonal)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct report_cell *cell = &matrix->cell[i];

		if (cell->row == row && (diagonal || cell->column != row))
			sum += locality_cell(cell, unit);
	}
	return sum;
}

uint64_t locality_column_sum(const struct report_matrix *matrix,
			     uint32_t column, enum locality_unit unit,
			     bool diagonal)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct report_cell *cell = &matrix->cell[i];

		if (cell->column == column && (diagonal || cell->row != column))
			sum += locality_cell(cell, unit);
	}
	return sum;
}

static void subtract_node(struct report_node *node,
			  const struct report_node *before)
{
	const uint64_t gauges = (1ULL << NODE_FIRST_COUNTER) - 1;

	node->measured &= gauges | (before ? before->measured : 0);
	if (!before)
		return;
	for (int i = NODE_FIRST_COUNTER; i < NODE_FIELDS; i++)
		node->value[i] =
			locality_growth(node->value[i], before->value[i]);
}

void locality_subtract_nodes(struct report_nodes *nodes,
			     const struct report_nodes *before)
{
	for (size_t i = 0; i < nodes->count; i++) {
		struct report_node *node = &nodes->node[i];

		subtract_node(node, report_find_node(before, node->id));
	}
}

void locality_subtract_matrix(struct report_matrix *matrix,
			      const struct report_matrix *before)
{
	for (size_t i = 0; i < matrix->count; i++) {
		struct report_cell *cell = &matrix->cell[i];
		const struct report_cell *old;

		old = report_find_cell(before, cell->row, cell->column);
		if (!old)
			continue;
		cell->events = locality_growth(cell->events, old->events);
		cell->pages = locality_growth(cell->pages, old->pages);
	}
}
