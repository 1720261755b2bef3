// SPDX-License-Identifier: GPL-2.0
#include "interval.h"
#include "clock.h"
#include "number.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

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

int interval_run(const struct interval *interval,
		 int (*read)(void *context, bool report), void *context)
{
	uint64_t moment;
	int err;

	if (!interval->period)
		return read(context, true);
	moment = clock_now_ns();
	err = read(context, false);
	for (unsigned long i = 0; !err; i++) {
		if (interval->count && i == interval->count)
			break;
		/* To a moment, not for a while: they do not drift. */
		moment += interval->period;
		err = clock_sleep_until(moment);
		if (!err)
			err = read(context, true);
	}
	return err;
}
