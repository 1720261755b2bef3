/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values of the columns that processes and cgroups have in common.
 */
#ifndef NUMATRACE_USAGE_VALUES_H
#define NUMATRACE_USAGE_VALUES_H

#include "output.h"
#include "report.h"

/* Those of a usage, for the field of a column. */
enum usage_field {
	USAGE_LOCAL_FAULTS,
	USAGE_REMOTE_FAULTS,
	USAGE_LOCAL_PAGES,
	USAGE_REMOTE_PAGES,
	USAGE_LOCALITY,
	USAGE_CPU_NODE,
	USAGE_MEMORY_NODE,
	USAGE_MIGRATED,
	USAGE_FAILED,
	USAGE_FIRST,
	USAGE_LAST,
};

/* Text, to be freed; NULL where it was not measured. */
char *usage_value(const struct output_style *style,
		  const struct report_usage *usage, enum usage_field field);

/*
 * The columns, each but for its @value: that finds the usage of an object, and
 * gives what usage_value() does.
 */
#define USAGE_COLUMN_LOCAL_FAULTS                                                  \
	.name = "LOCAL", .key = "local_faults", .number = true,                    \
	.help = "accesses to the CPU's own node, in faults (hook mpol_misplaced)", \
	.field = USAGE_LOCAL_FAULTS
#define USAGE_COLUMN_REMOTE_FAULTS                                             \
	.name = "REMOTE", .key = "remote_faults", .number = true,              \
	.help = "accesses to other nodes, in faults (hook mpol_misplaced)",    \
	.field = USAGE_REMOTE_FAULTS
#define USAGE_COLUMN_LOCAL_PAGES                                               \
	.name = "LOCAL-PAGES", .key = "local_pages", .number = true,           \
	.hidden = true,                                                        \
	.help = "LOCAL, each weighed by its folio's size, in pages",           \
	.field = USAGE_LOCAL_PAGES
#define USAGE_COLUMN_REMOTE_PAGES                                              \
	.name = "REMOTE-PAGES", .key = "remote_pages", .number = true,         \
	.hidden = true,                                                        \
	.help = "REMOTE, each weighed by its folio's size, in pages",          \
	.field = USAGE_REMOTE_PAGES
#define USAGE_COLUMN_LOCALITY                                                  \
	.name = "LOCALITY", .key = "locality", .number = true,                 \
	.help = "LOCAL / (LOCAL + REMOTE); \"-\" if nothing was sampled",      \
	.field = USAGE_LOCALITY
#define USAGE_COLUMN_CPU_NODE                                                  \
	.name = "CPU-NODE", .key = "cpu_node", .number = true,                 \
	.help = "node whose CPUs made most of the accesses",                   \
	.field = USAGE_CPU_NODE
#define USAGE_COLUMN_MEMORY_NODE                                               \
	.name = "MEM-NODE", .key = "memory_node", .number = true,              \
	.help = "node whose memory got most of the accesses",                  \
	.field = USAGE_MEMORY_NODE
#define USAGE_COLUMN_MIGRATED                                                  \
	.name = "MIGRATED", .key = "migrated_pages", .number = true,           \
	.help = "pages that balancing moved for it (hook task_numa_fault)",    \
	.field = USAGE_MIGRATED
#define USAGE_COLUMN_FAILED                                                    \
	.name = "FAILED", .key = "failed_pages", .number = true,               \
	.help = "pages that it tried to move and could not (task_numa_fault)", \
	.field = USAGE_FAILED
#define USAGE_COLUMN_FIRST                                                     \
	.name = "FIRST", .key = "first_access", .hidden = true,                \
	.help = "moment of the first access since the module was loaded",      \
	.field = USAGE_FIRST
#define USAGE_COLUMN_LAST                                                      \
	.name = "LAST", .key = "last_access", .hidden = true,                  \
	.help = "moment of the last access", .field = USAGE_LAST

/* A moment of a clock, in ns, as local time: 2025-01-31T12:00:00+01:00. */
char *usage_moment(int clock, uint64_t moment);

#endif
