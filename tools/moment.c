// SPDX-License-Identifier: GPL-2.0
#include "moment.h"

#include "clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECONDS_PER_DAY (24 * 3600)
#define MAX_SECONDS (100.0 * 365 * SECONDS_PER_DAY)

struct moment_now moment_now(void)
{
	return (struct moment_now){
		.monotonic = clock_now_ns(),
		.realtime = clock_read_ns(CLOCK_REALTIME),
	};
}

static double unit_seconds(char unit)
{
	switch (unit) {
	case '\0':
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return SECONDS_PER_DAY;
	default:
		return 0;
	}
}

/* Numbers with a unit behind each; the last one may be of seconds without. */
static bool parse_ago(const char *text, double *seconds)
{
	*seconds = 0;
	if (!*text)
		return false;
	while (*text) {
		size_t length = strspn(text, "0123456789.");
		double number, unit;
		char *end;

		number = length ? strtod(text, &end) : 0;
		if (!length || end != text + length || !isfinite(number))
			return false;
		unit = unit_seconds(*end);
		if (!unit)
			return false;
		*seconds += number * unit;
		text = *end ? end + 1 : end;
	}
	return *seconds <= MAX_SECONDS;
}

/* strptime() would take blanks and numbers of fewer digits. */
static bool has_form(const char *text, const char *form)
{
	for (; *form; form++, text++)
		if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
			return false;
	return true;
}

static const char *parse_time(const char *text, struct tm *parts)
{
	if (has_form(text, "00:00:00"))
		return strptime(text, "%H:%M:%S", parts);
	return has_form(text, "00:00") ? strptime(text, "%H:%M", parts) : NULL;
}

/* Seconds by which the local time there is ahead, of Z, +01:00 or +0100. */
static bool parse_zone(const char *text, long *ahead)
{
	int sign = *text == '-' ? -1 : 1;
	int hours, minutes;

	*ahead = 0;
	if (!strcmp(text, "Z"))
		return true;
	if (*text != '+' && *text != '-')
		return false;
	if (!((has_form(text + 1, "00:00") && !text[6]) ||
	      (has_form(text + 1, "0000") && !text[5])))
		return false;
	if (sscanf(text + 1, text[3] == ':' ? "%2d:%2d" : "%2d%2d", &hours,
		   &minutes) != 2)
		return false;
	*ahead = sign * (hours * 3600L + minutes * 60L);
	return true;
}

static bool parse_date(const char *text, time_t *moment)
{
	struct tm parts = { .tm_isdst = -1 };
	long ahead;

	if (!has_form(text, "0000-00-00"))
		return false;
	text = strptime(text, "%Y-%m-%d", &parts);
	if (text && (*text == 'T' || *text == ' '))
		text = parse_time(text + 1, &parts);
	if (!text)
		return false;
	if (!*text) {
		*moment = mktime(&parts);
		return true;
	}
	if (!parse_zone(text, &ahead))
		return false;
	*moment = timegm(&parts) - ahead;
	return true;
}

/* The last time that the clock showed it. */
static bool parse_clock(const char *text, time_t now, time_t *moment)
{
	struct tm parts;

	localtime_r(&now, &parts);
	parts.tm_sec = 0;
	text = parse_time(text, &parts);
	if (!text || *text)
		return false;
	parts.tm_isdst = -1;
	*moment = mktime(&parts);
	if (*moment > now) {
		parts.tm_mday--;
		parts.tm_isdst = -1;
		*moment = mktime(&parts);
	}
	return true;
}

static uint64_t ago(const struct moment_now *now, double seconds)
{
	double nsec = seconds * (double)NSEC_PER_SEC;

	return nsec < (double)now->monotonic ? now->monotonic - (uint64_t)nsec
					     : 0;
}

bool moment_parse(const char *text, const struct moment_now *now,
		  uint64_t *moment)
{
	time_t wall = now->realtime / NSEC_PER_SEC;
	double seconds;
	time_t then;

	if (parse_ago(text, &seconds)) {
		*moment = ago(now, seconds);
		return true;
	}
	if (!parse_date(text, &then) && !parse_clock(text, wall, &then))
		return false;
	if (then > wall)
		return false;
	*moment = ago(now, (double)now->realtime / (double)NSEC_PER_SEC -
				   (double)then);
	return true;
}

static void split(uint64_t moment, const struct moment_now *now,
		  struct tm *parts, unsigned int *msec)
{
	/* Wraps to the right result where the moment is ahead of now. */
	uint64_t wall = now->realtime - (now->monotonic - moment);
	time_t seconds = wall / NSEC_PER_SEC;

	*msec = wall % NSEC_PER_SEC / NSEC_PER_MSEC;
	localtime_r(&seconds, parts);
}

/* As of RFC 3339: strftime() leaves out the colon in the zone. */
static char *date_of(const struct tm *parts, const char *fraction)
{
	long ahead = labs(parts->tm_gmtoff) / 60;
	char date[64], *text;

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", parts);
	if (asprintf(&text, "%s%s%c%02ld:%02ld", date, fraction,
		     parts->tm_gmtoff < 0 ? '-' : '+', ahead / 60,
		     ahead % 60) < 0)
		return NULL;
	return text;
}

char *moment_date(uint64_t moment, const struct moment_now *now)
{
	struct tm parts;
	unsigned int msec;
	char fraction[16];

	split(moment, now, &parts, &msec);
	snprintf(fraction, sizeof(fraction), ".%03u", msec);
	return date_of(&parts, fraction);
}

char *moment_second(time_t second)
{
	struct tm parts;

	localtime_r(&second, &parts);
	return date_of(&parts, "");
}

char *moment_clock(uint64_t moment, const struct moment_now *now)
{
	struct tm parts;
	unsigned int msec;
	char *text;

	split(moment, now, &parts, &msec);
	if (asprintf(&text, "%02d:%02d:%02d.%03u", parts.tm_hour, parts.tm_min,
		     parts.tm_sec, msec) < 0)
		return NULL;
	return text;
}
