// SPDX-License-Identifier: GPL-2.0
/*
 * Policies from words and back, on whatever machine: it has node 0 and CPUs.
 */
#include "policy.h"

#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* A number that no machine has. */
#define NOWHERE "99999"

static bool is_list(const struct bitmask *mask, const char *expected)
{
	char *list = policy_list(mask);
	bool same = !strcmp(list, expected);

	if (!same)
		printf("# %s instead of %s\n", list, expected);
	free(list);
	return same;
}

/* Whether @text is refused with @err and a sentence that has @words. */
static bool refused(const char *text, int err, const char *words)
{
	struct policy policy;
	char *why;
	int got = policy_parse(text, &policy, &why);
	bool as_expected = got == err && why && strstr(why, words);

	if (!as_expected)
		printf("# %s: %d, %s\n", text, got, why ? why : "no sentence");
	if (!got)
		policy_free(&policy);
	free(why);
	return as_expected;
}

/* Whether @text makes a policy that is written as @expected. */
static bool becomes(const char *text, const char *expected)
{
	struct policy policy;
	char *why, *back;
	bool same;

	if (policy_parse(text, &policy, &why)) {
		printf("# %s: %s\n", text, why);
		free(why);
		return false;
	}
	back = policy_text(&policy);
	same = !strcmp(back, expected);
	if (!same)
		printf("# %s: %s\n", text, back);
	free(back);
	policy_free(&policy);
	return same;
}

TEST(lists)
{
	struct bitmask *mask = numa_bitmask_alloc(128);

	EXPECT_TRUE(is_list(mask, ""));
	numa_bitmask_setbit(mask, 0);
	EXPECT_TRUE(is_list(mask, "0"));
	numa_bitmask_setbit(mask, 2);
	numa_bitmask_setbit(mask, 3);
	EXPECT_TRUE(is_list(mask, "0,2-3"));
	numa_bitmask_setbit(mask, 126);
	numa_bitmask_setbit(mask, 127);
	EXPECT_TRUE(is_list(mask, "0,2-3,126-127"));
	numa_bitmask_setall(mask);
	EXPECT_TRUE(is_list(mask, "0-127"));
	numa_bitmask_free(mask);
}

TEST(words)
{
	EXPECT_TRUE(becomes("--membind=0", "--membind=0"));
	EXPECT_TRUE(becomes("membind=0", "--membind=0"));
	EXPECT_TRUE(becomes("-m 0", "--membind=0"));
	EXPECT_TRUE(becomes("  --membind 0\t", "--membind=0"));
	EXPECT_TRUE(becomes("interleave=0", "--interleave=0"));
	EXPECT_TRUE(becomes("preferred=0", "--preferred=0"));
	EXPECT_TRUE(becomes("preferred-many=0", "--preferred-many=0"));
	EXPECT_TRUE(becomes("localalloc", "--localalloc"));
	EXPECT_TRUE(becomes("-l", "--localalloc"));
	EXPECT_TRUE(becomes("balancing membind=0", "--membind=0 --balancing"));
	EXPECT_TRUE(becomes("all membind=0", "--all --membind=0"));
	EXPECT_TRUE(becomes("membind=+0", "--membind=0"));
}

/* What comes out can be read again, and means the same. */
TEST(there_and_back)
{
	static const char *const texts[] = {
		"cpunodebind=0 membind=0 balancing",
		"physcpubind=all interleave=all",
		"cpunodebind=all preferred=0",
		"all cpubind=0 membind=same",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct policy policy;
		char *why, *text;

		ASSERT_EQ(policy_parse(texts[i], &policy, &why), 0);
		text = policy_text(&policy);
		EXPECT_TRUE(becomes(text, text));
		free(text);
		policy_free(&policy);
	}
}

TEST(same_nodes)
{
	struct policy policy;
	char *why;

	ASSERT_EQ(policy_parse("cpunodebind=0 membind=same", &policy, &why), 0);
	EXPECT_TRUE(is_list(policy.nodes, "0"));
	EXPECT_EQ(policy.memory, POLICY_MEMORY_BIND);
	policy_free(&policy);
	EXPECT_TRUE(refused("membind=same", -EINVAL, "no option before it"));
}

/* The CPUs of a node are those that libnuma names; the last option holds. */
TEST(cpus)
{
	struct bitmask *cpus = numa_allocate_cpumask();
	struct policy policy;
	char *why;

	ASSERT_EQ(numa_node_to_cpus(0, cpus), 0);
	ASSERT_EQ(policy_parse("physcpubind=+0 cpunodebind=0", &policy, &why),
		  0);
	EXPECT_TRUE(numa_bitmask_equal(policy.cpus, cpus));
	EXPECT_EQ(policy.memory, POLICY_MEMORY_ANY);
	policy_free(&policy);
	ASSERT_EQ(policy_parse("cpunodebind=0 physcpubind=+0", &policy, &why),
		  0);
	EXPECT_EQ(numa_bitmask_weight(policy.cpus), 1U);
	policy_free(&policy);
	numa_bitmask_free(cpus);
}

TEST(refusals)
{
	EXPECT_TRUE(refused("", -EINVAL, "asks for nothing"));
	EXPECT_TRUE(refused("balancing", -EINVAL, "asks for nothing"));
	EXPECT_TRUE(refused("--", -EINVAL, "not an option"));
	EXPECT_TRUE(refused("mem=0", -EINVAL, "not an option"));
	EXPECT_TRUE(refused("membind", -EINVAL, "which?"));
	EXPECT_TRUE(refused("membind=", -EINVAL, "no node"));
	EXPECT_TRUE(refused("localalloc=0", -EINVAL, "takes no value"));
	EXPECT_TRUE(refused("membind=0 interleave=0", -EINVAL,
			    "exclude each other"));
	EXPECT_TRUE(refused("membind=0 all", -EINVAL, "has to come before"));
	EXPECT_TRUE(refused("preferred=", -EINVAL, "one node"));
	EXPECT_TRUE(refused("physcpubind=", -EINVAL, "no CPU to run on"));
}

/* With the words of libnuma, and what is allowed. */
TEST(refusals_of_libnuma)
{
	EXPECT_TRUE(refused("membind=" NOWHERE, -EINVAL, "out of range"));
	EXPECT_TRUE(refused("membind=" NOWHERE, -EINVAL, "allowed are 0"));
	EXPECT_TRUE(refused("membind=0,", -EINVAL, "unparseable"));
	EXPECT_TRUE(refused("membind=0-", -EINVAL, "missing node argument"));
	EXPECT_TRUE(refused("membind=0x", -EINVAL, "not a list of nodes"));
	EXPECT_TRUE(refused("membind=netdev:nowhere", -EINVAL, "membind"));
	EXPECT_TRUE(refused("physcpubind=" NOWHERE, -EINVAL, "out of range"));
	EXPECT_TRUE(refused("physcpubind=0z", -EINVAL, "not a list of CPUs"));
	EXPECT_TRUE(refused("cpunodebind=" NOWHERE, -EINVAL, "cpunodebind"));
	EXPECT_STREQ(policy_warning(),
		     "node argument " NOWHERE " is out of range");
}

TEST(balancing)
{
	struct policy policy;
	char *why;

	ASSERT_EQ(policy_parse("membind=0", &policy, &why), 0);
	EXPECT_FALSE(policy_balances(&policy));
	policy_free(&policy);
	ASSERT_EQ(policy_parse("membind=0 balancing", &policy, &why), 0);
	EXPECT_TRUE(policy_balances(&policy));
	policy_free(&policy);
	ASSERT_EQ(policy_parse("interleave=0 balancing", &policy, &why), 0);
	EXPECT_FALSE(policy_balances(&policy));
	policy_free(&policy);
}

/* The kernel tells whether it has it; where it has not, that is said. */
TEST(what_the_kernel_lacks)
{
	struct policy policy;
	char *why;

	if (!mbind(NULL, 0, 6, NULL, 0, 0)) {
		ASSERT_EQ(policy_parse("weighted-interleave=0", &policy, &why),
			  0);
		policy_free(&policy);
	} else {
		EXPECT_TRUE(refused("weighted-interleave=0", -EOPNOTSUPP,
				    "it came with Linux 6.9"));
	}
}

static int mode_now(void)
{
	int mode;

	return get_mempolicy(&mode, NULL, 0, NULL, 0) ? -errno : mode;
}

static int apply(const char *text)
{
	struct policy policy;
	char *why;
	int err = policy_parse(text, &policy, &why);

	if (!err) {
		err = policy_apply(&policy, &why);
		policy_free(&policy);
	}
	free(why);
	return err;
}

/* Each test is a process of its own. */
TEST(applied)
{
	struct bitmask *cpus = numa_allocate_cpumask();

	ASSERT_EQ(apply("physcpubind=+0"), 0);
	EXPECT_EQ(mode_now(), MPOL_DEFAULT);
	ASSERT_GT(numa_sched_getaffinity(0, cpus), 0);
	EXPECT_EQ(numa_bitmask_weight(cpus), 1U);
	EXPECT_EQ(apply("membind=0"), 0);
	EXPECT_EQ(mode_now(), MPOL_BIND);
	EXPECT_EQ(apply("interleave=0"), 0);
	EXPECT_EQ(mode_now(), MPOL_INTERLEAVE);
	EXPECT_EQ(apply("preferred=0"), 0);
	EXPECT_EQ(mode_now(), MPOL_PREFERRED);
	EXPECT_EQ(apply("preferred-many=0"), 0);
	EXPECT_EQ(mode_now(), MPOL_PREFERRED_MANY);
	EXPECT_EQ(apply("localalloc"), 0);
	EXPECT_EQ(mode_now(), MPOL_LOCAL);
	numa_bitmask_free(cpus);
}

TEST_HARNESS_MAIN
