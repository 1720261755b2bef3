// SPDX-License-Identifier: GPL-2.0
#include "interval.h"
#include "number.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000ULL
#define MAX_SECONDS (10.0 * 365 * 24 * 3600)
#define MIN_SECONDS 0.001

static bool parse_count(unsigned long *count, const char *text)
{
	uint64_t number;

	if (!number_parse(text, ULONG_MAX, &number) || !number)
		return false;
	*count = number;
	return true;
}

bool interval_parse(struct interval *interval, const char *seconds,
		    const char *count)
{
	double value;
	char *end;

	value = strtod(seconds, &end);
	if (end == seconds || *end || !isfinite(value))
		return false;
	if (value < MIN_SECONDS || value > MAX_SECONDS)
		return false;
	interval->period = (uint64_t)(value * NSEC_PER_SEC);
	interval->count = 0;
	return !count || parse_count(&interval->count, count);
}

/* To a moment, not for a while: reports do not drift by what they take. */
static int sleep_until(struct timespec *moment, uint64_t period)
{
	uint64_t nsec = moment->tv_nsec + period % NSEC_PER_SEC;

	moment->tv_sec += period / NSEC_PER_SEC + nsec / NSEC_PER_SEC;
	moment->tv_nsec = nsec % NSEC_PER_SEC;
	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, moment, NULL);
}

int interval_run(const struct interval *interval,
		 int (*read)(void *context, bool report), void *context)
{
	struct timespec moment;
	int err;

	if (!interval->period)
		return read(context, true);
	clock_gettime(CLOCK_MONOTONIC, &moment);
	err = read(context, false);
	for (unsigned long i = 0; !err; i++) {
		if (interval->count && i == interval->count)
			break;
		err = sleep_until(&moment, interval->period);
		if (!err)
			err = read(context, true);
	}
	return err;
}
