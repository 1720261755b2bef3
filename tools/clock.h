/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moments in ns, the unit of all times in the command.
 */
#ifndef NUMATRACE_CLOCK_H
#define NUMATRACE_CLOCK_H

#include <stdint.h>

#define NSEC_PER_USEC 1000ULL
#define NSEC_PER_MSEC 1000000ULL
#define NSEC_PER_SEC 1000000000ULL

/* The moment by a clock of clock_gettime(2), ns. */
uint64_t clock_read_ns(int clock);

/* The moment by CLOCK_MONOTONIC, ns. */
uint64_t clock_now_ns(void);

/*
 * Sleep until @moment, CLOCK_MONOTONIC, ns. 0, or -EINTR where a signal ended
 * it early.
 */
int clock_sleep_until(uint64_t moment);

static inline double clock_seconds(uint64_t ns)
{
	return (double)ns / NSEC_PER_SEC;
}

/* The date as 2026-01-31T12:00:00Z, to be freed; NULL when memory is short. */
char *clock_utc(void);

#endif
