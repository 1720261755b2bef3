// SPDX-License-Identifier: GPL-2.0
#include "finding_columns.h"

#include "clock.h"
#include "findings.h"
#include "usage_values.h"

#include <string.h>
#include <time.h>

enum {
	NODE,
	OTHER,
	VALUE,
	THRESHOLD,
};

static const struct report_finding *finding_of(const void *object)
{
	return ((const struct finding_row *)object)->finding;
}

static char *show_severity(const struct output_style *style, const void *object,
			   int field)
{
	return strdup(finding_severity_word(finding_of(object)->severity));
}

static char *show_kind(const struct output_style *style, const void *object,
		       int field)
{
	return strdup(finding_kind_word(finding_of(object)->kind));
}

static char *show_node(const struct output_style *style, const void *object,
		       int field)
{
	const struct report_finding *finding = finding_of(object);
	uint32_t node = field == NODE ? finding->node : finding->other_node;

	return node == REPORT_ALL_NODES ? NULL : output_count(node);
}

static char *show_since(const struct output_style *style, const void *object,
			int field)
{
	return usage_moment(CLOCK_MONOTONIC, finding_of(object)->since);
}

static char *show_age(const struct output_style *style, const void *object,
		      int field)
{
	const struct finding_row *row = object;
	uint64_t since = row->finding->since;

	return output_count(row->now > since ? (row->now - since) / NSEC_PER_SEC
					     : 0);
}

static char *show_share(const struct output_style *style, const void *object,
			int field)
{
	const struct report_finding *finding = finding_of(object);

	return output_ratio(style,
			    finding_ratio(field == VALUE ? finding->value
							 : finding->threshold));
}

static char *show_events(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_finding *finding = finding_of(object);

	return finding->counted ? output_count(finding->events) : NULL;
}

static char *show_what(const struct output_style *style, const void *object,
		       int field)
{
	return finding_what(finding_of(object));
}

static char *show_action(const struct output_style *style, const void *object,
			 int field)
{
	return finding_action(finding_of(object));
}

static const struct output_column finding_columns[] = {
	{
		.name = "SEVERITY",
		.key = "severity",
		.help = "notice or warning",
		.value = show_severity,
	},
	{
		.name = "PROBLEM",
		.key = "problem",
		.help = "kind of the problem, see numatrace(1)",
		.value = show_kind,
	},
	{
		.name = "NODE",
		.key = "node",
		.number = true,
		.help = "node that it concerns; \"-\": the whole machine",
		.field = NODE,
		.value = show_node,
	},
	{
		.name = "OTHER",
		.key = "other_node",
		.number = true,
		.help = "node that it is compared with",
		.field = OTHER,
		.value = show_node,
	},
	{
		.name = "SINCE",
		.key = "since",
		.help = "moment of the first sample that showed it",
		.value = show_since,
	},
	{
		.name = "SECONDS",
		.key = "seconds",
		.number = true,
		.help = "time since then, s",
		.value = show_age,
	},
	{
		.name = "VALUE",
		.key = "value",
		.number = true,
		.help = "share, or difference of two shares, in the last sample",
		.field = VALUE,
		.value = show_share,
	},
	{
		.name = "THRESHOLD",
		.key = "threshold",
		.number = true,
		.help = "beyond which it is a problem (numatrace config detect_*)",
		.field = THRESHOLD,
		.value = show_share,
	},
	{
		.name = "EVENTS",
		.key = "events",
		.number = true,
		.help = "that VALUE is a share of; \"-\" where it is not one of events",
		.value = show_events,
	},
	{
		.name = "WHAT",
		.key = "what",
		.hidden = true,
		.help = "the same in a sentence",
		.value = show_what,
	},
	{
		.name = "ACTION",
		.key = "action",
		.hidden = true,
		.help = "what to do about it",
		.value = show_action,
	},
	{ 0 },
};

const struct output_object finding_object = {
	.name = "findings",
	.columns = finding_columns,
};
