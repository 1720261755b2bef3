// SPDX-License-Identifier: GPL-2.0
#include "matrix_grid.h"
#include "topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libsmartcols.h>

/* The nodes along one side, ascending. */
struct axis {
	unsigned int *node;
	size_t count;
};

struct drawing {
	const struct matrix_grid *grid;
	const struct output_style *style;
	struct axis rows;
	struct axis columns;
	struct axis gone;
	struct libscols_table *table;
};

static int compare(const void *a, const void *b)
{
	const unsigned int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool contains(const struct axis *axis, unsigned int node)
{
	return axis->count &&
	       bsearch(&node, axis->node, axis->count, sizeof(node), compare);
}

static int insert(struct axis *axis, unsigned int node)
{
	unsigned int *grown;

	if (contains(axis, node))
		return 0;
	grown = reallocarray(axis->node, axis->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	axis->node = grown;
	grown[axis->count++] = node;
	qsort(grown, axis->count, sizeof(*grown), compare);
	return 0;
}

/* A node whose numbers are not zero is shown whatever the lists say. */
static int find_axes(struct drawing *drawing)
{
	const struct report_matrix *matrix = drawing->grid->matrix;
	int err;

	err = topology_parse_list(drawing->grid->rows, &drawing->rows.node,
				  &drawing->rows.count);
	if (!err)
		err = topology_parse_list(drawing->grid->columns,
					  &drawing->columns.node,
					  &drawing->columns.count);
	if (!err && drawing->grid->gone)
		err = topology_parse_list(drawing->grid->gone,
					  &drawing->gone.node,
					  &drawing->gone.count);
	for (size_t i = 0; !err && matrix && i < matrix->count; i++) {
		const struct report_cell *cell = &matrix->cell[i];

		if (!cell->events && !cell->pages)
			continue;
		err = insert(&drawing->rows, cell->row);
		if (!err)
			err = insert(&drawing->columns, cell->column);
	}
	return err;
}

static int add_heading(struct drawing *drawing, const char *name)
{
	return scols_table_new_column(drawing->table, name, 0, SCOLS_FL_RIGHT)
		       ? 0
		       : -ENOMEM;
}

static char *node_name(const struct drawing *drawing, unsigned int node)
{
	char *name;

	if (!contains(&drawing->gone, node))
		return output_count(node);
	return asprintf(&name, "%u (gone)", node) < 0 ? NULL : name;
}

static int add_headings(struct drawing *drawing)
{
	int err = add_heading(drawing, drawing->grid->corner);

	for (size_t i = 0; !err && i < drawing->columns.count; i++) {
		char *name = node_name(drawing, drawing->columns.node[i]);

		err = name ? add_heading(drawing, name) : -ENOMEM;
		free(name);
	}
	if (!err && !drawing->grid->text)
		err = add_heading(drawing, "SUM");
	if (!err && drawing->grid->locality)
		err = add_heading(drawing, "LOCALITY");
	return err;
}

/* Takes over @text. */
static int set_text(struct libscols_line *line, size_t index, char *text)
{
	int err = text ? scols_line_refer_data(line, index, text) : -ENOMEM;

	if (err)
		free(text);
	return err;
}

static int set_locality(const struct drawing *drawing,
			struct libscols_line *line, struct locality locality)
{
	size_t index = drawing->columns.count + 2;
	double ratio;

	if (!drawing->grid->locality)
		return 0;
	if (!locality_ratio(locality, &ratio))
		return scols_line_set_data(line, index, "-");
	return set_text(line, index, output_ratio(drawing->style, ratio));
}

/* A cell that the module did not send was not measured. */
static int set_cell(const struct drawing *drawing, struct libscols_line *line,
		    size_t index, const struct report_cell *cell)
{
	if (!cell)
		return scols_line_set_data(line, index, "-");
	return set_text(line, index,
			output_count(locality_cell(cell, drawing->grid->unit)));
}

static int set_own_cell(const struct drawing *drawing,
			struct libscols_line *line, size_t index, uint32_t row,
			uint32_t column)
{
	const struct matrix_grid *grid = drawing->grid;
	char *text = grid->text(grid->context, row, column);

	return text ? set_text(line, index, text)
		    : scols_line_set_data(line, index, "-");
}

static int set_cells(const struct drawing *drawing, struct libscols_line *line,
		     unsigned int row)
{
	const struct report_matrix *matrix = drawing->grid->matrix;
	int err = set_text(line, 0, node_name(drawing, row));

	for (size_t i = 0; !err && i < drawing->columns.count; i++) {
		unsigned int column = drawing->columns.node[i];

		if (drawing->grid->text)
			err = set_own_cell(drawing, line, i + 1, row, column);
		else
			err = set_cell(drawing, line, i + 1,
				       report_find_cell(matrix, row, column));
	}
	return err;
}

static int set_sum(const struct drawing *drawing, struct libscols_line *line,
		   size_t index, uint64_t sum)
{
	if (!drawing->grid->matrix->count)
		return scols_line_set_data(line, index, "-");
	return set_text(line, index, output_count(sum));
}

static int add_row(struct drawing *drawing, unsigned int row,
		   struct locality *total)
{
	const struct matrix_grid *grid = drawing->grid;
	struct libscols_line *line = scols_table_new_line(drawing->table, NULL);
	struct locality own;
	uint64_t sum;
	int err;

	if (!line)
		return -ENOMEM;
	if (grid->text)
		return set_cells(drawing, line, row);
	own = locality_of_row(grid->matrix, row, grid->unit);
	sum = own.local + own.remote;
	total->local += own.local;
	total->remote += own.remote;
	err = set_cells(drawing, line, row);
	if (!err)
		err = set_sum(drawing, line, drawing->columns.count + 1, sum);
	return err ? err : set_locality(drawing, line, own);
}

static int add_sums(struct drawing *drawing, struct locality total)
{
	const struct matrix_grid *grid = drawing->grid;
	struct libscols_line *line = scols_table_new_line(drawing->table, NULL);
	int err;

	if (!line)
		return -ENOMEM;
	err = scols_line_set_data(line, 0, "SUM");
	for (size_t i = 0; !err && i < drawing->columns.count; i++) {
		uint64_t sum = locality_column_sum(grid->matrix,
						   drawing->columns.node[i],
						   grid->unit, true);

		err = set_sum(drawing, line, i + 1, sum);
	}
	if (!err)
		err = set_sum(drawing, line, drawing->columns.count + 1,
			      total.local + total.remote);
	return err ? err : set_locality(drawing, line, total);
}

static int draw(struct drawing *drawing)
{
	struct locality total = { 0 };
	int err = add_headings(drawing);

	scols_table_enable_noheadings(drawing->table,
				      drawing->style->noheadings);
	for (size_t i = 0; !err && i < drawing->rows.count; i++)
		err = add_row(drawing, drawing->rows.node[i], &total);
	if (!err && !drawing->grid->text)
		err = add_sums(drawing, total);
	if (!err)
		err = scols_print_table(drawing->table);
	fflush(stdout);
	return err;
}

int matrix_grid_print(const struct matrix_grid *grid,
		      const struct output_style *style)
{
	struct drawing drawing = { .grid = grid, .style = style };
	int err = find_axes(&drawing);

	if (!err) {
		drawing.table = scols_new_table();
		err = drawing.table ? draw(&drawing) : -ENOMEM;
		scols_unref_table(drawing.table);
	}
	free(drawing.rows.node);
	free(drawing.columns.node);
	free(drawing.gone.node);
	return err;
}
