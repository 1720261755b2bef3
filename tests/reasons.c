// SPDX-License-Identifier: GPL-2.0
/*
 * Why pages migrate: each reason that can be provoked is found under its name,
 * and the sums over reasons are the kernel's own totals, exactly.
 */
#include "_knobs.h"
#include "_tally.h"
#include "_worker.h"
#include "_workload.h"

#include <errno.h>
#include <linux/mman.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"
#include "_setting.h"

#define SIZE (16UL << 20)
#define PAGES (SIZE / 4096)
/* Percent of them: those that other CPUs hold in their batches stay. */
#define MOST 90
#define ROUNDS 20
#define CROWD 200
/* Of a node it stays free, so that nobody has to wait for memory. */
#define SPARE (24LL << 20)
#define COMPACT "/proc/sys/vm/compact_memory"
#define PROACTIVE "/proc/sys/vm/compaction_proactiveness"

#define UNKNOWN NUMATRACE_MIGRATE_REASON_UNKNOWN
#define SYSCALL NUMATRACE_MIGRATE_REASON_SYSCALL
#define MBIND NUMATRACE_MIGRATE_REASON_MEMPOLICY_MBIND
#define MISPLACED NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED
#define COMPACTION NUMATRACE_MIGRATE_REASON_COMPACTION
#define FAILURE NUMATRACE_MIGRATE_REASON_MEMORY_FAILURE

FIXTURE(reasons)
{
	struct client *client;
	struct report_config config;
	struct worker_nodes nodes;
	int near;
	int far;
	long proactive;
	struct workload work;
	struct tally before;
	struct tally after;
};

/* Balancing is off, except where it is what shall move pages. */
FIXTURE_SETUP(reasons)
{
	memset(self, 0, sizeof(*self));
	if (worker_find_nodes(&self->nodes))
		SKIP(return, "needs two nodes with memory");
	self->near = self->nodes.near;
	self->far = self->nodes.far;
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, client_config(self->client, &self->config));
	self->proactive = knob_read(PROACTIVE);
	ASSERT_LE(0, self->proactive);
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, workload_run_on(self->near));
	ASSERT_EQ(0, workload_place(&self->work, SIZE, false, self->far));
}

FIXTURE_TEARDOWN(reasons)
{
	knob_write(KNOB_BALANCING, 1);
	knob_write(PROACTIVE, self->proactive);
	client_set_hook(self->client, "migration", true);
	client_set_hook(self->client, "outcome", true);
	client_set_config(self->client, &self->config);
	if (self->work.start)
		workload_free(&self->work);
	tally_free(&self->before);
	tally_free(&self->after);
	client_free(self->client);
}

/* Until all but a few busy pages have moved, which is how it is told. */
#define MOVE_ALL(self, call)                                                   \
	do {                                                                   \
		time_t _deadline = time(NULL) + PATIENCE;                      \
		do {                                                           \
			ASSERT_LE(0, (call));                                  \
			ASSERT_GT(_deadline, time(NULL));                      \
		} while (workload_percent_on(&(self)->work, (self)->near) <    \
			 99);                                                  \
	} while (0)

TEST_F(reasons, move_pages)
{
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	MOVE_ALL(self, workload_move(&self->work, self->near));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LE(PAGES * 99 / 100, tally_cell(&self->before, &self->after,
					       SYSCALL, self->far, self->near));
	EXPECT_EQ(tally_migrated(&self->before, &self->after, SYSCALL),
		  tally_matrix(&self->before, &self->after, SYSCALL));
	EXPECT_LT(0, tally_calls(&self->before, &self->after, SYSCALL));
	EXPECT_EQ(0, tally_migrated(&self->before, &self->after, MISPLACED));
	EXPECT_EQ(0, tally_migrated(&self->before, &self->after, MBIND));
}

static int migrate_all(int from, int to)
{
	struct bitmask *from_mask = numa_allocate_nodemask();
	struct bitmask *to_mask = numa_allocate_nodemask();
	int ret;

	numa_bitmask_setbit(from_mask, from);
	numa_bitmask_setbit(to_mask, to);
	ret = numa_migrate_pages(0, from_mask, to_mask);
	numa_bitmask_free(from_mask);
	numa_bitmask_free(to_mask);
	return ret;
}

TEST_F(reasons, migrate_pages)
{
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	MOVE_ALL(self, migrate_all(self->far, self->near));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LE(PAGES * 99 / 100, tally_cell(&self->before, &self->after,
					       SYSCALL, self->far, self->near));
}

static int bind_to(const struct workload *work, int node)
{
	struct bitmask *to = numa_allocate_nodemask();
	int ret;

	numa_bitmask_setbit(to, node);
	ret = mbind(work->start, work->size, MPOL_BIND, to->maskp, to->size + 1,
		    MPOL_MF_MOVE);
	numa_bitmask_free(to);
	return ret;
}

TEST_F(reasons, mbind)
{
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	MOVE_ALL(self, bind_to(&self->work, self->near));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LE(PAGES * 99 / 100, tally_cell(&self->before, &self->after,
					       MBIND, self->far, self->near));
	EXPECT_EQ(0, tally_migrated(&self->before, &self->after, SYSCALL));
}

TEST_F(reasons, balancing)
{
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 1));
	ASSERT_EQ(0, workload_touch_until(&self->work, self->near, MOST));
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LE(PAGES * MOST / 100,
		  tally_cell(&self->before, &self->after, MISPLACED, self->far,
			     self->near));
	EXPECT_EQ(0, tally_migrated(&self->before, &self->after, SYSCALL));
}

/* Leaves every other page of nearly all that was free on the node free. */
static int fragment(struct workload *most, int node)
{
	long long room;
	size_t offset;

	if (numa_node_size64(node, &room) < 0 || room <= SPARE ||
	    workload_place(most, (room - SPARE) & ~((2LL << 20) - 1), false,
			   node))
		return -1;
	for (offset = 0; offset < most->size; offset += 2 * 4096)
		madvise(most->start + offset, 4096, MADV_DONTNEED);
	return 0;
}

TEST_F(reasons, compaction)
{
	struct workload most;
	time_t deadline;
	int node;

	ASSERT_EQ(0, fragment(&most, self->near));
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	deadline = time(NULL) + PATIENCE;
	do {
		ASSERT_GT(deadline, time(NULL));
		ASSERT_EQ(0, knob_write(COMPACT, 1));
		ASSERT_EQ(0, tally_again(self->client, &self->after));
	} while (!tally_migrated(&self->before, &self->after, COMPACTION));
	workload_free(&most);
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_EQ(0, tally_migrated(&self->before, &self->after, SYSCALL));
	/* It stays on its node. */
	node = self->near;
	EXPECT_EQ(0, tally_cell(&self->before, &self->after, COMPACTION, node,
				self->far));
	EXPECT_LT(0, tally_cell(&self->before, &self->after, COMPACTION, node,
				node));
}

/*
 * One reason within another: huge pages are moved to where memory has to be
 * compacted for them, by the same task. By the nodes it shows which is which:
 * one never stays on its node, the other always does.
 */
TEST_F(reasons, one_within_another)
{
	uint64_t stalls = knob_vmstat("compact_stall");
	struct workload most, huge;

	/* Nobody else does it before. */
	ASSERT_EQ(0, knob_write(PROACTIVE, 0));
	ASSERT_EQ(0, workload_place(&huge, 4 * SIZE, true, self->far));
	ASSERT_EQ(0, fragment(&most, self->near));
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	workload_move(&huge, self->near);
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	workload_free(&most);
	workload_free(&huge);
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LT(0, tally_calls(&self->before, &self->after, SYSCALL));
	EXPECT_EQ(0, tally_cell(&self->before, &self->after, COMPACTION,
				self->far, self->near));
	EXPECT_EQ(0, tally_cell(&self->before, &self->after, SYSCALL,
				self->near, self->near));
	EXPECT_EQ(0, tally_cell(&self->before, &self->after, SYSCALL, self->far,
				self->far));
	if (stalls == knob_vmstat("compact_stall"))
		SKIP(return, "the kernel compacts nothing for the move");
	EXPECT_LT(0, tally_calls(&self->before, &self->after, COMPACTION));
}

static pid_t start_child(int (*act)(const struct workload *work, int near,
				    int far),
			 int near, int far)
{
	struct workload work;
	pid_t pid = fork();

	if (pid)
		return pid;
	_exit(workload_place(&work, SIZE / 4, false, far) ||
	      act(&work, near, far));
}

static int go_back_and_forth(const struct workload *work, int near, int far)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (workload_move(work, i % 2 ? far : near))
			return 1;
	return 0;
}

static int bind_back_and_forth(const struct workload *work, int near, int far)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (bind_to(work, i % 2 ? far : near))
			return 1;
	return 0;
}

TEST_F(reasons, several_at_once)
{
	int (*const acts[])(const struct workload *work, int near, int far) = {
		go_back_and_forth,
		bind_back_and_forth,
		go_back_and_forth,
		bind_back_and_forth,
	};
	const uint64_t least = 2 * ROUNDS * (PAGES / 4) * 9 / 10;
	struct bitmask *all = numa_get_run_node_mask();
	pid_t pid[ARRAY_SIZE(acts)];
	int status;
	size_t i;

	/* Anywhere, so that they change CPUs on their way. */
	ASSERT_EQ(0, numa_run_on_node_mask(all));
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	for (i = 0; i < ARRAY_SIZE(acts); i++)
		pid[i] = start_child(acts[i], self->near, self->far);
	for (i = 0; i < ARRAY_SIZE(acts); i++) {
		ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LE(least, tally_migrated(&self->before, &self->after, SYSCALL));
	EXPECT_LE(least, tally_migrated(&self->before, &self->after, MBIND));
	EXPECT_EQ(tally_migrated(&self->before, &self->after, SYSCALL),
		  tally_matrix(&self->before, &self->after, SYSCALL));
	EXPECT_EQ(tally_migrated(&self->before, &self->after, MBIND),
		  tally_matrix(&self->before, &self->after, MBIND));
	numa_bitmask_free(all);
}

/* The memory of one page is said to be failing, and is not used again. */
TEST_F(reasons, memory_failure)
{
	int ret;

	ASSERT_EQ(0, tally_take(self->client, &self->before));
	ret = madvise(self->work.start, 4096, MADV_SOFT_OFFLINE);
	if (ret)
		SKIP(return, "this kernel cannot take a page offline");
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_EQ(1, tally_migrated(&self->before, &self->after, FAILURE));
	EXPECT_EQ(1, tally_calls(&self->before, &self->after, FAILURE));
}

static uint64_t hook_events(struct client *client)
{
	struct report_info info;
	const struct report_hook *hook;
	uint64_t events = 0;

	if (client_info(client, &info))
		return 0;
	hook = report_find_hook(&info, "migration");
	events = hook ? hook->events : 0;
	report_free_info(&info);
	return events;
}

/* Off, nothing is counted; then on again, with what came before kept. */
TEST_F(reasons, hook_goes_off_and_on)
{
	uint64_t events;

	ASSERT_EQ(0, tally_take(self->client, &self->before));
	events = hook_events(self->client);
	ASSERT_EQ(0, client_set_hook(self->client, "migration", false));
	MOVE_ALL(self, workload_move(&self->work, self->near));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	ASSERT_EQ(0, client_set_hook(self->client, "migration", true));
	EXPECT_EQ(0, tally_calls(&self->before, &self->after, SYSCALL));
	EXPECT_EQ(events, hook_events(self->client));

	ASSERT_EQ(0, tally_again(self->client, &self->before));
	ASSERT_EQ(0, workload_move(&self->work, self->far));
	ASSERT_EQ(0, tally_again(self->client, &self->after));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LT(0, tally_migrated(&self->before, &self->after, SYSCALL));
}

static int touch_one(const void *page)
{
	crowd_touch(page, 0);
	return 0;
}

/* Of many processes each makes a hinting fault, and lives on. */
static int gather(const struct crowd *crowd, void *ready)
{
	const int *pipe = ready;
	size_t i;

	for (i = 0; i < CROWD; i++)
		if (worker_prepared(touch_one, crowd->far + i * 4096) < 0)
			return 1;
	if (write(pipe[1], "", 1) != 1)
		return 2;
	for (;;)
		pause();
}

/* They end with the process that is returned; -1: they did not come. */
static pid_t start_crowd(const struct worker_nodes *nodes)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = worker_fork();
	if (!pid) {
		close(ready[0]);
		_exit(crowd_run(nodes, gather, ready));
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		worker_end(pid);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

/*
 * What is remembered of faults whose outcome is not hooked leaves room to
 * remember the reasons of migrations.
 */
TEST_F(reasons, beside_faults_without_outcome)
{
	pid_t crowd;

	ASSERT_EQ(0, client_set_hook(self->client, "outcome", false));
	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 1));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 1));
	crowd = start_crowd(&self->nodes);
	ASSERT_LT(0, crowd);
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	/* The scanner passes over pages that are shared with children. */
	workload_free(&self->work);
	ASSERT_EQ(0, workload_place(&self->work, SIZE, false, self->far));
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 1));
	EXPECT_EQ(0, workload_touch_until(&self->work, self->near, MOST));
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	worker_end(crowd);
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LT(0, tally_migrated(&self->before, &self->after, MISPLACED));
	EXPECT_EQ(0, tally_calls(&self->before, &self->after, UNKNOWN));
}

TEST_HARNESS_MAIN
