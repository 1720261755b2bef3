/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A measurement that is repeated until it can be believed. Pure.
 */
#ifndef NUMATRACE_BENCH_SERIES_H
#define NUMATRACE_BENCH_SERIES_H

#include "profile.h"

#define BENCH_MAX_REPEATS 100

/* Fewer say nothing about their spread. */
#define BENCH_MIN_REPEATS 5

/* Distance of the quartiles over the median that counts as small. */
#define BENCH_SPREAD 0.03

/**
 * struct bench_series - the repeats
 * @count: number of values
 * @value: the values, in the order in which they were measured
 */
struct bench_series {
	size_t count;
	double value[BENCH_MAX_REPEATS];
};

/* Median, spread, and whether it is small. @series must not be empty. */
struct profile_value bench_series_value(const struct bench_series *series);

/*
 * Whether to stop: the spread is small, there are @most values, or the time is
 * @over.
 */
bool bench_series_done(const struct bench_series *series, size_t most,
		       bool over);

#endif
