/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moments of the kernel's clock (CLOCK_MONOTONIC) in the time of people.
 */
#ifndef NUMATRACE_MOMENT_H
#define NUMATRACE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/**
 * struct moment_now - two clocks at the same moment
 * @monotonic: CLOCK_MONOTONIC, ns
 * @realtime: CLOCK_REALTIME, ns
 */
struct moment_now {
	uint64_t monotonic;
	uint64_t realtime;
};

struct moment_now moment_now(void);

/*
 * Parse the begin of a time that ends now: how long ago (30s, 5m, 1h30m, 2d), a
 * time of the day (14:30, 14:30:05), a date, or both (2026-01-31,
 * 2026-01-31T14:30:05, with Z or +01:00 behind it if it is not local time).
 * @moment is on CLOCK_MONOTONIC, 0 if that is before the machine was booted.
 * False, and @moment untouched, if it is nothing of that, or in the future.
 */
bool moment_parse(const char *text, const struct moment_now *now,
		  uint64_t *moment);

/*
 * Local time: 2026-01-31T14:30:05.123+01:00, or 14:30:05.123 alone. NULL: no
 * memory. What the wall clock showed then is not known, only what it would
 * have shown as it is set now.
 */
char *moment_date(uint64_t moment, const struct moment_now *now);
char *moment_clock(uint64_t moment, const struct moment_now *now);

/* The same of a second since 1970: 2026-01-31T14:30:05+01:00. */
char *moment_second(time_t second);

#endif
