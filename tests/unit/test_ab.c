// SPDX-License-Identifier: GPL-2.0
/*
 * Balancing on against off: the order of the rounds, and what their noise
 * lets one say.
 */
#include "ab_gaps.h"
#include "ab_show.h"

#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

static void put_rate(struct ab_rounds *rounds, bool on, double rate)
{
	rounds->round[rounds->count++] = (struct ab_round){
		.on = on,
		.rated = true,
		.rate = rate,
	};
}

static void put_rates(struct ab_rounds *rounds, const double *on,
		      const double *off, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put_rate(rounds, true, on[i]);
		put_rate(rounds, false, off[i]);
	}
}

static enum ab_result judge(const double *on, const double *off, size_t count,
			    struct ab_verdict *verdict)
{
	struct ab_rounds *rounds = calloc(1, sizeof(*rounds));

	put_rates(rounds, on, off, count);
	ab_judge(rounds, verdict);
	free(rounds);
	return verdict->result;
}

TEST(rounds_take_turns)
{
	static const bool turns[] = {
		true, false, false, true, true, false, false, true,
	};

	for (size_t i = 0; i < 8; i++)
		EXPECT_EQ(turns[i], ab_is_on(i, 4, false));
}

TEST(each_kind_has_as_many_rounds)
{
	for (size_t each = 1; each <= AB_MAX_ROUNDS; each++) {
		size_t turns = 0, once = 0;

		for (size_t i = 0; i < 2 * each; i++) {
			turns += ab_is_on(i, each, false);
			once += ab_is_on(i, each, true);
		}
		EXPECT_EQ(each, turns);
		EXPECT_EQ(each, once);
	}
}

TEST(once_switches_once)
{
	EXPECT_TRUE(ab_is_on(0, 3, true));
	EXPECT_TRUE(ab_is_on(2, 3, true));
	EXPECT_FALSE(ab_is_on(3, 3, true));
	EXPECT_FALSE(ab_is_on(5, 3, true));
}

TEST(a_difference_beyond_the_noise_is_a_verdict)
{
	const double low[] = { 100, 101, 99, 100 };
	const double high[] = { 110, 112, 111, 109 };
	struct ab_verdict verdict;

	EXPECT_EQ(AB_ON, judge(high, low, 4, &verdict));
	EXPECT_EQ(100, verdict.off.median);
	EXPECT_EQ(110.5, verdict.on.median);
	EXPECT_TRUE(verdict.difference > 0.1049 && verdict.difference < 0.1051);
	EXPECT_TRUE(verdict.noise > 0.0299 && verdict.noise < 0.0301);
	EXPECT_EQ(AB_OFF, judge(low, high, 4, &verdict));
	EXPECT_TRUE(verdict.difference < 0);
}

TEST(a_difference_within_the_noise_is_none)
{
	const double low[] = { 100, 101, 99, 100 };
	const double wide[] = { 90, 120, 111, 109 };
	const double same[] = { 100, 100, 100, 100 };
	struct ab_verdict verdict;

	EXPECT_EQ(AB_NOISE, judge(wide, low, 4, &verdict));
	EXPECT_EQ(AB_NOISE, judge(low, wide, 4, &verdict));
	EXPECT_EQ(AB_NOISE, judge(same, same, 4, &verdict));
}

TEST(too_few_rounds_say_nothing)
{
	const double low[] = { 100, 100, 100 };
	const double high[] = { 200, 200, 200 };
	struct ab_verdict verdict;

	EXPECT_EQ(AB_FEW, judge(high, low, 1, &verdict));
	EXPECT_EQ(AB_FEW, judge(high, low, 3, &verdict));
}

TEST(without_throughput_there_is_no_verdict)
{
	struct ab_rounds *rounds = calloc(1, sizeof(*rounds));
	const double none[] = { 0, 0, 0, 0 };
	struct ab_verdict verdict;

	ab_judge(rounds, &verdict);
	EXPECT_EQ(AB_UNKNOWN, verdict.result);
	for (int i = 0; i < 8; i++)
		rounds->round[rounds->count++].on = i % 2;
	ab_judge(rounds, &verdict);
	EXPECT_EQ(AB_UNKNOWN, verdict.result);
	free(rounds);
	/* What stands still is no yardstick. */
	EXPECT_EQ(AB_UNKNOWN, judge(none, none, 4, &verdict));
}

TEST(rounds_without_a_rate_do_not_count)
{
	struct ab_rounds *rounds = calloc(1, sizeof(*rounds));
	const double low[] = { 100, 101, 99, 100 };
	const double high[] = { 110, 112, 111, 109 };
	struct ab_verdict verdict;

	put_rates(rounds, high, low, 4);
	rounds->round[0].rated = false;
	ab_judge(rounds, &verdict);
	EXPECT_EQ(3, verdict.on.count);
	EXPECT_EQ(AB_FEW, verdict.result);
	free(rounds);
}

TEST(what_was_not_measured_has_no_median)
{
	struct ab_rounds *rounds = calloc(1, sizeof(*rounds));
	struct ab_side side;

	rounds->round[rounds->count++] = (struct ab_round){
		.on = true,
		.sampled = true,
		.local = 3,
		.remote = 1,
		.timed = 1,
		.time = { 700, 0, 0 },
	};
	rounds->round[rounds->count++] = (struct ab_round){ .local = 5 };
	ab_side_of(rounds, true, ab_locality, &side);
	EXPECT_EQ(1, side.count);
	EXPECT_EQ(0.75, side.median);
	ab_side_of(rounds, false, ab_locality, &side);
	EXPECT_EQ(0, side.count);
	ab_side_of(rounds, true, ab_fault_time, &side);
	EXPECT_EQ(700, side.median);
	ab_side_of(rounds, true, ab_scan_time, &side);
	EXPECT_EQ(0, side.count);
	free(rounds);
}

TEST(verdicts_are_sentences)
{
	const double low[] = { 100, 101, 99, 100 };
	const double high[] = { 110, 112, 111, 109 };
	struct ab_verdict verdict;
	char *text;

	judge(high, low, 4, &verdict);
	text = ab_verdict_sentence(&verdict);
	EXPECT_STREQ("Faster with balancing: with it 10.5 % more per second than without (noise 3.0 %).",
		     text);
	free(text);
	judge(low, high, 4, &verdict);
	text = ab_verdict_sentence(&verdict);
	EXPECT_NE(NULL, strstr(text, "Faster without balancing: with it"));
	EXPECT_NE(NULL, strstr(text, "% less per second"));
	free(text);
	judge(low, low, 4, &verdict);
	text = ab_verdict_sentence(&verdict);
	EXPECT_NE(NULL, strstr(text, "the difference is within the noise"));
	free(text);
}

static bool has_note(const struct sentences *notes, const char *words)
{
	for (size_t i = 0; i < notes->count; i++)
		if (strstr(notes->text[i], words))
			return true;
	return false;
}

TEST(an_early_end_is_said)
{
	struct ab_run *run = calloc(1, sizeof(*run));
	struct ab_plan plan = { .each = 5, .once = true };
	struct sentences notes = { 0 };

	run->found = 2;
	run->rounds.count = 3;
	ASSERT_EQ(0, ab_notes(&plan, run, &notes));
	EXPECT_TRUE(has_note(&notes, "after 3 of 10 rounds"));
	EXPECT_TRUE(has_note(&notes, "Switched once"));
	EXPECT_TRUE(has_note(&notes, "kernel.numa_balancing is 2 again"));
	sentences_free(&notes);
	run->stuck = true;
	ASSERT_EQ(0, ab_notes(&plan, run, &notes));
	EXPECT_TRUE(has_note(&notes, "could not be restored: it was 2"));
	EXPECT_FALSE(has_note(&notes, "again"));
	sentences_free(&notes);
	run->left = true;
	ASSERT_EQ(0, ab_notes(&plan, run, &notes));
	EXPECT_TRUE(has_note(&notes, "Somebody else has changed"));
	sentences_free(&notes);
	free(run);
}

/* A round of which the settings and the hooks are as they come. */
static void fill_interval(struct ab_interval *interval,
			  struct cost_reading *reading,
			  struct cost_reading *growth)
{
	*reading = (struct cost_reading){ 0 };
	*growth = (struct cost_reading){ .elapsed = 1000 };
	*interval = (struct ab_interval){
		.now = reading,
		.before = reading,
		.growth = growth,
		.found = true,
	};
}

TEST(gaps_are_said_once)
{
	struct cost_reading reading, growth;
	struct sentences gaps = { 0 };
	struct ab_interval interval;

	fill_interval(&interval, &reading, &growth);
	growth.missing[COST_REASONS] = strdup("the hook migration is off");
	ASSERT_EQ(0, ab_find_gaps(&interval, &gaps));
	EXPECT_TRUE(has_note(&gaps, "Times are not measured"));
	EXPECT_TRUE(has_note(&gaps, "not counted: the hook migration is off"));
	EXPECT_EQ(2, gaps.count);
	growth.measured_time = 500;
	ASSERT_EQ(0, ab_find_gaps(&interval, &gaps));
	EXPECT_TRUE(has_note(&gaps, "Times of a round are left out"));
	EXPECT_EQ(3, gaps.count);
	growth.measured_time = 1000;
	ASSERT_EQ(0, ab_find_gaps(&interval, &gaps));
	EXPECT_EQ(3, gaps.count);
	sentences_free(&gaps);
	cost_reading_free(&growth);
}

TEST(gaps_of_processes_are_others)
{
	struct cost_reading reading, growth;
	struct sentences gaps = { 0 };
	struct ab_interval interval;

	fill_interval(&interval, &reading, &growth);
	growth.measured_time = 1000;
	interval.processes = true;
	ASSERT_EQ(0, ab_find_gaps(&interval, &gaps));
	EXPECT_TRUE(has_note(&gaps, "the hook access is not attached"));
	EXPECT_EQ(1, gaps.count);
	sentences_free(&gaps);
}

TEST(counters_are_first_numbers)
{
	double number = -1;

	EXPECT_TRUE(throughput_parse("requests: 1234 errors: 5\n", &number));
	EXPECT_EQ(1234, number);
	EXPECT_TRUE(throughput_parse("12.5", &number));
	EXPECT_EQ(12.5, number);
	EXPECT_FALSE(throughput_parse("none\n", &number));
	EXPECT_FALSE(throughput_parse("", &number));
	EXPECT_EQ(12.5, number);
}

TEST_HARNESS_MAIN
