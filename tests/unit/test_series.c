// SPDX-License-Identifier: GPL-2.0
/*
 * Rates, percentiles and sparklines of a series, and times that people type.
 */
#include "moment.h"
#include "series.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kselftest_harness.h"

#define SECOND 1000000000ULL

TEST(rates_are_per_second)
{
	double rate = 42;

	ASSERT_TRUE(series_rate(300, 100, 2 * SECOND, &rate));
	EXPECT_EQ(100, rate);
	ASSERT_TRUE(series_rate(101, 100, SECOND / 10, &rate));
	EXPECT_EQ(10, rate);
	ASSERT_TRUE(series_rate(7, 7, SECOND, &rate));
	EXPECT_EQ(0, rate);
	ASSERT_TRUE(series_rate(UINT64_MAX, UINT64_MAX - 3600, 3600 * SECOND,
				&rate));
	EXPECT_EQ(1, rate);
}

TEST(rates_of_no_time_and_of_cleared_counters_are_undefined)
{
	double rate = 42;

	EXPECT_FALSE(series_rate(300, 100, 0, &rate));
	EXPECT_FALSE(series_rate(99, 100, SECOND, &rate));
	EXPECT_EQ(42, rate);
}

TEST(percentiles_are_by_nearest_rank)
{
	const double five[] = { 15, 20, 35, 40, 50 };
	double many[1000];

	EXPECT_EQ(15, series_percentile(five, 5, 5));
	EXPECT_EQ(20, series_percentile(five, 5, 30));
	EXPECT_EQ(20, series_percentile(five, 5, 40));
	EXPECT_EQ(35, series_percentile(five, 5, 50));
	EXPECT_EQ(50, series_percentile(five, 5, 95));
	EXPECT_EQ(50, series_percentile(five, 5, 100));
	EXPECT_EQ(15, series_percentile(five, 1, 1));
	EXPECT_EQ(15, series_percentile(five, 1, 99));
	EXPECT_EQ(15, series_percentile(five, 2, 50));
	for (int i = 0; i < 1000; i++)
		many[i] = i + 1;
	EXPECT_EQ(500, series_percentile(many, 1000, 50));
	EXPECT_EQ(950, series_percentile(many, 1000, 95));
	EXPECT_EQ(990, series_percentile(many, 1000, 99));
	EXPECT_EQ(100, series_percentile(many, 101, 99));
	EXPECT_EQ(99, series_percentile(many, 100, 99));
}

/* A value each second; a negative one is not defined. */
static struct series series_of(struct series_point *point, const double *value,
			       size_t count)
{
	for (size_t i = 0; i < count; i++)
		point[i] = (struct series_point){
			.timestamp = (i + 10) * SECOND,
			.elapsed = SECOND,
			.defined = value[i] >= 0,
			.value = value[i],
		};
	return (struct series){ .count = count, .point = point };
}

TEST(summaries_leave_out_what_is_undefined)
{
	const double value[] = { 5, -1, 1, 4, -1, 2, 3, -1 };
	struct series_point point[8];
	struct series series = series_of(point, value, 8);
	struct series_summary summary;

	ASSERT_EQ(0, series_summarise(&series, &summary));
	EXPECT_EQ(5, summary.count);
	EXPECT_EQ(1, summary.min);
	EXPECT_EQ(3, summary.median);
	EXPECT_EQ(5, summary.p95);
	EXPECT_EQ(5, summary.p99);
	EXPECT_EQ(5, summary.max);
	EXPECT_EQ(3, summary.last);
}

TEST(summaries_of_nothing_have_no_values)
{
	const double value[] = { -1, -1 };
	struct series_point point[2];
	struct series series = series_of(point, value, 2);
	struct series_summary summary = { .count = 42 };

	ASSERT_EQ(0, series_summarise(&series, &summary));
	EXPECT_EQ(0, summary.count);
	series.count = 0;
	ASSERT_EQ(0, series_summarise(&series, &summary));
	EXPECT_EQ(0, summary.count);
}

static bool drawn_as(const struct series *series, double lowest, double highest,
		     size_t width, const char *expected)
{
	int level[32];
	bool same;
	char *text;

	series_levels(series, lowest, highest, level, width);
	text = series_sparkline(level, width, false);
	same = text && !strcmp(expected, text);
	if (!same)
		printf("# drawn '%s', not '%s'\n", text, expected);
	free(text);
	return same;
}

TEST(each_value_has_its_place_and_level)
{
	const double value[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct series_point point[9];
	struct series series = series_of(point, value, 9);

	EXPECT_TRUE(drawn_as(&series, 0, 8, 9, "_.-~=+*##"));
	/* Beyond both ends. */
	EXPECT_TRUE(drawn_as(&series, 2, 4, 9, "___=#####"));
}

TEST(gaps_stay_empty)
{
	const double value[] = { 0, -1, 8, 8, -1, -1, 0 };
	struct series_point point[7];
	struct series series = series_of(point, value, 7);

	EXPECT_TRUE(drawn_as(&series, 0, 8, 7, "_ ##  _"));
}

TEST(places_are_of_equal_time)
{
	const double value[] = { 0, 8, 4 };
	struct series_point point[3];
	struct series series = series_of(point, value, 3);

	/* The second one stands for six seconds of eight. */
	point[1].elapsed = 6 * SECOND;
	point[1].timestamp += 5 * SECOND;
	point[2].timestamp += 5 * SECOND;
	EXPECT_TRUE(drawn_as(&series, 0, 8, 8, "_######="));
	/* The peak of what shares a place is seen. */
	EXPECT_TRUE(drawn_as(&series, 0, 8, 2, "##"));
}

TEST(single_moments_are_drawn)
{
	const double value[] = { 4, 3 };
	struct series_point point[2];
	struct series series = series_of(point, value, 2);

	point[0].elapsed = 0;
	EXPECT_TRUE(drawn_as(&series, 3, 4, 2, "#_"));
	series.count = 1;
	EXPECT_TRUE(drawn_as(&series, 4, 4, 1, "_"));
	EXPECT_TRUE(drawn_as(&series, 0, 0, 1, "_"));
	series.count = 0;
	EXPECT_TRUE(drawn_as(&series, 0, 0, 3, "   "));
	EXPECT_TRUE(drawn_as(&series, 0, 0, 0, ""));
}

TEST(block_characters_are_utf8)
{
	const int level[] = { 0, SERIES_NOTHING, 7 };
	char *text = series_sparkline(level, 3, true);

	ASSERT_NE(NULL, text);
	EXPECT_STREQ("\xe2\x96\x81 \xe2\x96\x88", text);
	free(text);
}

/* 2026-06-15T12:00:00Z, when the machine was up for ten hours. */
static const struct moment_now now = {
	.monotonic = 36000 * SECOND,
	.realtime = 1781524800 * SECOND,
};

static bool is_ago(const char *text, uint64_t seconds)
{
	uint64_t moment = 42, then = now.monotonic - seconds * SECOND;
	uint64_t difference;

	if (!moment_parse(text, &now, &moment))
		return false;
	difference = moment > then ? moment - then : then - moment;
	if (difference > 1000)
		printf("# %s: %llu\n", text, (unsigned long long)moment);
	/* Of the year 2026, a double has a quarter of a microsecond. */
	return difference <= 1000;
}

static bool is_wrong(const char *text)
{
	uint64_t moment = 42;

	return !moment_parse(text, &now, &moment) && moment == 42;
}

TEST(durations_go_back_from_now)
{
	EXPECT_TRUE(is_ago("30s", 30));
	EXPECT_TRUE(is_ago("30", 30));
	EXPECT_TRUE(is_ago("5m", 300));
	EXPECT_TRUE(is_ago("1h", 3600));
	EXPECT_TRUE(is_ago("1h30m", 5400));
	EXPECT_TRUE(is_ago("0.5h", 1800));
	EXPECT_TRUE(is_ago("0", 0));
	/* Before the machine was booted. */
	EXPECT_TRUE(is_ago("2d", 36000));
}

TEST(times_of_the_day_are_the_last_ones)
{
	EXPECT_TRUE(is_ago("11:30", 1800));
	EXPECT_TRUE(is_ago("11:59:58", 2));
	EXPECT_TRUE(is_ago("12:00", 0));
	/* Yesterday. */
	EXPECT_TRUE(is_ago("13:00", 36000));
}

TEST(dates_may_have_a_time_and_a_zone)
{
	EXPECT_TRUE(is_ago("2026-06-15T11:00:00", 3600));
	EXPECT_TRUE(is_ago("2026-06-15 11:00", 3600));
	EXPECT_TRUE(is_ago("2026-06-15T11:00:00Z", 3600));
	EXPECT_TRUE(is_ago("2026-06-15T12:00:00+01:00", 3600));
	EXPECT_TRUE(is_ago("2026-06-15T09:30:00-0130", 3600));
	EXPECT_TRUE(is_ago("2026-06-15", 36000));
	EXPECT_TRUE(is_ago("1999-12-31", 36000));
}

TEST(nonsense_and_the_future_are_no_times)
{
	EXPECT_TRUE(is_wrong(""));
	EXPECT_TRUE(is_wrong("m"));
	EXPECT_TRUE(is_wrong("-5m"));
	EXPECT_TRUE(is_wrong("5x"));
	EXPECT_TRUE(is_wrong("5 m"));
	EXPECT_TRUE(is_wrong("1.2.3s"));
	EXPECT_TRUE(is_wrong("999999999999d"));
	EXPECT_TRUE(is_wrong("25:00"));
	EXPECT_TRUE(is_wrong("11:60"));
	EXPECT_TRUE(is_wrong("1:30"));
	EXPECT_TRUE(is_wrong("11:30x"));
	EXPECT_TRUE(is_wrong("2026-13-01"));
	EXPECT_TRUE(is_wrong("2026-06-15T"));
	EXPECT_TRUE(is_wrong("2026-06-15T11:00:00+1"));
	EXPECT_TRUE(is_wrong("2026-06-16"));
	EXPECT_TRUE(is_wrong("2026-06-15T12:00:01"));
	EXPECT_TRUE(is_wrong("2026-06-15T11:30:00-01:00"));
}

TEST(moments_are_told_in_local_time)
{
	uint64_t moment = now.monotonic - 90 * SECOND - SECOND / 4;
	char *date = moment_date(moment, &now);
	char *clock = moment_clock(moment, &now);

	EXPECT_STREQ("2026-06-15T11:58:29.750+00:00", date);
	EXPECT_STREQ("11:58:29.750", clock);
	free(date);
	free(clock);
	setenv("TZ", "XXX-5:30", 1);
	tzset();
	date = moment_date(moment, &now);
	EXPECT_STREQ("2026-06-15T17:28:29.750+05:30", date);
	free(date);
	date = moment_second((time_t)(now.realtime / SECOND));
	EXPECT_STREQ("2026-06-15T17:30:00+05:30", date);
	free(date);
	EXPECT_TRUE(is_ago("17:00", 1800));
	setenv("TZ", "UTC", 1);
	tzset();
}

/* Before any test: what is local does not depend on the machine. */
__attribute__((constructor)) static void set_zone(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
}

TEST_HARNESS_MAIN
