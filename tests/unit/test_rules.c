// SPDX-License-Identifier: GPL-2.0
/*
 * Rules of numatraced: what is taken and what is refused, in which line, and
 * which processes they match.
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define ID "3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"
#define UID "0f5c8d2e-7a41-4b6c-9d3e-2b1a0c9f8e7d"

/* That it has one error, which is this one; @place is "x:LINE: ". */
static bool refuses(const char *text, const char *place, const char *words)
{
	struct rules rules = { 0 };
	bool same = !rules_parse(text, "x", &rules) &&
		    rules.errors.count == 1 &&
		    !strncmp(rules.errors.error[0], place, strlen(place)) &&
		    strstr(rules.errors.error[0], words);

	for (size_t i = 0; !same && i < rules.errors.count; i++)
		printf("# %s: %s\n", text, rules.errors.error[i]);
	rules_free(&rules);
	return same;
}

static bool takes(const char *text, struct rules *rules)
{
	*rules = (struct rules){ 0 };
	if (!rules_parse(text, "x", rules) && !rules->errors.count)
		return true;
	for (size_t i = 0; i < rules->errors.count; i++)
		printf("# %s: %s\n", text, rules->errors.error[i]);
	return false;
}

/* Which key of the only rule does not hold. */
static enum rule_key mismatch(const char *text, const struct subject *subject)
{
	enum rule_key key = RULE_KEYS + 1;
	struct rules rules;

	if (takes(text, &rules) && rules.count == 1)
		key = rule_mismatch(rules.rule, subject);
	rules_free(&rules);
	return key;
}

static bool is_match(const char *condition, const struct subject *subject)
{
	char text[512];

	snprintf(text, sizeof(text), "%s : none", condition);
	return mismatch(text, subject) == RULE_KEYS;
}

static size_t group(const char *condition, const char *cgroup)
{
	struct subject subject = { .cgroup = (char *)cgroup };
	struct rules rules;
	size_t length = SIZE_MAX;
	char text[512];

	snprintf(text, sizeof(text), "%s : none", condition);
	if (takes(text, &rules))
		length = rule_group(rules.rule, &subject);
	rules_free(&rules);
	return length;
}

TEST(a_rule_a_line)
{
	struct rules rules;

	ASSERT_TRUE(takes("# nothing\n\n"
			  "comm=nginx : --membind=0\t# why\n"
			  " \t \n"
			  "comm=a#b user=0 : physcpubind=0 keep-pages force\n"
			  "comm=\"Web Content\" : none",
			  &rules));
	ASSERT_EQ(3, rules.count);
	EXPECT_EQ(3, rules.rule[0].line);
	EXPECT_STREQ("x", rules.rule[0].file);
	EXPECT_STREQ("nginx", rules.rule[0].pattern[RULE_COMM]);
	EXPECT_STREQ("--membind=0", rules.rule[0].action);
	EXPECT_EQ(POLICY_MEMORY_BIND, rules.rule[0].policy.memory);
	EXPECT_FALSE(rules.rule[0].none);
	EXPECT_EQ(5, rules.rule[1].line);
	EXPECT_STREQ("a#b", rules.rule[1].pattern[RULE_COMM]);
	EXPECT_EQ(0, rules.rule[1].uid);
	EXPECT_TRUE(rules.rule[1].keep_pages);
	EXPECT_TRUE(rules.rule[1].force);
	EXPECT_FALSE(rules.rule[1].children);
	EXPECT_NE(NULL, rules.rule[1].policy.cpus);
	EXPECT_EQ(6, rules.rule[2].line);
	EXPECT_STREQ("Web Content", rules.rule[2].pattern[RULE_COMM]);
	EXPECT_TRUE(rules.rule[2].none);
	rules_free(&rules);
}

TEST(wrong_conditions)
{
	EXPECT_TRUE(
		refuses("\n\ncom=a : none\n", "x:3: ", "com: neither comm"));
	EXPECT_TRUE(refuses("comm=a comm=b : none", "x:1: ", "is there twice"));
	EXPECT_TRUE(refuses("comm= : none", "x:1: ", "comm= lacks its value"));
	EXPECT_TRUE(refuses("comm=\"\" : none", "x:1: ", "lacks its value"));
	EXPECT_TRUE(refuses("nginx : none", "x:1: ", "nginx"));
	EXPECT_TRUE(refuses("comm=\"a : none", "x:1: ", "a quote has no end"));
	EXPECT_TRUE(refuses("exe=nginx : none", "x:1: ", "begin a path with"));
	EXPECT_TRUE(refuses("cgroup=a : none", "x:1: ", "begin a path with"));
	EXPECT_TRUE(refuses("cgroup=/a/ : none", "x:1: ", "the last \"/\""));
	EXPECT_TRUE(refuses("unit=a : none", "x:1: ", "such as a.service"));
	EXPECT_TRUE(refuses("user=no-such-user : none",
			    "x:1: ", "there is no user no-such-user"));
	EXPECT_TRUE(refuses("user=4294967295 : none", "x:1: ", "no user"));
	EXPECT_TRUE(refuses("comm=a : none\r\n", "x:1: ", "0x0d"));
	EXPECT_TRUE(refuses("comm=\x1b[2J : none", "x:1: ", "0x1b"));
}

TEST(wrong_lines)
{
	EXPECT_TRUE(refuses("comm=a none", "x:1: ", ": none"));
	EXPECT_TRUE(refuses("comm=a", "x:1: ", "there is no \":\""));
	EXPECT_TRUE(refuses("comm=a: none", "x:1: ", ": none"));
	EXPECT_TRUE(refuses(": none", "x:1: ", "there is no condition"));
	EXPECT_TRUE(refuses("comm=a : # none", "x:1: ", "there is nothing"));
}

TEST(wrong_options)
{
	EXPECT_TRUE(refuses("comm=a : children", "x:1: ", "but which CPUs"));
	EXPECT_TRUE(refuses("comm=a : none --membind=0", "x:1: ", "none"));
	EXPECT_TRUE(refuses("comm=a : none force", "x:1: ", "stands alone"));
	EXPECT_TRUE(refuses("comm=a : --nonsense", "x:1: ", "nonsense"));
	EXPECT_TRUE(refuses("comm=a : --membind=0 --balancing",
			    "x:1: ", "--balancing cannot be had"));
	EXPECT_TRUE(refuses("comm=a : --localalloc", "x:1: ", "--cpunodebind"));
	EXPECT_TRUE(refuses("comm=a : --membind=nonsense", "x:1: ", ""));
}

TEST(wrong_lines_do_not_hide_others)
{
	struct rules rules = { 0 };

	ASSERT_EQ(0, rules_parse("a\ncomm=b : none\nc\n", "x", &rules));
	EXPECT_EQ(1, rules.count);
	ASSERT_EQ(2, rules.errors.count);
	EXPECT_EQ(0, strncmp("x:1: ", rules.errors.error[0], 5));
	EXPECT_EQ(0, strncmp("x:3: ", rules.errors.error[1], 5));
	rules_free(&rules);
}

TEST(processes)
{
	struct subject subject = {
		.comm = "a-name-of-fifte",
		.exe = "/usr/lib/jvm/17/bin/java",
		.uid = 1000,
	};

	EXPECT_TRUE(is_match("comm=a-name*", &subject));
	EXPECT_TRUE(is_match("comm=a-name-of-fifteen-and-more", &subject));
	EXPECT_FALSE(is_match("comm=a-name", &subject));
	EXPECT_TRUE(is_match("exe=/usr/lib/jvm/*", &subject));
	EXPECT_TRUE(is_match("exe=*/java", &subject));
	EXPECT_FALSE(is_match("exe=/usr/lib/jvm", &subject));
	EXPECT_TRUE(is_match("user=1000", &subject));
	EXPECT_FALSE(is_match("user=0", &subject));
	EXPECT_FALSE(is_match("cgroup=*", &subject));
	EXPECT_FALSE(is_match("container=*", &subject));
	EXPECT_FALSE(is_match("unit=*", &subject));
	EXPECT_EQ(RULE_USER,
		  mismatch("user=0 exe=*/java comm=* : none", &subject));
	EXPECT_EQ(RULE_EXE, mismatch("user=1000 exe=/bin/* : none", &subject));
	subject.exe = NULL;
	EXPECT_FALSE(is_match("exe=*", &subject));
}

TEST(groups)
{
	const char *docker = "/system.slice/docker-" ID ".scope";
	const char *pod = "/kubepods/burstable/pod" UID "/" ID;
	const char *nginx = "/system.slice/nginx.service/worker";

	EXPECT_EQ(strlen("/system.slice"),
		  group("cgroup=/system.slice", nginx));
	EXPECT_EQ(strlen("/system.slice/nginx.service"),
		  group("cgroup=/system.slice/*", nginx));
	EXPECT_EQ(1, group("cgroup=/", nginx));
	EXPECT_EQ(1, group("cgroup=/", "/"));
	EXPECT_EQ(0, group("cgroup=/system", nginx));
	EXPECT_EQ(strlen("/system.slice/nginx.service"),
		  group("unit=nginx.service", nginx));
	EXPECT_EQ(strlen("/system.slice"), group("unit=*.slice", nginx));
	EXPECT_EQ(0, group("unit=worker*", nginx));
	EXPECT_EQ(strlen("/system.slice/nginx.service"),
		  group("unit=nginx.service cgroup=/system.slice", nginx));
	EXPECT_EQ(0, group("unit=nginx.service comm=nginx", nginx));
	EXPECT_EQ(strlen("/a\\x2db.service"),
		  group("unit=a\\x2db.service", "/a\\x2db.service"));
	EXPECT_EQ(strlen("/_cpu.service"),
		  group("unit=cpu.service", "/_cpu.service"));
	EXPECT_EQ(strlen(docker), group("container=3f2a9b1c0d4e", docker));
	EXPECT_EQ(strlen(docker), group("container=" ID, docker));
	EXPECT_EQ(strlen(docker), group("container=docker:*", docker));
	EXPECT_EQ(0, group("container=podman:*", docker));
	EXPECT_EQ(0, group("container=*", nginx));
	EXPECT_EQ(strlen(pod), group("container=" UID, pod));
}

/* What a container runs by itself is not for rules about units. */
TEST(units_in_containers)
{
	const char *inside = "/lxc.payload.web/system.slice/nginx.service";

	EXPECT_EQ(0, group("unit=nginx.service", inside));
	EXPECT_EQ(strlen("/lxc.payload.web"), group("container=web", inside));
}

TEST(first_match_wins)
{
	struct subject subject = { .comm = "b", .uid = 7 };
	struct rules rules;

	ASSERT_TRUE(
		takes("comm=a : none\nuser=7 : none\ncomm=b : none\n", &rules));
	ASSERT_NE(NULL, rules_match(&rules, &subject));
	EXPECT_EQ(2, rules_match(&rules, &subject)->line);
	subject = (struct subject){ .comm = "c" };
	EXPECT_EQ(NULL, rules_match(&rules, &subject));
	rules_free(&rules);
}

TEST(conditions_are_told_as_they_are_read)
{
	struct rules rules;
	char *text;

	ASSERT_TRUE(takes("user=0 comm=\"a b\" unit=*.service : none", &rules));
	text = rule_conditions(rules.rule);
	EXPECT_STREQ("comm=\"a b\" unit=*.service user=0", text);
	free(text);
	rules_free(&rules);
}

FIXTURE(folder)
{
	char path[32];
};

FIXTURE_SETUP(folder)
{
	strcpy(self->path, "/tmp/rules.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->path));
	ASSERT_EQ(0, chdir(self->path));
}

FIXTURE_TEARDOWN(folder)
{
	static const char *const names[] = { "20.conf", "9.conf", "a.conf~",
					     ".b.conf", "zero.conf" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(names[i]);
	rmdir("d.conf");
	rmdir(self->path);
}

static void write_file(const char *name, const char *text, size_t length)
{
	FILE *file = fopen(name, "w");

	fwrite(text, 1, length, file);
	fclose(file);
}

TEST_F(folder, files_by_name)
{
	struct rules rules = { 0 };

	write_file("9.conf", "comm=second : none\n", 19);
	write_file("20.conf", "comm=first : none\n", 18);
	write_file("a.conf~", "nonsense\n", 9);
	write_file(".b.conf", "nonsense\n", 9);
	ASSERT_EQ(0, rules_read(self->path, &rules));
	ASSERT_EQ(0, rules.errors.count);
	ASSERT_EQ(2, rules.count);
	EXPECT_STREQ("first", rules.rule[0].pattern[RULE_COMM]);
	EXPECT_STREQ("second", rules.rule[1].pattern[RULE_COMM]);
	EXPECT_NE(NULL, strstr(rules.rule[1].file, "/9.conf"));
	rules_free(&rules);
}

TEST_F(folder, files_that_cannot_be_read)
{
	struct rules rules = { 0 };

	write_file("zero.conf", "comm=a : none\0nonsense\n", 23);
	ASSERT_EQ(0, mkdir("d.conf", 0700));
	write_file("20.conf", "", 0);
	ASSERT_EQ(0, rules_read(self->path, &rules));
	EXPECT_EQ(0, rules.count);
	ASSERT_EQ(2, rules.errors.count);
	EXPECT_NE(NULL, strstr(rules.errors.error[0], "/d.conf: "));
	EXPECT_NE(NULL,
		  strstr(rules.errors.error[1], "/zero.conf: this is no text"));
	rules_free(&rules);
}

TEST_F(folder, none)
{
	struct rules rules = { 0 };

	EXPECT_EQ(0, rules_read(self->path, &rules));
	EXPECT_EQ(0, rules.count + rules.errors.count);
	EXPECT_EQ(-ENOENT, rules_read("no-such-folder", &rules));
	rules_free(&rules);
}

TEST_HARNESS_MAIN
