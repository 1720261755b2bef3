// SPDX-License-Identifier: GPL-2.0
#include "usage_values.h"
#include "clock.h"
#include "locality.h"
#include "moment.h"

#include <string.h>
#include <time.h>

char *usage_moment(int clock, uint64_t moment)
{
	int64_t age = (int64_t)(clock_read_ns(clock) - moment);
	int64_t real = (int64_t)clock_read_ns(CLOCK_REALTIME) - age;
	/* Readings of two clocks lie apart: rounded, a moment stays the same. */
	time_t seconds =
		(real + (int64_t)NSEC_PER_SEC / 2) / (int64_t)NSEC_PER_SEC;

	return moment_second(seconds);
}

static char *show_locality(const struct output_style *style,
			   const struct report_usage *usage)
{
	double ratio;

	if (!locality_ratio(locality_of_usage(usage, LOCALITY_EVENTS), &ratio))
		return NULL;
	return output_ratio(style, ratio);
}

static char *show_node(const struct report_usage *usage,
		       bool (*main_node)(const struct report_usage *usage,
					 uint32_t *node))
{
	uint32_t node;

	return main_node(usage, &node) ? output_count(node) : NULL;
}

char *usage_value(const struct output_style *style,
		  const struct report_usage *usage, enum usage_field field)
{
	switch (field) {
	case USAGE_LOCAL_FAULTS:
		return output_count(usage->local_faults);
	case USAGE_REMOTE_FAULTS:
		return output_count(usage->remote_faults);
	case USAGE_LOCAL_PAGES:
		return output_count(usage->local_pages);
	case USAGE_REMOTE_PAGES:
		return output_count(usage->remote_pages);
	case USAGE_LOCALITY:
		return show_locality(style, usage);
	case USAGE_CPU_NODE:
		return show_node(usage, locality_main_cpu_node);
	case USAGE_MEMORY_NODE:
		return show_node(usage, locality_main_memory_node);
	case USAGE_MIGRATED:
		return usage->outcomes ? output_count(usage->migrated_pages)
				       : NULL;
	case USAGE_FAILED:
		return usage->outcomes ? output_count(usage->failed_pages)
				       : NULL;
	case USAGE_FIRST:
		return usage->accessed ? usage_moment(CLOCK_MONOTONIC,
						      usage->first_access)
				       : NULL;
	case USAGE_LAST:
		return usage->accessed ? usage_moment(CLOCK_MONOTONIC,
						      usage->last_access)
				       : NULL;
	}
	return NULL;
}
