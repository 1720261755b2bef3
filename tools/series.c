// SPDX-License-Identifier: GPL-2.0
#include "series.h"

#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool series_rate(uint64_t now, uint64_t before, uint64_t elapsed, double *rate)
{
	if (!elapsed || now < before)
		return false;
	*rate = (double)(now - before) * NSEC_PER_SEC / (double)elapsed;
	return true;
}

double series_percentile(const double *sorted, size_t count,
			 unsigned int percent)
{
	size_t rank =
		(count / 100) * percent + ((count % 100) * percent + 99) / 100;

	return sorted[rank - 1];
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void series_sort(double *value, size_t count)
{
	qsort(value, count, sizeof(*value), compare);
}

static size_t defined_values(const struct series *series, double *value)
{
	size_t count = 0;

	for (size_t i = 0; i < series->count; i++)
		if (series->point[i].defined)
			value[count++] = series->point[i].value;
	return count;
}

int series_summarise(const struct series *series,
		     struct series_summary *summary)
{
	double *value = calloc(series->count + 1, sizeof(*value));
	size_t count;

	if (!value)
		return -ENOMEM;
	*summary = (struct series_summary){ 0 };
	count = defined_values(series, value);
	if (count) {
		summary->count = count;
		summary->last = value[count - 1];
		series_sort(value, count);
		summary->min = value[0];
		summary->median = series_percentile(value, count, 50);
		summary->p95 = series_percentile(value, count, 95);
		summary->p99 = series_percentile(value, count, 99);
		summary->max = value[count - 1];
	}
	free(value);
	return 0;
}

/* The time that all points together stand for, ns. */
struct span {
	uint64_t begin;
	uint64_t length;
};

static uint64_t begin_of(const struct series_point *point)
{
	return point->elapsed < point->timestamp
		       ? point->timestamp - point->elapsed
		       : 0;
}

/*
 * The place in which a moment lies; one that is between two places lies in the
 * first of them as the end of something, and else in the second.
 */
static size_t place_of(uint64_t moment, bool end, const struct span *span,
		       size_t width)
{
	unsigned __int128 scaled = moment - span->begin;
	size_t place;

	scaled *= width;
	if (end && scaled)
		scaled--;
	place = span->length ? (size_t)(scaled / span->length) : 0;
	return place < width ? place : width - 1;
}

static int level_of(double value, double lowest, double highest)
{
	double share;

	if (!(highest > lowest))
		return 0;
	share = (value - lowest) / (highest - lowest);
	if (share <= 0)
		return 0;
	if (share >= 1)
		return SERIES_LEVELS - 1;
	return (int)(share * SERIES_LEVELS);
}

void series_levels(const struct series *series, double lowest, double highest,
		   int *level, size_t width)
{
	struct span span;

	for (size_t i = 0; i < width; i++)
		level[i] = SERIES_NOTHING;
	if (!series->count || !width)
		return;
	span.begin = begin_of(&series->point[0]);
	span.length = series->point[series->count - 1].timestamp - span.begin;
	for (size_t i = 0; i < series->count; i++) {
		const struct series_point *point = &series->point[i];
		size_t first, last;
		int drawn;

		if (!point->defined)
			continue;
		first = place_of(begin_of(point), !point->elapsed, &span,
				 width);
		last = place_of(point->timestamp, true, &span, width);
		drawn = level_of(point->value, lowest, highest);
		for (; first <= last; first++)
			if (level[first] < drawn)
				level[first] = drawn;
	}
}

char *series_sparkline(const int *level, size_t width, bool utf8)
{
	static const char *const blocks[SERIES_LEVELS] = {
		"\u2581", "\u2582", "\u2583", "\u2584",
		"\u2585", "\u2586", "\u2587", "\u2588",
	};
	static const char *const ascii[SERIES_LEVELS] = {
		"_", ".", "-", "~", "=", "+", "*", "#",
	};
	const char *const *marks = utf8 ? blocks : ascii;
	char *text = malloc(width * sizeof("\u2581") + 1), *end = text;

	if (!text)
		return NULL;
	for (size_t i = 0; i < width; i++)
		end = stpcpy(end, level[i] < 0 ? " " : marks[level[i]]);
	*end = '\0';
	return text;
}
