// SPDX-License-Identifier: GPL-2.0
/*
 * Detectors: each finds its problem in a workload that has it, and finds that it
 * is over in one that has not. Subscribers are told once of either.
 *
 * How long that takes nobody knows: whatever is expected is waited for.
 */
#include "_detect.h"
#include "_workload.h"

#include <fcntl.h>
#include <numa.h>
#include <numaif.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

#define MIB (1UL << 20)
#define PAGE 4096UL
#define PINNED_PAGES 200
#define ANY_NODE REPORT_ALL_NODES

FIXTURE(detect)
{
	struct detect lab;
};

FIXTURE_SETUP(detect)
{
	ASSERT_EQ(0, detect_begin(&self->lab));
}

FIXTURE_TEARDOWN(detect)
{
	detect_end(&self->lab);
}

static int spin(int cpu_node, int memory_node)
{
	if (workload_run_on(cpu_node))
		return 1;
	for (;;)
		asm volatile("");
}

/* Balancing samples the memory, and leaves it where it is. */
static int access_memory(int cpu_node, int memory_node)
{
	unsigned long nodes = 1UL << memory_node;
	struct workload work;

	if (set_mempolicy(MPOL_DEFAULT, NULL, 0) || workload_add_thread() ||
	    workload_run_on(cpu_node) ||
	    workload_place(&work, 8 * MIB, false, memory_node) ||
	    set_mempolicy(MPOL_BIND | MPOL_F_NUMA_BALANCING, &nodes,
			  8 * sizeof(nodes)))
		return 1;
	for (;;)
		workload_touch(&work);
}

#define EXPECT_FOUND(kind, node, act)                                          \
	EXPECT_TRUE(detect_becomes(&self->lab, NUMATRACE_FINDING_KIND_##kind,  \
				   node, true, act, &look))
#define EXPECT_OVER(kind, node, act)                                           \
	EXPECT_TRUE(detect_becomes(&self->lab, NUMATRACE_FINDING_KIND_##kind,  \
				   node, false, act, &look))

static double used(struct detect *self, int node)
{
	return 1 - (double)detect_memory(self, node, NODE_MEM_FREE) /
			   detect_memory(self, node, NODE_MEM_TOTAL);
}

/* Fills @node until it has @more of its memory in use than @other has. */
static int unbalance(struct detect *self, struct hog *hog, int node, int other,
		     double more)
{
	double missing = used(self, other) + more - used(self, node);

	if (missing <= 0)
		return 0;
	return hog_place(hog,
			 missing * detect_memory(self, node, NODE_MEM_TOTAL),
			 MPOL_BIND, node);
}

TEST_F(detect, memory_imbalance)
{
	const int near = self->lab.nodes.near, far = self->lab.nodes.far;
	struct look look;

	ASSERT_EQ(0,
		  detect_set(&self->lab, CONFIG_DETECT_MEMORY_IMBALANCE, 10));
	ASSERT_EQ(0, unbalance(&self->lab, &self->lab.hog[0], near, far, 0.2));
	EXPECT_FOUND(MEMORY_IMBALANCE, near, NULL);
	EXPECT_EQ(1000, look.finding.threshold);
	EXPECT_LT(1000, look.finding.value);
	EXPECT_FALSE(look.finding.counted);
	EXPECT_LE(look.finding.since, look.finding.timestamp);
	ASSERT_EQ(0, unbalance(&self->lab, &self->lab.hog[1], far, near, 0));
	EXPECT_OVER(MEMORY_IMBALANCE, ANY_NODE, NULL);
}

static int spin_on_all(struct detect *self, int node)
{
	struct bitmask *cpus = numa_allocate_cpumask();
	int err = numa_node_to_cpus(node, cpus);
	unsigned int i;

	for (i = 0; !err && i < numa_bitmask_weight(cpus); i++)
		err = detect_start(self, spin, node, node);
	numa_free_cpumask(cpus);
	return err;
}

/* Emulated CPUs take turns, and lose ticks: over a short time that shows. */
TEST_F(detect, cpu_imbalance)
{
	struct look look;

	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_WINDOW_MS, 4000));
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_CPU_IMBALANCE, 10));
	ASSERT_EQ(0, spin_on_all(&self->lab, self->lab.nodes.near));
	EXPECT_FOUND(CPU_IMBALANCE, self->lab.nodes.near, NULL);
	ASSERT_EQ(0, spin_on_all(&self->lab, self->lab.nodes.far));
	EXPECT_OVER(CPU_IMBALANCE, ANY_NODE, NULL);
}

/* Accesses are sampled in bursts: the window has to have one. */
TEST_F(detect, low_locality)
{
	const int near = self->lab.nodes.near, far = self->lab.nodes.far;
	struct look look;

	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_WINDOW_MS, 5000));
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_LOW_LOCALITY, 70));
	ASSERT_EQ(0, detect_start(&self->lab, access_memory, near, far));
	EXPECT_FOUND(LOW_LOCALITY, ANY_NODE, NULL);
	EXPECT_EQ(REPORT_ALL_NODES, look.finding.node);
	EXPECT_TRUE(look.finding.counted);
	EXPECT_LE(100, look.finding.events);
	detect_stop(&self->lab);
	ASSERT_EQ(0, detect_start(&self->lab, access_memory, near, near));
	EXPECT_OVER(LOW_LOCALITY, ANY_NODE, NULL);
}

TEST_F(detect, first_touch)
{
	const int near = self->lab.nodes.near, far = self->lab.nodes.far;
	struct look look;

	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_WINDOW_MS, 10000));
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_FIRST_TOUCH, 80));
	ASSERT_EQ(0, detect_start(&self->lab, access_memory, near, near));
	ASSERT_EQ(0, detect_start(&self->lab, access_memory, far, near));
	EXPECT_FOUND(FIRST_TOUCH, near, NULL);
	detect_stop(&self->lab);
	ASSERT_EQ(0, detect_start(&self->lab, access_memory, near, near));
	ASSERT_EQ(0, detect_start(&self->lab, access_memory, far, far));
	EXPECT_OVER(FIRST_TOUCH, ANY_NODE, NULL);
}

/* Moves the memory to the other one of the two nodes. */
static int move(struct detect *self)
{
	struct hog *hog = &self->hog[0];
	void *pages[PINNED_PAGES];
	int status[PINNED_PAGES], nodes[PINNED_PAGES];
	int i;

	self->side = !self->side;
	for (i = 0; i < PINNED_PAGES; i++) {
		pages[i] = hog->start + i * PAGE;
		nodes[i] = self->side ? self->nodes.far : self->nodes.near;
	}
	return move_pages(0, PINNED_PAGES, pages, nodes, status, MPOL_MF_MOVE) <
	       0;
}

/* Pages that a pipe holds a reference to do not move. */
static int hold(struct detect *self)
{
	struct iovec vector = {
		.iov_base = self->hog[0].start,
		.iov_len = PINNED_PAGES * PAGE,
	};

	if (pipe(self->pipe) || fcntl(self->pipe[1], F_SETPIPE_SZ, MIB) < 0)
		return -1;
	return vmsplice(self->pipe[1], &vector, 1, 0) !=
	       (ssize_t)vector.iov_len;
}

static void let_go(struct detect *self)
{
	close(self->pipe[0]);
	close(self->pipe[1]);
	self->pipe[0] = -1;
	self->pipe[1] = -1;
}

TEST_F(detect, migration_failures)
{
	struct look look;

	ASSERT_EQ(0,
		  detect_set(&self->lab, CONFIG_DETECT_MIGRATION_FAILURES, 10));
	ASSERT_EQ(0, hog_place(&self->lab.hog[0], PINNED_PAGES * PAGE,
			       MPOL_PREFERRED, self->lab.nodes.near));
	ASSERT_EQ(0, hold(&self->lab));
	EXPECT_FOUND(MIGRATION_FAILURES, ANY_NODE, move);
	EXPECT_LE(100, look.finding.events);
	let_go(&self->lab);
	EXPECT_OVER(MIGRATION_FAILURES, ANY_NODE, move);
}

/* New pages each time, so that none of them goes back. */
static int move_once(struct detect *self)
{
	hog_free(&self->hog[0]);
	self->side = 0;
	return hog_place(&self->hog[0], PINNED_PAGES * PAGE, MPOL_PREFERRED,
			 self->nodes.near) ||
	       move(self);
}

TEST_F(detect, ping_pong)
{
	struct report_matrix bounce;
	struct look look;

	if (client_matrix(self->lab.client, NUMATRACE_MATRIX_KIND_BOUNCE,
			  &bounce))
		SKIP(return, "bounces are not counted");
	report_free_matrix(&bounce);
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_PING_PONG, 10));
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_BOUNCE_WINDOW_MS, 5000));
	ASSERT_EQ(0, hog_place(&self->lab.hog[0], PINNED_PAGES * PAGE,
			       MPOL_PREFERRED, self->lab.nodes.near));
	EXPECT_FOUND(PING_PONG, ANY_NODE, move);
	EXPECT_LE(100, look.finding.events);
	EXPECT_OVER(PING_PONG, ANY_NODE, move_once);
}

/* Fills the node but for @left of its memory. */
static int fill(struct detect *self, int node, double left)
{
	double free = detect_memory(self, node, NODE_MEM_FREE) -
		      left * detect_memory(self, node, NODE_MEM_TOTAL);

	return free <= 0 ? 0 : hog_place(&self->hog[0], free, MPOL_BIND, node);
}

/* A full node is a warning from the beginning: it does not change. */
TEST_F(detect, node_full)
{
	const int near = self->lab.nodes.near;
	struct look look;

	/* What the detectors found between two tests is over then. */
	ASSERT_TRUE(detect_some_samples(&self->lab,
					NUMATRACE_FINDING_KIND_NODE_FULL));
	ASSERT_EQ(0, detect_subscribe(&self->lab));
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_NODE_FULL, 30));
	EXPECT_OVER(NODE_FULL, ANY_NODE, NULL);
	EXPECT_EQ(0, self->lab.begins);
	ASSERT_EQ(0, fill(&self->lab, near, 0.12));
	EXPECT_FOUND(NODE_FULL, near, NULL);
	EXPECT_EQ(NUMATRACE_FINDING_SEVERITY_WARNING, look.finding.severity);
	EXPECT_GT(3000, look.finding.value);
	EXPECT_TRUE(detect_some_samples(&self->lab,
					NUMATRACE_FINDING_KIND_NODE_FULL));
	EXPECT_EQ(1, self->lab.begins);
	EXPECT_EQ(0, self->lab.ends);
	hog_free(&self->lab.hog[0]);
	EXPECT_OVER(NODE_FULL, ANY_NODE, NULL);
	EXPECT_TRUE(detect_some_samples(&self->lab,
					NUMATRACE_FINDING_KIND_NODE_FULL));
	EXPECT_EQ(1, self->lab.begins);
	EXPECT_EQ(1, self->lab.ends);
	EXPECT_EQ(0, self->lab.other_events);
}

/* A detector that is switched off takes its finding along. */
TEST_F(detect, switched_off)
{
	struct look look;

	ASSERT_EQ(0, detect_subscribe(&self->lab));
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_NODE_FULL, 30));
	ASSERT_EQ(0, fill(&self->lab, self->lab.nodes.near, 0.12));
	EXPECT_FOUND(NODE_FULL, self->lab.nodes.near, NULL);
	ASSERT_EQ(0, detect_set(&self->lab, CONFIG_DETECT_NODE_FULL, 0));
	ASSERT_TRUE(detect_some_samples(&self->lab,
					NUMATRACE_FINDING_KIND_NODE_FULL));
	ASSERT_EQ(0, detect_look(&self->lab, NUMATRACE_FINDING_KIND_NODE_FULL,
				 ANY_NODE, &look));
	EXPECT_FALSE(look.found);
	EXPECT_FALSE(look.judged);
	EXPECT_EQ(1, self->lab.begins);
	EXPECT_EQ(1, self->lab.ends);
}

static int allocate(struct detect *self, int node)
{
	hog_free(&self->hog[1]);
	return hog_place(&self->hog[1], 4 * MIB, MPOL_PREFERRED, node);
}

static int allocate_near(struct detect *self)
{
	return allocate(self, self->nodes.near);
}

static int allocate_far(struct detect *self)
{
	return allocate(self, self->nodes.far);
}

/* What the near node has no room for comes from the far one. */
TEST_F(detect, allocation_misses)
{
	const int near = self->lab.nodes.near, far = self->lab.nodes.far;
	struct look look;

	ASSERT_EQ(0,
		  detect_set(&self->lab, CONFIG_DETECT_ALLOCATION_MISSES, 10));
	ASSERT_EQ(0, hog_place(&self->lab.hog[0],
			       detect_memory(&self->lab, near, NODE_MEM_FREE) +
				       32 * MIB,
			       MPOL_PREFERRED, near));
	EXPECT_FOUND(ALLOCATION_MISSES, far, allocate_near);
	EXPECT_LE(100, look.finding.events);
	hog_free(&self->lab.hog[0]);
	EXPECT_OVER(ALLOCATION_MISSES, far, allocate_far);
}

TEST_HARNESS_MAIN
