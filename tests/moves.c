// SPDX-License-Identifier: GPL-2.0
/*
 * Why it does not get better: pages that go back, tasks that balancing moves and
 * mappings that it skips are as many as the kernel's own tracer counts.
 */
#include "_knobs.h"
#include "_worker.h"
#include "_workload.h"

#include <errno.h>
#include <inttypes.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"
#include "_setting.h"

#define SIZE (8UL << 20)
#define MANY 1000
#define TRACING "/sys/kernel/tracing/"

FIXTURE(moves)
{
	struct client *client;
	struct report_config config;
	int near;
	int far;
	struct workload work;
};

FIXTURE_SETUP(moves)
{
	struct worker_nodes nodes;

	memset(self, 0, sizeof(*self));
	if (worker_find_nodes(&nodes))
		SKIP(return, "needs two nodes with memory");
	self->near = nodes.near;
	self->far = nodes.far;
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, client_config(self->client, &self->config));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, workload_run_on(self->near));
	ASSERT_EQ(0, workload_place(&self->work, SIZE, false, self->far));
}

FIXTURE_TEARDOWN(moves)
{
	knob_write(KNOB_BALANCING, 1);
	client_set_config(self->client, &self->config);
	if (self->work.start)
		workload_free(&self->work);
	client_free(self->client);
}

static uint64_t cells_of(struct client *client, enum numatrace_matrix_kind kind,
			 int row, int column)
{
	struct report_matrix matrix;
	uint64_t sum = 0;
	size_t i;

	if (client_matrix(client, kind, &matrix))
		return UINT64_MAX;
	for (i = 0; i < matrix.count; i++)
		if (row < 0 || (matrix.cell[i].row == (uint32_t)row &&
				matrix.cell[i].column == (uint32_t)column))
			sum += matrix.cell[i].events;
	report_free_matrix(&matrix);
	return sum;
}

/* One page, until it is there. */
static int move_page(void *page, int node)
{
	time_t deadline = time(NULL) + PATIENCE;
	int status = -1;

	do {
		if (move_pages(0, 1, &page, &node, &status, MPOL_MF_MOVE) < 0)
			return -1;
	} while (status != node && time(NULL) < deadline);
	return status == node ? 0 : -1;
}

#define BOUNCE NUMATRACE_MATRIX_KIND_BOUNCE

TEST_F(moves, pages_that_go_back)
{
	int near = self->near, far = self->far, i;
	struct report_matrix matrix;
	uint64_t there, back;

	ASSERT_EQ(0,
		  knob_config(self->client, CONFIG_BOUNCE_WINDOW_MS, 3600000));
	/* Its frame may be remembered of a page that was freed before. */
	ASSERT_EQ(0, move_page(self->work.start, near));
	there = cells_of(self->client, BOUNCE, far, near);
	back = cells_of(self->client, BOUNCE, near, far);
	for (i = 1; i < 10; i++)
		ASSERT_EQ(0, move_page(self->work.start, i % 2 ? far : near));
	EXPECT_EQ(there + 4, cells_of(self->client, BOUNCE, far, near));
	EXPECT_EQ(back + 5, cells_of(self->client, BOUNCE, near, far));

	/* Too late, and then not counted at all. */
	ASSERT_EQ(0, knob_config(self->client, CONFIG_BOUNCE_WINDOW_MS, 1));
	usleep(500000);
	ASSERT_EQ(0, move_page(self->work.start, near));
	ASSERT_EQ(0, knob_config(self->client, CONFIG_BOUNCE_WINDOW_MS, 0));
	ASSERT_EQ(0, move_page(self->work.start, far));
	ASSERT_EQ(0, move_page(self->work.start, near));
	EXPECT_EQ(-EOPNOTSUPP, client_matrix(self->client, BOUNCE, &matrix));
	ASSERT_EQ(0,
		  knob_config(self->client, CONFIG_BOUNCE_WINDOW_MS, 3600000));
	EXPECT_EQ(there + 4, cells_of(self->client, BOUNCE, far, near));
	EXPECT_EQ(back + 5, cells_of(self->client, BOUNCE, near, far));
}

/* How often an event of the scheduler came, by the kernel's own histogram. */
static int histogram(const char *event, const char *command)
{
	char path[100];

	snprintf(path, sizeof(path), TRACING "events/sched/%s/trigger", event);
	return knob_write_text(path, command);
}

static uint64_t hits(const char *event)
{
	char path[100], line[256];
	uint64_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), TRACING "events/sched/%s/hist", event);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, " Hits: %" SCNu64, &count);
	if (file)
		fclose(file);
	return count;
}

static uint64_t all_skips(struct client *client)
{
	struct report_skips skips;
	uint64_t sum = 0;
	size_t i;

	if (client_skips(client, &skips))
		return UINT64_MAX;
	for (i = 0; i < skips.count; i++)
		sum += skips.skip[i].count;
	report_free_skips(&skips);
	return sum;
}

static const struct task_event {
	const char *name;
	enum numatrace_matrix_kind kind;
	uint64_t each;
} task_events[] = {
	{ "sched_move_numa", NUMATRACE_MATRIX_KIND_TASK_MOVE, 1 },
	{ "sched_swap_numa", NUMATRACE_MATRIX_KIND_TASK_SWAP, 2 },
	{ "sched_stick_numa", NUMATRACE_MATRIX_KIND_TASK_STICK, 1 },
};

#define TASK_EVENTS ARRAY_SIZE(task_events)

/* Memory of one node, which balancing samples and leaves where it is. */
static int bind_memory(struct workload *work, int node)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	int ret;

	numa_bitmask_setbit(nodes, node);
	ret = workload_place(work, SIZE / 4, false, node) ||
	      set_mempolicy(MPOL_BIND | MPOL_F_NUMA_BALANCING, nodes->maskp,
			    nodes->size + 1);
	numa_bitmask_free(nodes);
	return ret ? -1 : 0;
}

/* Again and again it is put on the wrong node, and may go where it wants. */
static int roam(int cpu_node, int memory_node)
{
	struct workload work;
	int i;

	if (workload_run_on(cpu_node) || bind_memory(&work, memory_node))
		return 1;
	for (;;) {
		if (workload_run_on(cpu_node) || workload_run_on(-1))
			return 1;
		for (i = 0; i < 100; i++)
			workload_touch(&work);
	}
}

static pid_t start_roaming(int cpu_node, int memory_node)
{
	pid_t pid = worker_fork();

	if (!pid)
		_exit(roam(cpu_node, memory_node));
	return pid;
}

/* Until the kernel has looked for a CPU near the memory of one, and has tried. */
static int wait_for_moves(void)
{
	time_t deadline = time(NULL) + PATIENCE;

	while (!hits("sched_move_numa") && !hits("sched_swap_numa") &&
	       !hits("sched_stick_numa")) {
		if (time(NULL) > deadline)
			return -1;
		usleep(50000);
	}
	return 0;
}

/* Two processes whose memory is where the other one is put. */
static int provoke_moves(int near, int far)
{
	pid_t there, back;
	int ret;

	if (knob_write(KNOB_BALANCING, 1))
		return -1;
	there = start_roaming(near, far);
	back = start_roaming(far, near);
	ret = wait_for_moves();
	worker_end(there);
	worker_end(back);
	return knob_write(KNOB_BALANCING, 0) || ret ? -1 : 0;
}

TEST_F(moves, tasks_that_move)
{
	uint64_t from[TASK_EVENTS], seen, law;
	time_t deadline;
	size_t i;

	for (i = 0; i < TASK_EVENTS; i++) {
		ASSERT_EQ(0, histogram(task_events[i].name,
				       "hist:keys=common_type"));
		from[i] = cells_of(self->client, task_events[i].kind, -1, -1);
	}
	EXPECT_EQ(0, provoke_moves(self->near, self->far));
	deadline = time(NULL) + PATIENCE;
	for (i = 0; i < TASK_EVENTS; i++) {
		do {
			law = hits(task_events[i].name) * task_events[i].each;
			seen = cells_of(self->client, task_events[i].kind, -1,
					-1) -
			       from[i];
		} while (seen != law && time(NULL) < deadline);
		EXPECT_EQ(law, seen);
		TH_LOG("%s: %" PRIu64, task_events[i].name, law);
		histogram(task_events[i].name, "!hist:keys=common_type");
	}
}

TEST_F(moves, mappings_that_are_skipped)
{
	time_t deadline = time(NULL) + PATIENCE;
	struct report_skips skips;
	uint64_t from, seen, law;

	if (histogram("sched_skip_vma_numa", "hist:keys=common_type")) {
		EXPECT_EQ(-EOPNOTSUPP, client_skips(self->client, &skips));
		SKIP(return, "this kernel does not tell");
	}
	from = all_skips(self->client);
	ASSERT_EQ(0, workload_balance(&self->work, MANY));
	do {
		law = hits("sched_skip_vma_numa");
		seen = all_skips(self->client) - from;
	} while (seen != law && time(NULL) < deadline);
	EXPECT_EQ(law, seen);
	EXPECT_LT(0, seen);
	histogram("sched_skip_vma_numa", "!hist:keys=common_type");
}

TEST_HARNESS_MAIN
