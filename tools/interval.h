/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Repeated reports, as vmstat takes them: INTERVAL [COUNT].
 */
#ifndef NUMATRACE_INTERVAL_H
#define NUMATRACE_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct interval - when to report
 * @period: ns between two readings; 0: one report, since load
 * @count: number of reports; 0: no end
 */
struct interval {
	uint64_t period;
	unsigned long count;
};

/*
 * Parse seconds, decimals allowed, and a count that may be NULL. False where
 * they are not a number, not positive or beyond ten years.
 */
bool interval_parse(struct interval *interval, const char *seconds,
		    const char *count);

/*
 * Call @read at the start of the first interval, with @report false, and at
 * the end of each, with @report true; without a period once, with @report
 * true. Ends early, with its result, where @read does not return 0.
 */
int interval_run(const struct interval *interval,
		 int (*read)(void *context, bool report), void *context);

#endif
