// SPDX-License-Identifier: GPL-2.0
/*
 * What numatraced remembers of processes: when something that failed is tried
 * again, and what is forgotten.
 */
#include "cgroups.h"
#include "daemon_table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define SECOND 1000000000ULL
#define NOW (1000 * SECOND)

/* Pids that no kernel gives. */
#define NOBODY 99999999

FIXTURE(table)
{
	struct handled_table table;
};

FIXTURE_SETUP(table)
{
	self->table = (struct handled_table){ 0 };
}

FIXTURE_TEARDOWN(table)
{
	handled_free(&self->table);
}

static struct handled *fail(struct handled_table *table, uint64_t now)
{
	return handled_put(table, "pid:1", 7, 1, "a", false, now);
}

TEST_F(table, pauses_grow_up_to_five_minutes)
{
	static const uint64_t pauses[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256 };
	uint64_t now = NOW;

	for (size_t i = 0; i < sizeof(pauses) / sizeof(*pauses); i++) {
		ASSERT_NE(NULL, fail(&self->table, now));
		ASSERT_NE(NULL, handled_next(&self->table));
		EXPECT_EQ(now + pauses[i] * SECOND,
			  handled_next(&self->table)->next);
		now = handled_next(&self->table)->next;
	}
	EXPECT_EQ(DAEMON_TRIES, fail(&self->table, now)->tries);
	EXPECT_EQ(NULL, handled_next(&self->table));
	EXPECT_EQ(1, self->table.count);
}

TEST_F(table, over_until_its_time_comes)
{
	const struct handled *handled = fail(&self->table, NOW);

	EXPECT_TRUE(handled_is_over(handled, "a", NOW));
	EXPECT_FALSE(handled_is_over(handled, "a", NOW + SECOND));
	EXPECT_FALSE(handled_is_over(handled, "b", NOW));
	EXPECT_FALSE(handled_is_over(NULL, "a", NOW));
	handled = handled_put(&self->table, "pid:1", 7, 1, "a", true, NOW);
	EXPECT_TRUE(handled_is_over(handled, "a", NOW + SECOND));
	EXPECT_EQ(NULL, handled_next(&self->table));
}

TEST_F(table, a_new_rule_begins_anew)
{
	fail(&self->table, NOW);
	fail(&self->table, NOW);
	EXPECT_EQ(1, handled_put(&self->table, "pid:1", 7, 1, "b", false, NOW)
			     ->tries);
}

TEST_F(table, pids_are_given_anew)
{
	handled_put(&self->table, "pid:1", 7, 1, "a", true, NOW);
	EXPECT_NE(NULL, handled_find(&self->table, "pid:1", 7));
	EXPECT_EQ(NULL, handled_find(&self->table, "pid:1", 8));
	EXPECT_EQ(NULL, handled_find(&self->table, "pid:2", 7));
}

TEST_F(table, failures_are_forgotten)
{
	fail(&self->table, NOW);
	handled_put(&self->table, "pid:2", 7, 2, "a", true, NOW);
	handled_drop_failed(&self->table);
	EXPECT_EQ(NULL, handled_find(&self->table, "pid:1", 7));
	EXPECT_NE(NULL, handled_find(&self->table, "pid:2", 7));
}

/* However many there were, those that live are what is kept. */
TEST_F(table, does_not_grow_with_those_that_ended)
{
	char target[32];

	for (int i = 0; i < 10000; i++) {
		snprintf(target, sizeof(target), "pid:%d", NOBODY + i);
		ASSERT_NE(NULL, handled_put(&self->table, target, 1, NOBODY + i,
					    "a", true, NOW));
	}
	EXPECT_LE(self->table.count, 64);
	handled_put(&self->table, "cgroup:/no/such/cgroup", 0, 0, "a", true,
		    NOW);
	handled_drop_ended(&self->table);
	EXPECT_EQ(0, self->table.count);
}

TEST_F(table, cgroups_that_are_there_stay)
{
	char *mount = cgroups_mount();

	handled_put(&self->table, "cgroup:/", 0, 0, "a", true, NOW);
	handled_drop_ended(&self->table);
	EXPECT_EQ(mount ? 1 : 0, self->table.count);
	free(mount);
}

TEST_F(table, is_in_order)
{
	char target[32];

	for (int i = 0; i < 50; i++) {
		snprintf(target, sizeof(target), "pid:%d", i * 7 % 50);
		handled_put(&self->table, target, 1, 1, "a", true, NOW);
	}
	for (int i = 0; i < 50; i++) {
		snprintf(target, sizeof(target), "pid:%d", i);
		EXPECT_NE(NULL, handled_find(&self->table, target, 1));
	}
}

TEST_HARNESS_MAIN
