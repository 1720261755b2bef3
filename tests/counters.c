// SPDX-License-Identifier: GPL-2.0
/*
 * Every counter of a node: something makes it grow on one node, and it grows
 * there, as far as the kernel's own count of it, and not on other nodes.
 */
#include "_growing.h"
#include "_kernel_counts.h"
#include "_knobs.h"
#include "_patience.h"
#include "_workload.h"
#include "client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

/* What else the machine did on other nodes, at most, in percent. */
#define ELSEWHERE 10

/**
 * struct moment - a reading of the module between two of the kernel
 * @before: the kernel's counts before
 * @after: the kernel's counts after
 * @nodes: what the module shows
 */
struct moment {
	struct kernel_counts before;
	struct kernel_counts after;
	struct report_nodes nodes;
};

/*
 * Whatever reads the counters from here on makes them grow: a moment has the
 * kernel's counts before and after. Of the others, the two are equal.
 */
#define FIRST_RESTLESS NODE_ALLOC_HIT

static bool rests(const struct moment *moment)
{
	return !memcmp(&moment->before.total[NODE_FIRST_COUNTER],
		       &moment->after.total[NODE_FIRST_COUNTER],
		       (FIRST_RESTLESS - NODE_FIRST_COUNTER) *
			       sizeof(*moment->before.total));
}

static int take(struct client *client, int node, struct moment *moment)
{
	time_t deadline = time(NULL) + PATIENCE;

	do {
		memset(moment, 0, sizeof(*moment));
		if (kernel_counts_read(&moment->before, node))
			return -1;
		errno = -client_nodes(client, &moment->nodes);
		if (errno || kernel_counts_read(&moment->after, node))
			return -1;
		if (rests(moment))
			return 0;
		report_free_nodes(&moment->nodes);
	} while (time(NULL) < deadline);
	errno = ETIMEDOUT;
	return -1;
}

static uint64_t sum_of(const struct moment *moment, enum node_field field)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < moment->nodes.count; i++)
		sum += moment->nodes.node[i].value[field];
	return sum;
}

static uint64_t count_of(const struct moment *moment, int node,
			 enum node_field field)
{
	const struct report_node *found =
		report_find_node(&moment->nodes, node);

	return found ? found->value[field] : 0;
}

FIXTURE(counter)
{
	struct client *client;
	struct growing growing;
	struct moment begin;
	struct moment end;
};

/* clang-format off */
/*
 * @least: by how much it grows at least, of the kernel's total
 */
FIXTURE_VARIANT(counter)
{
	enum node_field field;
	int (*grow)(const struct growing *growing);
	uint64_t least;
	bool two_nodes;
	bool disk;
	bool tiers;
};

FIXTURE_VARIANT_ADD(counter, faults)
{
	.field = NODE_FAULTS,
	.grow = grow_by_allocating,
	.least = GROWING_PAGES,
};

FIXTURE_VARIANT_ADD(counter, major_faults)
{
	.field = NODE_MAJOR_FAULTS,
	.grow = grow_by_reading_disk,
	.least = 1000,
	.disk = true,
};

FIXTURE_VARIANT_ADD(counter, hint_faults)
{
	.field = NODE_HINT_FAULTS,
	.grow = grow_by_balancing,
	.least = GROWING_PAGES / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, hint_faults_local)
{
	.field = NODE_HINT_FAULTS_LOCAL,
	.grow = grow_by_balancing_local,
	.least = GROWING_PAGES / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, pte_updates)
{
	.field = NODE_PTE_UPDATES,
	.grow = grow_by_balancing,
	.least = GROWING_PAGES / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, huge_pte_updates)
{
	.field = NODE_HUGE_PTE_UPDATES,
	.grow = grow_by_balancing_huge,
	.least = GROWING_HUGE / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, numa_pages_migrated)
{
	.field = NODE_NUMA_PAGES_MIGRATED,
	.grow = grow_by_balancing,
	.least = GROWING_PAGES / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, migrate_success)
{
	.field = NODE_MIGRATE_SUCCESS,
	.grow = grow_by_moving,
	.least = GROWING_PAGES / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, migrate_fail)
{
	.field = NODE_MIGRATE_FAIL,
	.grow = grow_by_not_moving,
	.least = 200,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, thp_migrate_success)
{
	.field = NODE_THP_MIGRATE_SUCCESS,
	.grow = grow_by_moving_huge,
	.least = GROWING_HUGE / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, thp_migrate_fail)
{
	.field = NODE_THP_MIGRATE_FAIL,
	.grow = grow_by_not_moving_huge,
	.least = GROWING_HUGE / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, thp_migrate_split)
{
	.field = NODE_THP_MIGRATE_SPLIT,
	.grow = grow_by_moving_in_pieces,
	.least = GROWING_HUGE / 2,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, promoted)
{
	.field = NODE_PROMOTED,
	.grow = grow_by_promoting,
	.least = GROWING_PAGES / 2,
	.tiers = true,
};

FIXTURE_VARIANT_ADD(counter, demoted)
{
	.field = NODE_DEMOTED,
	.grow = grow_by_demoting,
	.least = GROWING_PAGES / 2,
	.tiers = true,
};

FIXTURE_VARIANT_ADD(counter, alloc_hit)
{
	.field = NODE_ALLOC_HIT,
	.grow = grow_by_allocating,
	.least = GROWING_PAGES,
};

FIXTURE_VARIANT_ADD(counter, alloc_miss)
{
	.field = NODE_ALLOC_MISS,
	.grow = grow_by_taking_in,
	.least = 1000,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, alloc_foreign)
{
	.field = NODE_ALLOC_FOREIGN,
	.grow = grow_by_overflowing,
	.least = 1000,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, alloc_interleave_hit)
{
	.field = NODE_ALLOC_INTERLEAVE_HIT,
	.grow = grow_by_interleaving,
	.least = GROWING_PAGES,
};

FIXTURE_VARIANT_ADD(counter, alloc_local_node)
{
	.field = NODE_ALLOC_LOCAL_NODE,
	.grow = grow_by_allocating,
	.least = GROWING_PAGES,
};

FIXTURE_VARIANT_ADD(counter, alloc_other_node)
{
	.field = NODE_ALLOC_OTHER_NODE,
	.grow = grow_by_allocating_from_afar,
	.least = GROWING_PAGES,
	.two_nodes = true,
};

FIXTURE_VARIANT_ADD(counter, cpu_time)
{
	.field = NODE_CPU_TIME,
	.grow = grow_by_spinning,
	.least = 2000000000,
};
/* clang-format on */

FIXTURE_SETUP(counter)
{
	memset(self, 0, sizeof(*self));
	growing_keep();
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, growing_find_nodes(&self->growing));
	self->growing.field = variant->field;
}

FIXTURE_TEARDOWN(counter)
{
	growing_restore();
	report_free_nodes(&self->begin.nodes);
	report_free_nodes(&self->end.nodes);
	client_free(self->client);
}

static uint64_t sum_growth(const struct moment *begin, const struct moment *end,
			   enum node_field field)
{
	return sum_of(end, field) - sum_of(begin, field);
}

static uint64_t own_growth(const struct moment *begin, const struct moment *end,
			   int node, enum node_field field)
{
	return count_of(end, node, field) - count_of(begin, node, field);
}

/* Between the least and the most that the kernel's count may have grown by. */
#define EXPECT_GROWTH(seen, part, field)                                       \
	do {                                                                   \
		uint64_t _slack = kernel_counts_slack(field);                  \
		uint64_t _least = self->end.before.part[field] -               \
				  self->begin.after.part[field];               \
		uint64_t _most = self->end.after.part[field] -                 \
				 self->begin.before.part[field];               \
		EXPECT_LE(_least, (seen) + _slack)                             \
		{                                                              \
			TH_LOG("%s", kernel_counts_name(field));               \
		}                                                              \
		EXPECT_LE((seen), _most + _slack)                              \
		{                                                              \
			TH_LOG("%s", kernel_counts_name(field));               \
		}                                                              \
	} while (0)

TEST_F(counter, grows_where_it_should)
{
	struct growing *growing = &self->growing;
	struct moment *begin = &self->begin, *end = &self->end;
	enum node_field field;
	uint64_t own, sum;

	if (variant->two_nodes && growing->far < 0)
		SKIP(return, "needs two nodes with CPUs and memory");
	if (variant->disk && access(GROWING_DISK, R_OK))
		SKIP(return, "needs a disk that nobody uses: " GROWING_DISK);
	if (variant->tiers && growing->slow < 0)
		SKIP(return, "this kernel has no slower tier on this machine");
	ASSERT_EQ(0, workload_run_on(growing->near));
	ASSERT_EQ(0, take(self->client, growing->near, begin));
	growing->goal = begin->after.total[variant->field] + variant->least;
	ASSERT_EQ(0, variant->grow(growing))
	{
		TH_LOG("%s: %" PRIu64 " of %" PRIu64, strerror(errno),
		       kernel_count(variant->field) + variant->least -
			       growing->goal,
		       variant->least);
	}
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, take(self->client, growing->near, end));

	/* Two that grow alike here do not do so in each case. */
	for (field = NODE_FIRST_COUNTER; field < NODE_FIELDS; field++) {
		sum = sum_growth(begin, end, field);
		own = own_growth(begin, end, growing->near, field);
		EXPECT_GROWTH(sum, total, field);
		if (end->after.known & (1ULL << field))
			EXPECT_GROWTH(own, own, field);
	}
	sum = sum_growth(begin, end, variant->field);
	own = own_growth(begin, end, growing->near, variant->field);
	EXPECT_LE(variant->least * (100 - ELSEWHERE) / 100, own);
	EXPECT_LE((sum - own) * 100, own * ELSEWHERE)
	{
		TH_LOG("%" PRIu64 " on node %d, %" PRIu64 " elsewhere", own,
		       growing->near, sum - own);
	}
}

/* One that is new needs a case above, and the kernel's name for it. */
TEST(no_counter_is_forgotten)
{
	struct __fixture_variant_metadata *variant;
	uint64_t tested = 0;
	int field;

	for (variant = _counter_fixture_object.variant; variant;
	     variant = variant->next) {
		const struct _fixture_variant_counter *data = variant->data;

		tested |= 1ULL << data->field;
	}
	for (field = NODE_FIRST_COUNTER; field < NODE_FIELDS; field++)
		EXPECT_NE(0, tested & (1ULL << field))
		{
			TH_LOG("no case has the counter %s",
			       kernel_counts_name(field));
		}
}

TEST_HARNESS_MAIN
