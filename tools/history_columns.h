/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of a history: single values, summaries, and the metrics that
 * there are.
 */
#ifndef NUMATRACE_HISTORY_COLUMNS_H
#define NUMATRACE_HISTORY_COLUMNS_H

#include "history_cgroups.h"
#include "metrics.h"
#include "moment.h"
#include "output.h"
#include "series.h"

/**
 * struct history_key - what a value is about
 * @metric: the metric
 * @node: number of the node, or REPORT_ALL_NODES
 * @cgroup: the cgroup, or NULL
 */
struct history_key {
	const struct metric *metric;
	uint32_t node;
	const struct history_cgroup *cgroup;
};

/**
 * struct history_value - the value of a metric in a sample
 * @key: what it is about
 * @growth: what happened up to the sample
 * @defined: whether there is a value
 * @value: the value
 * @now: to tell the time
 */
struct history_value {
	struct history_key key;
	const struct report_sample *growth;
	bool defined;
	double value;
	struct moment_now now;
};

/**
 * struct history_summary - the values of a metric in many samples
 * @key: what they are about
 * @from: begin of the time that the values stand for, CLOCK_MONOTONIC, ns
 * @to: end of that time
 * @summary: what the values are like
 * @sparkline: the values over that time, or NULL
 * @now: to tell the time
 */
struct history_summary {
	struct history_key key;
	uint64_t from;
	uint64_t to;
	struct series_summary summary;
	char *sparkline;
	struct moment_now now;
};

extern const struct output_object history_value_object;
extern const struct output_object history_summary_object;
/* Prints struct metric. */
extern const struct output_object history_metric_object;

/* A value as text, with its unit where it is for people; NULL: no memory. */
char *history_text(const struct output_style *style, enum metric_unit unit,
		   double value);

#endif
