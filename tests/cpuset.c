// SPDX-License-Identifier: GPL-2.0
/*
 * Future memory of running processes: each way to a cpuset, what the process
 * allocates then, and that nothing is left of it after it was restored.
 */
#include "_cpuset.h"
#include "_worker.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "_harness.h"

#define BOX "/box"
#define INNER BOX "/inner"

static const char *const boxes[] = { BOX, INNER };

static int make_box(void)
{
	if (cgroup_put("", "cgroup.subtree_control", "+cpuset"))
		return -1;
	mkdir(CGROUPS BOX, 0755);
	if (cgroup_put(BOX, "cgroup.subtree_control", "+cpuset"))
		return -1;
	return mkdir(CGROUPS INNER, 0755);
}

static void remove_box(void)
{
	cgroup_remove(boxes, 2);
	cgroup_put("", "cgroup.subtree_control", "-cpuset");
}

FIXTURE(cpuset)
{
	struct bitmask *nodes;
	struct bitmask *cpus;
	struct allocator allocator;
	struct target target;
	struct cpuset_plan plan;
	char text[16];
	char before[256];
	char *why;
};

FIXTURE_SETUP(cpuset)
{
	CPUSET_BEGIN();
	CPUSET_START();
}

FIXTURE_TEARDOWN(cpuset)
{
	CPUSET_END();
	remove_box();
}

static void bind_to_first(pid_t pid)
{
	struct bitmask *first = numa_allocate_cpumask();

	numa_bitmask_setbit(first, 0);
	numa_sched_setaffinity(pid, first);
	numa_bitmask_free(first);
}

TEST_F(cpuset, cgroup_of_our_own)
{
	pid_t child, later;

	child = allocator_tell(&self->allocator, 'f');
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	EXPECT_STREQ("/numatrace/7", self->plan.cgroup);
	ASSERT_EQ(1, self->plan.count);
	EXPECT_STREQ("/", self->plan.former[0].cgroup);
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	bind_to_first(self->allocator.pid);

	APPLY(NULL);
	EXPECT_STREQ("1",
		     of_cgroup(self->plan.cgroup, "cpuset.mems.effective"));
	EXPECT_STREQ(self->plan.cgroup,
		     of_process(self->allocator.pid, "cgroup", "0::"));
	EXPECT_STREQ("/", of_process(child, "cgroup", "0::"));
	EXPECT_STREQ("0", of_process(self->allocator.pid, "status",
				     "Cpus_allowed_list:\t"));
	EXPECT_ON_SECOND();
	later = allocator_tell(&self->allocator, 'f');
	EXPECT_STREQ(self->plan.cgroup, of_process(later, "cgroup", "0::"));

	RESTORE();
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	EXPECT_STREQ("/", of_process(self->allocator.pid, "cgroup", "0::"));
	EXPECT_STREQ("/", of_process(later, "cgroup", "0::"));
	EXPECT_STREQ("0", of_process(self->allocator.pid, "status",
				     "Cpus_allowed_list:\t"));
	EXPECT_STRNE("1", of_process(self->allocator.pid, "status",
				     "Mems_allowed_list:\t"));
	/* Again: there is nothing left to do. */
	RESTORE();
}

TEST_F(cpuset, own_with_cpus)
{
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	APPLY(self->cpus);
	EXPECT_STREQ("1", of_process(self->allocator.pid, "status",
				     "Cpus_allowed_list:\t"));
	EXPECT_ON_SECOND();
	RESTORE();
	EXPECT_STRNE("1", of_process(self->allocator.pid, "status",
				     "Cpus_allowed_list:\t"));
}

/* A part of a cgroup is moved out of it and back. */
TEST_F(cpuset, own_of_a_part)
{
	pid_t child;

	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	child = allocator_tell(&self->allocator, 'f');
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	EXPECT_STREQ(INNER, self->plan.former[0].cgroup);
	ASSERT_NE(NULL, self->plan.why);
	EXPECT_NE(NULL, strstr(self->plan.why, "other limits"));
	APPLY(NULL);
	EXPECT_STREQ(INNER, of_process(child, "cgroup", "0::"));
	EXPECT_ON_SECOND();
	RESTORE();
	EXPECT_STREQ(INNER, of_process(self->allocator.pid, "cgroup", "0::"));

	/* Where that is gone, to what is above, and it is told. */
	APPLY(NULL);
	kill(child, SIGKILL);
	cgroup_remove(boxes, 2);
	ASSERT_NE(0, access(CGROUPS BOX, F_OK));
	EXPECT_EQ(0, cpuset_restore(&self->plan, &self->why));
	ASSERT_NE(NULL, self->why);
	EXPECT_NE(NULL, strstr(self->why, "is in /"));
	EXPECT_STREQ("/", of_process(self->allocator.pid, "cgroup", "0::"));
}

/* Two actions, and the older one is taken back first. */
TEST_F(cpuset, own_of_own)
{
	struct cpuset_plan older;
	pid_t child = allocator_tell(&self->allocator, 'f');
	char both[64];

	snprintf(both, sizeof(both), "%d,%d", self->allocator.pid, child);
	PLAN(both);
	APPLY(NULL);
	older = self->plan;
	self->plan = (struct cpuset_plan){ 0 };
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	EXPECT_STREQ("/numatrace/7", self->plan.former[0].cgroup);
	/* A name that is taken is not that of another action, too. */
	ASSERT_STREQ("/numatrace/7-2", self->plan.cgroup);
	APPLY(NULL);
	EXPECT_EQ(0, cpuset_restore(&older, &self->why));
	EXPECT_STREQ("/", of_process(child, "cgroup", "0::"));
	EXPECT_STREQ("/numatrace/7-2",
		     of_process(self->allocator.pid, "cgroup", "0::"));
	EXPECT_EQ(0, cpuset_restore(&self->plan, &self->why));
	EXPECT_STREQ("/", of_process(self->allocator.pid, "cgroup", "0::"));
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	cpuset_free(&older);
}

TEST_F(cpuset, delegated)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	PLAN(INNER);
	ASSERT_EQ(CPUSET_DELEGATED, self->plan.way);
	EXPECT_STREQ(INNER, self->plan.cgroup);
	EXPECT_STREQ("", self->plan.nodes_before);
	EXPECT_STREQ("", self->plan.cpus_before);
	bind_to_first(self->allocator.pid);
	APPLY(NULL);
	EXPECT_STREQ("1", of_cgroup(INNER, "cpuset.mems"));
	EXPECT_STREQ("", of_cgroup(INNER, "cpuset.cpus"));
	EXPECT_ON_SECOND();
	RESTORE();
	/* Empty or, where the kernel refuses that, all that can be. */
	EXPECT_STRNE("1", of_cgroup(INNER, "cpuset.mems"));
	EXPECT_SAME("cpuset.mems.effective", INNER, BOX);
	EXPECT_STREQ("0", of_process(self->allocator.pid, "status",
				     "Cpus_allowed_list:\t"));

	ASSERT_EQ(0, cgroup_put(INNER, "cpuset.mems", "0"));
	PLAN(INNER);
	EXPECT_STREQ("0", self->plan.nodes_before);
	APPLY(self->cpus);
	EXPECT_STREQ("1", of_cgroup(INNER, "cpuset.cpus"));
	RESTORE();
	EXPECT_STREQ("0", of_cgroup(INNER, "cpuset.mems"));
	EXPECT_SAME("cpuset.cpus.effective", INNER, BOX);
}

/* Nothing is written where the cgroup above does not have the nodes. */
TEST_F(cpuset, beyond_what_is_above)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	ASSERT_EQ(0, cgroup_put(BOX, "cpuset.mems", "0"));
	ASSERT_EQ(0, cgroup_put(BOX, "cpuset.cpus", "0"));
	PLAN(INNER);
	ASSERT_EQ(CPUSET_DELEGATED, self->plan.way);
	EXPECT_EQ(-EINVAL,
		  cpuset_apply(&self->plan, NULL, self->nodes, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "nodes 0 only"));
	free(self->why);
	EXPECT_EQ(-EINVAL,
		  cpuset_apply(&self->plan, self->cpus, NULL, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "none of 1"));
	free(self->why);
	EXPECT_STREQ("", of_cgroup(INNER, "cpuset.mems"));
	EXPECT_STREQ("", of_cgroup(INNER, "cpuset.cpus"));

	/* Less CPUs than were asked for: told, not refused. */
	numa_bitmask_setbit(self->cpus, 0);
	EXPECT_EQ(0, cpuset_apply(&self->plan, self->cpus, NULL, &self->why));
	ASSERT_NE(NULL, self->why);
	EXPECT_NE(NULL, strstr(self->why, "only the CPUs 0 of 0-1"));
}

/* One that another action made after the plan is left as it is. */
TEST_F(cpuset, made_by_another)
{
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	ASSERT_EQ(0, mkdir(CGROUPS CPUSET_ROOT, 0755));
	ASSERT_EQ(0, mkdir(CGROUPS CPUSET_ROOT "/7", 0755));
	EXPECT_EQ(-EEXIST,
		  cpuset_apply(&self->plan, NULL, self->nodes, &self->why));
	EXPECT_EQ(0, rmdir(CGROUPS CPUSET_ROOT "/7"));
	EXPECT_EQ(0, rmdir(CGROUPS CPUSET_ROOT));
	EXPECT_STREQ("/", of_process(self->allocator.pid, "cgroup", "0::"));
}

/* Whose name the journal cannot have as it is. */
TEST_F(cpuset, name_that_is_no_text)
{
	static const char *const names[] = { BOX "/\xff", BOX "/\x1b[m" };

	ASSERT_EQ(0, make_box());
	for (size_t i = 0; i < 2; i++) {
		char path[64];

		snprintf(path, sizeof(path), CGROUPS "%s", names[i]);
		ASSERT_EQ(0, mkdir(path, 0755));
		ASSERT_EQ(0, cgroup_attach(names[i], self->allocator.pid));
		PLAN(names[i]);
		EXPECT_EQ(CPUSET_NONE, self->plan.way);
		EXPECT_NE(NULL, strstr(self->plan.why, "no text in UTF-8"));
		ASSERT_EQ(0, cgroup_attach("", self->allocator.pid));
		EXPECT_EQ(0, rmdir(path));
	}
}

/* What has no cpuset any more has nothing to be restored. */
TEST_F(cpuset, controller_that_was_disabled)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	PLAN(INNER);
	ASSERT_EQ(CPUSET_DELEGATED, self->plan.way);
	APPLY(NULL);
	ASSERT_EQ(0, cgroup_put(BOX, "cgroup.subtree_control", "-cpuset"));
	EXPECT_STRNE("1", of_process(self->allocator.pid, "status",
				     "Mems_allowed_list:\t"));
	RESTORE();
	ASSERT_EQ(0, cgroup_put(BOX, "cgroup.subtree_control", "+cpuset"));
	EXPECT_STREQ("", of_cgroup(INNER, "cpuset.mems"));
}

/* What fails in the middle leaves nothing. */
TEST_F(cpuset, all_have_ended)
{
	snprintf(self->before, sizeof(self->before), "%s",
		 of_cgroup("", "cgroup.subtree_control"));
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	allocator_end(&self->allocator);
	EXPECT_EQ(-ESRCH,
		  cpuset_apply(&self->plan, NULL, self->nodes, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "ended"));
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	EXPECT_STREQ(self->before, of_cgroup("", "cgroup.subtree_control"));
}

/* Who gets the number of the process before it is moved, in front of the call. */
static struct allocator *to_replace;

static int do_nothing(const void *arg)
{
	return 0;
}

int __real_cgroup_file_write(const char *mount, const char *cgroup,
			     const char *name, const char *text);
int __wrap_cgroup_file_write(const char *mount, const char *cgroup,
			     const char *name, const char *text)
{
	pid_t pid = to_replace ? to_replace->pid : 0;

	if (pid && !strcmp(name, "cgroup.procs")) {
		allocator_end(to_replace);
		to_replace->pid = worker_prepared_as(pid, do_nothing, NULL);
		to_replace = NULL;
	}
	return __real_cgroup_file_write(mount, cgroup, name, text);
}

TEST_F(cpuset, number_given_anew)
{
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	to_replace = &self->allocator;
	EXPECT_EQ(-ESRCH,
		  cpuset_apply(&self->plan, NULL, self->nodes, &self->why));
	EXPECT_EQ(NULL, to_replace);
	ASSERT_LT(0, self->allocator.pid);
	EXPECT_STREQ("/", of_process(self->allocator.pid, "cgroup", "0::"));
	EXPECT_STRNE("1", of_process(self->allocator.pid, "status",
				     "Mems_allowed_list:\t"));
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	worker_end(self->allocator.pid);
	self->allocator.pid = 0;
}

/* In a child, as it changes what the rest of the test is to see. */
static int in_child(const struct target *target, int (*prepare)(void),
		    const char *words)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct cpuset_plan plan;

		if (prepare())
			_exit(2);
		if (cpuset_plan(target, "7", &plan) ||
		    plan.way != CPUSET_NONE || !plan.why)
			_exit(3);
		printf("# %s\n", plan.why);
		fflush(stdout);
		_exit(!strstr(plan.why, words));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int own_mounts(void)
{
	return unshare(CLONE_NEWNS) ||
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int mount_read_only(void)
{
	return own_mounts() || mount(NULL, CGROUPS, NULL,
				     MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

static int be_nobody(void)
{
	return setresuid(65534, 65534, 65534);
}

static int unmount(void)
{
	return own_mounts() || umount2(CGROUPS, MNT_DETACH);
}

TEST_F(cpuset, refusals)
{
	ASSERT_EQ(0, target_find(self->text, false, NULL, &self->target,
				 &self->why));
	EXPECT_EQ(0, in_child(&self->target, mount_read_only, "read-only"));
	EXPECT_EQ(0, in_child(&self->target, be_nobody, "be root"));
	EXPECT_EQ(0, in_child(&self->target, unmount, "not mounted"));
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	target_free(&self->target);
	ASSERT_EQ(0,
		  target_find(INNER, false, NULL, &self->target, &self->why));
	EXPECT_EQ(0, in_child(&self->target, mount_read_only, "read-only"));
	EXPECT_EQ(0, in_child(&self->target, be_nobody, "be root"));
}

TEST_F(cpuset, threaded)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, cgroup_put(INNER, "cgroup.type", "threaded"));
	ASSERT_EQ(0, cgroup_attach(BOX, self->allocator.pid));
	ASSERT_EQ(0, cgroup_attach(INNER, self->allocator.pid));
	PLAN(self->text);
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	EXPECT_NE(NULL, strstr(self->plan.why, "threaded"));
}

TEST_HARNESS_MAIN
