// SPDX-License-Identifier: GPL-2.0
#include "clock.h"

#include <string.h>
#include <time.h>

uint64_t clock_read_ns(int clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * NSEC_PER_SEC + (uint64_t)time.tv_nsec;
}

uint64_t clock_now_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

int clock_sleep_until(uint64_t moment)
{
	const struct timespec time = {
		.tv_sec = (time_t)(moment / NSEC_PER_SEC),
		.tv_nsec = (long)(moment % NSEC_PER_SEC),
	};

	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

char *clock_utc(void)
{
	time_t now = time(NULL);
	struct tm utc;
	char text[32];

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return strdup(text);
}
