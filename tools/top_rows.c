// SPDX-License-Identifier: GPL-2.0
#include "top_rows.h"
#include "cgroup_columns.h"
#include "locality.h"
#include "node_columns.h"
#include "process_columns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

static bool make_room(struct top_rows *rows, const struct output_object *object,
		      size_t size, size_t count)
{
	*rows = (struct top_rows){
		.object = object,
		.size = size,
		.rows = calloc(count + 1, size),
	};
	return rows->rows;
}

static bool is_busy(const struct report_usage *usage)
{
	return usage->local_faults || usage->remote_faults;
}

static bool shows_process(const struct top_view *view,
			  const struct report_process *process,
			  const char *cgroup)
{
	char *pattern = (char *)view->name;
	const struct process_filter filter = {
		.pattern_count = *view->name != '\0',
		.patterns = &pattern,
		.by_user = *view->user,
		.uid = view->uid,
	};

	if (process->kind != NUMATRACE_ROW_KIND_CURRENT)
		return false;
	if (view->busy && !is_busy(&process->usage))
		return false;
	return process_filter_matches(&filter, process, cgroup);
}

static const char *path_of(const struct report_cgroups *cgroups, uint64_t id)
{
	for (size_t i = 0; i < cgroups->count; i++)
		if (cgroups->cgroup[i].id == id && cgroups->cgroup[i].path)
			return cgroups->cgroup[i].path;
	return NULL;
}

static void choose_processes(struct top_rows *rows, const struct top_view *view,
			     const struct top_reading *reading)
{
	struct process_row *row = rows->rows;

	for (size_t i = 0; i < reading->processes.count; i++) {
		const struct report_process *process =
			&reading->processes.process[i];
		const char *path =
			path_of(&reading->cgroups, process->cgroup_id);

		if (shows_process(view, process, path))
			row[rows->count++] = (struct process_row){
				.process = process,
				.cgroup = path,
			};
	}
}

/* In the path, or in the short name. */
static bool matches_name(const struct cgroup_row *row, const char *pattern)
{
	const struct output_column *column =
		output_find(&cgroup_object, "name");
	const struct output_style style = { 0 };
	char *name = column->value(&style, row, column->field);
	bool matches = (name && strstr(name, pattern)) ||
		       (row->path && strstr(row->path, pattern));

	free(name);
	return matches;
}

static void choose_cgroups(struct top_rows *rows, const struct top_view *view,
			   const struct top_reading *reading)
{
	struct cgroup_row *rows_of = rows->rows;

	for (size_t i = 0; i < reading->cgroups.count; i++) {
		const struct report_cgroup *cgroup =
			&reading->cgroups.cgroup[i];
		const struct cgroup_row row = {
			.cgroup = cgroup,
			.usage = &cgroup->usage,
			.path = cgroup->path,
		};

		if (cgroup->kind != NUMATRACE_ROW_KIND_CURRENT ||
		    (view->busy && !is_busy(&cgroup->usage)))
			continue;
		if (!*view->name || matches_name(&row, view->name))
			rows_of[rows->count++] = row;
	}
}

static void swap(char *x, char *y, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		char byte = x[i];

		x[i] = y[i];
		y[i] = byte;
	}
}

/* What was not measured stays last. */
static void reverse(struct top_rows *rows, const struct output_column *column)
{
	const struct output_style style = { 0 };
	char *first = rows->rows, *last;
	size_t measured = 0;

	for (; measured < rows->count; measured++) {
		char *text =
			column->value(&style, first + measured * rows->size,
				      column->field);

		free(text);
		if (!text)
			break;
	}
	if (!measured)
		return;
	last = first + (measured - 1) * rows->size;
	for (; first < last; first += rows->size, last -= rows->size)
		swap(first, last, rows->size);
}

int top_list_rows(struct top_rows *rows, const struct top_view *view,
		  const struct top_reading *reading)
{
	bool cgroups = view->list == TOP_CGROUPS;
	const struct output_column *sort = view->sort[view->list];
	int err;

	if (!make_room(rows, top_object(view->list),
		       cgroups ? sizeof(struct cgroup_row)
			       : sizeof(struct process_row),
		       cgroups ? reading->cgroups.count
			       : reading->processes.count))
		return -ENOMEM;
	if (cgroups)
		choose_cgroups(rows, view, reading);
	else
		choose_processes(rows, view, reading);
	err = output_sort(sort, rows->rows, rows->count, rows->size);
	if (!err && view->reverse)
		reverse(rows, sort);
	return err;
}

int top_node_rows(struct top_rows *rows, const struct top_reading *reading,
		  size_t most)
{
	const struct report_nodes *nodes = &reading->nodes;
	struct node_row *row;

	if (!make_room(rows, &node_object, sizeof(*row), nodes->count))
		return -ENOMEM;
	row = rows->rows;
	for (; rows->count < nodes->count; rows->count++, row++) {
		row->node = &nodes->node[rows->count];
		row->migrations = reading->migrations;
		row->in =
			locality_column_sum(&reading->migration, row->node->id,
					    LOCALITY_PAGES, false);
		row->out = locality_row_sum(&reading->migration, row->node->id,
					    LOCALITY_PAGES, false);
	}
	if (rows->count <= most)
		return 0;
	rows->count = most;
	return output_sort(output_find(&node_object, "hint_faults_remote"),
			   rows->rows, nodes->count, rows->size);
}

void top_free_rows(struct top_rows *rows)
{
	free(rows->rows);
	*rows = (struct top_rows){ 0 };
}
