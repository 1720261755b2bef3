// SPDX-License-Identifier: GPL-2.0
#include "history_cgroups.h"
#include "process_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct history_cgroup *find(const struct history_cgroups *known,
					 uint64_t id)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->cgroup[i].id == id)
			return &known->cgroup[i];
	return NULL;
}

static const struct report_cgroup *find_row(const struct report_cgroups *rows,
					    uint64_t id)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->cgroup[i].id == id)
			return &rows->cgroup[i];
	return NULL;
}

bool history_cgroups_are_new(const struct history_cgroups *known,
			     const struct report_cgroups *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!find(known, rows->cgroup[i].id))
			return true;
	return false;
}

/* One of which no path is known is shown only where all are. */
static bool is_wanted(const char *pattern, const char *path)
{
	if (!path)
		return !pattern[strspn(pattern, "*")];
	return process_filter_cgroup(pattern, path);
}

static int add(struct history_cgroups *known, uint64_t id, const char *path)
{
	struct history_cgroup *grown =
		reallocarray(known->cgroup, known->count + 1,
			     sizeof(*known->cgroup));
	char *copy = path ? strdup(path) : NULL;

	if (grown)
		known->cgroup = grown;
	if (!grown || (path && !copy)) {
		free(copy);
		return -ENOMEM;
	}
	grown[known->count++] = (struct history_cgroup){
		.id = id,
		.path = copy,
		.wanted = is_wanted(known->pattern, path),
	};
	return 0;
}

int history_cgroups_add(struct history_cgroups *known,
			const struct report_cgroups *rows,
			const struct report_cgroups *names)
{
	int err = 0;

	for (size_t i = 0; !err && i < rows->count; i++) {
		uint64_t id = rows->cgroup[i].id;
		const struct report_cgroup *name = find_row(names, id);

		if (!find(known, id))
			err = add(known, id, name ? name->path : NULL);
	}
	return err;
}

static void set(struct report_node *node, enum node_field field, uint64_t value)
{
	node->measured |= 1ULL << field;
	node->value[field] = value;
}

static void fill(struct report_node *node, const struct report_usage *usage)
{
	set(node, NODE_HINT_FAULTS, usage->local_faults + usage->remote_faults);
	set(node, NODE_HINT_FAULTS_LOCAL, usage->local_faults);
	if (!usage->outcomes)
		return;
	set(node, NODE_NUMA_PAGES_MIGRATED, usage->migrated_pages);
	set(node, NODE_MIGRATE_FAIL, usage->failed_pages);
}

int history_cgroups_apply(const struct history_cgroups *known,
			  struct report_sample *sample)
{
	report_free_nodes(&sample->nodes);
	for (size_t i = 0; i < known->count; i++) {
		const struct report_cgroup *row =
			find_row(&sample->cgroups, known->cgroup[i].id);
		struct report_node *node;

		if (!known->cgroup[i].wanted || !row)
			continue;
		node = report_add_node(&sample->nodes);
		if (!node)
			return -ENOMEM;
		node->id = i;
		fill(node, &row->usage);
	}
	return 0;
}

void history_cgroups_free(struct history_cgroups *known)
{
	for (size_t i = 0; i < known->count; i++)
		free(known->cgroup[i].path);
	free(known->cgroup);
	*known = (struct history_cgroups){ 0 };
}
