// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of the module's detectors.
 */
#include "../../kmod/judge.h"
#include "../../kmod/sampler.h"

#include <string.h>

#include "kselftest_harness.h"

#define NODES 4
#define MIB 1048576ULL
#define SECOND 1000000000ULL

unsigned int nr_node_ids = NODES;

#include "../../kmod/judge.c"

struct machine {
	struct nt_node nodes[NODES];
	u32 cpus[NODES];
	u64 access[NODES * NODES];
	struct nt_sample sample;
};

/* Four equal nodes, a second between the samples, in which nothing happened. */
FIXTURE(samples)
{
	struct machine then;
	struct machine now;
	struct nt_evidence evidence;
};

static void set_up(struct machine *machine, u64 timestamp)
{
	memset(machine, 0, sizeof(*machine));
	for (int i = 0; i < NODES; i++) {
		u64 *value = machine->nodes[i].value;

		value[NUMATRACE_A_NODE_MEM_TOTAL] = 100 * MIB;
		value[NUMATRACE_A_NODE_MEM_FREE] = 50 * MIB;
		machine->cpus[i] = 2;
	}
	machine->sample = (struct nt_sample){
		.timestamp = timestamp,
		.online = { { 15 } },
		.memory = { { 15 } },
		.cpu = { { 15 } },
		.nodes = machine->nodes,
		.cpus = machine->cpus,
		.access = machine->access,
	};
}

FIXTURE_SETUP(samples)
{
	nr_node_ids = NODES;
	set_up(&self->then, 5 * SECOND);
	set_up(&self->now, 6 * SECOND);
}

FIXTURE_TEARDOWN(samples)
{
}

/* The attribute of a node grew so much between the samples. */
static void grow(struct machine *then, struct machine *now, int node, int attr,
		 u64 by)
{
	then->nodes[node].value[attr] = 12345;
	now->nodes[node].value[attr] = 12345 + by;
}

#define GROW(node, attr, by)                                                   \
	grow(&self->then, &self->now, node, NUMATRACE_A_NODE_##attr, by)
#define VALUE(node, attr) (self->now.nodes[node].value[NUMATRACE_A_NODE_##attr])
#define ACCESS(cpu_node, memory_node)                                          \
	(self->now.access[(cpu_node)*NODES + (memory_node)])
#define JUDGE(kind, node, threshold)                                           \
	nt_judge(NUMATRACE_FINDING_KIND_##kind, node, &self->now.sample,       \
		 &self->then.sample, threshold, 100, &self->evidence)

#define EXPECT_EVIDENCE(a_value, a_events, a_node, an_other, is_possible)      \
	do {                                                                   \
		EXPECT_EQ(a_value, self->evidence.value);                      \
		EXPECT_EQ(a_events, self->evidence.events);                    \
		EXPECT_EQ(a_node, self->evidence.node);                        \
		EXPECT_EQ(an_other, self->evidence.other);                     \
		EXPECT_EQ(is_possible, self->evidence.possible);               \
	} while (0)

TEST_F(samples, memory_imbalance)
{
	VALUE(2, MEM_FREE) = 10 * MIB;
	VALUE(3, MEM_FREE) = 75 * MIB;
	ASSERT_TRUE(JUDGE(MEMORY_IMBALANCE, 0, 3000));
	EXPECT_EVIDENCE(6500, 0, 2, 3, true);
}

TEST_F(samples, memory_of_nodes_without_cpus_is_not_compared)
{
	self->now.sample.cpu.bits[0] = 3;
	VALUE(2, MEM_FREE) = 0;
	ASSERT_TRUE(JUDGE(MEMORY_IMBALANCE, 0, 3000));
	EXPECT_EQ(0, self->evidence.value);
	self->now.sample.cpu.bits[0] = 1;
	EXPECT_FALSE(JUDGE(MEMORY_IMBALANCE, 0, 3000));
}

TEST_F(samples, nodes_without_memory_are_not_compared)
{
	self->now.sample.memory.bits[0] = 7;
	VALUE(2, MEM_TOTAL) = 0;
	VALUE(2, MEM_FREE) = 0;
	VALUE(3, MEM_FREE) = 0;
	ASSERT_TRUE(JUDGE(MEMORY_IMBALANCE, 0, 3000));
	EXPECT_EQ(0, self->evidence.value);
	EXPECT_FALSE(JUDGE(NODE_FULL, 2, 500));
	EXPECT_FALSE(JUDGE(NODE_FULL, 3, 500));
}

TEST_F(samples, cpu_imbalance)
{
	GROW(0, CPU_TIME, SECOND / 2);
	GROW(1, CPU_TIME, SECOND);
	GROW(2, CPU_TIME, 2 * SECOND);
	GROW(3, CPU_TIME, SECOND / 5);
	ASSERT_TRUE(JUDGE(CPU_IMBALANCE, 0, 2000));
	EXPECT_EVIDENCE(9000, 0, 2, 3, true);
}

/* What was accounted late does not make a CPU more than busy. */
TEST_F(samples, more_than_busy_is_busy)
{
	GROW(1, CPU_TIME, 3 * SECOND);
	ASSERT_TRUE(JUDGE(CPU_IMBALANCE, 0, 2000));
	EXPECT_EVIDENCE(10000, 0, 1, 0, true);
}

TEST_F(samples, nodes_without_cpus_are_not_idle)
{
	self->now.sample.cpu.bits[0] = 6;
	self->now.cpus[0] = 0;
	self->now.cpus[3] = 0;
	GROW(1, CPU_TIME, SECOND);
	GROW(2, CPU_TIME, SECOND);
	ASSERT_TRUE(JUDGE(CPU_IMBALANCE, 0, 2000));
	EXPECT_EQ(0, self->evidence.value);
}

/* A thousand CPUs a node, for a month: no number passes 64 bits. */
TEST_F(samples, long_times_on_large_machines)
{
	const u64 month = 2592000 * SECOND;

	self->now.sample.timestamp = self->then.sample.timestamp + month;
	for (int i = 0; i < NODES; i++)
		self->now.cpus[i] = 1024;
	GROW(1, CPU_TIME, 512 * month);
	ASSERT_TRUE(JUDGE(CPU_IMBALANCE, 0, 2000));
	EXPECT_EQ(5000, self->evidence.value);
}

TEST_F(samples, locality)
{
	GROW(0, HINT_FAULTS, 100);
	GROW(0, HINT_FAULTS_LOCAL, 90);
	GROW(3, HINT_FAULTS, 300);
	GROW(3, HINT_FAULTS_LOCAL, 30);
	ASSERT_TRUE(JUDGE(LOW_LOCALITY, 0, 7000));
	EXPECT_EVIDENCE(3000, 400, NUMA_NO_NODE, NUMA_NO_NODE, true);
}

TEST_F(samples, too_few_events)
{
	GROW(0, HINT_FAULTS, 99);
	EXPECT_FALSE(JUDGE(LOW_LOCALITY, 0, 7000));
	GROW(0, HINT_FAULTS, 100);
	EXPECT_TRUE(JUDGE(LOW_LOCALITY, 0, 7000));
	EXPECT_FALSE(JUDGE(MIGRATION_FAILURES, 0, 1000));
	EXPECT_FALSE(JUDGE(PING_PONG, 0, 1000));
	EXPECT_FALSE(JUDGE(FIRST_TOUCH, 0, 1000));
	EXPECT_FALSE(JUDGE(ALLOCATION_MISSES, 0, 1000));
}

TEST_F(samples, migration_failures)
{
	self->then.sample.moved = 3;
	self->now.sample.moved = 78;
	self->then.sample.failed = 4;
	self->now.sample.failed = 29;
	ASSERT_TRUE(JUDGE(MIGRATION_FAILURES, 0, 1000));
	EXPECT_EVIDENCE(2500, 100, NUMA_NO_NODE, NUMA_NO_NODE, true);
}

TEST_F(samples, ping_pong)
{
	self->then.sample.crossed = 5;
	self->now.sample.crossed = 205;
	self->then.sample.bounced = 7;
	self->now.sample.bounced = 57;
	ASSERT_TRUE(JUDGE(PING_PONG, 0, 1000));
	EXPECT_EVIDENCE(2500, 200, NUMA_NO_NODE, NUMA_NO_NODE, true);
}

TEST_F(samples, first_touch)
{
	ACCESS(0, 1) = 60;
	ACCESS(2, 1) = 30;
	ACCESS(2, 0) = 10;
	ACCESS(1, 1) = 500;
	ASSERT_TRUE(JUDGE(FIRST_TOUCH, 1, 8000));
	EXPECT_EVIDENCE(9000, 100, 1, NUMA_NO_NODE, true);
	/* Nodes 1 and 2 hardly access node 0. */
	ASSERT_TRUE(JUDGE(FIRST_TOUCH, 0, 8000));
	EXPECT_EVIDENCE(185, 540, 0, NUMA_NO_NODE, false);
}

/* Memory that one node uses is on the wrong one, but no one touched it first. */
TEST_F(samples, memory_of_one_other_node)
{
	ACCESS(0, 1) = 1000;
	ACCESS(1, 1) = 52;
	ASSERT_TRUE(JUDGE(FIRST_TOUCH, 1, 8000));
	EXPECT_EVIDENCE(10000, 1000, 1, NUMA_NO_NODE, false);
	ACCESS(1, 1) = 53;
	ASSERT_TRUE(JUDGE(FIRST_TOUCH, 1, 8000));
	EXPECT_EVIDENCE(10000, 1000, 1, NUMA_NO_NODE, true);
}

TEST_F(samples, samples_without_matrix)
{
	ACCESS(0, 1) = 1000;
	self->now.sample.access = NULL;
	EXPECT_FALSE(JUDGE(FIRST_TOUCH, 1, 8000));
}

TEST_F(samples, node_full)
{
	VALUE(1, MEM_FREE) = 2 * MIB;
	VALUE(2, MEM_FREE) = 60 * MIB;
	ASSERT_TRUE(JUDGE(NODE_FULL, 1, 500));
	EXPECT_EVIDENCE(200, 0, 1, 2, true);
	ASSERT_TRUE(JUDGE(NODE_FULL, 2, 500));
	EXPECT_EVIDENCE(6000, 0, 2, 0, false);
}

TEST_F(samples, all_nodes_are_full)
{
	for (int i = 0; i < NODES; i++)
		VALUE(i, MEM_FREE) = MIB;
	VALUE(3, MEM_FREE) = 4 * MIB;
	ASSERT_TRUE(JUDGE(NODE_FULL, 1, 500));
	EXPECT_EVIDENCE(100, 0, 1, 3, false);
	VALUE(3, MEM_FREE) = 5 * MIB;
	ASSERT_TRUE(JUDGE(NODE_FULL, 1, 500));
	EXPECT_EVIDENCE(100, 0, 1, 3, true);
	VALUE(1, MEM_FREE) = 3 * MIB / 2;
	ASSERT_TRUE(JUDGE(NODE_FULL, 1, 500));
	EXPECT_EVIDENCE(150, 0, 1, 3, false);
}

TEST_F(samples, allocation_misses)
{
	GROW(0, ALLOC_HIT, 1000);
	GROW(1, ALLOC_HIT, 300);
	GROW(1, ALLOC_MISS, 100);
	ASSERT_TRUE(JUDGE(ALLOCATION_MISSES, 0, 1000));
	EXPECT_EVIDENCE(0, 1000, 0, NUMA_NO_NODE, true);
	ASSERT_TRUE(JUDGE(ALLOCATION_MISSES, 1, 1000));
	EXPECT_EVIDENCE(2500, 400, 1, NUMA_NO_NODE, true);
}

/* A node that went offline takes its statistics along. */
TEST_F(samples, counters_that_shrank_did_not_grow)
{
	self->then.nodes[2].value[NUMATRACE_A_NODE_ALLOC_HIT] = 5000;
	self->then.nodes[2].value[NUMATRACE_A_NODE_HINT_FAULTS] = 5000;
	EXPECT_FALSE(JUDGE(ALLOCATION_MISSES, 2, 1000));
	EXPECT_FALSE(JUDGE(LOW_LOCALITY, 0, 7000));
}

TEST_F(samples, one_node)
{
	nr_node_ids = 1;
	self->now.sample.memory.bits[0] = 1;
	self->now.sample.cpu.bits[0] = 1;
	ACCESS(0, 0) = 1000;
	EXPECT_FALSE(JUDGE(MEMORY_IMBALANCE, 0, 3000));
	EXPECT_FALSE(JUDGE(CPU_IMBALANCE, 0, 2000));
	EXPECT_FALSE(JUDGE(FIRST_TOUCH, 0, 8000));
	EXPECT_FALSE(JUDGE(NODE_FULL, 0, 500));
}

/* Of a kind that is a problem above its threshold, and of one below. */
static bool is_problem(enum numatrace_finding_kind kind, u64 value,
		       u64 threshold, bool was)
{
	const struct nt_evidence evidence = { .value = value,
					      .possible = true };

	return nt_is_problem(kind, threshold, &evidence, was);
}

#define IMBALANCE(...)                                                         \
	is_problem(NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE, __VA_ARGS__)
#define LOCALITY(...)                                                          \
	is_problem(NUMATRACE_FINDING_KIND_LOW_LOCALITY, __VA_ARGS__)

TEST(beyond_the_threshold)
{
	EXPECT_FALSE(IMBALANCE(3000, 3000, false));
	EXPECT_TRUE(IMBALANCE(3001, 3000, false));
	EXPECT_FALSE(LOCALITY(7000, 7000, false));
	EXPECT_TRUE(LOCALITY(6999, 7000, false));
	EXPECT_FALSE(IMBALANCE(10000, 10000, false));
	EXPECT_TRUE(LOCALITY(9999, 10000, false));
}

TEST(over_when_it_is_back_by_a_tenth)
{
	EXPECT_TRUE(IMBALANCE(2701, 3000, true));
	EXPECT_FALSE(IMBALANCE(2700, 3000, true));
	EXPECT_TRUE(IMBALANCE(7801, 8000, true));
	EXPECT_FALSE(IMBALANCE(7800, 8000, true));
	EXPECT_TRUE(LOCALITY(7299, 7000, true));
	EXPECT_FALSE(LOCALITY(7300, 7000, true));
	EXPECT_FALSE(LOCALITY(10000, 10000, true));
}

TEST(excused)
{
	const struct nt_evidence evidence = { .value = 9999 };

	EXPECT_FALSE(nt_is_problem(NUMATRACE_FINDING_KIND_FIRST_TOUCH, 8000,
				   &evidence, true));
}

static bool warns(enum numatrace_finding_kind kind, u64 value, u64 threshold,
		  bool was)
{
	const struct nt_evidence evidence = { .value = value };

	return nt_severity(kind, threshold, &evidence, was) ==
	       NUMATRACE_FINDING_SEVERITY_WARNING;
}

#define WARNS(kind, ...) warns(NUMATRACE_FINDING_KIND_##kind, __VA_ARGS__)

TEST(warning_half_as_far_again)
{
	EXPECT_FALSE(WARNS(MEMORY_IMBALANCE, 4499, 3000, false));
	EXPECT_TRUE(WARNS(MEMORY_IMBALANCE, 4500, 3000, false));
	EXPECT_FALSE(WARNS(FIRST_TOUCH, 8999, 8000, false));
	EXPECT_TRUE(WARNS(FIRST_TOUCH, 9000, 8000, false));
	EXPECT_FALSE(WARNS(LOW_LOCALITY, 5501, 7000, false));
	EXPECT_TRUE(WARNS(LOW_LOCALITY, 5500, 7000, false));
	EXPECT_TRUE(WARNS(NODE_FULL, 499, 500, false));
}

TEST(warning_until_it_is_back_by_a_tenth)
{
	EXPECT_TRUE(WARNS(MEMORY_IMBALANCE, 4200, 3000, true));
	EXPECT_FALSE(WARNS(MEMORY_IMBALANCE, 4199, 3000, true));
	EXPECT_TRUE(WARNS(LOW_LOCALITY, 5800, 7000, true));
	EXPECT_FALSE(WARNS(LOW_LOCALITY, 5801, 7000, true));
}

TEST_HARNESS_MAIN
