// SPDX-License-Identifier: GPL-2.0
/*
 * Processes by what people call them, and the CPUs of all of their threads,
 * also of those that come while these are set.
 */
#include "affinity.h"
#include "target.h"

#include "_cgroup_files.h"
#include "_patience.h"
#include "_worker.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

#define THREADS 200
#define STACK 65536

/**
 * struct herd - a process with threads that keep starting others
 * @ready: all of those that stay are there
 * @created: how many were created
 * @alive: how many of those that come and go are there
 */
struct herd {
	atomic_bool ready;
	atomic_ulong created;
	atomic_int alive;
};

static struct herd *herd;

static bool create(void *(*run)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	err = pthread_create(&thread, &attr, run, NULL);
	pthread_attr_destroy(&attr);
	if (!err)
		atomic_fetch_add(&herd->created, 1);
	return !err;
}

static void *come_and_go(void *arg)
{
	usleep(20000);
	atomic_fetch_sub(&herd->alive, 1);
	return arg;
}

static void *keep_creating(void *arg)
{
	for (;;) {
		if (atomic_fetch_add(&herd->alive, 1) >= 50 ||
		    !create(come_and_go))
			atomic_fetch_sub(&herd->alive, 1);
		usleep(1000);
	}
	return arg;
}

static void *stay(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void be_herd(void)
{
	for (int i = 0; i < THREADS; i++)
		if (!create(i % 50 ? stay : keep_creating))
			_exit(1);
	atomic_store(&herd->ready, true);
	for (;;)
		pause();
}

/* The herd is complete, and has created this many. */
static bool wait_created(unsigned long count)
{
	time_t deadline = time(NULL) + PATIENCE;

	while (!atomic_load(&herd->ready) ||
	       atomic_load(&herd->created) < count) {
		if (time(NULL) > deadline)
			return false;
		usleep(1000);
	}
	return true;
}

static pid_t start(void (*run)(void))
{
	pid_t pid = worker_fork();

	if (!pid) {
		run();
		_exit(0);
	}
	return pid;
}

static void be_idle(void)
{
	for (;;)
		pause();
}

/* Threads of the process that have other CPUs than these; -1: none at all. */
static int count_others(pid_t pid, const struct bitmask *cpus)
{
	struct bitmask *now = numa_allocate_cpumask();
	const struct dirent *entry;
	int others = 0, all = 0;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		int tid = atoi(entry->d_name);

		numa_bitmask_clearall(now);
		if (!tid || numa_sched_getaffinity(tid, now) < 0)
			continue;
		all++;
		others += !numa_bitmask_equal(now, cpus);
	}
	if (dir)
		closedir(dir);
	numa_bitmask_free(now);
	return all ? others : -1;
}

struct record {
	size_t passes;
	size_t threads;
	bool early;
	const struct bitmask *cpus;
};

/* None of the new ones may have the CPUs before it was written down. */
static int before_pass(void *context, const struct affinity_change *change,
		       size_t first_new)
{
	struct record *record = context;

	record->passes++;
	record->threads += change->count - first_new;
	for (size_t i = first_new; i < change->count; i++)
		if (numa_bitmask_equal(change->thread[i].before, record->cpus))
			record->early = true;
	return 0;
}

FIXTURE(affinity)
{
	struct bitmask *one;
	struct bitmask *all;
	struct affinity_change change;
	pid_t pid;
};

FIXTURE_SETUP(affinity)
{
	memset(self, 0, sizeof(*self));
	self->one = numa_allocate_cpumask();
	self->all = numa_allocate_cpumask();
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "one CPU only");
	ASSERT_LT(0, numa_sched_getaffinity(0, self->all));
	ASSERT_TRUE(numa_bitmask_isbitset(self->all, 1));
	numa_bitmask_setbit(self->one, 1);
	herd = mmap(NULL, sizeof(*herd), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, herd);
}

FIXTURE_TEARDOWN(affinity)
{
	worker_end(self->pid);
	affinity_free(&self->change);
	numa_bitmask_free(self->one);
	numa_bitmask_free(self->all);
}

TEST_F(affinity, threads_that_keep_coming)
{
	struct record record = { .cpus = self->one };
	struct affinity_change *change = &self->change;

	self->pid = start(be_herd);
	ASSERT_TRUE(wait_created(THREADS + 50));
	ASSERT_EQ(0, affinity_set(self->pid, self->one, before_pass, &record,
				  change));
	EXPECT_EQ(0, count_others(self->pid, self->one));
	EXPECT_LE(THREADS, change->count);
	EXPECT_LE(change->count, record.threads);
	EXPECT_FALSE(record.early);
	EXPECT_EQ(self->pid, change->thread[0].tid);
	EXPECT_TRUE(numa_bitmask_equal(change->thread[0].before, self->all));

	/* By then all of those that come and go came later. */
	ASSERT_TRUE(wait_created(atomic_load(&herd->created) + 200));
	EXPECT_EQ(0, count_others(self->pid, self->one));

	EXPECT_LE(THREADS, affinity_restore(change, self->one));
	EXPECT_EQ(0, count_others(self->pid, self->all));
	ASSERT_TRUE(wait_created(atomic_load(&herd->created) + 200));
	EXPECT_EQ(0, count_others(self->pid, self->all));
	TH_LOG("%zu threads in %zu passes", change->count, record.passes);
}

/* What they had is not the same for all of them. */
static void *bound_to_zero(void *arg)
{
	cpu_set_t zero;

	CPU_ZERO(&zero);
	CPU_SET(0, &zero);
	sched_setaffinity(0, sizeof(zero), &zero);
	atomic_fetch_add(&herd->alive, 1);
	return stay(arg);
}

static void be_different(void)
{
	create(bound_to_zero);
	create(stay);
	while (!atomic_load(&herd->alive))
		usleep(1000);
	atomic_store(&herd->ready, true);
	be_idle();
}

TEST_F(affinity, each_gets_back_its_own)
{
	int zero = 0;

	self->pid = start(be_different);
	ASSERT_TRUE(wait_created(2));
	ASSERT_EQ(0, affinity_set(self->pid, self->one, NULL, NULL,
				  &self->change));
	ASSERT_EQ(3, self->change.count);
	EXPECT_EQ(0, count_others(self->pid, self->one));
	EXPECT_EQ(3, affinity_restore(&self->change, self->one));
	EXPECT_EQ(1, count_others(self->pid, self->all));
	for (size_t i = 0; i < self->change.count; i++)
		zero += numa_bitmask_weight(self->change.thread[i].before) == 1;
	EXPECT_EQ(1, zero);
	/* Again does no harm. */
	EXPECT_EQ(3, affinity_restore(&self->change, self->one));
	EXPECT_EQ(1, count_others(self->pid, self->all));
}

static int refuse_pass(void *context, const struct affinity_change *change,
		       size_t first_new)
{
	return -ENOSPC;
}

/* Nothing is changed that could not be written down. */
TEST_F(affinity, what_is_not_written_down_is_not_done)
{
	self->pid = start(be_idle);
	EXPECT_EQ(-ENOSPC, affinity_set(self->pid, self->one, refuse_pass, NULL,
					&self->change));
	EXPECT_EQ(0, count_others(self->pid, self->all));
}

TEST_F(affinity, refusals)
{
	struct bitmask *none = numa_allocate_cpumask();

	EXPECT_EQ(-ESRCH, affinity_set(0x7ffffff0, self->one, NULL, NULL,
				       &self->change));
	self->pid = start(be_idle);
	numa_bitmask_setbit(none, none->size - 1);
	if (!numa_bitmask_isbitset(self->all, none->size - 1))
		EXPECT_EQ(-EINVAL, affinity_set(self->pid, none, NULL, NULL,
						&self->change));
	EXPECT_EQ(0, count_others(self->pid, self->all));
	numa_bitmask_free(none);
}

/* All, or gone; and what has ended needs nothing. */
TEST_F(affinity, processes_that_end_in_the_middle)
{
	for (int i = 0; i < 20; i++) {
		struct affinity_change change;
		pid_t pid, killer;
		int err;

		atomic_store(&herd->ready, false);
		atomic_store(&herd->created, 0);
		atomic_store(&herd->alive, 0);
		pid = start(be_herd);
		ASSERT_TRUE(wait_created(THREADS));
		killer = fork();
		if (!killer) {
			usleep(i * 500);
			kill(pid, SIGKILL);
			_exit(0);
		}
		err = affinity_set(pid, self->one, NULL, NULL, &change);
		EXPECT_TRUE(!err || err == -ESRCH);
		waitpid(killer, NULL, 0);
		waitpid(pid, NULL, 0);
		EXPECT_EQ(0, affinity_restore(&change, self->one));
		affinity_free(&change);
	}
}

struct placement {
	const char *cgroup;
	const char *name;
	bool parent;
};

static int place(const void *arg)
{
	const struct placement *placement = arg;

	prctl(PR_SET_NAME, placement->name);
	if (cgroup_attach(placement->cgroup, getpid()))
		return -1;
	return placement->parent && start(be_idle) < 0 ? -1 : 0;
}

/* A process that is called so, in a cgroup; with a child where @parent. */
static pid_t start_in(const char *cgroup, const char *name, bool parent)
{
	const struct placement placement = { cgroup, name, parent };

	return worker_prepared(place, &placement);
}

#define ID "3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"
#define CONTAINER "/bind.slice/docker-" ID ".scope"

static const char *const cgroups[] = {
	"/bind.slice",
	CONTAINER,
	"/bind.slice/twin.service",
	"/bind.slice/bind-a.slice",
	"/bind.slice/bind-a.slice/twin.service",
	"/bind.slice/bind-a.slice/one.service",
};

#define CGROUPS_COUNT (sizeof(cgroups) / sizeof(*cgroups))

FIXTURE(target)
{
	struct target target;
	pid_t contained;
	pid_t twin[2];
	char *why;
};

static void make_cgroups(void)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < CGROUPS_COUNT; i++) {
		snprintf(path, sizeof(path), CGROUPS "%s", cgroups[i]);
		mkdir(path, 0755);
	}
}

FIXTURE_SETUP(target)
{
	memset(self, 0, sizeof(*self));
	make_cgroups();
	self->contained = start_in(CONTAINER, "bind-contained", true);
	self->twin[0] = start_in(cgroups[2], "bind-twin", false);
	self->twin[1] = start_in(cgroups[4], "bind-twin", false);
	ASSERT_LT(0, self->contained);
	ASSERT_LT(0, self->twin[0]);
	ASSERT_LT(0, self->twin[1]);
}

/* The grandchild goes with its parent, and is reaped by init. */
FIXTURE_TEARDOWN(target)
{
	worker_end(self->contained);
	worker_end(self->twin[0]);
	worker_end(self->twin[1]);
	free(self->why);
	target_free(&self->target);
	cgroup_remove(cgroups, CGROUPS_COUNT);
}

#define FIND(text, children)                                                   \
	({                                                                     \
		free(self->why);                                               \
		target_free(&self->target);                                    \
		target_find(text, children, NULL, &self->target, &self->why);  \
	})

static bool has_pid(const struct target *target, pid_t pid)
{
	for (size_t i = 0; i < target->count; i++)
		if (target->process[i].pid == pid)
			return target_lives(&target->process[i]);
	return false;
}

TEST_F(target, containers)
{
	static const char *const names[] = {
		"3f2a9b1c0d4e",
		ID,
		"container:3f2a9b1c0d4e5f607",
		CONTAINER,
		"docker-" ID ".scope",
		"cgroup:/sys/fs/cgroup" CONTAINER "/",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ASSERT_EQ(0, FIND(names[i], false))
		TH_LOG("%s: %s", names[i], self->why);
		EXPECT_EQ(2, self->target.count);
		EXPECT_TRUE(has_pid(&self->target, self->contained));
		ASSERT_NE(NULL, self->target.cgroup);
		EXPECT_STREQ(CONTAINER, self->target.cgroup);
	}
	EXPECT_EQ(-ESRCH, FIND("3f2a9b1c0d4f", false));
	EXPECT_NE(NULL, strstr(self->why, "no container 3f2a9b1c0d4f"));
}

TEST_F(target, units)
{
	EXPECT_EQ(-EINVAL, FIND("twin.service", false));
	EXPECT_NE(NULL, strstr(self->why, "ambiguous"));
	EXPECT_NE(NULL, strstr(self->why, cgroups[2]));
	EXPECT_NE(NULL, strstr(self->why, cgroups[4]));
	EXPECT_EQ(-ESRCH, FIND("unit:one", false));
	EXPECT_NE(NULL, strstr(self->why, "no process is in"));
	EXPECT_EQ(-ESRCH, FIND("none.service", false));
	ASSERT_EQ(0, FIND("bind-a.slice", false));
	EXPECT_EQ(1, self->target.count);
	EXPECT_STREQ(cgroups[3], self->target.cgroup);
	ASSERT_EQ(0, FIND("bind.slice", false));
	EXPECT_EQ(4, self->target.count);
	EXPECT_EQ(-ESRCH, FIND("/bind.slice/none", false));
}

TEST_F(target, names)
{
	ASSERT_EQ(0, FIND("bind-twin", false));
	EXPECT_EQ(2, self->target.count);
	EXPECT_EQ(NULL, self->target.cgroup);
	ASSERT_EQ(0, FIND("bind-t*", false));
	EXPECT_EQ(2, self->target.count);
	/* Its child has its name. */
	ASSERT_EQ(0, FIND("bind-contained", false));
	EXPECT_EQ(2, self->target.count);
	EXPECT_STREQ(CONTAINER, self->target.cgroup);
	EXPECT_EQ(-ESRCH, FIND("bind-nobody", false));
	EXPECT_EQ(-ESRCH, FIND("kthreadd", false));
}

TEST_F(target, pids)
{
	char text[64];

	snprintf(text, sizeof(text), "%d", self->contained);
	ASSERT_EQ(0, FIND(text, false));
	EXPECT_EQ(1, self->target.count);
	EXPECT_EQ(NULL, self->target.cgroup);
	EXPECT_STREQ("bind-contained", self->target.process[0].comm);
	ASSERT_EQ(0, FIND(text, true));
	EXPECT_EQ(2, self->target.count);
	EXPECT_STREQ(CONTAINER, self->target.cgroup);
	snprintf(text, sizeof(text), "%d,%d,%d", self->twin[1], self->contained,
		 self->twin[1]);
	ASSERT_EQ(0, FIND(text, false));
	EXPECT_EQ(2, self->target.count);
	EXPECT_LT(self->target.process[0].pid, self->target.process[1].pid);
	EXPECT_EQ(-EINVAL, FIND("2", false));
	EXPECT_NE(NULL, strstr(self->why, "thread of the kernel"));
	EXPECT_EQ(-ESRCH, FIND("2147483600", false));
	EXPECT_EQ(-EINVAL, FIND("1,,2", false));
	EXPECT_EQ(-EINVAL, FIND("", false));
}

TEST_F(target, refresh_adds_what_came)
{
	const char *unit = "/bind.slice/twin.service";
	pid_t more;

	ASSERT_EQ(0, FIND(unit, false));
	EXPECT_EQ(0, target_refresh(unit, false, &self->target, &self->why));
	more = start_in(unit, "bind-more", true);
	ASSERT_LT(0, more);
	EXPECT_EQ(2, target_refresh(unit, false, &self->target, &self->why));
	EXPECT_EQ(3, self->target.count);
	EXPECT_STREQ(unit, self->target.cgroup);
	EXPECT_EQ(0, target_refresh(unit, false, &self->target, &self->why));
	worker_end(more);
	EXPECT_FALSE(has_pid(&self->target, more));
	worker_end(self->twin[0]);
	EXPECT_EQ(0, target_refresh(unit, false, &self->target, &self->why));
	self->twin[0] = start_in(unit, "bind-twin", false);
}

TEST_HARNESS_MAIN
