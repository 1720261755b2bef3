// SPDX-License-Identifier: GPL-2.0
/*
 * Problems in words: what they are, what to do, and what was not looked for.
 */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

#define KINDS (NUMATRACE_FINDING_KIND_ALLOCATION_MISSES + 1)
#define ALL_KINDS ((1U << KINDS) - 1)
#define SECOND 1000000000ULL

static char name_access[] = "access", name_migration[] = "migration";
static char two_nodes[] = "0-1", one_node[] = "5", many_nodes[] = "0-8";

FIXTURE(findings)
{
	struct report_hook hook[2];
	struct report_info info;
	struct report_config config;
	struct report_finding finding;
	struct report_findings findings;
	struct sentences sentences;
};

FIXTURE_SETUP(findings)
{
	memset(self, 0, sizeof(*self));
	self->hook[0].name = name_access;
	self->hook[1].name = name_migration;
	for (int i = 0; i < 2; i++)
		self->hook[i].state = NUMATRACE_HOOK_STATE_FTRACE;
	self->info = (struct report_info){
		.timestamp = 100 * SECOND,
		.nodes_online = two_nodes,
		.nodes_possible = two_nodes,
		.balancing = 1,
		.sample_interval = 1000,
		.judged = ALL_KINDS,
		.judged_at = 99 * SECOND,
		.hooks = 2,
		.hook = self->hook,
	};
	self->config.set = (1U << CONFIG_FIELDS) - 1;
	for (int i = 0; i < CONFIG_FIELDS; i++)
		self->config.value[i] = 50;
	self->config.value[CONFIG_HISTORY] = 1000;
	self->config.value[CONFIG_DETECT_WINDOW_MS] = 10000;
	self->config.value[CONFIG_DETECT_MIN_EVENTS] = 1000;
}

FIXTURE_TEARDOWN(findings)
{
	sentences_free(&self->sentences);
}

#define LIST()                                                                 \
	ASSERT_EQ(0, findings_not_judged(&self->info, &self->config,           \
					 &self->findings, &self->sentences))

/* One sentence, and it has these words. */
#define EXPECT_ONE(words)                                                      \
	do {                                                                   \
		LIST();                                                        \
		ASSERT_EQ(1, self->sentences.count);                           \
		EXPECT_NE(NULL, strstr(self->sentences.text[0], words))        \
		{                                                              \
			TH_LOG("%s", self->sentences.text[0]);                 \
		}                                                              \
	} while (0)

TEST_F(findings, nothing_to_say_where_all_was_judged)
{
	LIST();
	EXPECT_EQ(0, self->sentences.count);
}

TEST_F(findings, no_samples_yet)
{
	self->info.judged_at = 0;
	EXPECT_ONE("do not reach back 10 s (detect_window_ms); try again");
}

TEST_F(findings, history_that_is_too_short)
{
	self->info.judged_at = 0;
	self->config.value[CONFIG_HISTORY] = 10;
	EXPECT_ONE("10 samples do not reach back 10 s");
}

TEST_F(findings, history_that_just_suffices)
{
	self->info.judged_at = 0;
	self->config.value[CONFIG_HISTORY] = 11;
	EXPECT_ONE("try again");
}

TEST_F(findings, judged_long_ago)
{
	self->info.timestamp = 130 * SECOND;
	EXPECT_ONE("looked for 31 s ago last");
}

/* Nobody shall take that for a healthy machine. */
TEST_F(findings, nothing_judged_is_not_fine)
{
	EXPECT_TRUE(findings_any_judged(&self->info));
	EXPECT_TRUE(
		findings_judged(&self->info, NUMATRACE_FINDING_KIND_PING_PONG));
	self->info.judged_at = 0;
	EXPECT_FALSE(findings_any_judged(&self->info));
	EXPECT_FALSE(
		findings_judged(&self->info, NUMATRACE_FINDING_KIND_PING_PONG));
	self->info.judged_at = 99 * SECOND;
	self->info.judged = 0;
	EXPECT_FALSE(findings_any_judged(&self->info));
	self->info.nodes_online = one_node;
	EXPECT_TRUE(findings_any_judged(&self->info));
}

TEST_F(findings, one_node)
{
	self->info.nodes_online = one_node;
	self->info.judged = 0;
	EXPECT_ONE("one NUMA node");
}

TEST_F(findings, detector_off)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_CPU_IMBALANCE);
	self->config.value[CONFIG_DETECT_CPU_IMBALANCE] = 0;
	EXPECT_ONE("detectors are off: cpu-imbalance (numatrace config");
}

TEST_F(findings, hook_off)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_PING_PONG);
	self->hook[1].state = NUMATRACE_HOOK_STATE_OFF;
	EXPECT_ONE("ping-pong was not looked for: the hook migration");
}

TEST_F(findings, bounces_are_not_counted)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_PING_PONG);
	self->config.value[CONFIG_BOUNCE_WINDOW_MS] = 0;
	EXPECT_ONE("bounce_window_ms is 0");
}

TEST_F(findings, balancing_off)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_LOW_LOCALITY);
	self->info.balancing = 0;
	EXPECT_ONE("low-locality was not looked for: automatic NUMA balancing");
}

TEST_F(findings, too_many_nodes_for_the_matrix)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_FIRST_TOUCH);
	self->info.nodes_possible = many_nodes;
	EXPECT_ONE(
		"first-touch is not looked for on machines with node numbers above 7");
}

TEST_F(findings, nodes_that_cannot_be_compared)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE);
	EXPECT_ONE("memory-imbalance was not looked for: there are no two");
}

TEST_F(findings, too_few_events_are_told_at_once)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_LOW_LOCALITY |
			       1U << NUMATRACE_FINDING_KIND_PING_PONG);
	EXPECT_ONE("low-locality, ping-pong (fewer than 1000 in 10 s");
}

TEST_F(findings, what_was_found_before_is_not_told_of)
{
	self->info.judged &= ~(1U << NUMATRACE_FINDING_KIND_LOW_LOCALITY);
	self->finding.kind = NUMATRACE_FINDING_KIND_LOW_LOCALITY;
	self->findings.count = 1;
	self->findings.finding = &self->finding;
	LIST();
	EXPECT_EQ(0, self->sentences.count);
}

TEST_F(findings, detectors_that_are_off_are_told_at_once)
{
	self->info.judged = 0;
	for (int i = CONFIG_DETECT_MEMORY_IMBALANCE;
	     i <= CONFIG_DETECT_ALLOCATION_MISSES; i++)
		self->config.value[i] = 0;
	LIST();
	ASSERT_EQ(1, self->sentences.count);
	for (uint32_t kind = 0; kind < KINDS; kind++)
		EXPECT_NE(NULL, strstr(self->sentences.text[0],
				       finding_kind_word(kind)));
}

static bool says(char *text, const char *words)
{
	bool found = text && strstr(text, words);

	free(text);
	return found;
}

TEST(what_and_what_to_do)
{
	struct report_finding finding = {
		.node = 4,
		.other_node = 6,
		.value = 4567,
	};

	for (finding.kind = 0; finding.kind < KINDS; finding.kind++) {
		EXPECT_TRUE(says(finding_what(&finding), "45.7"));
		EXPECT_TRUE(says(finding_action(&finding), ": num"));
	}
	finding.kind = NUMATRACE_FINDING_KIND_NODE_FULL;
	EXPECT_TRUE(says(finding_what(&finding), "node 4 is free"));
	EXPECT_TRUE(says(finding_action(&finding), "migrate <target> 4 6"));
	finding.kind = NUMATRACE_FINDING_KIND_CPU_IMBALANCE;
	EXPECT_TRUE(says(finding_action(&finding), "--cpunodebind=6"));
}

/* A newer module may find what this version does not know. */
TEST(what_is_unknown)
{
	struct report_finding finding = {
		.kind = KINDS,
		.severity = NUMATRACE_FINDING_SEVERITY_WARNING,
	};
	const struct report_findings findings = { 1, &finding };

	EXPECT_STREQ("unknown", finding_kind_word(finding.kind));
	EXPECT_TRUE(says(finding_what(&finding), "does not know"));
	EXPECT_TRUE(says(finding_action(&finding), "install"));
	EXPECT_TRUE(findings_warn(&findings));
}

TEST(only_warnings_count)
{
	struct report_finding finding[2] = {
		{ .severity = NUMATRACE_FINDING_SEVERITY_NOTICE },
		{ .severity = NUMATRACE_FINDING_SEVERITY_NOTICE },
	};
	const struct report_findings findings = { 2, finding };
	const struct report_findings none = { 0 };

	EXPECT_FALSE(findings_warn(&none));
	EXPECT_FALSE(findings_warn(&findings));
	finding[1].severity = NUMATRACE_FINDING_SEVERITY_WARNING;
	EXPECT_TRUE(findings_warn(&findings));
}

TEST_HARNESS_MAIN
