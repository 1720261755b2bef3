// SPDX-License-Identifier: GPL-2.0
/*
 * The sampled residency of a process against the exact one, over layouts of
 * memory on two nodes: the truth is inside of the interval that is stated.
 */
#include "residency.h"

#include "_caps.h"
#include "_knobs.h"
#include "_workload.h"

#include <errno.h>
#include <math.h>
#include <numa.h>
#include <numaif.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "_harness.h"

#define MIB (1UL << 20)
#define GIB (1UL << 30)
#define PART (24 * MIB)
#define HUGE_PAGE (2 * MIB)

/* By definition one of 20 samples may miss; that five do has odds of 1:400. */
#define SAMPLES 20
#define MISSES 4

/**
 * struct span - a mapping that a layout has made
 * @start: its first byte
 * @size: in bytes
 */
struct span {
	char *start;
	size_t size;
};

static int bind(char *start, size_t size, int node)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	int ret;

	numa_bitmask_setbit(nodes, node);
	ret = mbind(start, size, MPOL_BIND, nodes->maskp, nodes->size + 1, 0);
	numa_bitmask_free(nodes);
	return ret;
}

static int map(struct span *span, size_t size, int flags)
{
	span->start = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_ANONYMOUS | flags, -1, 0);
	if (span->start == MAP_FAILED)
		return -1;
	span->size = size;
	return 0;
}

/* Writes to each @step-th byte: the first half on one node, the other on two. */
static int fill_halves(const struct span *span, const int node[2], size_t step)
{
	size_t half = span->size / 2, offset;

	if (bind(span->start, half, node[0]) ||
	    bind(span->start + half, half, node[1]))
		return -1;
	for (offset = 0; offset < span->size; offset += step)
		span->start[offset] = 1;
	return 0;
}

static int lay_one_node(struct span *span, const int node[2])
{
	const int twice[2] = { node[1], node[1] };

	return map(span, 2 * PART, MAP_PRIVATE) ||
	       fill_halves(span, twice, 4096);
}

static int lay_halves(struct span *span, const int node[2])
{
	return map(span, 2 * PART, MAP_PRIVATE) ||
	       madvise(span->start, span->size, MADV_NOHUGEPAGE) ||
	       fill_halves(span, node, 4096);
}

/* Both nodes in one mapping, page by page. */
static int lay_interleaved(struct span *span, const int node[2])
{
	struct bitmask *nodes = numa_allocate_nodemask();

	numa_bitmask_setbit(nodes, node[0]);
	numa_bitmask_setbit(nodes, node[1]);
	if (map(span, 2 * PART, MAP_PRIVATE))
		return -1;
	numa_interleave_memory(span->start, span->size, nodes);
	numa_bitmask_free(nodes);
	memset(span->start, 1, span->size);
	return 0;
}

static int lay_shared(struct span *span, const int node[2])
{
	return map(span, 2 * PART, MAP_SHARED) || fill_halves(span, node, 4096);
}

/* One page in 32 is there, and a large reservation beside it has none. */
static int lay_sparse(struct span *span, const int node[2])
{
	void *nothing =
		mmap(NULL, 64 * GIB, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return nothing == MAP_FAILED ||
	       map(span, GIB, MAP_PRIVATE | MAP_NORESERVE) ||
	       madvise(span->start, span->size, MADV_NOHUGEPAGE) ||
	       fill_halves(span, node, 32UL * 4096);
}

static int lay_thp(struct span *span, const int node[2])
{
	struct workload low, high;

	(void)span;
	return workload_place(&low, PART, true, node[0]) ||
	       workload_place(&high, PART, true, node[1]);
}

static int reserve_hugetlb(int pages)
{
	return knob_write("/proc/sys/vm/nr_hugepages", pages);
}

static int lay_hugetlb(struct span *span, const int node[2])
{
	return reserve_hugetlb(2 * PART / HUGE_PAGE + 8) ||
	       map(span, 2 * PART, MAP_PRIVATE | MAP_HUGETLB) ||
	       fill_halves(span, node, HUGE_PAGE);
}

/* What was read and never written is the zero page: no memory of its own. */
static int lay_zero(struct span *span, const int node[2])
{
	struct span zeros;
	size_t offset;

	if (lay_halves(span, node) || map(&zeros, 2 * PART, MAP_PRIVATE))
		return -1;
	for (offset = 0; offset < zeros.size; offset += 4096)
		(void)*(volatile char *)(zeros.start + offset);
	return 0;
}

static int lay_armed(struct span *span, const int node[2])
{
	uint64_t goal = knob_vmstat("numa_pte_updates") + PART / 4096;
	struct workload low, high;

	(void)span;
	return workload_place(&low, PART, false, node[0]) ||
	       workload_place(&high, PART, false, node[1]) ||
	       workload_fast_scan() || workload_await_armed(goal);
}

static double share(const struct residency *residency, uint32_t id)
{
	double found = 0;
	size_t i;

	for (i = 0; i < residency->count; i++)
		if (residency->node[i].id == id)
			residency_share(residency, &residency->node[i], &found);
	return found;
}

/* Whether the truth is outside of the interval of any node. */
static bool misses(const struct residency *sample,
		   const struct residency *exact)
{
	size_t i;

	for (i = 0; i < sample->count; i++) {
		const struct residency_node *node = &sample->node[i];

		if (fabs(share(sample, node->id) - share(exact, node->id)) >
		    node->error)
			return true;
	}
	return false;
}

FIXTURE(residency)
{
	int node[2];
	struct span span;
	struct residency exact;
};

/* clang-format off */
/* error: where mappings are too sparse for the error that is asked for. */
FIXTURE_VARIANT(residency)
{
	int (*lay)(struct span *span, const int node[2]);
	bool unprivileged;
	double error;
};

FIXTURE_VARIANT_ADD(residency, one_node)
{
	.lay = lay_one_node,
};

FIXTURE_VARIANT_ADD(residency, halves)
{
	.lay = lay_halves,
};

FIXTURE_VARIANT_ADD(residency, halves_unprivileged)
{
	.lay = lay_halves,
	.unprivileged = true,
};

FIXTURE_VARIANT_ADD(residency, interleaved)
{
	.lay = lay_interleaved,
};

FIXTURE_VARIANT_ADD(residency, shared)
{
	.lay = lay_shared,
};

FIXTURE_VARIANT_ADD(residency, sparse)
{
	.lay = lay_sparse,
	.error = 0.15,
};

FIXTURE_VARIANT_ADD(residency, thp)
{
	.lay = lay_thp,
};

FIXTURE_VARIANT_ADD(residency, hugetlb)
{
	.lay = lay_hugetlb,
};

FIXTURE_VARIANT_ADD(residency, zero_page)
{
	.lay = lay_zero,
};

FIXTURE_VARIANT_ADD(residency, armed)
{
	.lay = lay_armed,
};

FIXTURE_VARIANT_ADD(residency, armed_unprivileged)
{
	.lay = lay_armed,
	.unprivileged = true,
};
/* clang-format on */

/* The first two nodes with memory; -1 where there are fewer. */
static void find_nodes(int node[2])
{
	struct bitmask *all = numa_get_mems_allowed();
	int found = 0, i;

	node[0] = -1;
	node[1] = -1;
	for (i = 0; i <= numa_max_node() && found < 2; i++)
		if (numa_bitmask_isbitset(all, i))
			node[found++] = i;
	numa_bitmask_free(all);
}

FIXTURE_SETUP(residency)
{
	const struct residency_request exactly = { .way = RESIDENCY_EXACT };

	memset(self, 0, sizeof(*self));
	find_nodes(self->node);
	if (self->node[1] < 0)
		SKIP(return, "one node has memory, or none");
	ASSERT_EQ(0, variant->lay(&self->span, self->node));
	ASSERT_EQ(0, residency_measure(getpid(), &exactly, &self->exact));
	EXPECT_FALSE(self->exact.sampled);
	EXPECT_LT(30 * MIB, self->exact.resident);
}

FIXTURE_TEARDOWN(residency)
{
	residency_free(&self->exact);
	if (variant->lay == lay_hugetlb) {
		munmap(self->span.start, self->span.size);
		reserve_hugetlb(0);
	}
}

TEST_F(residency, truth_is_inside_of_the_interval)
{
	struct residency_request request = {
		.way = RESIDENCY_SAMPLED,
		.seeded = true,
	};
	struct residency sample;
	uint64_t hidden = 0;
	int outside = 0;
	double error = 0;

	if (variant->unprivileged)
		ASSERT_EQ(0, caps_set_sys_admin(false));
	for (request.seed = 1; request.seed <= SAMPLES; request.seed++) {
		ASSERT_EQ(0, residency_measure(getpid(), &request, &sample));
		EXPECT_TRUE(sample.sampled);
		EXPECT_NE(0, sample.count);
		if (misses(&sample, &self->exact)) {
			TH_LOG("seed %u: node %d %.4f, exactly %.4f, +-%.4f",
			       (unsigned int)request.seed, self->node[0],
			       share(&sample, self->node[0]),
			       share(&self->exact, self->node[0]),
			       sample.error);
			outside++;
		}
		error = fmax(error, sample.error);
		hidden = sample.hidden > hidden ? sample.hidden : hidden;
		residency_free(&sample);
	}
	if (variant->unprivileged)
		ASSERT_EQ(0, caps_set_sys_admin(true));
	TH_LOG("error up to %.4f, %lu MiB hidden", error,
	       (unsigned long)(hidden / MIB));
	EXPECT_GE(MISSES, outside);
	if (!variant->unprivileged)
		EXPECT_EQ(0, hidden);
	if (!hidden)
		EXPECT_GE(fmax(RESIDENCY_TARGET, variant->error), error);
}

/* So many that their list takes many reads of the kernel's file. */
#define MAPPINGS 2000

/* Mappings that the kernel cannot merge, each with one page that is there. */
static int lay_many(void)
{
	struct span span;

	if (map(&span, MAPPINGS * 2 * 4096UL, MAP_PRIVATE) ||
	    madvise(span.start, span.size, MADV_NOHUGEPAGE))
		return -1;
	for (size_t i = 0; i < MAPPINGS; i++) {
		char *page = span.start + i * 2 * 4096;

		*page = 1;
		if (mprotect(page + 4096, 4096, PROT_NONE))
			return -1;
	}
	return 0;
}

/* A process with these mappings, for that long; 0 where that failed. */
static pid_t start_many(useconds_t lifetime)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return 0;
	pid = fork();
	if (!pid) {
		if (lay_many() || write(ready[1], "", 1) != 1)
			_exit(1);
		usleep(lifetime);
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = 0;
	close(ready[0]);
	return pid;
}

/* What exits while it is measured has all of its memory, or none. */
TEST(exit_leaves_no_part)
{
	const struct residency_request exactly = { .way = RESIDENCY_EXACT };
	struct residency residency;
	uint64_t resident;
	int count = 0;

	for (int i = 0; i < 25; i++) {
		pid_t pid = start_many(i * 10000);

		ASSERT_LT(0, pid);
		do {
			ASSERT_EQ(0,
				  residency_measure(pid, &exactly, &residency));
			resident = residency.resident;
			residency_free(&residency);
			if (resident)
				ASSERT_LE(MAPPINGS * 4096UL, resident);
			count++;
		} while (resident);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		EXPECT_EQ(-ESRCH, residency_measure(pid, &exactly, &residency));
	}
	TH_LOG("%d measured", count);
}

/* A kernel thread: it is known that it has no memory. */
TEST(no_memory)
{
	struct residency_request request = { 0 };
	struct residency residency;

	for (; request.way <= RESIDENCY_SAMPLED; request.way++) {
		ASSERT_EQ(0, residency_measure(2, &request, &residency));
		EXPECT_FALSE(residency.sampled);
		EXPECT_EQ(0, residency.resident);
		EXPECT_EQ(0, residency.count);
		residency_free(&residency);
	}
}

/* What mbind(2) has bound is told by its policy. */
TEST(policies)
{
	const struct residency_request exactly = { .way = RESIDENCY_EXACT };
	struct residency residency;
	struct span span;
	char policy[16];
	int node[2];

	find_nodes(node);
	if (node[1] < 0)
		SKIP(return, "one node has memory, or none");
	ASSERT_EQ(0, lay_one_node(&span, node));
	ASSERT_EQ(0, residency_measure(getpid(), &exactly, &residency));
	ASSERT_EQ(1, residency.policies);
	snprintf(policy, sizeof(policy), "bind:%d", node[1]);
	EXPECT_STREQ(policy, residency.policy[0].text);
	EXPECT_EQ(span.size, residency.policy[0].bytes);
	EXPECT_FALSE(residency.policy[0].sampled);
	residency_free(&residency);
	munmap(span.start, span.size);
}

TEST(no_such_process)
{
	const struct residency_request request = { 0 };
	struct residency residency;

	EXPECT_EQ(-ESRCH, residency_measure(0x7fffffff, &request, &residency));
}

TEST_HARNESS_MAIN
