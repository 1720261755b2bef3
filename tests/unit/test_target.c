// SPDX-License-Identifier: GPL-2.0
/*
 * What people write for processes, what /proc says of them, and which way to a
 * cpuset is chosen by what was found.
 */
#include "cgroup_file.h"
#include "cpuset_choose.h"
#include "process_list.h"
#include "systemctl.h"
#include "target_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define ID "3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"
#define UID "0f5c8d2e-7a41-4b6c-9d3e-2b1a0c9f8e7d"

static bool is(const char *text, int kind, const char *rest)
{
	const char *found;

	return target_text_kind(text, &found) == kind && !strcmp(found, rest);
}

TEST(kinds)
{
	EXPECT_TRUE(is("4711", TARGET_PIDS, "4711"));
	EXPECT_TRUE(is("4711,4712", TARGET_PIDS, "4711,4712"));
	EXPECT_TRUE(is("/user.slice/x", TARGET_CGROUP, "/user.slice/x"));
	EXPECT_TRUE(is("nginx.service", TARGET_UNIT, "nginx.service"));
	EXPECT_TRUE(is("session-3.scope", TARGET_UNIT, "session-3.scope"));
	EXPECT_TRUE(is("user.slice", TARGET_UNIT, "user.slice"));
	EXPECT_TRUE(is(".slice", TARGET_NAME, ".slice"));
	EXPECT_TRUE(is("3f2a9b1c0d4e", TARGET_CONTAINER, "3f2a9b1c0d4e"));
	EXPECT_TRUE(is(ID, TARGET_CONTAINER, ID));
	EXPECT_TRUE(is(ID "0", TARGET_NAME, ID "0"));
	EXPECT_TRUE(is("123456789012", TARGET_CONTAINER, "123456789012"));
	EXPECT_TRUE(is("12345678901", TARGET_PIDS, "12345678901"));
	EXPECT_TRUE(is("3f2a9b1c0d4", TARGET_NAME, "3f2a9b1c0d4"));
	EXPECT_TRUE(is("nginx", TARGET_NAME, "nginx"));
	EXPECT_TRUE(is("post*", TARGET_NAME, "post*"));
	EXPECT_TRUE(is("", -1, ""));
}

TEST(prefixes)
{
	EXPECT_TRUE(is("pid:4711", TARGET_PIDS, "4711"));
	EXPECT_TRUE(is("name:4711", TARGET_NAME, "4711"));
	EXPECT_TRUE(is("name:a.service", TARGET_NAME, "a.service"));
	EXPECT_TRUE(is("cgroup:x", TARGET_CGROUP, "x"));
	EXPECT_TRUE(is("unit:nginx", TARGET_UNIT, "nginx"));
	EXPECT_TRUE(is("container:db", TARGET_CONTAINER, "db"));
	EXPECT_TRUE(is("unit:", -1, ""));
	EXPECT_TRUE(is("other:x", TARGET_NAME, "other:x"));
}

static bool pids_are(const char *text, size_t count, const pid_t *wanted)
{
	size_t found;
	pid_t *pids = target_text_pids(text, &found);
	bool same = pids && found == count &&
		    !memcmp(pids, wanted, count * sizeof(*pids));

	free(pids);
	return same;
}

TEST(pids)
{
	static const char *const wrong[] = { "",     ",",   "1,",	 ",1",
					     "1,,2", "0",   "-1",	 "1 2",
					     "x",    "1,x", "2147483648" };
	const pid_t three[] = { 1, 7, 2147483647 };
	size_t count;

	EXPECT_TRUE(pids_are("7", 1, three + 1));
	EXPECT_TRUE(pids_are("7,2147483647,1,7,1", 3, three));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		EXPECT_EQ(NULL, target_text_pids(wrong[i], &count));
		EXPECT_EQ(0, count);
	}
}

TEST(names)
{
	EXPECT_TRUE(target_text_names("nginx", "nginx"));
	EXPECT_FALSE(target_text_names("nginx", "nginx2"));
	EXPECT_TRUE(target_text_names("nginx*", "nginx2"));
	EXPECT_TRUE(target_text_names("[mn]ginx", "nginx"));
	EXPECT_TRUE(target_text_names("post?res", "postgres"));
	/* The kernel keeps 15 bytes of a name. */
	EXPECT_TRUE(target_text_names("a-rather-long-name", "a-rather-long-n"));
	EXPECT_FALSE(target_text_names("a-rather-long-name", "a-rather-long"));
}

TEST(units)
{
	EXPECT_TRUE(
		target_text_is_unit("a.service", "/system.slice/a.service"));
	EXPECT_TRUE(target_text_is_unit("a", "/system.slice/a.service"));
	EXPECT_TRUE(target_text_is_unit("a.slice", "/a.slice"));
	EXPECT_FALSE(target_text_is_unit("a.slice", "/a.slice/b.service"));
	EXPECT_FALSE(target_text_is_unit("a.service", "/ba.service"));
	EXPECT_FALSE(target_text_is_unit("a", "/a.slice"));
	EXPECT_TRUE(target_text_is_unit("io.service", "/x/_io.service"));
}

TEST(containers)
{
	const char *docker = "/system.slice/docker-" ID ".scope";
	const char *inside = "/system.slice/docker-" ID ".scope/init.scope";
	const char *pod = "/kubepods/burstable/pod" UID;

	EXPECT_EQ(strlen(docker), target_text_container(ID, docker));
	EXPECT_EQ(strlen(docker), target_text_container(ID, inside));
	EXPECT_EQ(strlen(docker),
		  target_text_container("3f2a9b1c0d4e", docker));
	EXPECT_EQ(strlen(docker),
		  target_text_container("3f2a9b1c0d4e5f6", docker));
	EXPECT_EQ(0, target_text_container("3f2a9b1c0d4e5f7", docker));
	EXPECT_EQ(0, target_text_container("3f2a9b1c0d4f", docker));
	EXPECT_EQ(0, target_text_container("3f2a9b1c0d4", docker));
	EXPECT_EQ(strlen(pod), target_text_container(UID, pod));
	EXPECT_EQ(0, target_text_container("system.slice", "/system.slice"));
}

TEST(stat)
{
	struct listed_process process;

	ASSERT_TRUE(process_list_parse(
		"42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 900 1 2",
		&process));
	EXPECT_EQ(42, process.pid);
	EXPECT_EQ(7, process.parent);
	EXPECT_STREQ("a) b (c", process.comm);
	EXPECT_NE(0, process.start_time);
	EXPECT_FALSE(process.kernel);
	EXPECT_FALSE(process.ended);
	free(process.comm);
	ASSERT_TRUE(process_list_parse(
		"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0",
		&process));
	EXPECT_TRUE(process.kernel);
	free(process.comm);
	/* A leader that has ended before its threads, and one after them. */
	ASSERT_TRUE(process_list_parse(
		"9 (x) Z 1 9 9 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 2 0 9 0 0",
		&process));
	EXPECT_FALSE(process.ended);
	free(process.comm);
	ASSERT_TRUE(process_list_parse(
		"9 (x) Z 1 9 9 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0",
		&process));
	EXPECT_TRUE(process.ended);
	free(process.comm);
	/* One that ends has no memory, while its state is still that of others. */
	ASSERT_TRUE(process_list_parse(
		"9 (x) R 1 9 9 0 -1 4194308 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0",
		&process));
	EXPECT_TRUE(process.ended);
	free(process.comm);
	ASSERT_TRUE(process_list_parse(
		"9 (x) Z 1 9 9 0 -1 4194308 0 0 0 0 0 0 0 0 20 0 2 0 9 0 0",
		&process));
	EXPECT_FALSE(process.ended);
	free(process.comm);
	EXPECT_FALSE(process_list_parse("", &process));
	EXPECT_FALSE(process_list_parse("9 )x( S", &process));
	EXPECT_FALSE(process_list_parse("9 (x) S 1", &process));
}

TEST(inside)
{
	EXPECT_TRUE(process_list_inside("/a", "/a"));
	EXPECT_TRUE(process_list_inside("/a/b", "/a"));
	EXPECT_FALSE(process_list_inside("/ab", "/a"));
	EXPECT_FALSE(process_list_inside("/", "/a"));
	EXPECT_TRUE(process_list_inside("/a", "/"));
}

static bool unit_is(const char *cgroup, const char *unit)
{
	char *found = cpuset_unit_path(cgroup);
	bool same = unit ? found && !strcmp(found, unit) : !found;

	free(found);
	return same;
}

TEST(unit_paths)
{
	EXPECT_TRUE(unit_is("/", NULL));
	EXPECT_TRUE(unit_is("/docker/" ID, NULL));
	EXPECT_TRUE(unit_is("/system.slice", "/system.slice"));
	EXPECT_TRUE(
		unit_is("/system.slice/a.service", "/system.slice/a.service"));
	EXPECT_TRUE(unit_is("/system.slice/a.service/x.service",
			    "/system.slice/a.service"));
	EXPECT_TRUE(unit_is(
		"/user.slice/user-1.slice/user@1.service/app.slice/b.service",
		"/user.slice/user-1.slice/user@1.service"));
	EXPECT_TRUE(unit_is("/a.slice/x/b.service", "/a.slice"));
	EXPECT_STREQ("a.service", cpuset_unit_name("/x.slice/a.service"));
	EXPECT_STREQ("io.service", cpuset_unit_name("/_io.service"));
}

/* What is chosen, and a word of why not. */
static bool chosen(const struct cpuset_facts *facts, enum cpuset_way wanted,
		   const char *word)
{
	enum cpuset_way way;
	bool same;
	char *why;

	if (cpuset_choose(facts, &way, &why))
		return false;
	same = way == wanted && (word ? why && strstr(why, word) : !why);
	if (!same)
		printf("# %d: %s\n", way, why ? why : "");
	free(why);
	return same;
}

TEST(without_controller)
{
	struct cpuset_facts facts = { .v1 = true };

	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "cgroup v1"));
	facts.mounted = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "cgroup v1"));
	facts.v1 = false;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "no cpuset controller"));
	facts.mounted = false;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "not mounted"));
}

TEST(without_systemd)
{
	struct cpuset_facts facts = { .mounted = true, .controller = true };

	EXPECT_TRUE(chosen(&facts, CPUSET_OWN, NULL));
	facts.crowded = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "this container sees"));
	facts.cgroup = "/x";
	facts.files = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_DELEGATED, NULL));
	facts.write = -EROFS;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "read-only"));
	facts.write = -EACCES;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "be root"));
	facts.threaded = "/x";
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "threaded"));
}

TEST(with_systemd)
{
	struct cpuset_facts facts = {
		.mounted = true,
		.controller = true,
		.systemd = true,
		.root = true,
		.unit = "/system.slice/a.service",
	};

	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "only a part of a.service"));
	facts.whole = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_SYSTEMD, NULL));
	facts.root = false;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "only root"));
	facts.root = true;
	facts.whole = false;
	facts.cgroup = "/system.slice/a.service/x";
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "only a part of a.service"));
	facts.delegated = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "did not enable"));
	facts.files = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_DELEGATED, NULL));
}

/* Cgroups that a container manager makes itself. */
TEST(beside_systemd)
{
	struct cpuset_facts facts = {
		.mounted = true,
		.controller = true,
		.systemd = true,
		.root = true,
	};

	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "only a part of a cgroup"));
	facts.several = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "several units"));
	facts.several = false;
	facts.cgroup = "/docker/" ID;
	EXPECT_TRUE(chosen(&facts, CPUSET_NONE, "not enabled"));
	facts.files = true;
	EXPECT_TRUE(chosen(&facts, CPUSET_DELEGATED, NULL));
}

TEST(texts)
{
	const char *text = "AllowedCPUs=0-1 4\nAllowedMemoryNodes=\n";
	char *value = systemctl_value(text, "AllowedCPUs");

	EXPECT_STREQ("0-1 4", value);
	free(value);
	value = systemctl_value(text, "AllowedMemoryNodes");
	EXPECT_STREQ("", value);
	free(value);
	EXPECT_EQ(NULL, systemctl_value(text, "Allowed"));
	EXPECT_TRUE(cgroup_file_has_word("cpu cpuset\n", "cpuset"));
	EXPECT_FALSE(cgroup_file_has_word("cpu cpusets", "cpuset"));
	EXPECT_FALSE(cgroup_file_has_word("", "cpuset"));
	value = cgroup_file_parent("/a/b");
	EXPECT_STREQ("/a", value);
	free(value);
	value = cgroup_file_parent("/a");
	EXPECT_STREQ("/", value);
	free(value);
}

TEST_HARNESS_MAIN
