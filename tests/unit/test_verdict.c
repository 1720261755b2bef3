// SPDX-License-Identifier: GPL-2.0
/*
 * What the command says of a process, by what is known of it; and the texts
 * of /proc that it knows it from.
 */
#include "verdict.h"

#include "proc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

/* Says it: a sentence has these words. */
static bool says(const struct verdict *verdict, const char *words)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (strstr(verdict->sentence[i], words))
			return true;
	return false;
}

FIXTURE(verdict)
{
	struct report_info info;
	struct report_hook hook;
	struct report_config config;
	struct report_process process;
	struct report_share share[4];
	struct report_thread thread[2];
	struct report_threads threads;
	struct residency_node node[32];
	struct residency_policy policy[2];
	struct residency residency;
	struct verdict_facts facts;
	struct verdict verdict;
};

/* Remote accesses from node 0 to memory of node 1; two threads; not bound. */
FIXTURE_SETUP(verdict)
{
	memset(self, 0, sizeof(*self));
	self->hook.name = "access";
	self->hook.state = NUMATRACE_HOOK_STATE_FTRACE;
	self->info.module_version = "1.0";
	self->info.nodes_online = "0-1";
	self->info.nodes_memory = "0-1";
	self->info.nodes_cpu = "0-1";
	self->info.cpus_online = 4;
	self->info.balancing = 1;
	self->info.hooks = 1;
	self->info.hook = &self->hook;
	self->config.set = 1 << CONFIG_TRACK_PROCESSES;
	self->config.value[CONFIG_TRACK_PROCESSES] = 1;
	self->share[0] = (struct report_share){ 0, 0, 28, 28 };
	self->share[1] = (struct report_share){ 0, 1, 72, 72 };
	self->process.usage.local_faults = 28;
	self->process.usage.remote_faults = 72;
	self->process.usage.shares = 2;
	self->process.usage.share = self->share;
	for (int i = 0; i < 2; i++) {
		self->thread[i].tid = 100 + i;
		self->thread[i].affinity = "0-3";
		self->thread[i].cpuset_nodes = "0-1";
		self->thread[i].scanned = true;
	}
	self->threads.count = 2;
	self->threads.thread = self->thread;
	self->node[0] = (struct residency_node){ 0, 4, 0 };
	self->node[1] = (struct residency_node){ 1, 96, 0 };
	self->residency.resident = 100;
	self->residency.count = 2;
	self->residency.node = self->node;
	self->facts = (struct verdict_facts){
		.info = &self->info,
		.config = &self->config,
		.process = &self->process,
		.threads = &self->threads,
		.policies = true,
		.residency = &self->residency,
		.measured = 100,
	};
}

FIXTURE_TEARDOWN(verdict)
{
	verdict_free(&self->verdict);
}

#define EXPECT_SAYS(words)                                                     \
	EXPECT_TRUE(says(&self->verdict, words))                               \
	{                                                                      \
		for (size_t _i = 0; _i < self->verdict.count; _i++)            \
			TH_LOG("%s", self->verdict.sentence[_i]);              \
	}

TEST_F(verdict, remote_accesses)
{
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("28 % of its 100 sampled accesses are local.");
	EXPECT_SAYS("72 % of its accesses from node 0 go to node 1.");
	EXPECT_SAYS("Its memory lies on node 1 (96 %).");
	EXPECT_SAYS("It is not bound.");
	EXPECT_FALSE(says(&self->verdict, "one thread"));
	EXPECT_EQ(4, self->verdict.count);
}

TEST_F(verdict, slight_flows_are_not_named)
{
	self->share[0].faults = 990;
	self->share[1].faults = 10;
	self->process.usage.local_faults = 990;
	self->process.usage.remote_faults = 10;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("99 % of its 1000 sampled accesses are local.");
	EXPECT_FALSE(says(&self->verdict, "go to node"));
}

TEST_F(verdict, many_nodes_have_sums)
{
	self->share[0] = (struct report_share){ 9, REPORT_ALL_NODES, 60, 60 };
	self->share[1] = (struct report_share){ 3, REPORT_ALL_NODES, 40, 40 };
	self->share[2] = (struct report_share){ REPORT_ALL_NODES, 8, 100, 100 };
	self->process.usage.shares = 3;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS(
		"come from node 9 (60 %); most go to memory of node 8 (100 %)");
}

TEST_F(verdict, spread_memory)
{
	self->node[0].bytes = 40;
	self->node[1].bytes = 60;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("Its memory is spread: 40 % on node 0, 60 % on node 1.");
}

TEST_F(verdict, evenly_spread_memory)
{
	for (unsigned int i = 0; i < 32; i++)
		self->node[i] = (struct residency_node){ .id = i, .bytes = 3 };
	self->residency.count = 32;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("Its memory is spread over 32 nodes.");
}

TEST_F(verdict, sampled_memory_has_an_error)
{
	self->residency.sampled = true;
	self->residency.error = 0.018;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("Its memory lies on node 1 (96 %) (+-1.8 points).");
	EXPECT_SAYS("It is not bound, unless by mbind, which a sample does");
	verdict_free(&self->verdict);

	self->node[0].bytes = 40;
	self->node[1].bytes = 60;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("40 % on node 0, 60 % on node 1 (+-1.8 points).");
}

TEST_F(verdict, a_guess_is_no_finding)
{
	self->residency.sampled = true;
	self->residency.error = 0.051;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_FALSE(says(&self->verdict, "Its memory"));
}

/* What mbind(2) sets is a policy of mappings, not of threads. */
TEST_F(verdict, bound_mappings)
{
	self->policy[0] = (struct residency_policy){ "bind:1", false, 37 };
	self->residency.policies = 1;
	self->residency.policy = self->policy;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS(
		"37 % of its memory has a policy of its own (bind:1): balancing does not sample it.");
	EXPECT_FALSE(says(&self->verdict, "not bound"));
	verdict_free(&self->verdict);

	self->policy[1] =
		(struct residency_policy){ "bind=balancing:0", true, 40 };
	self->residency.policies = 2;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS(
		"77 % of its memory has a policy of its own (bind=balancing:0 and others): balancing does not sample all of it.");
	verdict_free(&self->verdict);

	self->residency.policy = &self->policy[1];
	self->residency.policies = 1;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS(
		"40 % of its memory has a policy of its own (bind=balancing:0).");
}

TEST_F(verdict, bound_mappings_are_not_idle)
{
	self->facts.process = NULL;
	self->policy[0] = (struct residency_policy){ "bind:1", false, 96 };
	self->residency.policies = 1;
	self->residency.policy = self->policy;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("nearly all of its memory has a policy of its own");
	EXPECT_FALSE(says(&self->verdict, "touched little"));
	verdict_free(&self->verdict);

	self->policy[0].bytes = 50;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("touched little memory without a policy of its own since");
}

/* numa_maps shows the policy of the thread where a mapping has none. */
TEST_F(verdict, policy_of_the_thread_is_none_of_mappings)
{
	self->policy[0] = (struct residency_policy){ "bind:1", false, 96 };
	self->residency.policies = 1;
	self->residency.policy = self->policy;
	self->thread[0].policy = NUMATRACE_MEMORY_POLICY_BIND;
	self->thread[0].policy_nodes = "1";
	self->thread[0].scanned = false;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_FALSE(says(&self->verdict, "a policy of its own"));
	verdict_free(&self->verdict);

	self->facts.measured = 101;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("96 % of its memory has a policy of its own");
}

TEST_F(verdict, no_memory)
{
	self->facts.process = NULL;
	self->residency = (struct residency){ 0 };
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("a kernel thread, or a process that has exited.");
	EXPECT_FALSE(says(&self->verdict, "No access of it"));
	EXPECT_FALSE(says(&self->verdict, "Its memory"));
}

TEST_F(verdict, bound_process_is_not_one_without_accesses)
{
	self->facts.process = NULL;
	for (int i = 0; i < 2; i++) {
		self->thread[i].policy = NUMATRACE_MEMORY_POLICY_BIND;
		self->thread[i].policy_nodes = "1";
		self->thread[i].scanned = false;
	}
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("its memory policy bind:1 keeps automatic balancing from");
	EXPECT_SAYS("numactl --balancing --membind=1");
	EXPECT_SAYS("Its memory policy is bind:1.");
	EXPECT_FALSE(says(&self->verdict, "No access of it"));
	EXPECT_FALSE(says(&self->verdict, "not bound"));
	EXPECT_FALSE(says(&self->verdict, "any more"));
	verdict_free(&self->verdict);

	/* It had some before it was bound. */
	self->facts.process = &self->process;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("28 % of its 100 sampled accesses are local.");
	EXPECT_SAYS("not measured any more: its memory policy bind:1 keeps");
}

TEST_F(verdict, no_accesses_yet)
{
	self->facts.process = NULL;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("No access of it has been sampled yet");
}

TEST_F(verdict, some_threads_are_bound)
{
	self->thread[1].policy = NUMATRACE_MEMORY_POLICY_INTERLEAVE;
	self->thread[1].policy_nodes = "0-1";
	self->thread[1].scanned = false;
	self->thread[0].affinity = "0-1";
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("1 of its 2 threads is bound to the CPUs 0-1.");
	EXPECT_SAYS(
		"1 of its 2 threads has a memory policy, such as interleave:0-1.");
	EXPECT_SAYS("Of its 2 threads 1 has a memory policy now");
}

TEST_F(verdict, confined)
{
	self->thread[0].affinity = "2-3";
	self->thread[1].affinity = "2-3";
	self->thread[0].cpuset_nodes = "1";
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("It is bound to the CPUs 2-3.");
	EXPECT_SAYS("Its cpuset lets it allocate from node 1 only.");
	EXPECT_FALSE(says(&self->verdict, "not bound"));
}

TEST_F(verdict, one_thread)
{
	self->threads.count = 1;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("It has one thread:");
}

TEST_F(verdict, outcomes)
{
	self->process.usage.outcomes = true;
	self->process.usage.migrated_pages = 512;
	self->process.usage.failed_pages = 3;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("moved 512 pages for it and failed to move 3.");
}

TEST_F(verdict, without_the_module)
{
	self->info.module_version = NULL;
	self->facts.process = NULL;
	self->facts.policies = false;
	for (int i = 0; i < 2; i++)
		self->thread[i].policy = PROC_POLICY_UNKNOWN;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("modprobe numatrace");
	EXPECT_SAYS("It is not bound to CPUs or by a cpuset.");
	EXPECT_FALSE(says(&self->verdict, "No access of it"));
}

TEST_F(verdict, balancing_off)
{
	self->info.balancing = 0;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("sysctl kernel.numa_balancing=1");
	EXPECT_SAYS("28 % of its 100 sampled accesses");
}

TEST_F(verdict, obstacles)
{
	self->facts.process = NULL;
	self->config.value[CONFIG_TRACK_PROCESSES] = 0;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("numatrace config track_processes=1");
	EXPECT_FALSE(says(&self->verdict, "No access of it"));
	verdict_free(&self->verdict);

	self->hook.state = NUMATRACE_HOOK_STATE_OFF;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("the hook access is not attached");
	verdict_free(&self->verdict);

	self->info.nodes_online = "0";
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("one NUMA node");
}

TEST_F(verdict, process_of_somebody_else)
{
	self->facts.process = NULL;
	self->facts.hidden = true;
	self->facts.policies = false;
	self->facts.residency = NULL;
	ASSERT_EQ(0, verdict_find(&self->facts, &self->verdict));
	EXPECT_SAYS("belongs to somebody else");
	EXPECT_FALSE(says(&self->verdict, "Its memory"));
}

TEST(policies)
{
	struct report_thread thread = { .policy_nodes = "0,2" };
	char *text;

	thread.policy = NUMATRACE_MEMORY_POLICY_WEIGHTED_INTERLEAVE;
	text = verdict_policy(&thread);
	EXPECT_STREQ("weighted-interleave:0,2", text);
	free(text);
	thread.policy = 77;
	text = verdict_policy(&thread);
	EXPECT_STREQ("77", text);
	free(text);
	thread.policy = NUMATRACE_MEMORY_POLICY_LOCAL;
	thread.policy_nodes = NULL;
	text = verdict_policy(&thread);
	EXPECT_STREQ("local", text);
	free(text);
}

TEST(proc_status)
{
	static const char text[] =
		"Name:\tUid:\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t3493\n"
		"Pid:\t3494\nUid:\t1000\t0\t0\t0\nThreads:\t7\n"
		"Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\n"
		"Mems_allowed_list:\t0,2\nvoluntary_ctxt_switches:\t0\n";
	struct proc proc = { 0 };

	ASSERT_TRUE(proc_parse_status(text, &proc));
	EXPECT_EQ(3493, proc.pid);
	EXPECT_STREQ("Uid:", proc.comm);
	EXPECT_EQ(1000, proc.uid);
	EXPECT_EQ('S', proc.state);
	EXPECT_EQ(7, proc.threads);
	EXPECT_STREQ("0-1", proc.cpus);
	EXPECT_STREQ("0,2", proc.nodes);
	proc_free(&proc);
	/* A line break, and a backslash before a letter. */
	EXPECT_FALSE(proc_parse_status("Name:\ta\\nb\\\\n\n", &proc));
	EXPECT_STREQ("a\nb\\n", proc.comm);
	proc_free(&proc);
	EXPECT_FALSE(proc_parse_status("Name:\tx\n", &proc));
	proc_free(&proc);
}

TEST(proc_stat)
{
	static const char text[] =
		"42 (a) b) R 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41\n";
	uint64_t start;
	uint32_t cpu;

	ASSERT_TRUE(proc_parse_stat(text, &cpu));
	EXPECT_EQ(39, cpu);
	ASSERT_TRUE(proc_parse_start(text, &start));
	EXPECT_EQ(22 * (1000000000ULL / sysconf(_SC_CLK_TCK)), start);
	EXPECT_FALSE(proc_parse_stat("42 (a) R 1 2", &cpu));
	EXPECT_FALSE(proc_parse_start("42 (a) R 1 2", &start));
	EXPECT_FALSE(proc_parse_stat("", &cpu));
}

/* As where the CPU that a thread last ran on is offline. */
TEST(proc_node_may_be_unknown)
{
	const struct topology topology = { 0 };
	struct report_threads threads;

	ASSERT_EQ(0, proc_threads(getpid(), &topology, &threads));
	ASSERT_EQ(1, threads.count);
	EXPECT_EQ(getpid(), threads.thread[0].tid);
	EXPECT_EQ(REPORT_ALL_NODES, threads.thread[0].cpu_node);
	report_free_threads(&threads);
}

TEST(proc_cgroup)
{
	char *path = proc_parse_cgroup("9:name=systemd:/\n0::/a/b.scope\n");

	EXPECT_STREQ("/a/b.scope", path);
	free(path);
	path = proc_parse_cgroup("0::/a/b (deleted)\n");
	EXPECT_STREQ("/a/b", path);
	free(path);
	EXPECT_EQ(NULL, proc_parse_cgroup("10::/\n1:cpuset:/x\n"));
	EXPECT_EQ(NULL, proc_parse_cgroup(""));
}

TEST_HARNESS_MAIN
