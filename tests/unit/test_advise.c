// SPDX-License-Identifier: GPL-2.0
/*
 * Advice from facts.
 */
#include "advise.h"
#include "advise_weigh.h"
#include "cpu_time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define MIB 1048576ULL

static bool has(const struct sentences *sentences, const char *words)
{
	for (size_t i = 0; i < sentences->count; i++)
		if (strstr(sentences->text[i], words))
			return true;
	return false;
}

/* Two nodes; memory on node 1, accessed from node 0; everything fits. */
FIXTURE(advice)
{
	struct topology topology;
	struct topology_node node[3];
	unsigned int cpus[3][2];
	unsigned int distance[3][3];
	struct profile profile;
	struct advise_node left[3];
	struct advise_machine machine;
	struct report_share share[4];
	struct report_usage usage;
	struct report_share recent_share[1];
	struct report_usage recent;
	struct residency_node place[2];
	struct residency residency;
	bool may_run[3];
	bool some_may_run[3];
	bool may_allocate[3];
	struct advise_process process;
	struct advise advise;
};

FIXTURE_SETUP(advice)
{
	static const unsigned int distance[3][3] = { { 10, 20, 30 },
						     { 20, 10, 40 },
						     { 30, 40, 10 } };

	memset(self, 0, sizeof(*self));
	for (int i = 0; i < 3; i++) {
		self->node[i].id = i;
		self->node[i].memory = true;
		self->node[i].total = 1024 * MIB;
		self->node[i].cpus = self->cpus[i];
		self->node[i].cpu_count = 2;
		memcpy(self->distance[i], distance[i], sizeof(distance[i]));
		self->node[i].distance = self->distance[i];
		self->left[i] = (struct advise_node){ 1.0, 512 * MIB };
		self->may_run[i] = true;
		self->some_may_run[i] = true;
		self->may_allocate[i] = true;
	}
	self->topology.count = 2;
	self->topology.node = self->node;
	self->machine.topology = &self->topology;
	self->machine.node = self->left;
	self->share[0] = (struct report_share){ 0, 0, 100, 100 };
	self->share[1] = (struct report_share){ 0, 1, 900, 900 };
	self->usage.share = self->share;
	self->usage.shares = 2;
	self->usage.local_faults = 100;
	self->usage.remote_faults = 900;
	self->recent.share = self->recent_share;
	self->place[0] = (struct residency_node){ 0, 4 * MIB, 0 };
	self->place[1] = (struct residency_node){ 1, 96 * MIB, 0 };
	self->residency.node = self->place;
	self->residency.count = 2;
	self->residency.resident = 100 * MIB;
	self->process = (struct advise_process){
		.usage = &self->usage,
		.seconds = 2,
		.residency = &self->residency,
		.threads = 1,
		.busy = 1.0,
		.may_run = self->may_run,
		.some_may_run = self->some_may_run,
		.may_allocate = self->may_allocate,
	};
}

FIXTURE_TEARDOWN(advice)
{
	advise_free(&self->advise);
	profile_free(&self->profile);
}

#define FIND()                                                                 \
	ASSERT_EQ(0, advise_find(&self->machine, &self->process, &self->advise))

static void expect_has(struct __test_metadata *_metadata,
		       const struct sentences *list, const char *words)
{
	EXPECT_TRUE(has(list, words))
	{
		TH_LOG("not there: %s", words);
		for (size_t i = 0; i < list->count; i++)
			TH_LOG("%s", list->text[i]);
	}
}

#define EXPECT_WHY(words) expect_has(_metadata, &self->advise.why, words)
#define EXPECT_BUT(words) expect_has(_metadata, &self->advise.against, words)

/* Its memory may stay: it runs elsewhere for free. */
TEST_F(advice, run_where_the_memory_is)
{
	FIND();
	EXPECT_EQ(ADVISE_MOVE_CPUS, self->advise.action);
	EXPECT_EQ(1, self->advise.cpu_node);
	ASSERT_EQ(1, self->advise.nodes);
	EXPECT_EQ(1, self->advise.node[0]);
	EXPECT_STREQ("--cpunodebind=1 --membind=1", self->advise.options);
	EXPECT_TRUE(self->advise.measured);
	EXPECT_EQ(0.1, self->advise.locality);
	EXPECT_EQ(1, self->advise.expected);
	EXPECT_EQ(19, self->advise.distance);
	EXPECT_EQ(10, self->advise.expected_distance);
	EXPECT_EQ(4 * MIB, self->advise.to_move);
	EXPECT_WHY("10 % of its 1000 sampled accesses are local.");
	EXPECT_WHY("Its memory lies on node 1");
}

TEST_F(advice, move_the_memory_to_a_process_that_is_bound)
{
	self->may_run[1] = false;
	self->some_may_run[1] = false;
	self->process.bound = true;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_MEMORY, self->advise.action);
	EXPECT_EQ(0, self->advise.cpu_node);
	/* It is bound to CPUs of that node: they stay as they are. */
	EXPECT_STREQ("--membind=0", self->advise.options);
	EXPECT_EQ(1, self->advise.expected);
	EXPECT_EQ(96 * MIB, self->advise.to_move);
	EXPECT_BUT("96 MiB have to move to node 0, which has 512");
	EXPECT_FALSE(has(&self->advise.against, "bound to CPUs"));
	advise_free(&self->advise);

	/* But for one of its threads. */
	self->left[0].free = 512 * MIB;
	self->some_may_run[1] = true;
	FIND();
	EXPECT_STREQ("--cpunodebind=0 --membind=0", self->advise.options);
	EXPECT_BUT("they would get all of node 0");
}

TEST_F(advice, move_the_memory_where_the_other_cpus_are_busy)
{
	self->left[1].idle = 0.1;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_MEMORY, self->advise.action);
	EXPECT_STREQ("--cpunodebind=0 --membind=0", self->advise.options);
}

TEST_F(advice, affinity_speaks_against_it)
{
	self->may_run[1] = false;
	self->process.bound = true;
	self->left[0].free = 10 * MIB;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_CPUS, self->advise.action);
	EXPECT_BUT("Its affinity or cpuset keeps it from node 1 now.");
}

TEST_F(advice, cpuset_forbids)
{
	self->may_allocate[0] = false;
	self->left[1].idle = -1;
	self->may_run[1] = false;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_CPUS, self->advise.action);
	EXPECT_EQ(1, self->advise.cpu_node);
}

TEST_F(advice, gather)
{
	self->share[0] = (struct report_share){ 0, 1, 500, 500 };
	self->share[1] = (struct report_share){ 1, 0, 500, 500 };
	self->usage.local_faults = 0;
	self->usage.remote_faults = 1000;
	self->place[0].bytes = 50 * MIB;
	self->place[1].bytes = 50 * MIB;
	FIND();
	EXPECT_EQ(ADVISE_GATHER, self->advise.action);
	EXPECT_EQ(50 * MIB, self->advise.to_move);
	EXPECT_WHY("It fits on node 0");
}

TEST_F(advice, local_is_left_alone)
{
	self->share[0].faults = 950;
	self->share[1].faults = 50;
	self->usage.local_faults = 950;
	self->usage.remote_faults = 50;
	FIND();
	EXPECT_EQ(ADVISE_LEAVE, self->advise.action);
	EXPECT_EQ(NULL, self->advise.options);
	EXPECT_GT(0, self->advise.expected);
	EXPECT_WHY("There is little to win.");
}

/* Threads of both nodes, the memory of one: too many for either. */
TEST_F(advice, interleave)
{
	self->share[0] = (struct report_share){ 0, 1, 500, 500 };
	self->share[1] = (struct report_share){ 1, 1, 500, 500 };
	self->usage.local_faults = 500;
	self->usage.remote_faults = 500;
	self->process.busy = 4;
	self->process.threads = 4;
	self->left[0].idle = 0;
	self->left[1].idle = 0;
	FIND();
	EXPECT_EQ(ADVISE_INTERLEAVE, self->advise.action);
	ASSERT_EQ(2, self->advise.nodes);
	EXPECT_STREQ("--interleave=0,1", self->advise.options);
	EXPECT_EQ(0.5, self->advise.expected);
	EXPECT_BUT("It kept 4.0 CPUs busy");
	EXPECT_BUT("no better than 50 %");
}

TEST_F(advice, too_large_for_all)
{
	self->left[0].free = 10 * MIB;
	self->left[1].idle = 0;
	self->process.busy = 1.5;
	self->residency.resident = 600 * MIB;
	self->place[1].bytes = 596 * MIB;
	FIND();
	EXPECT_EQ(ADVISE_LEAVE, self->advise.action);
	EXPECT_WHY("No node has room for all of it");
	EXPECT_EQ(NULL, self->advise.options);
}

TEST_F(advice, nothing_measured)
{
	self->process.usage = NULL;
	self->process.obstacle = "No access of it has been sampled yet.";
	FIND();
	EXPECT_EQ(ADVISE_NONE, self->advise.action);
	EXPECT_FALSE(self->advise.measured);
	EXPECT_GT(0, self->advise.expected);
	EXPECT_EQ(NULL, self->advise.options);
	EXPECT_EQ(0, self->advise.nodes);
	EXPECT_WHY("No access of it has been sampled yet.");
}

TEST_F(advice, too_few_accesses)
{
	self->usage.local_faults = 0;
	self->usage.remote_faults = ADVISE_MIN_ACCESSES - 1;
	FIND();
	EXPECT_EQ(ADVISE_NONE, self->advise.action);
	EXPECT_EQ(ADVISE_MIN_ACCESSES - 1, self->advise.accesses);
	EXPECT_WHY("Only 49 of its accesses were sampled, 50 are needed");
}

/* It has accesses, but of a time before it was bound. */
TEST_F(advice, not_sampled_any_more)
{
	self->process.obstructed = true;
	self->process.obstacle = "Its accesses are not measured any more: why.";
	FIND();
	EXPECT_EQ(ADVISE_NONE, self->advise.action);
	EXPECT_WHY("not measured any more: why.");
	EXPECT_WHY("may not hold any more");
}

TEST_F(advice, memory_that_was_not_found)
{
	self->process.residency = NULL;
	FIND();
	EXPECT_EQ(ADVISE_NONE, self->advise.action);
	EXPECT_WHY("Where its memory is was not measured");
}

/* Rows count from the start; they do not know that it is over. */
TEST_F(advice, memory_that_has_moved_since)
{
	self->place[0].bytes = 98 * MIB;
	self->place[1].bytes = 2 * MIB;
	FIND();
	EXPECT_EQ(ADVISE_LEAVE, self->advise.action);
	EXPECT_WHY("most of its memory is local now: 98 %");
	EXPECT_BUT("ask again later, or watch longer");
}

TEST_F(advice, what_is_recent_counts)
{
	self->recent_share[0] = (struct report_share){ 0, 0, 200, 200 };
	self->recent.shares = 1;
	self->recent.local_faults = 200;
	self->process.recent = &self->recent;
	FIND();
	EXPECT_EQ(ADVISE_LEAVE, self->advise.action);
	EXPECT_EQ(200, self->advise.accesses);
	EXPECT_EQ(1, self->advise.locality);
	EXPECT_WHY("200 sampled accesses of the last 2.0 s are local.");
	advise_free(&self->advise);

	self->recent.local_faults = ADVISE_MIN_ACCESSES - 1;
	FIND();
	EXPECT_EQ(1000, self->advise.accesses);
}

/* What the first one gets, the second cannot have. */
TEST_F(advice, capacity_is_given_once)
{
	self->may_run[1] = false;
	self->process.bound = true;
	self->left[0].free = 150 * MIB;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_MEMORY, self->advise.action);
	EXPECT_EQ(54 * MIB, self->left[0].free);
	advise_free(&self->advise);
	FIND();
	EXPECT_NE(ADVISE_MOVE_MEMORY, self->advise.action);
	EXPECT_EQ(54 * MIB, self->left[0].free);
}

TEST_F(advice, cpus_are_given_once)
{
	self->left[1].idle = 1;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_CPUS, self->advise.action);
	EXPECT_EQ(0, self->left[1].idle);
	advise_free(&self->advise);
	FIND();
	EXPECT_EQ(ADVISE_MOVE_MEMORY, self->advise.action);
}

TEST_F(advice, policies_and_balancing_speak_against_it)
{
	self->may_run[1] = false;
	self->process.bound = true;
	self->process.policy = "bind:1";
	self->process.unsampled = 0.25;
	self->process.moved = 77;
	FIND();
	EXPECT_BUT("the memory policy bind:1");
	EXPECT_BUT("25 % of its memory has a policy that keeps");
	EXPECT_BUT("Balancing moved 77 pages for it in the last 2.0");
}

TEST_F(advice, other_processes_are_named)
{
	self->left[1].idle = 0.6;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_CPUS, self->advise.action);
	EXPECT_BUT("Others keep 1.4 of the 2 CPUs of node 1 busy.");
}

/* Threads are counted where it is not known how busy they are. */
TEST_F(advice, threads_where_load_is_not_known)
{
	self->process.busy = -1;
	self->process.threads = 3;
	FIND();
	EXPECT_EQ(ADVISE_LEAVE, self->advise.action);
	EXPECT_BUT("It has 3 threads: too many");
}

/* On a node without memory the nearest memory is the best there is. */
TEST_F(advice, node_without_memory)
{
	self->topology.count = 3;
	self->node[2].total = 0;
	self->share[0] = (struct report_share){ 2, 1, 1000, 1000 };
	self->usage.shares = 1;
	self->usage.local_faults = 0;
	self->usage.remote_faults = 1000;
	self->may_run[0] = false;
	self->may_run[1] = false;
	self->some_may_run[0] = false;
	self->some_may_run[1] = false;
	self->left[0].idle = 0;
	self->left[1].idle = 0;
	self->process.bound = true;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_MEMORY, self->advise.action);
	EXPECT_EQ(2, self->advise.cpu_node);
	ASSERT_EQ(1, self->advise.nodes);
	EXPECT_EQ(0, self->advise.node[0]);
	EXPECT_EQ(0, self->advise.expected);
	EXPECT_EQ(40, self->advise.distance);
	EXPECT_EQ(30, self->advise.expected_distance);
	EXPECT_STREQ("--membind=0", self->advise.options);
}

TEST_F(advice, goes_by_the_profile)
{
	static const double latency[2][2] = { { 90, 150 }, { 150, 90 } };

	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			profile_add(&self->profile, i, j)
				->value[PROFILE_LATENCY] =
				(struct profile_value){ 5, latency[i][j], 0,
							true };
	self->machine.profile = &self->profile;
	FIND();
	EXPECT_EQ(144, self->advise.distance);
	EXPECT_EQ(90, self->advise.expected_distance);
	EXPECT_FALSE(has(&self->advise.against, "gets no faster"));
	advise_free(&self->advise);

	/* Of a machine on which what is local is not nearer. */
	for (int i = 0; i < 4; i++)
		self->profile.cell[i].value[PROFILE_LATENCY].median = 150;
	FIND();
	EXPECT_BUT("it gets no faster by that");
}

/* Machines with high node numbers: sums by row and by column, no pairs. */
TEST_F(advice, sums_have_no_distance)
{
	self->share[0] =
		(struct report_share){ 0, REPORT_ALL_NODES, 1000, 1000 };
	self->share[1] = (struct report_share){ REPORT_ALL_NODES, 0, 100, 100 };
	self->share[2] = (struct report_share){ REPORT_ALL_NODES, 1, 900, 900 };
	self->usage.shares = 3;
	FIND();
	EXPECT_EQ(ADVISE_MOVE_CPUS, self->advise.action);
	EXPECT_EQ(0, self->advise.distance);
	EXPECT_EQ(0, self->advise.expected_distance);
	EXPECT_EQ(1, self->advise.expected);
}

TEST(idle_cpus_of_a_node)
{
	static const char before_text[] =
		"cpu  9 9 9 9 9 9 9 9 9 9\n"
		"cpu0 100 0 0 100 0 0 0 0 0 0\ncpu2 0 0 0 50 50 0 0 0 0 0\n"
		"intr 7 1 2\nctxt 12\n";
	static const char now_text[] =
		"cpu  9 9 9 9 9 9 9 9 9 9\n"
		"cpu0 175 0 0 125 0 0 0 0 0 0\ncpu2 0 0 0 100 100 0 0 0 0 0\n";
	unsigned int cpus[] = { 0, 2, 3 };
	struct topology_node node = { .cpus = cpus, .cpu_count = 2 };
	struct cpu_times before, now;

	ASSERT_EQ(0, cpu_times_parse(before_text, &before));
	ASSERT_EQ(0, cpu_times_parse(now_text, &now));
	EXPECT_EQ(2, before.count);
	EXPECT_EQ(1.25, cpu_times_idle(&now, &before, &node));
	/* A CPU that came or went. */
	node.cpu_count = 3;
	EXPECT_EQ(-1, cpu_times_idle(&now, &before, &node));
	node.cpu_count = 0;
	EXPECT_EQ(0, cpu_times_idle(&now, &before, &node));
	EXPECT_EQ(-1, cpu_times_idle(&before, &before,
				     &(struct topology_node){
					     .cpus = cpus, .cpu_count = 1 }));
	cpu_times_free(&before);
	cpu_times_free(&now);
}

TEST(ticks_of_a_process)
{
	static const char text[] =
		"42 (a) b) R 4 5 6 7 -8 9 10 11 12 13 14 15 16 17\n";
	uint64_t ticks = 0;

	EXPECT_TRUE(cpu_time_parse_process(text, &ticks));
	EXPECT_EQ(29, ticks);
	EXPECT_FALSE(cpu_time_parse_process("42 (a) R 1 2\n", &ticks));
	EXPECT_FALSE(cpu_time_parse_process("", &ticks));
	EXPECT_TRUE(cpu_time_process(getpid(), &ticks));
}

TEST_HARNESS_MAIN
