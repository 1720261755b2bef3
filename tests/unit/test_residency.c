// SPDX-License-Identifier: GPL-2.0
/*
 * Residency: recorded texts of the kernel, and estimates of made-up layouts
 * whose truth is known.
 */
#include "residency_text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define PAGE 4096ULL
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

/**
 * struct piece - pages of a made-up process that have one fate
 * @start: first byte
 * @size: in bytes; 0 ends a layout
 * @where: as in struct sample_draw
 * @mapping: whether a mapping begins here
 */
struct piece {
	uint64_t start;
	uint64_t size;
	int where;
	bool mapping;
};

#define MAX_PIECES 16

struct layout {
	const char *name;
	struct piece piece[MAX_PIECES];
};

static const struct layout layouts[] = {
	{ "one node", { { GIB, GIB, 0, true } } },
	{ "half and half",
	  { { GIB, GIB, 0, true }, { 2 * GIB, GIB, 1, false } } },
	{ "a hundred GiB",
	  { { TIB, 70 * GIB, 3, true }, { 2 * TIB, 30 * GIB, 5, true } } },
	{ "a small part elsewhere",
	  { { GIB, GIB, 0, true }, { 2 * GIB, 40 * MIB, 1, false } } },
	{ "mostly absent",
	  { { GIB, GIB, 0, true },
	    { 2 * GIB, 6 * GIB, SAMPLE_ABSENT, false },
	    { 8 * GIB, GIB, 1, false } } },
	{ "a large empty reservation",
	  { { GIB, 300 * MIB, 0, true },
	    { 2 * GIB, 100 * MIB, 1, true },
	    { TIB, TIB, SAMPLE_ABSENT, true } } },
	{ "guards and small mappings",
	  { { GIB, PAGE, SAMPLE_ABSENT, true },
	    { GIB + PAGE, 8 * MIB, 0, true },
	    { GIB + 64 * MIB, 12 * PAGE, 1, true },
	    { GIB + 128 * MIB, PAGE, 2, true },
	    { 2 * GIB, 64 * MIB, SAMPLE_ABSENT, true },
	    { 3 * GIB, 9 * MIB, 1, true } } },
	{ "some hidden",
	  { { GIB, GIB, 0, true },
	    { 2 * GIB, GIB, 1, false },
	    { 3 * GIB, GIB / 4, SAMPLE_HIDDEN, false } } },
};

#define LAYOUTS (sizeof(layouts) / sizeof(*layouts))

static size_t pieces(const struct layout *layout)
{
	size_t count = 0;

	while (count < MAX_PIECES && layout->piece[count].size)
		count++;
	return count;
}

static int look(void *context, struct sample_draw *draw, size_t count)
{
	const struct layout *layout = context;

	for (size_t i = 0; i < count; i++) {
		draw[i].where = SAMPLE_ABSENT;
		for (size_t j = 0; j < pieces(layout); j++) {
			const struct piece *piece = &layout->piece[j];

			if (draw[i].address - piece->start < piece->size)
				draw[i].where = piece->where;
		}
	}
	return 0;
}

static uint64_t bytes_at(const struct layout *layout, int where)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < pieces(layout); i++)
		if (layout->piece[i].where == where)
			bytes += layout->piece[i].size;
	return bytes;
}

static uint64_t resident(const struct layout *layout)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < pieces(layout); i++)
		if (layout->piece[i].where != SAMPLE_ABSENT)
			bytes += layout->piece[i].size;
	return bytes;
}

static size_t find_mappings(const struct layout *layout,
			    struct sample_range *range)
{
	size_t count = 0;

	for (size_t i = 0; i < pieces(layout); i++) {
		const struct piece *piece = &layout->piece[i];

		if (piece->mapping)
			range[count++].start = piece->start;
		range[count - 1].end = piece->start + piece->size;
	}
	return count;
}

static int measure(const struct layout *layout, uint64_t seed,
		   struct residency *residency)
{
	struct sample_range range[MAX_PIECES] = { 0 };
	const struct sample_request request = {
		.range = range,
		.ranges = find_mappings(layout, range),
		.page_size = PAGE,
		.resident = resident(layout),
		.target = RESIDENCY_TARGET,
		.max_draws = 65536,
		.seed = seed,
		.probe = look,
		.context = (void *)layout,
	};

	*residency = (struct residency){ 0 };
	return sample_residency(&request, residency);
}

/* How far the farthest node is from the truth, in units of its error. */
static double worst_miss(const struct layout *layout,
			 const struct residency *residency)
{
	double worst = 0;

	for (size_t i = 0; i < residency->count; i++) {
		const struct residency_node *node = &residency->node[i];
		double truth = (double)bytes_at(layout, (int)node->id);
		double miss = fabs((double)node->bytes - truth) /
			      (double)resident(layout);

		worst = fmax(worst, miss / node->error);
	}
	return worst;
}

/* By definition 5 of 100 are outside; the bounds are rather wide than tight. */
TEST(truth_is_within_the_interval)
{
	struct residency residency;

	for (size_t i = 0; i < LAYOUTS; i++) {
		unsigned int outside = 0;
		double most = 0;

		for (uint64_t seed = 1; seed <= 100; seed++) {
			ASSERT_EQ(0, measure(&layouts[i], seed, &residency));
			outside += worst_miss(&layouts[i], &residency) > 1;
			most = fmax(most, residency.error);
			residency_free(&residency);
		}
		EXPECT_GE(7, outside)
		{
			TH_LOG("%s: %u of 100 outside, error up to %.3f",
			       layouts[i].name, outside, most);
		}
	}
}

TEST(reaches_the_target_where_nothing_is_hidden)
{
	struct residency residency;

	for (size_t i = 0; i < LAYOUTS; i++) {
		ASSERT_EQ(0, measure(&layouts[i], 7, &residency));
		if (!bytes_at(&layouts[i], SAMPLE_HIDDEN)) {
			EXPECT_GE(RESIDENCY_TARGET, residency.error)
			{
				TH_LOG("%s: %f", layouts[i].name,
				       residency.error);
			}
			EXPECT_GE(65536, residency.draws);
		}
		residency_free(&residency);
	}
}

TEST(draws_do_not_grow_with_the_process)
{
	const struct layout small = {
		"", { { GIB, GIB / 2, 0, true }, { 2 * GIB, GIB / 2, 1, true } }
	};
	const struct layout large = { "",
				      { { TIB, 50 * GIB, 0, true },
					{ 2 * TIB, 50 * GIB, 1, true } } };
	struct residency a, b;

	ASSERT_EQ(0, measure(&small, 3, &a));
	ASSERT_EQ(0, measure(&large, 3, &b));
	EXPECT_EQ(a.draws, b.draws);
	EXPECT_GE(4096, b.draws);
	residency_free(&a);
	residency_free(&b);
}

TEST(equal_seeds_draw_equal_pages)
{
	struct residency a, b;

	ASSERT_EQ(0, measure(&layouts[1], 42, &a));
	ASSERT_EQ(0, measure(&layouts[1], 42, &b));
	ASSERT_EQ(2, a.count);
	EXPECT_EQ(a.node[0].bytes, b.node[0].bytes);
	residency_free(&b);
	ASSERT_EQ(0, measure(&layouts[1], 43, &b));
	EXPECT_NE(a.node[0].bytes, b.node[0].bytes);
	residency_free(&a);
	residency_free(&b);
}

/* 1 GiB in the middle of 64 TiB: too little to find, and it says so. */
TEST(what_is_not_found_is_not_hushed_up)
{
	const struct layout needle = {
		"",
		{ { 4 * TIB, 16 * MIB, 0, true },
		  { 8 * TIB, 32 * TIB, SAMPLE_ABSENT, true },
		  { 40 * TIB, GIB, 1, false },
		  { 41 * TIB, 32 * TIB, SAMPLE_ABSENT, false } }
	};
	struct residency residency;

	ASSERT_EQ(0, measure(&needle, 1, &residency));
	EXPECT_LE(0.9, residency.error);
	EXPECT_GE(1, worst_miss(&needle, &residency));
	residency_free(&residency);
}

TEST(nothing_resident)
{
	const struct layout empty = { "",
				      { { GIB, GIB, SAMPLE_ABSENT, true } } };
	struct residency residency;
	struct residency_node node = { 0 };
	double share;

	ASSERT_EQ(0, measure(&empty, 1, &residency));
	EXPECT_EQ(0, residency.count);
	EXPECT_EQ(0, residency.draws);
	EXPECT_FALSE(residency_share(&residency, &node, &share));
	residency_free(&residency);
}

TEST(hidden_pages_widen_the_error)
{
	struct residency residency;

	ASSERT_EQ(0, measure(&layouts[LAYOUTS - 1], 5, &residency));
	EXPECT_LT(0.09 * (double)residency.resident, (double)residency.hidden);
	EXPECT_LT(0.1, residency.error);
	EXPECT_GT(0.2, residency.error);
	residency_free(&residency);
}

static int refuse(void *context, struct sample_draw *draw, size_t count)
{
	return -EPERM;
}

TEST(a_probe_that_fails_ends_it)
{
	const struct sample_range range = {
		.start = GIB,
		.end = 2 * GIB,
		.anonymous = true,
	};
	const struct sample_request request = {
		.range = &range,
		.ranges = 1,
		.page_size = PAGE,
		.resident = GIB,
		.max_draws = 100,
		.probe = refuse,
	};
	struct residency residency = { 0 };

	EXPECT_EQ(-EPERM, sample_residency(&request, &residency));
	residency_free(&residency);
}

TEST(many_mappings)
{
	struct sample_range *range = calloc(70000, sizeof(*range));
	const struct layout all = { "", { { GIB, 200 * GIB, 2, true } } };
	struct sample_request request = {
		.range = range,
		.ranges = 70000,
		.page_size = PAGE,
		.target = RESIDENCY_TARGET,
		.max_draws = 65536,
		.seed = 1,
		.probe = look,
		.context = (void *)&all,
	};
	struct residency residency = { 0 };

	ASSERT_NE(NULL, range);
	for (uint64_t i = 0; i < 70000; i++) {
		range[i].start = GIB + i * 2 * MIB;
		range[i].end = range[i].start + PAGE * (1 + i % 500);
		request.resident += range[i].end - range[i].start;
	}
	ASSERT_EQ(0, sample_residency(&request, &residency));
	ASSERT_EQ(1, residency.count);
	EXPECT_EQ(2, residency.node[0].id);
	EXPECT_EQ(request.resident, residency.node[0].bytes);
	residency_free(&residency);
	free(range);
}

TEST(maps)
{
	static const char *const not_counted[] = {
		"",
		"nonsense",
		"7ffd3d5f8000-7ffd3d5fa000 r-xp 00000000 00:00 0                          [vdso]\n",
		"7ffd3d5f4000-7ffd3d5f8000 r--p 00000000 00:00 0                          [vvar]\n",
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n",
		"7f0000001000-7f0000000000 r--p 00000000 00:00 0 \n",
	};
	struct sample_range range;

	ASSERT_TRUE(residency_parse_maps(
		"7f4c18000000-7f4c18021000 rw-p 00000000 00:00 0 \n", &range));
	EXPECT_EQ(0x7f4c18000000, range.start);
	EXPECT_EQ(0x7f4c18021000, range.end);
	EXPECT_TRUE(range.anonymous);
	ASSERT_TRUE(residency_parse_maps(
		"562f4c5d6000-562f4c5f7000 rw-p 00000000 00:00 0                          [heap]\n",
		&range));
	EXPECT_TRUE(range.anonymous);
	ASSERT_TRUE(residency_parse_maps(
		"7f4c1e8a5000-7f4c1e8a6000 r--p 00034000 fe:01 263127                     /usr/lib/a b\n",
		&range));
	EXPECT_FALSE(range.anonymous);
	ASSERT_TRUE(residency_parse_maps(
		"7f4c20000000-7f4c20200000 rw-s 00000000 00:01 1044                       /dev/zero (deleted)\n",
		&range));
	EXPECT_FALSE(range.anonymous);
	for (size_t i = 0; i < sizeof(not_counted) / sizeof(*not_counted); i++)
		EXPECT_FALSE(residency_parse_maps(not_counted[i], &range));
}

TEST(numa_maps)
{
	static const char *const lines[] = {
		"562f4b000000 default file=/usr/bin/N9\\0754\\040x mapped=5 active=0 N1=5 kernelpagesize_kB=4\n",
		"7f0000000000 bind:0-1 anon=768 dirty=768 N0=512 N1=256 kernelpagesize_kB=4\n",
		"7f1000000000 default file=/anon_hugepage\\040(deleted) huge anon=2 dirty=2 N0=2 kernelpagesize_kB=2048\n",
		"7ffd00000000 default\n",
		"7ffd00010000 prefer:1 stack\n",
	};
	struct residency residency = { 0 };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		EXPECT_EQ(0, residency_parse_numa_maps(lines[i], &residency));
	ASSERT_EQ(2, residency.count);
	EXPECT_EQ(0, residency.node[0].id);
	EXPECT_EQ(512 * PAGE + 4 * MIB, residency.node[0].bytes);
	EXPECT_EQ(261 * PAGE, residency.node[1].bytes);
	EXPECT_EQ(773 * PAGE + 4 * MIB, residency.resident);
	EXPECT_EQ(0, residency.error);
	EXPECT_EQ(-EINVAL, residency_parse_numa_maps("", &residency));
	EXPECT_EQ(-EINVAL, residency_parse_numa_maps("nonsense", &residency));
	EXPECT_EQ(-EINVAL,
		  residency_parse_numa_maps("7f0000000000 default N0=5\n",
					    &residency));
	residency_free(&residency);
}

TEST(numa_maps_have_policies)
{
	static const char *const lines[] = {
		"7f0000000000 bind:0-1 anon=7 N0=5 N1=2 kernelpagesize_kB=4\n",
		"7f0000100000 bind:0-1 heap anon=1 N0=1 kernelpagesize_kB=4\n",
		"7f0000200000 default anon=9 N0=9 kernelpagesize_kB=4\n",
		"7f0000300000 bind=balancing:1 N1=3 kernelpagesize_kB=4\n",
		"7f0000400000 bind=:1 anon=4 N1=4 kernelpagesize_kB=4\n",
		"7f0000500000 bind=static:1 N1=1 kernelpagesize_kB=4\n",
		"7f0000600000 prefer (many):0-1 N1=2 kernelpagesize_kB=4\n",
		"7f0000700000 weighted interleave:0-1 N1=6 kernelpagesize_kB=4\n",
		"7f0000800000 local\n",
	};
	static const struct {
		const char *text;
		bool sampled;
		uint64_t pages;
	} policies[] = {
		{ "bind:0-1", false, 8 },
		{ "bind=balancing:1", true, 3 },
		{ "bind=:1", true, 4 },
		{ "bind=static:1", false, 1 },
		{ "prefer (many):0-1", false, 2 },
		{ "weighted interleave:0-1", false, 6 },
	};
	struct residency residency = { 0 };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		EXPECT_EQ(0, residency_parse_numa_maps(lines[i], &residency));
	ASSERT_EQ(sizeof(policies) / sizeof(*policies), residency.policies);
	for (size_t i = 0; i < residency.policies; i++) {
		EXPECT_STREQ(policies[i].text, residency.policy[i].text);
		EXPECT_EQ(policies[i].sampled, residency.policy[i].sampled);
		EXPECT_EQ(policies[i].pages * PAGE, residency.policy[i].bytes);
	}
	EXPECT_EQ(33 * PAGE, residency.resident);
	residency_free(&residency);
}

TEST(status)
{
	static const char text[] =
		"Name:\tVmRSS:\nVmHWM:\t    9999 kB\nVmRSS:\t    2048 kB\n"
		"RssAnon:\t     100 kB\nHugetlbPages:\t    4096 kB\n";
	uint64_t bytes;

	ASSERT_TRUE(residency_parse_status(text, &bytes));
	EXPECT_EQ(6 * MIB, bytes);
	ASSERT_TRUE(residency_parse_status("Name:\tx\nVmRSS:\t8 kB\n", &bytes));
	EXPECT_EQ(8192, bytes);
	EXPECT_FALSE(residency_parse_status("Name:\tkthreadd\n", &bytes));
}

TEST_HARNESS_MAIN
