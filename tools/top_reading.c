// SPDX-License-Identifier: GPL-2.0
#include "top_reading.h"
#include "locality.h"
#include "measure_cost.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

static int copy_cgroup(struct report_cgroups *copy,
		       const struct report_cgroup *from)
{
	struct report_cgroup *cgroup = report_add_cgroup(copy);

	if (!cgroup)
		return -ENOMEM;
	cgroup->kind = from->kind;
	cgroup->id = from->id;
	cgroup->cgroups = from->cgroups;
	if (from->path) {
		cgroup->path = strdup(from->path);
		if (!cgroup->path)
			return -ENOMEM;
	}
	/* A sum of nothing has measured everything. */
	cgroup->usage.outcomes = true;
	return locality_add_usage(&cgroup->usage, &from->usage);
}

static int copy_cgroups(struct report_cgroups *copy,
			const struct report_cgroups *cgroups)
{
	int err = 0;

	for (size_t i = 0; !err && i < cgroups->count; i++)
		err = copy_cgroup(copy, &cgroups->cgroup[i]);
	return err;
}

static int copy(struct top_reading *reading, const struct top_reading *from)
{
	int err = report_copy_nodes(&reading->nodes, &from->nodes);

	reading->migrations = from->migrations;
	reading->cgroups_hidden = from->cgroups_hidden;
	if (!err)
		err = report_copy_matrix(&reading->migration, &from->migration);
	if (!err)
		err = report_copy_processes(&reading->processes,
					    &from->processes);
	if (!err)
		err = copy_cgroups(&reading->cgroups, &from->cgroups);
	if (!err && from->error) {
		reading->error = strdup(from->error);
		err = reading->error ? 0 : -ENOMEM;
	}
	return err;
}

static int compare_cgroups(const void *a, const void *b)
{
	const struct report_cgroup *const *x = a, *const *y = b;

	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

/* Pointers to those that exist, by id; NULL when memory is short. */
static const struct report_cgroup **
index_cgroups(const struct report_cgroups *cgroups, size_t *count)
{
	const struct report_cgroup **index =
		calloc(cgroups->count + 1, sizeof(*index));

	*count = 0;
	if (!index)
		return NULL;
	for (size_t i = 0; i < cgroups->count; i++)
		if (cgroups->cgroup[i].kind == NUMATRACE_ROW_KIND_CURRENT)
			index[(*count)++] = &cgroups->cgroup[i];
	qsort(index, *count, sizeof(*index), compare_cgroups);
	return index;
}

static int subtract_cgroups(struct report_cgroups *cgroups,
			    const struct report_cgroups *before)
{
	size_t count;
	const struct report_cgroup **index = index_cgroups(before, &count);

	if (!index)
		return -ENOMEM;
	for (size_t i = 0; i < cgroups->count; i++) {
		const struct report_cgroup *cgroup = &cgroups->cgroup[i];
		const struct report_cgroup **old;

		if (cgroup->kind != NUMATRACE_ROW_KIND_CURRENT)
			continue;
		old = bsearch(&cgroup, index, count, sizeof(*index),
			      compare_cgroups);
		if (old && !locality_began_anew(&cgroup->usage, &(*old)->usage))
			locality_subtract_usage(&cgroups->cgroup[i].usage,
						&(*old)->usage);
	}
	free(index);
	return 0;
}

/* What migrated is not known where the hook was off at either end. */
static bool knows_migrations(const struct top_reading *now,
			     const struct top_reading *before)
{
	return now->migrations && before->migrations &&
	       report_hook_attached(&now->info, "migration") &&
	       report_hook_attached(&before->info, "migration");
}

static bool tracked(const struct top_reading *now,
		    const struct top_reading *before, enum config_field field)
{
	return report_tracks(&now->config, field) &&
	       report_tracks(&before->config, field);
}

static void drop_unmeasured_cgroups(struct report_cgroups *growth,
				    const struct locality_measured *measured)
{
	if (!measured->accesses || !measured->attributed)
		report_free_cgroups(growth);
	for (size_t i = 0; i < growth->count; i++)
		growth->cgroup[i].usage.outcomes &= measured->outcomes;
}

static int drop_unmeasured(struct top_reading *growth,
			   const struct top_reading *now,
			   const struct top_reading *before)
{
	struct locality_measured measured =
		locality_measured(&now->info, &before->info);

	if (!measure_cost_was_on(&now->config, &before->config))
		measured.timed = 0;
	measured.attributed = tracked(now, before, CONFIG_TRACK_CGROUPS);
	drop_unmeasured_cgroups(&growth->cgroups, &measured);
	measured.attributed = tracked(now, before, CONFIG_TRACK_PROCESSES);
	return locality_drop_unmeasured(&growth->processes, &measured);
}

int top_growth(struct top_reading *growth, const struct top_reading *now,
	       const struct top_reading *before)
{
	int err = copy(growth, now);

	if (err || now->error || !before || before->error ||
	    now->info.start_time != before->info.start_time)
		return err;
	growth->duration = now->info.timestamp - before->info.timestamp;
	growth->changed = now->info.generation != before->info.generation;
	growth->migrations = knows_migrations(now, before);
	locality_subtract_nodes(&growth->nodes, &before->nodes);
	locality_subtract_matrix(&growth->migration, &before->migration);
	locality_subtract_processes(&growth->processes, &before->processes);
	err = subtract_cgroups(&growth->cgroups, &before->cgroups);
	return err ? err : drop_unmeasured(growth, now, before);
}

void top_free_reading(struct top_reading *reading)
{
	free(reading->error);
	report_free_info(&reading->info);
	report_free_nodes(&reading->nodes);
	report_free_matrix(&reading->migration);
	report_free_processes(&reading->processes);
	report_free_cgroups(&reading->cgroups);
	*reading = (struct top_reading){ 0 };
}
