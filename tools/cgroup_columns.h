/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of a cgroup.
 */
#ifndef NUMATRACE_CGROUP_COLUMNS_H
#define NUMATRACE_CGROUP_COLUMNS_H

#include "output.h"
#include "report.h"

/**
 * struct cgroup_row - a cgroup as it is printed
 * @cgroup: the row of the report; NULL for a parent that has none
 * @usage: what its processes did, or NULL
 * @path: below the root of the hierarchy, or NULL
 */
struct cgroup_row {
	const struct report_cgroup *cgroup;
	const struct report_usage *usage;
	const char *path;
};

/* Prints struct cgroup_row. */
extern const struct output_object cgroup_object;

/* Whether the row is about one cgroup, not about many. */
bool cgroup_is_single(const struct report_cgroup *cgroup);

#endif
