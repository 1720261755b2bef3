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

/* A moment of a clock, in ns, as local time: 2025-01-31T12:00:00+0100. */
char *usage_moment(int clock, uint64_t moment);

#endif
