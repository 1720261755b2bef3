// SPDX-License-Identifier: GPL-2.0
/*
 * Future memory of what systemd manages: its properties are set, not the
 * cgroup's files, as systemd would overwrite these.
 */
#include "_cpuset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "_harness.h"

#define UNIT "/bind-box.service"
#define INNER UNIT "/inner"

/*
 * What systemd's own program does for a unit, as far as it is asked: keeps two
 * properties in files beside, and writes the cgroup's.
 */
static const char systemctl[] =
	"#!/bin/sh\n"
	"dir=/tmp/systemctl\n"
	"for unit; do :; done\n"
	"case \" $* \" in\n"
	"*' show '*)\n"
	"	echo \"AllowedCPUs=$(cat $dir/AllowedCPUs 2>/dev/null)\"\n"
	"	echo \"AllowedMemoryNodes=$(cat $dir/AllowedMemoryNodes 2>/dev/null)\"\n"
	"	echo \"LoadState=$(cat $dir/LoadState 2>/dev/null || echo loaded)\"\n"
	"	exit;;\n"
	"esac\n"
	"[ ! -e $dir/refuse ] || {\n"
	"	echo 'Failed to set unit properties: Access denied' >&2\n"
	"	exit 1\n"
	"}\n"
	"[ \"$3 $4 $5\" = '--runtime -- bind-box.service' ] || exit 2\n"
	"shift 5\n"
	"for property; do\n"
	"	name=${property%%=*} value=${property#*=}\n"
	"	echo \"$value\" >$dir/$name\n"
	"	case $name in\n"
	"	AllowedCPUs) file=cpuset.cpus;;\n"
	"	*) file=cpuset.mems;;\n"
	"	esac\n"
	"	[ -d /sys/fs/cgroup/bind-box.service ] || continue\n"
	"	(sleep 0.2; echo \"$value\" >/sys/fs/cgroup/bind-box.service/$file) >/dev/null 2>&1 &\n"
	"done\n"
	"exit 0\n";

FIXTURE(systemd)
{
	struct bitmask *nodes;
	struct bitmask *cpus;
	struct allocator allocator;
	struct target target;
	struct cpuset_plan plan;
	char text[16];
	char *why;
};

static int write_systemctl(void)
{
	FILE *file;

	mkdir("/tmp/systemctl", 0755);
	file = fopen("/tmp/systemctl/systemctl", "w");
	if (!file)
		return -1;
	fputs(systemctl, file);
	fchmod(fileno(file), 0755);
	return fclose(file);
}

FIXTURE_SETUP(systemd)
{
	char path[4096];

	CPUSET_BEGIN();
	if (!access("/run/systemd/system", F_OK))
		SKIP(return, "systemd runs here");
	ASSERT_EQ(0, write_systemctl());
	snprintf(path, sizeof(path), "/tmp/systemctl:%s", getenv("PATH"));
	setenv("PATH", path, 1);
	mkdir("/run", 0755);
	mkdir("/run/systemd", 0755);
	ASSERT_EQ(0, mkdir("/run/systemd/system", 0755));
	ASSERT_EQ(0, cgroup_put("", "cgroup.subtree_control", "+cpuset"));
	ASSERT_EQ(0, mkdir(CGROUPS UNIT, 0755));
	CPUSET_START();
	ASSERT_EQ(0, cgroup_attach(UNIT, self->allocator.pid));
}

FIXTURE_TEARDOWN(systemd)
{
	static const char *const cgroups[] = { UNIT, INNER };

	CPUSET_END();
	cgroup_remove(cgroups, 2);
	cgroup_put("", "cgroup.subtree_control", "-cpuset");
	unlink("/tmp/systemctl/AllowedCPUs");
	unlink("/tmp/systemctl/AllowedMemoryNodes");
	unlink("/tmp/systemctl/LoadState");
	unlink("/tmp/systemctl/refuse");
	rmdir("/run/systemd/system");
	rmdir("/run/systemd");
}

TEST_F(systemd, unit)
{
	PLAN("bind-box.service");
	ASSERT_EQ(CPUSET_SYSTEMD, self->plan.way);
	EXPECT_STREQ("bind-box.service", self->plan.unit);
	EXPECT_STREQ(UNIT, self->plan.cgroup);
	EXPECT_STREQ("", self->plan.nodes_before);
	APPLY(self->cpus);
	EXPECT_STREQ("1", of_cgroup(UNIT, "cpuset.mems.effective"));
	EXPECT_STREQ("1", of_cgroup(UNIT, "cpuset.cpus.effective"));
	EXPECT_ON_SECOND();
	RESTORE();
	EXPECT_STREQ("", line_of("/tmp/systemctl/AllowedMemoryNodes", NULL));
	EXPECT_STREQ("", line_of("/tmp/systemctl/AllowedCPUs", NULL));
	EXPECT_SAME("cpuset.mems.effective", UNIT, "");
	EXPECT_SAME("cpuset.cpus.effective", UNIT, "");
	/* Also named by its only process. */
	PLAN(self->text);
	EXPECT_EQ(CPUSET_SYSTEMD, self->plan.way);
}

/* Its properties are still there, unless it is there no more itself. */
TEST_F(systemd, stopped)
{
	static const char *const cgroups[] = { UNIT };
	FILE *state;

	PLAN("bind-box.service");
	ASSERT_EQ(CPUSET_SYSTEMD, self->plan.way);
	APPLY(NULL);
	ASSERT_EQ(0, cgroup_attach("", self->allocator.pid));
	cgroup_remove(cgroups, 1);
	ASSERT_NE(0, access(CGROUPS UNIT, F_OK));

	state = fopen("/tmp/systemctl/LoadState", "w");
	ASSERT_NE(NULL, state);
	fputs("not-found\n", state);
	fclose(state);
	RESTORE();
	EXPECT_STREQ("1", line_of("/tmp/systemctl/AllowedMemoryNodes", NULL));
	unlink("/tmp/systemctl/LoadState");
	RESTORE();
	EXPECT_STREQ("", line_of("/tmp/systemctl/AllowedMemoryNodes", NULL));
}

TEST_F(systemd, refused)
{
	FILE *refuse = fopen("/tmp/systemctl/refuse", "w");

	ASSERT_NE(NULL, refuse);
	fclose(refuse);
	PLAN("bind-box.service");
	ASSERT_EQ(CPUSET_SYSTEMD, self->plan.way);
	EXPECT_EQ(-EIO,
		  cpuset_apply(&self->plan, NULL, self->nodes, &self->why));
	ASSERT_NE(NULL, self->why);
	EXPECT_NE(NULL, strstr(self->why, "Access denied"));
	EXPECT_STREQ("", of_cgroup(UNIT, "cpuset.mems"));
}

TEST_F(systemd, part)
{
	pid_t child = allocator_tell(&self->allocator, 'f');

	ASSERT_LT(0, child);
	PLAN(self->text);
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	EXPECT_NE(NULL, strstr(self->plan.why, "unit:bind-box.service"));
	EXPECT_NE(NULL, strstr(self->plan.why, "systemd-run --scope"));
}

/* Below a unit with Delegate= its owner's cgroups are written directly. */
TEST_F(systemd, delegate)
{
	pid_t child = allocator_tell(&self->allocator, 'f');

	ASSERT_LT(0, child);
	ASSERT_EQ(0, mkdir(CGROUPS INNER, 0755));
	ASSERT_EQ(0, cgroup_attach(INNER, child));
	PLAN(INNER);
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	if (setxattr(CGROUPS UNIT, "user.delegate", "1", 1, 0) &&
	    setxattr(CGROUPS UNIT, "trusted.delegate", "1", 1, 0))
		SKIP(return, "no extended attributes for cgroups here");
	PLAN(INNER);
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	EXPECT_NE(NULL, strstr(self->plan.why, "did not enable"));

	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	ASSERT_EQ(0, cgroup_put(UNIT, "cgroup.subtree_control", "+cpuset"));
	ASSERT_EQ(0, cgroup_attach("", child));
	/* Now the unit has this process only, and is what is set. */
	PLAN(self->text);
	EXPECT_EQ(CPUSET_SYSTEMD, self->plan.way);
}

TEST_HARNESS_MAIN
