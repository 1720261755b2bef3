// SPDX-License-Identifier: GPL-2.0
/*
 * What balancing costs: as many are measured as another tracer of the kernel
 * counts, their histograms agree with their times, and the time of all rows is
 * the time of all.
 */
#include "_knobs.h"
#include "_worker.h"
#include "_workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"
#include "_setting.h"

#define SIZE (8UL << 20)
#define TRACING "/sys/kernel/tracing/"
#define ALL REPORT_ALL_NODES
#define LAST_BUCKET 39
/* Hinting faults, of the SIZE / 4096 that the first round of a scan makes. */
#define MANY 1000
/* Of these, at least so many are of the workload's memory. */
#define MOST 500

#define FAULT NUMATRACE_COST_KIND_FAULT
#define SCAN NUMATRACE_COST_KIND_SCAN
#define MIGRATION NUMATRACE_COST_KIND_MIGRATION

/* The kernel's own count of calls of a function, with a probe on it. */
static int watch(const char *name)
{
	char line[80];

	snprintf(line, sizeof(line), "p:numatrace_test/%s %s\n", name, name);
	if (knob_write_text(TRACING "kprobe_events", line))
		return -1;
	snprintf(line, sizeof(line), TRACING "events/numatrace_test/%s/enable",
		 name);
	return knob_write_text(line, "1");
}

static void unwatch(const char *name)
{
	char line[80];

	snprintf(line, sizeof(line), TRACING "events/numatrace_test/%s/enable",
		 name);
	knob_write_text(line, "0");
	snprintf(line, sizeof(line), "-:numatrace_test/%s\n", name);
	knob_write_text(TRACING "kprobe_events", line);
}

static uint64_t watched(const char *name)
{
	FILE *file = fopen(TRACING "kprobe_profile", "r");
	uint64_t hits, misses, count = 0;
	char event[80];

	while (file && fscanf(file, "%79s %" SCNu64 " %" SCNu64, event, &hits,
			      &misses) == 3)
		if (!strcmp(event, name))
			count = hits + misses;
	if (file)
		fclose(file);
	return count;
}

/* The numbers of a kind, or of one of its cells; zeros where there are none. */
static struct report_cost cost(struct client *client, uint32_t kind,
			       uint32_t row, uint32_t column)
{
	struct report_cost copy = { .unmeasured = NULL };
	const struct report_cost *found;
	struct report_costs costs;

	if (client_costs(client, &costs))
		return copy;
	found = report_find_cost(&costs, kind, row, column);
	if (found)
		copy = *found;
	copy.unmeasured = copy.unmeasured ? "" : NULL;
	copy.longest_comm = NULL;
	report_free_costs(&costs);
	return copy;
}

static uint64_t count_of(struct client *client, uint32_t kind)
{
	struct report_cost all = cost(client, kind, ALL, ALL);

	return all.count + all.lost;
}

static uint64_t calls(struct client *client)
{
	struct report_reasons reasons;
	uint64_t sum = 0;
	size_t i;

	if (client_reasons(client, &reasons))
		return 0;
	for (i = 0; i < reasons.count; i++)
		sum += reasons.reason[i].calls;
	report_free_reasons(&reasons);
	return sum;
}

/**
 * struct pair - what the module counts, and what another does
 * @seen: the module's
 * @law: the other's
 */
struct pair {
	uint64_t seen;
	uint64_t law;
};

static struct pair faults(struct client *client)
{
	return (struct pair){ count_of(client, FAULT),
			      watched("task_numa_fault") };
}

static struct pair scans(struct client *client)
{
	return (struct pair){ count_of(client, SCAN),
			      watched("task_numa_work") };
}

static struct pair migrations(struct client *client)
{
	return (struct pair){ count_of(client, MIGRATION), calls(client) };
}

/* Where the two start, with nothing under way. */
static struct pair settle(struct client *client,
			  struct pair (*read)(struct client *client))
{
	time_t deadline = time(NULL) + PATIENCE;
	struct pair pair, again = read(client);

	do {
		pair = again;
		usleep(50000);
		again = read(client);
	} while ((pair.seen != again.seen || pair.law != again.law) &&
		 time(NULL) < deadline);
	return pair;
}

/* What has begun ends at some time: then both have grown by the same. */
static struct pair grow(struct client *client, struct pair from,
			struct pair (*read)(struct client *client))
{
	time_t deadline = time(NULL) + PATIENCE;
	struct pair now;

	do {
		now = read(client);
		now.seen -= from.seen;
		now.law -= from.law;
	} while (now.seen != now.law && time(NULL) < deadline);
	return now;
}

FIXTURE(cost)
{
	struct client *client;
	struct report_config config;
	int near;
	int far;
	bool fresh;
	struct workload work;
};

FIXTURE_SETUP(cost)
{
	struct report_costs costs;
	struct worker_nodes nodes;

	memset(self, 0, sizeof(*self));
	if (worker_find_nodes(&nodes))
		SKIP(return, "needs two nodes with memory");
	self->near = nodes.near;
	self->far = nodes.far;
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, client_config(self->client, &self->config));
	self->fresh = client_costs(self->client, &costs);
	if (!self->fresh)
		report_free_costs(&costs);
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, workload_run_on(self->near));
	ASSERT_EQ(0, workload_place(&self->work, SIZE, false, self->far));
}

FIXTURE_TEARDOWN(cost)
{
	unwatch("task_numa_fault");
	unwatch("task_numa_work");
	client_set_config(self->client, &self->config);
	knob_write(KNOB_BALANCING, 1);
	if (self->work.start)
		workload_free(&self->work);
	client_free(self->client);
}

/* The time lies between the bounds of the buckets, which are all there are. */
#define EXPECT_HISTOGRAM(sum)                                                  \
	do {                                                                   \
		uint64_t _n = 0, _least = 0, _most = 0;                        \
		int _i;                                                        \
		for (_i = 0; _i < REPORT_ORDERS; _i++) {                       \
			_n += (sum)->bucket[_i];                               \
			_least += _i ? (sum)->bucket[_i] << _i : 0;            \
			_most += (sum)->bucket[_i] * ((2ULL << _i) - 1);       \
			if (_i > LAST_BUCKET)                                  \
				EXPECT_EQ(0, (sum)->bucket[_i]);               \
		}                                                              \
		EXPECT_EQ(_n, (sum)->count);                                   \
		EXPECT_LE(_least, (sum)->time);                                \
		if (!(sum)->bucket[LAST_BUCKET])                               \
			EXPECT_GE(_most, (sum)->time);                         \
	} while (0)

/* The longest lies in the last bucket that is not empty. */
#define EXPECT_LONGEST(sum)                                                    \
	do {                                                                   \
		int _last = LAST_BUCKET;                                       \
		while (_last && !(sum)->bucket[_last])                         \
			_last--;                                               \
		EXPECT_LE(1ULL << _last, (sum)->longest);                      \
		if (_last < LAST_BUCKET)                                       \
			EXPECT_GT(2ULL << _last, (sum)->longest);              \
	} while (0)

TEST_F(cost, off_measures_nothing)
{
	struct report_cost before, after;
	struct report_costs costs;

	if (self->fresh) {
		EXPECT_EQ(-EOPNOTSUPP, client_costs(self->client, &costs));
		ASSERT_EQ(0, workload_balance(&self->work, MANY));
		EXPECT_EQ(-EOPNOTSUPP, client_costs(self->client, &costs));
		return;
	}
	before = cost(self->client, FAULT, ALL, ALL);
	ASSERT_EQ(0, workload_balance(&self->work, MANY));
	after = cost(self->client, FAULT, ALL, ALL);
	EXPECT_EQ(before.count, after.count);
	EXPECT_EQ(before.measured_time, after.measured_time);
}

TEST_F(cost, of_faults)
{
	struct report_cost all, cell;
	struct pair from, grown;

	ASSERT_EQ(0, watch("task_numa_fault"));
	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 1));
	from = settle(self->client, faults);
	cell = cost(self->client, FAULT, self->near, self->far);
	ASSERT_EQ(0, workload_balance(&self->work, MANY));
	grown = grow(self->client, from, faults);
	EXPECT_EQ(grown.law, grown.seen);
	EXPECT_LE(MOST, grown.seen);

	all = cost(self->client, FAULT, ALL, ALL);
	EXPECT_EQ(NULL, all.unmeasured);
	EXPECT_HISTOGRAM(&all);
	EXPECT_LONGEST(&all);
	EXPECT_LT(0, all.longest_pid);
	all = cost(self->client, FAULT, self->near, self->far);
	EXPECT_HISTOGRAM(&all);
	EXPECT_LE(MOST, all.count - cell.count);

	/* Off again, nothing more is measured, though there are faults. */
	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 0));
	all = cost(self->client, FAULT, ALL, ALL);
	ASSERT_EQ(0, workload_move(&self->work, self->far));
	ASSERT_EQ(0, workload_balance(&self->work, MANY));
	cell = cost(self->client, FAULT, ALL, ALL);
	EXPECT_EQ(all.count, cell.count);
	EXPECT_EQ(all.time, cell.time);
	EXPECT_EQ(all.measured_time, cell.measured_time);
}

TEST_F(cost, of_scans)
{
	struct pair from, grown;
	struct report_cost all;

	ASSERT_EQ(0, watch("task_numa_work"));
	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 1));
	all = cost(self->client, SCAN, ALL, ALL);
	if (all.unmeasured)
		SKIP(return, "this kernel cannot probe the scanner's return");
	from = settle(self->client, scans);
	ASSERT_EQ(0, workload_balance(&self->work, MANY));
	grown = grow(self->client, from, scans);
	EXPECT_EQ(grown.law, grown.seen);
	EXPECT_LT(0, grown.seen);
	all = cost(self->client, SCAN, ALL, ALL);
	EXPECT_HISTOGRAM(&all);
	EXPECT_LONGEST(&all);
}

TEST_F(cost, of_migrations)
{
	struct report_cost all, before, after;
	struct pair from, grown;
	int i;

	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 1));
	from = settle(self->client, migrations);
	before = cost(self->client, MIGRATION, self->far, self->near);
	for (i = 0; i < 10; i++)
		ASSERT_EQ(0, workload_move(&self->work,
					   i % 2 ? self->far : self->near));
	grown = grow(self->client, from, migrations);
	EXPECT_EQ(grown.law, grown.seen);
	after = cost(self->client, MIGRATION, self->far, self->near);
	EXPECT_LE(5, after.count - before.count);
	EXPECT_HISTOGRAM(&after);
	all = cost(self->client, MIGRATION, ALL, ALL);
	EXPECT_HISTOGRAM(&all);
	EXPECT_LONGEST(&all);
}

/* Sum of all rows, of which the ended are part of their total. */
static uint64_t time_of_rows(struct client *client, uint32_t kind)
{
	struct report_processes processes;
	uint64_t sum = 0;
	size_t i;

	if (client_processes(client, NULL, &processes))
		return 0;
	for (i = 0; i < processes.count; i++)
		if (processes.process[i].kind != NUMATRACE_ROW_KIND_ENDED)
			sum += processes.process[i].usage.time[kind];
	report_free_processes(&processes);
	return sum;
}

TEST_F(cost, of_processes)
{
	time_t deadline = time(NULL) + PATIENCE;
	uint64_t rows, all;
	uint32_t kind;

	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 1));
	ASSERT_EQ(0, workload_balance(&self->work, MANY));
	ASSERT_EQ(0, workload_move(&self->work, self->far));
	ASSERT_EQ(0, knob_config(self->client, CONFIG_MEASURE_COST, 0));
	for (kind = 0; kind < REPORT_COST_KINDS; kind++) {
		do {
			rows = time_of_rows(self->client, kind);
			all = cost(self->client, kind, ALL, ALL).time;
		} while (rows != all && time(NULL) < deadline);
		EXPECT_EQ(all, rows);
		EXPECT_LT(0, rows);
	}
}

TEST_HARNESS_MAIN
