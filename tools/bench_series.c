// SPDX-License-Identifier: GPL-2.0
#include "bench_series.h"

#include "series.h"

#include <stdlib.h>
#include <string.h>

/* The value below which the share @share lies, between two neighbours. */
static double quantile(const double *sorted, size_t count, double share)
{
	double place = share * (double)(count - 1);
	size_t below = (size_t)place;
	double rest = place - (double)below;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

/* Quartiles: what an interrupt did to a few repeats says nothing. */
struct profile_value bench_series_value(const struct bench_series *series)
{
	double sorted[BENCH_MAX_REPEATS];
	size_t count = series->count;
	struct profile_value value = { .repeats = count };

	memcpy(sorted, series->value, count * sizeof(*sorted));
	series_sort(sorted, count);
	value.median = quantile(sorted, count, 0.5);
	value.spread = (quantile(sorted, count, 0.75) -
			quantile(sorted, count, 0.25)) /
		       value.median;
	value.steady =
		count >= BENCH_MIN_REPEATS && value.spread <= BENCH_SPREAD;
	return value;
}

bool bench_series_done(const struct bench_series *series, size_t most,
		       bool over)
{
	if (!series->count)
		return false;
	if (series->count >= most || series->count >= BENCH_MAX_REPEATS)
		return true;
	if (series->count < BENCH_MIN_REPEATS)
		return false;
	return over || bench_series_value(series).steady;
}
