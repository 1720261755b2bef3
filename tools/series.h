/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic on a metric over time. Pure: no input, no output, no clock.
 */
#ifndef NUMATRACE_SERIES_H
#define NUMATRACE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct series_point - the value of a metric in one sample
 * @timestamp: of the sample, ns
 * @elapsed: time that it stands for, up to @timestamp, ns; may be 0
 * @defined: whether there is a value: what was not measured has none
 * @value: the value
 */
struct series_point {
	uint64_t timestamp;
	uint64_t elapsed;
	bool defined;
	double value;
};

/**
 * struct series - points in ascending order of time
 * @count: number of points
 * @point: the points
 */
struct series {
	size_t count;
	struct series_point *point;
};

/**
 * struct series_summary - what the defined values of a series are like
 * @count: how many there are; 0: the rest is not defined
 * @min: smallest
 * @median: percentile 50
 * @p95: percentile 95
 * @p99: percentile 99
 * @max: largest
 * @last: newest
 */
struct series_summary {
	size_t count;
	double min;
	double median;
	double p95;
	double p99;
	double max;
	double last;
};

/* Sort values from the smallest to the largest. */
void series_sort(double *value, size_t count);

/*
 * Growth of a counter per second. False, and @rate untouched, where no time
 * went by, or the counter is smaller than before: it was cleared, and nobody
 * knows what it counted.
 */
bool series_rate(uint64_t now, uint64_t before, uint64_t elapsed, double *rate);

/*
 * Percentile by nearest rank: the smallest of the values that at least
 * @percent of them do not exceed. @count is at least 1, @percent 1 to 100.
 */
double series_percentile(const double *sorted, size_t count,
			 unsigned int percent);

/* 0 or -ENOMEM. */
int series_summarise(const struct series *series,
		     struct series_summary *summary);

#define SERIES_LEVELS 8
#define SERIES_NOTHING (-1)

/*
 * Draw the time that a series covers on @width places, of equal time each: the
 * level, from 0 to SERIES_LEVELS - 1, of the largest value that touches the
 * place, or SERIES_NOTHING. @lowest is drawn on level 0, @highest and what is
 * above on the last one.
 */
void series_levels(const struct series *series, double lowest, double highest,
		   int *level, size_t width);

/* The levels as text, in block characters or ASCII; NULL: no memory. */
char *series_sparkline(const int *level, size_t width, bool utf8);

#endif
