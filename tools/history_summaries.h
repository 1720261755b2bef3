/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a history is like over the time of its samples.
 */
#ifndef NUMATRACE_HISTORY_SUMMARIES_H
#define NUMATRACE_HISTORY_SUMMARIES_H

#include "history.h"

/*
 * A summary for each metric and node that is shown, in a new array of
 * @choice.metrics * @nodes elements; if @drawn with the course of the values.
 * There is at least one sample. NULL: no memory.
 */
struct history_summary *history_summaries(const struct history_view *view,
					  bool drawn);
void history_free_summaries(struct history_summary *summaries, size_t count);

/* Begin and end of the time that the samples stand for, CLOCK_MONOTONIC, ns. */
uint64_t history_begin(const struct report_samples *samples);
uint64_t history_end(const struct report_samples *samples);

#endif
