// SPDX-License-Identifier: GPL-2.0
#include "history_summaries.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What the other columns take of a line, and the least and most for a course. */
#define OTHER_WIDTH 64
#define NODE_WIDTH 4
#define LEAST_WIDTH 10
#define MOST_WIDTH 60
#define DEFAULT_WIDTH 40

uint64_t history_begin(const struct report_samples *samples)
{
	return samples->sample[0].timestamp - samples->sample[0].elapsed;
}

uint64_t history_end(const struct report_samples *samples)
{
	return samples->sample[samples->count - 1].timestamp;
}

static void fill_series(const struct history_view *view, struct series *series,
			const struct metric *metric, uint32_t node)
{
	for (size_t i = 0; i < view->samples.count; i++) {
		const struct report_sample *sample = &view->samples.sample[i];
		struct series_point *point = &series->point[i];

		point->timestamp = sample->timestamp;
		point->elapsed = sample->elapsed;
		point->defined = metric_value(metric, &view->machine, sample,
					      node, &point->value);
	}
	series->count = view->samples.count;
}

static bool is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* What nodes take of a line, or the cgroups in their place. */
static size_t node_width(const struct history_view *view)
{
	const struct history_cgroups *cgroups = &view->choice.cgroups;
	size_t width = NODE_WIDTH;

	for (size_t i = 0; cgroups->pattern && i < view->nodes; i++) {
		const char *path = cgroups->cgroup[view->node[i]].path;

		if (path && strlen(path) > width)
			width = strlen(path);
	}
	return width;
}

static size_t course_width(const struct history_view *view)
{
	size_t other = OTHER_WIDTH + node_width(view);
	size_t width = DEFAULT_WIDTH;
	struct winsize size;

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)) {
		width = size.ws_col > other ? size.ws_col - other : 0;
		if (width < LEAST_WIDTH)
			width = LEAST_WIDTH;
		if (width > MOST_WIDTH)
			width = MOST_WIDTH;
	}
	return view->samples.count < width ? view->samples.count : width;
}

/*
 * Shares are drawn from 0 to 100 %. Sizes change little, compared to what they
 * are: they are drawn from the smallest on.
 */
static char *draw(const struct series *series, const struct metric *metric,
		  const struct series_summary *summary, size_t width)
{
	double lowest = metric->unit == METRIC_BYTES ? summary->min : 0;
	double highest = metric->unit == METRIC_SHARE ? 1 : summary->max;
	int level[MOST_WIDTH];

	series_levels(series, lowest, highest, level, width);
	return series_sparkline(level, width, is_utf8());
}

static bool fill(const struct history_view *view, struct series *series,
		 uint32_t node, size_t width, struct history_summary *summary)
{
	const struct metric *metric = summary->key.metric;

	fill_series(view, series, metric, node);
	if (series_summarise(series, &summary->summary))
		return false;
	if (width)
		summary->sparkline =
			draw(series, metric, &summary->summary, width);
	return !width || summary->sparkline;
}

static bool fill_all(const struct history_view *view, struct series *series,
		     size_t width, struct history_summary *summaries)
{
	const struct history_choice *choice = &view->choice;

	for (size_t i = 0; i < choice->metrics * view->nodes; i++) {
		uint32_t node = view->node[i % view->nodes];
		struct history_summary *summary = &summaries[i];

		summary->key =
			history_key(choice, choice->metric[i / view->nodes],
				    node);
		summary->from = history_begin(&view->samples);
		summary->to = history_end(&view->samples);
		summary->now = view->now;
		if (!fill(view, series, node, width, summary))
			return false;
	}
	return true;
}

struct history_summary *history_summaries(const struct history_view *view,
					  bool drawn)
{
	size_t count = view->choice.metrics * view->nodes;
	struct history_summary *summaries =
		calloc(count + 1, sizeof(*summaries));
	struct series series = {
		.point = calloc(view->samples.count + 1, sizeof(*series.point)),
	};
	size_t width = drawn ? course_width(view) : 0;

	if (!summaries || !series.point ||
	    !fill_all(view, &series, width, summaries)) {
		history_free_summaries(summaries, count);
		summaries = NULL;
	}
	free(series.point);
	return summaries;
}

void history_free_summaries(struct history_summary *summaries, size_t count)
{
	for (size_t i = 0; summaries && i < count; i++)
		free(summaries[i].sparkline);
	free(summaries);
}
