// SPDX-License-Identifier: GPL-2.0
#include "cgroup_columns.h"
#include "container.h"
#include "usage_values.h"

#include <string.h>

#include <linux/numatrace.h>

bool cgroup_is_single(const struct report_cgroup *cgroup)
{
	return cgroup->kind == NUMATRACE_ROW_KIND_CURRENT ||
	       cgroup->kind == NUMATRACE_ROW_KIND_ENDED;
}

/* The name of the last directory, or what it is known to stand for. */
static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct cgroup_row *row = object;
	struct container container;
	const char *slash;

	if (!row->path)
		return NULL;
	if (container_of_path(row->path, &container) &&
	    !row->path[container.length])
		return container_label(&container);
	slash = strrchr(row->path, '/');
	return strdup(slash && slash[1] ? slash + 1 : row->path);
}

static char *show_kind(const struct output_style *style, const void *object,
		       int field)
{
	const struct cgroup_row *row = object;
	struct container container;

	if (!row->path)
		return NULL;
	container_of_path(row->path, &container);
	if (row->path[container.length])
		container.kind = CONTAINER_NONE;
	return strdup(container_kind_word(container.kind));
}

static char *show_runtime(const struct output_style *style, const void *object,
			  int field)
{
	const struct cgroup_row *row = object;
	struct container container;

	if (!row->path || !container_of_path(row->path, &container) ||
	    !container_contains(&container))
		return NULL;
	return strdup(container.runtime);
}

static char *show_pod(const struct output_style *style, const void *object,
		      int field)
{
	const struct cgroup_row *row = object;
	struct container container;

	if (!row->path || !container_of_path(row->path, &container) ||
	    !*container.pod)
		return NULL;
	return strdup(container.pod);
}

static char *show_state(const struct output_style *style, const void *object,
			int field)
{
	static const char *const words[] = {
		[NUMATRACE_ROW_KIND_CURRENT] = "live",
		[NUMATRACE_ROW_KIND_ENDED] = "removed",
		[NUMATRACE_ROW_KIND_ENDED_TOTAL] = "removed-total",
		[NUMATRACE_ROW_KIND_UNLISTED] = "unlisted",
		[NUMATRACE_ROW_KIND_UNATTRIBUTED] = "unattributed",
	};
	const struct cgroup_row *row = object;

	return row->cgroup ? strdup(words[row->cgroup->kind]) : NULL;
}

static char *show_usage(const struct output_style *style, const void *object,
			int field)
{
	const struct cgroup_row *row = object;

	return row->usage ? usage_value(style, row->usage, field) : NULL;
}

static char *show_path(const struct output_style *style, const void *object,
		       int field)
{
	const struct cgroup_row *row = object;

	return row->path ? strdup(row->path) : NULL;
}

static char *show_id(const struct output_style *style, const void *object,
		     int field)
{
	const struct cgroup_row *row = object;
	const struct report_cgroup *cgroup = row->cgroup;

	if (!cgroup || !cgroup_is_single(cgroup))
		return NULL;
	/* A container's row may be that of a cgroup inside of it. */
	if (cgroup->path && strcmp(cgroup->path, row->path))
		return NULL;
	return output_count(cgroup->id);
}

static const struct output_column cgroup_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.tree = true,
		.help = "short name: of a container, pod or unit, else the directory's",
		.value = show_name,
	},
	{
		.name = "KIND",
		.key = "kind",
		.hidden = true,
		.help = "container, machine, pod, user, service, scope, slice or cgroup",
		.value = show_kind,
	},
	{
		.name = "RUNTIME",
		.key = "runtime",
		.hidden = true,
		.help = "what runs the container, told from the path",
		.value = show_runtime,
	},
	{
		.name = "POD",
		.key = "pod",
		.hidden = true,
		.help = "uid of the pod, told from the path",
		.value = show_pod,
	},
	{
		.name = "STATE",
		.key = "state",
		.help = "live, removed; of many: removed-total, unlisted, unattributed",
		.value = show_state,
	},
	{ USAGE_COLUMN_LOCAL_FAULTS, .value = show_usage },
	{ USAGE_COLUMN_REMOTE_FAULTS, .value = show_usage },
	{ USAGE_COLUMN_LOCAL_PAGES, .value = show_usage },
	{ USAGE_COLUMN_REMOTE_PAGES, .value = show_usage },
	{ USAGE_COLUMN_LOCALITY, .value = show_usage },
	{ USAGE_COLUMN_CPU_NODE, .value = show_usage },
	{ USAGE_COLUMN_MEMORY_NODE, .value = show_usage },
	{ USAGE_COLUMN_MIGRATED, .value = show_usage },
	{ USAGE_COLUMN_FAILED, .value = show_usage },
	{ USAGE_COLUMN_FIRST, .value = show_usage },
	{ USAGE_COLUMN_LAST, .value = show_usage },
	{
		.name = "ID",
		.key = "id",
		.number = true,
		.hidden = true,
		.help = "inode number of the directory",
		.value = show_id,
	},
	{
		.name = "PATH",
		.key = "path",
		.hidden = true,
		.help = "path below the root of the hierarchy (version 2)",
		.value = show_path,
	},
	{ 0 },
};

const struct output_object cgroup_object = {
	.name = "cgroups",
	.columns = cgroup_columns,
};
