// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a process are moved, and what is told of them is true: by the
 * kernel's own list of them before and after, page by page.
 */
#include "client.h"
#include "mover.h"

#include "_caps.h"
#include "_knobs.h"
#include "_layouts.h"
#include "_moving.h"
#include "_worker.h"

#include <numa.h>
#include <string.h>

#include "_harness.h"

#define HUGE_PAGE (2UL << 20)

static uint64_t migrations(struct client *client, uint32_t from, uint32_t to)
{
	const struct report_cell *cell;
	struct report_matrix matrix;
	uint64_t pages = 0;

	if (client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION, &matrix))
		return UINT64_MAX;
	cell = report_find_cell(&matrix, from, to);
	if (cell)
		pages = cell->pages;
	report_free_matrix(&matrix);
	return pages;
}

/* Nothing else moves pages meanwhile. */
FIXTURE(mover)
{
	struct moving move;
	struct client *client;
};

FIXTURE_SETUP(mover)
{
	self->client = NULL;
	MOVING_BEGIN(&self->move);
	self->client = client_new();
}

FIXTURE_TEARDOWN(mover)
{
	moving_end(&self->move);
	client_free(self->client);
}

/* clang-format off */
/* moved, shared, pinned: at least so many pages. */
FIXTURE_VARIANT(mover)
{
	int (*lay)(int node);
	bool all;
	bool hugetlb;
	uint64_t moved;
	uint64_t shared;
	uint64_t pinned;
};

FIXTURE_VARIANT_ADD(mover, small)
{
	.lay = lay_small,
	.moved = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, thp)
{
	.lay = lay_thp,
	.moved = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, file)
{
	.lay = lay_file,
	.moved = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, shared)
{
	.lay = lay_shared,
	.shared = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, shared_all)
{
	.lay = lay_shared,
	.all = true,
	.moved = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, locked)
{
	.lay = lay_locked,
	.moved = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, hugetlb)
{
	.lay = lay_hugetlb,
	.hugetlb = true,
	.moved = LAYOUT_PAGES,
};

FIXTURE_VARIANT_ADD(mover, pinned)
{
	.lay = lay_pinned,
	.moved = LAYOUT_PAGES - LAYOUT_PINNED,
	.pinned = LAYOUT_PINNED,
};
/* clang-format on */

static int reserve_hugetlb(int pages)
{
	static const char *const path[] = {
		"/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
		"/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages",
	};

	for (int i = 0; i < 2; i++)
		if (knob_write(path[i], pages) || knob_read(path[i]) < pages)
			return -1;
	return 0;
}

/* The counts, the kernel's list of pages and the module's matrix agree. */
TEST_F(mover, counts_are_true)
{
	uint64_t before[2], after[2], all, migrated;
	const struct mover_pair *pair;

	if (variant->hugetlb && reserve_hugetlb(LAYOUT_SIZE / HUGE_PAGE))
		SKIP(return, "no huge pages can be reserved");
	self->move.pid = layout_start(variant->lay, 1);
	ASSERT_LT(0, self->move.pid);
	for (uint32_t node = 0; node < 2; node++)
		before[node] = moving_pages_on(&self->move, node);
	all = moving_pages_on(&self->move, MOVING_ANY);
	migrated = migrations(self->client, 1, 0);
	ASSERT_TRUE(moving_take(&self->move));
	self->move.request.shared = variant->all;
	ASSERT_EQ(0, moving_run(&self->move));
	migrated = migrations(self->client, 1, 0) - migrated;
	for (uint32_t node = 0; node < 2; node++)
		after[node] = moving_pages_on(&self->move, node);
	LOG(&self->move.result);

	pair = moving_pair(&self->move, 1, 0);
	EXPECT_EQ(before[1] - after[1], pair->moved);
	EXPECT_EQ(after[0] - before[0], pair->moved);
	EXPECT_EQ(after[1], mover_left(&self->move.result));
	EXPECT_EQ(all - before[1], self->move.result.in_place);
	EXPECT_EQ(all, self->move.result.looked_at);
	EXPECT_LE(pair->moved, migrated);
	EXPECT_WHOLE(&self->move.result);
	EXPECT_LE(variant->moved, pair->moved);
	EXPECT_LE(variant->shared, pair->left[MOVER_SHARED]);
	EXPECT_EQ(variant->pinned, pair->left[MOVER_PINNED]);
	EXPECT_NE(0, self->move.result.slices);
	EXPECT_NE(0, self->move.result.longest);
	if (variant->hugetlb) {
		worker_end(self->move.pid);
		self->move.pid = 0;
		EXPECT_EQ(0, reserve_hugetlb(0));
	}
}

FIXTURE(move)
{
	struct moving move;
};

FIXTURE_SETUP(move)
{
	MOVING_BEGIN(&self->move);
}

FIXTURE_TEARDOWN(move)
{
	moving_end(&self->move);
}

TEST_F(move, full_node)
{
	const struct mover_pair *pair;
	pid_t filler;

	if (layout_room(1) < (long long)(16 * LAYOUT_SIZE))
		SKIP(return, "node 1 is too small");
	MOVING_START(&self->move, lay_large);
	filler = layout_start(lay_all, 0);
	ASSERT_LT(0, filler);
	EXPECT_EQ(0, moving_run(&self->move));
	LOG(&self->move.result);
	pair = moving_pair(&self->move, 1, 0);
	EXPECT_LT(0, pair->left[MOVER_NO_MEMORY]);
	EXPECT_EQ(moving_pages_on(&self->move, 1),
		  mover_left(&self->move.result));
	EXPECT_WHOLE(&self->move.result);
	worker_end(filler);
}

/* All that is not on a node of @to goes there. */
TEST_F(move, from_anywhere)
{
	MOVING_START(&self->move, lay_small);
	self->move.request.from = NULL;
	ASSERT_EQ(0, moving_run(&self->move));
	EXPECT_LE(LAYOUT_PAGES, moving_pair(&self->move, 1, 0)->moved);
	EXPECT_EQ(moving_pages_on(&self->move, MOVING_ANY) -
			  moving_pages_on(&self->move, 0),
		  mover_left(&self->move.result));
	EXPECT_WHOLE(&self->move.result);
}

/* Each to its own: what arrives from one node does not move on with the next. */
TEST_F(move, node_by_node)
{
	if (numa_node_size64(3, NULL) <= 0)
		SKIP(return, "there are fewer than four nodes");
	MOVING_START(&self->move, lay_two);
	self->move.request.from = numa_parse_nodestring("1,2");
	self->move.request.to = numa_parse_nodestring("2,3");
	ASSERT_EQ(0, moving_run(&self->move));
	LOG(&self->move.result);
	EXPECT_LE(LAYOUT_PAGES, moving_pair(&self->move, 1, 2)->moved);
	EXPECT_LE(LAYOUT_PAGES, moving_pair(&self->move, 2, 3)->moved);
	EXPECT_EQ(0, moving_pair(&self->move, 1, 3)->moved);
	EXPECT_LE(LAYOUT_PAGES, moving_pages_on(&self->move, 2));
	EXPECT_LE(LAYOUT_PAGES, moving_pages_on(&self->move, 3));
	EXPECT_WHOLE(&self->move.result);
}

TEST_F(move, by_turns)
{
	if (numa_node_size64(3, NULL) <= 0)
		SKIP(return, "there are fewer than four nodes");
	MOVING_START(&self->move, lay_small);
	self->move.request.from = NULL;
	self->move.request.to = numa_parse_nodestring("2,3");
	ASSERT_EQ(0, moving_run(&self->move));
	LOG(&self->move.result);
	EXPECT_LE(LAYOUT_PAGES / 4, moving_pair(&self->move, 1, 2)->moved);
	EXPECT_LE(LAYOUT_PAGES / 4, moving_pair(&self->move, 1, 3)->moved);
	EXPECT_LE(LAYOUT_PAGES, moving_pair(&self->move, 1, 2)->moved +
					moving_pair(&self->move, 1, 3)->moved);
	EXPECT_WHOLE(&self->move.result);
}

/* Before Linux 6.6 move_pages(2) does not see these. */
TEST_F(move, armed)
{
	uint64_t before;

	MOVING_START(&self->move, lay_armed);
	before = moving_pages_on(&self->move, 1);
	ASSERT_EQ(0, moving_run(&self->move));
	LOG(&self->move.result);
	EXPECT_LE(LAYOUT_PAGES, mover_moved(&self->move.result));
	EXPECT_EQ(before - moving_pages_on(&self->move, 1),
		  mover_moved(&self->move.result));
	EXPECT_EQ(moving_pages_on(&self->move, 1),
		  mover_left(&self->move.result));
	EXPECT_WHOLE(&self->move.result);
}

/* Who may not know where they are still has them moved, and told of. */
TEST_F(move, armed_unprivileged)
{
	uint64_t before;

	MOVING_START(&self->move, lay_armed);
	before = moving_pages_on(&self->move, MOVING_ANY);
	ASSERT_EQ(0, caps_set_sys_admin(false));
	EXPECT_EQ(0, moving_run(&self->move));
	ASSERT_EQ(0, caps_set_sys_admin(true));
	LOG(&self->move.result);
	EXPECT_LE(LAYOUT_PAGES, mover_moved(&self->move.result));
	EXPECT_EQ(before, self->move.result.looked_at);
	/* Hidden still are those that were on node 0 all the time. */
	EXPECT_EQ(moving_pages_on(&self->move, 1) +
			  moving_hidden_outside(&self->move, 1),
		  mover_left(&self->move.result));
	EXPECT_WHOLE(&self->move.result);
}

TEST_HARNESS_MAIN
