// SPDX-License-Identifier: GPL-2.0
/*
 * Where pages belong, what became of them, and sizes as people type them.
 */
#include "mover_map.h"
#include "mover_result.h"
#include "mover_slice.h"
#include "number.h"

#include <numa.h>

#include "kselftest_harness.h"

#define NODES 8

static struct bitmask *nodes(const char *list)
{
	struct bitmask *mask = numa_bitmask_alloc(NODES);

	for (; *list; list++)
		numa_bitmask_setbit(mask, *list - '0');
	return mask;
}

/* Lists of nodes, a digit each; to: by node, "." stays, "?" by turns. */
static const struct {
	const char *from;
	const char *to;
	const char *expect;
} maps[] = {
	{ "1", "0", ".0......" },
	{ "0", "0", "........" },
	/* What arrives does not move on. */
	{ "01", "10", "........" },
	{ "12", "23", ".23....." },
	{ "234", "345", "..345..." },
	/* As migrate_pages(2) explains it: only 0,1,2,6,7 move. */
	{ "01234567", "345", "345...34" },
	{ "1", "03", ".0......" },
	{ "123", "0", ".000...." },
	{ NULL, "0", ".???????" },
	{ NULL, "13", "?.?.????" },
};

static char word_of(int to)
{
	if (to == MOVER_STAYS)
		return '.';
	return to == MOVER_UNKNOWN ? '?' : (char)('0' + to);
}

TEST(goals)
{
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		struct bitmask *from =
			maps[i].from ? nodes(maps[i].from) : NULL;
		struct bitmask *to = nodes(maps[i].to);
		char text[NODES + 1] = "";
		struct mover_map map;

		ASSERT_EQ(0, mover_map_init(&map, from, to, NODES));
		for (int node = 0; node < NODES; node++)
			text[node] = word_of(map.to[node]);
		EXPECT_STREQ(maps[i].expect, text)
		{
			TH_LOG("%s to %s", maps[i].from, maps[i].to);
		}
		mover_map_free(&map);
		if (from)
			numa_bitmask_free(from);
		numa_bitmask_free(to);
	}
}

TEST(turns)
{
	struct bitmask *to = nodes("13");
	struct mover_map map;

	ASSERT_EQ(0, mover_map_init(&map, NULL, to, NODES));
	EXPECT_EQ(1, mover_map_to(&map, 0, 4));
	EXPECT_EQ(3, mover_map_to(&map, 0, 5));
	EXPECT_EQ(MOVER_STAYS, mover_map_to(&map, 1, 5));
	EXPECT_EQ(MOVER_STAYS, mover_map_to(&map, MOVER_UNKNOWN, 5));
	EXPECT_TRUE(mover_map_is_right(&map, 0, 3));
	EXPECT_TRUE(mover_map_is_right(&map, 0, 1));
	EXPECT_FALSE(mover_map_is_right(&map, 0, 2));
	EXPECT_FALSE(mover_map_is_right(&map, 0, -1));
	mover_map_free(&map);
	numa_bitmask_free(to);
}

TEST(sums)
{
	struct mover_result sum = { 0 }, part = { .looked_at = 9 };

	part.in_place = 2;
	part.longest = 5;
	mover_pair(&part, 2, 1)->moved = 3;
	mover_pair(&part, 1, 3)->moved = 1;
	mover_pair(&part, 1, 0)->left[MOVER_BUSY] = 2;
	mover_pair(&part, MOVER_NO_NODE, 0)->left[MOVER_HIDDEN]++;
	ASSERT_EQ(0, mover_merge(&sum, &part));
	ASSERT_EQ(0, mover_merge(&sum, &part));
	ASSERT_EQ(4, sum.count);
	EXPECT_EQ(1, sum.pair[0].from);
	EXPECT_EQ(0, sum.pair[0].to);
	EXPECT_EQ(3, sum.pair[1].to);
	EXPECT_EQ(2, sum.pair[2].from);
	EXPECT_EQ(8, mover_moved(&sum));
	EXPECT_EQ(6, mover_left(&sum));
	EXPECT_EQ(4, mover_left_for(&sum, MOVER_BUSY));
	EXPECT_EQ(5, sum.longest);
	EXPECT_EQ(sum.looked_at,
		  sum.in_place + mover_moved(&sum) + mover_left(&sum));
	mover_free(&sum);
	mover_free(&part);
}

/* 10 pages are to go, of which the second look finds all but one moved. */
TEST(second_look)
{
	struct mover_result first = { .page_size = 4096, .looked_at = 15 };
	struct mover_result second = { .page_size = 4096, .looked_at = 15 };
	struct mover_result none = { 0 }, sum = { 0 };

	first.in_place = 5;
	first.longest = 7;
	mover_pair(&first, 1, 0)->moved = 6;
	mover_pair(&first, 1, 0)->left[MOVER_BUSY] = 3;
	mover_pair(&first, 2, 0)->left[MOVER_PINNED] = 1;
	second.in_place = 11;
	second.slices = 1;
	mover_pair(&second, 1, 0)->moved = 3;
	mover_pair(&second, 1, 0)->left[MOVER_PINNED] = 1;
	ASSERT_EQ(0, mover_again(&sum, &first));
	EXPECT_EQ(15, sum.looked_at);
	EXPECT_EQ(5, sum.in_place);
	EXPECT_EQ(4, mover_left(&sum));
	ASSERT_EQ(0, mover_again(&sum, &second));
	EXPECT_EQ(4096, sum.page_size);
	EXPECT_EQ(15, sum.looked_at);
	EXPECT_EQ(5, sum.in_place);
	EXPECT_EQ(9, mover_moved(&sum));
	EXPECT_EQ(1, mover_left(&sum));
	EXPECT_EQ(1, mover_left_for(&sum, MOVER_PINNED));
	EXPECT_EQ(1, sum.count);
	EXPECT_EQ(1, sum.slices);
	EXPECT_EQ(7, sum.longest);
	/* There was nothing to look at any more. */
	ASSERT_EQ(0, mover_again(&sum, &none));
	EXPECT_EQ(4096, sum.page_size);
	EXPECT_EQ(15, sum.looked_at);
	EXPECT_EQ(0, mover_left(&sum));
	mover_free(&first);
	mover_free(&second);
	mover_free(&sum);
}

/* Whatever came and went between the two. */
TEST(second_look_at_less)
{
	struct mover_result first = { .looked_at = 8 };
	struct mover_result second = { .looked_at = 5, .in_place = 1 },
			    sum = { 0 };

	mover_pair(&first, 1, 0)->moved = 8;
	mover_pair(&second, 1, 0)->moved = 4;
	ASSERT_EQ(0, mover_again(&sum, &first));
	ASSERT_EQ(0, mover_again(&sum, &second));
	EXPECT_EQ(0, sum.in_place);
	EXPECT_EQ(sum.looked_at, mover_moved(&sum) + mover_left(&sum));
	mover_free(&first);
	mover_free(&second);
	mover_free(&sum);
}

static const char *const no_sizes[] = {
	"",	     "K",    "1KB",
	"1k",	     "-1",   " 1",
	"1 ",	     "1.5G", "99999999999999999999",
	"16777216T",
};

TEST(sizes)
{
	uint64_t bytes = 7;

	for (size_t i = 0; i < sizeof(no_sizes) / sizeof(*no_sizes); i++) {
		EXPECT_FALSE(number_parse_size(no_sizes[i], &bytes))
		{
			TH_LOG("%s", no_sizes[i]);
		}
	}
	EXPECT_EQ(7, bytes);
	EXPECT_TRUE(number_parse_size("4096", &bytes));
	EXPECT_EQ(4096, bytes);
	EXPECT_TRUE(number_parse_size("3K", &bytes));
	EXPECT_EQ(3072, bytes);
	EXPECT_TRUE(number_parse_size("16777215T", &bytes));
	EXPECT_EQ(16777215ULL << 40, bytes);
}

TEST_HARNESS_MAIN
