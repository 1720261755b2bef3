// SPDX-License-Identifier: GPL-2.0
/*
 * Processes by what people call them, and the CPUs of all of their threads,
 * also of those that come while these are set.
 */
#include "affinity.h"
#include "bind.h"
#include "daemon_apply.h"
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

/* What happens in front of the next call, once. */
static void (*last_moment)(void);

static void come_last_moment(void)
{
	void (*what)(void) = last_moment;

	last_moment = NULL;
	if (what)
		what();
}

int __real_numa_sched_setaffinity(pid_t pid, struct bitmask *cpus);
int __wrap_numa_sched_setaffinity(pid_t pid, struct bitmask *cpus)
{
	come_last_moment();
	return __real_numa_sched_setaffinity(pid, cpus);
}

int __real_bind_apply(const struct bind_request *request,
		      struct journal *journal, struct bind *bind);
int __wrap_bind_apply(const struct bind_request *request,
		      struct journal *journal, struct bind *bind)
{
	come_last_moment();
	return __real_bind_apply(request, journal, bind);
}

FIXTURE(affinity)
{
	struct bitmask *one;
	struct bitmask *all;
	struct affinity_change change;
	struct target_process process;
	struct target target;
	pid_t pid;
};

/* Opens the process of that number. */
#define TAKE(number)                                                           \
	({                                                                     \
		target_close(&self->process);                                  \
		target_take(&self->process, number);                           \
		&self->process;                                                \
	})

FIXTURE_SETUP(affinity)
{
	memset(self, 0, sizeof(*self));
	last_moment = NULL;
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
	target_close(&self->process);
	target_free(&self->target);
	numa_bitmask_free(self->one);
	numa_bitmask_free(self->all);
}

TEST_F(affinity, threads_that_keep_coming)
{
	struct record record = { .cpus = self->one };
	struct affinity_change *change = &self->change;

	self->pid = start(be_herd);
	ASSERT_TRUE(wait_created(THREADS + 50));
	ASSERT_EQ(0, affinity_set(TAKE(self->pid), self->one, before_pass,
				  &record, change));
	EXPECT_EQ(0, count_others(self->pid, self->one));
	EXPECT_LE(THREADS, change->count);
	EXPECT_LE(change->count, record.threads);
	EXPECT_FALSE(record.early);
	EXPECT_EQ(self->pid, change->thread[0].tid);
	EXPECT_TRUE(numa_bitmask_equal(change->thread[0].before, self->all));

	/* By then all of those that come and go came later. */
	ASSERT_TRUE(wait_created(atomic_load(&herd->created) + 200));
	EXPECT_EQ(0, count_others(self->pid, self->one));

	EXPECT_LE(THREADS, affinity_restore(&self->process, change, self->one));
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
	ASSERT_EQ(0, affinity_set(TAKE(self->pid), self->one, NULL, NULL,
				  &self->change));
	ASSERT_EQ(3, self->change.count);
	EXPECT_EQ(0, count_others(self->pid, self->one));
	EXPECT_EQ(3,
		  affinity_restore(&self->process, &self->change, self->one));
	EXPECT_EQ(1, count_others(self->pid, self->all));
	for (size_t i = 0; i < self->change.count; i++)
		zero += numa_bitmask_weight(self->change.thread[i].before) == 1;
	EXPECT_EQ(1, zero);
	/* Again does no harm. */
	EXPECT_EQ(3,
		  affinity_restore(&self->process, &self->change, self->one));
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
	EXPECT_EQ(-ENOSPC, affinity_set(TAKE(self->pid), self->one, refuse_pass,
					NULL, &self->change));
	EXPECT_EQ(0, count_others(self->pid, self->all));
}

TEST_F(affinity, refusals)
{
	struct bitmask *none = numa_allocate_cpumask();

	EXPECT_EQ(-ESRCH, affinity_set(TAKE(0x7ffffff0), self->one, NULL, NULL,
				       &self->change));
	self->pid = start(be_idle);
	numa_bitmask_setbit(none, none->size - 1);
	if (!numa_bitmask_isbitset(self->all, none->size - 1))
		EXPECT_EQ(-EINVAL, affinity_set(TAKE(self->pid), none, NULL,
						NULL, &self->change));
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
		err = affinity_set(TAKE(pid), self->one, NULL, NULL, &change);
		EXPECT_TRUE(!err || err == -ESRCH);
		waitpid(killer, NULL, 0);
		waitpid(pid, NULL, 0);
		EXPECT_EQ(0,
			  affinity_restore(&self->process, &change, self->one));
		affinity_free(&change);
	}
}

static int do_nothing(const void *arg)
{
	return 0;
}

/* The process that the test has started; then who has its number. */
static pid_t number;

static void replace(void)
{
	worker_end(number);
	number = worker_prepared_as(number, do_nothing, NULL);
}

static int replace_before_pass(void *context,
			       const struct affinity_change *change,
			       size_t first_new)
{
	replace();
	return 0;
}

/* Within a tick the start time is the same: the pidfd tells. */
TEST_F(affinity, number_given_anew_within_a_tick)
{
	time_t deadline = time(NULL) + PATIENCE;
	struct target_process now;
	bool same = false;

	while (!same && time(NULL) < deadline) {
		number = start(be_idle);
		ASSERT_TRUE(target_take(&self->process, number));
		EXPECT_NE(0, self->process.fd);
		EXPECT_TRUE(target_lives(&self->process));
		replace();
		ASSERT_LT(0, number);
		ASSERT_TRUE(target_take(&now, number));
		same = target_same(&self->process, &now);
		EXPECT_FALSE(target_lives(&self->process));
		EXPECT_EQ(-ESRCH, target_check(&self->process));
		target_close(&now);
		target_close(&self->process);
		worker_end(number);
	}
	EXPECT_TRUE(same);
}

TEST_F(affinity, number_given_anew_before_a_pass)
{
	number = start(be_idle);
	EXPECT_EQ(-ESRCH,
		  affinity_set(TAKE(number), self->one, replace_before_pass,
			       NULL, &self->change));
	self->pid = number;
	ASSERT_LT(0, number);
	EXPECT_EQ(0, count_others(number, self->all));
}

/* It has what it had, although it was hit. */
TEST_F(affinity, number_given_anew_before_the_call)
{
	number = start(be_idle);
	last_moment = replace;
	EXPECT_EQ(-ESRCH, affinity_set(TAKE(number), self->one, NULL, NULL,
				       &self->change));
	EXPECT_EQ(NULL, last_moment);
	self->pid = number;
	ASSERT_LT(0, number);
	EXPECT_EQ(0, count_others(number, self->all));
	EXPECT_EQ(0, self->change.count);
}

static void *end_when_told(void *arg)
{
	while (!atomic_load(&herd->ready))
		usleep(1000);
	return arg;
}

static void be_two(void)
{
	create(end_when_told);
	be_idle();
}

/* A thread ends, and a process gets its number. */
static int replace_thread_before_pass(void *context,
				      const struct affinity_change *change,
				      size_t first_new)
{
	if (first_new)
		return 0;
	number = change->thread[change->count - 1].tid;
	atomic_store(&herd->ready, true);
	number = worker_prepared_as(number, do_nothing, NULL);
	return 0;
}

TEST_F(affinity, number_of_a_thread_given_anew)
{
	self->pid = start(be_two);
	while (!atomic_load(&herd->created))
		usleep(1000);
	EXPECT_EQ(0, affinity_set(TAKE(self->pid), self->one,
				  replace_thread_before_pass, NULL,
				  &self->change));
	EXPECT_NE(self->pid, number);
	ASSERT_LT(0, number);
	EXPECT_EQ(0, count_others(number, self->all));
	EXPECT_EQ(0, count_others(self->pid, self->one));
	EXPECT_EQ(1, self->change.count);
	worker_end(number);
}

static void execute(int signal)
{
	execl("/usr/bin/busybox", "busybox", "sleep", "1000", NULL);
}

static int be_ready_to_execute(const void *name)
{
	prctl(PR_SET_NAME, name);
	return signal(SIGUSR1, execute) == SIG_ERR;
}

/* The process executes another program, and is no less the same for it. */
static void become_another(void)
{
	time_t deadline = time(NULL) + PATIENCE;

	kill(number, SIGUSR1);
	while (strcmp(of_process(number, "comm", NULL), "busybox") &&
	       time(NULL) < deadline)
		usleep(1000);
}

static int become_another_before_pass(void *context,
				      const struct affinity_change *change,
				      size_t first_new)
{
	become_another();
	return 0;
}

TEST_F(affinity, another_program_is_not_what_was_named)
{
	char *why = NULL;

	self->pid = worker_prepared(be_ready_to_execute, "bind-exec");
	number = self->pid;
	ASSERT_EQ(0, target_find("bind-ex*", false, NULL, &self->target, &why));
	ASSERT_EQ(1, self->target.count);
	EXPECT_EQ(-ESTALE, affinity_set(&self->target.process[0], self->one,
					become_another_before_pass, NULL,
					&self->change));
	EXPECT_STREQ("busybox", of_process(self->pid, "comm", NULL));
	EXPECT_EQ(0, count_others(self->pid, self->all));
	EXPECT_EQ(-ESTALE, target_check_any(&self->target));
}

TEST_F(affinity, a_number_means_any_program)
{
	self->pid = worker_prepared(be_ready_to_execute, "bind-exec");
	number = self->pid;
	EXPECT_EQ(0, affinity_set(TAKE(self->pid), self->one,
				  become_another_before_pass, NULL,
				  &self->change));
	EXPECT_STREQ("busybox", of_process(self->pid, "comm", NULL));
	EXPECT_EQ(0, count_others(self->pid, self->one));
}

/* As numatraced does, with the journal in a file of its own. */
static int apply_rule(const char *rule, pid_t pid)
{
	static const atomic_int go_on;
	char path[] = "/tmp/binding.XXXXXX";
	struct applier applier = { .stop = &go_on };
	int fd = mkstemp(path);
	int err;

	applier.journal = journal_open(path);
	err = fd < 0 || !applier.journal ||
	      rules_parse(rule, "test", &applier.rules) ||
	      applier.rules.count != 1;
	if (!err)
		applier_look_at(&applier, pid);
	applier_free(&applier);
	close(fd);
	unlink(path);
	return err;
}

TEST_F(affinity, another_program_has_no_rule)
{
	static const char rule[] = "comm=bind-exec : --physcpubind=1";

	self->pid = worker_prepared(be_ready_to_execute, "bind-exec");
	number = self->pid;
	last_moment = become_another;
	ASSERT_EQ(0, apply_rule(rule, self->pid));
	EXPECT_EQ(NULL, last_moment);
	EXPECT_STREQ("busybox", of_process(self->pid, "comm", NULL));
	EXPECT_EQ(0, count_others(self->pid, self->all));
	worker_end(self->pid);

	self->pid = worker_prepared(be_ready_to_execute, "bind-exec");
	ASSERT_EQ(0, apply_rule(rule, self->pid));
	EXPECT_EQ(0, count_others(self->pid, self->one));
}

/* Not yet in front of the work as a whole, but of its first call. */
static void become_another_at_the_call(void)
{
	last_moment = become_another;
}

TEST_F(affinity, another_program_gets_its_cpus_back)
{
	self->pid = worker_prepared(be_ready_to_execute, "bind-exec");
	number = self->pid;
	last_moment = become_another_at_the_call;
	ASSERT_EQ(0, apply_rule("comm=bind-exec : --physcpubind=1", self->pid));
	EXPECT_EQ(NULL, last_moment);
	EXPECT_STREQ("busybox", of_process(self->pid, "comm", NULL));
	EXPECT_EQ(0, count_others(self->pid, self->all));
}

TEST_F(affinity, a_number_given_anew_has_no_rule)
{
	self->pid = worker_prepared(be_ready_to_execute, "bind-exec");
	number = self->pid;
	last_moment = replace;
	ASSERT_EQ(0, apply_rule("comm=bind-exec : --physcpubind=1", self->pid));
	EXPECT_EQ(NULL, last_moment);
	self->pid = number;
	ASSERT_LT(0, number);
	EXPECT_EQ(0, count_others(number, self->all));
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
