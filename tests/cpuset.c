// SPDX-License-Identifier: GPL-2.0
/*
 * Future memory of running processes: each way to a cpuset, what the process
 * allocates then, and that nothing is left of it after it was restored.
 */
#include "cpuset.h"

#include "file.h"
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define CGROUPS "/sys/fs/cgroup"
#define BOX "/box"
#define INNER BOX "/inner"
#define PAGES 512UL

/**
 * struct worker - a process that allocates, or forks, when it is told to
 * @pid: its number
 * @command: to tell it
 * @answer: the address of what it allocated, or a pid
 */
struct worker {
	pid_t pid;
	int command;
	int answer;
};

static unsigned long allocate(void)
{
	char *memory = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return 0;
	madvise(memory, PAGES * 4096, MADV_NOHUGEPAGE);
	for (unsigned long i = 0; i < PAGES; i++)
		memory[i * 4096] = 1;
	return (unsigned long)memory;
}

static unsigned long fork_idle(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void be_worker(int command, int answer)
{
	unsigned long value;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(command, &byte, 1) == 1) {
		value = byte == 'f' ? fork_idle() : allocate();
		if (write(answer, &value, sizeof(value)) != sizeof(value))
			break;
	}
	_exit(0);
}

static int worker_start(struct worker *worker)
{
	int command[2], answer[2];

	if (pipe(command) || pipe(answer))
		return -1;
	worker->pid = fork();
	if (!worker->pid) {
		close(command[1]);
		close(answer[0]);
		be_worker(command[0], answer[1]);
	}
	close(command[0]);
	close(answer[1]);
	worker->command = command[1];
	worker->answer = answer[0];
	return worker->pid > 0 ? 0 : -1;
}

static unsigned long worker_tell(struct worker *worker, char what)
{
	unsigned long value = 0;

	if (write(worker->command, &what, 1) != 1 ||
	    read(worker->answer, &value, sizeof(value)) != sizeof(value))
		return 0;
	return value;
}

static void worker_end(struct worker *worker)
{
	if (worker->pid <= 0)
		return;
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
	close(worker->command);
	close(worker->answer);
}

/* Pages on @node of what it allocated, as numa_maps has it. */
static long pages_on(pid_t pid, unsigned long address, int node)
{
	char path[64], key[32], *text, *line, *end;
	long pages = -1;

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	text = file_read(path);
	snprintf(key, sizeof(key), "%lx ", address);
	line = text ? strstr(text, key) : NULL;
	if (line) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		snprintf(key, sizeof(key), " N%d=", node);
		line = strstr(line, key);
		pages = line ? atol(line + strlen(key)) : 0;
	}
	free(text);
	return pages;
}

/* The first line of the file, or after the key of it. */
static char *line_of(const char *path, const char *key)
{
	static char line[4096];
	char *text = file_read(path), *found = text;

	*line = '\0';
	if (text && key)
		found = strstr(text, key);
	if (found)
		snprintf(line, sizeof(line), "%.*s",
			 (int)strcspn(found + (key ? strlen(key) : 0), "\n"),
			 found + (key ? strlen(key) : 0));
	free(text);
	return line;
}

static char *of_process(pid_t pid, const char *file, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return line_of(path, key);
}

static char *of_cgroup(const char *cgroup, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), CGROUPS "%s/%s", cgroup, file);
	return line_of(path, NULL);
}

static int put(const char *cgroup, const char *file, const char *text)
{
	char path[PATH_MAX];
	int fd, err = 0;

	snprintf(path, sizeof(path), CGROUPS "%s/%s", cgroup, file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = -1;
	if (fd >= 0)
		close(fd);
	return err;
}

static int attach(const char *cgroup, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return put(cgroup, "cgroup.procs", text);
}

static int make_box(void)
{
	if (put("", "cgroup.subtree_control", "+cpuset"))
		return -1;
	mkdir(CGROUPS BOX, 0755);
	if (put(BOX, "cgroup.subtree_control", "+cpuset"))
		return -1;
	return mkdir(CGROUPS INNER, 0755);
}

/* What has ended is in its cgroup until it was reaped. */
static void remove_box(void)
{
	time_t deadline = time(NULL) + 30;

	while (!access(CGROUPS BOX, F_OK) && time(NULL) < deadline) {
		rmdir(CGROUPS INNER);
		rmdir(CGROUPS BOX);
	}
	put("", "cgroup.subtree_control", "-cpuset");
}

FIXTURE(cpuset)
{
	struct bitmask *nodes;
	struct bitmask *cpus;
	struct worker worker;
	struct target target;
	struct cpuset_plan plan;
	char text[16];
	char before[256];
	char *why;
};

FIXTURE_SETUP(cpuset)
{
	memset(self, 0, sizeof(*self));
	self->nodes = numa_allocate_nodemask();
	self->cpus = numa_allocate_cpumask();
	numa_bitmask_setbit(self->nodes, 1);
	numa_bitmask_setbit(self->cpus, 1);
	if (!numa_bitmask_isbitset(numa_all_nodes_ptr, 1) ||
	    !numa_bitmask_isbitset(numa_all_cpus_ptr, 1))
		SKIP(return, "one node has memory, or there is one CPU");
	ASSERT_EQ(0, worker_start(&self->worker));
	snprintf(self->text, sizeof(self->text), "%d", self->worker.pid);
}

FIXTURE_TEARDOWN(cpuset)
{
	worker_end(&self->worker);
	cpuset_free(&self->plan);
	target_free(&self->target);
	free(self->why);
	remove_box();
	numa_bitmask_free(self->nodes);
	numa_bitmask_free(self->cpus);
}

#define PLAN(text)                                                             \
	do {                                                                   \
		cpuset_free(&self->plan);                                      \
		target_free(&self->target);                                    \
		ASSERT_EQ(0, target_find(text, false, &self->target,           \
					 &self->why));                         \
		ASSERT_EQ(0, cpuset_plan(&self->target, "7", &self->plan));    \
	} while (0)

#define APPLY(cpus)                                                            \
	do {                                                                   \
		int applied = cpuset_apply(&self->plan, cpus, self->nodes,     \
					   &self->why);                        \
		ASSERT_EQ(0, applied)                                          \
		TH_LOG("%s", self->why);                                       \
		EXPECT_EQ(NULL, self->why);                                    \
	} while (0)

#define RESTORE()                                                              \
	do {                                                                   \
		int restored = cpuset_restore(&self->plan, &self->why);        \
		ASSERT_EQ(0, restored)                                         \
		TH_LOG("%s", self->why);                                       \
		EXPECT_EQ(NULL, self->why);                                    \
	} while (0)

/* What it allocates from now on is on the second node. */
#define EXPECT_ON_SECOND()                                                     \
	do {                                                                   \
		unsigned long at = worker_tell(&self->worker, 'a');            \
		ASSERT_NE(0, at);                                              \
		EXPECT_EQ((long)PAGES, pages_on(self->worker.pid, at, 1));     \
		EXPECT_STREQ("1", of_process(self->worker.pid, "status",       \
					     "Mems_allowed_list:\t"));         \
	} while (0)

static bool same_file(const char *name, const char *a, const char *b)
{
	char first[4096];

	snprintf(first, sizeof(first), "%s", of_cgroup(a, name));
	return *first && !strcmp(first, of_cgroup(b, name));
}

#define EXPECT_SAME(name, a, b) EXPECT_TRUE(same_file(name, a, b))

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

	child = worker_tell(&self->worker, 'f');
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	EXPECT_STREQ("/numatrace/7", self->plan.cgroup);
	ASSERT_EQ(1, self->plan.count);
	EXPECT_STREQ("/", self->plan.former[0].cgroup);
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	bind_to_first(self->worker.pid);

	APPLY(NULL);
	EXPECT_STREQ("1",
		     of_cgroup(self->plan.cgroup, "cpuset.mems.effective"));
	EXPECT_STREQ(self->plan.cgroup,
		     of_process(self->worker.pid, "cgroup", "0::"));
	EXPECT_STREQ("/", of_process(child, "cgroup", "0::"));
	EXPECT_STREQ("0", of_process(self->worker.pid, "status",
				     "Cpus_allowed_list:\t"));
	EXPECT_ON_SECOND();
	later = worker_tell(&self->worker, 'f');
	EXPECT_STREQ(self->plan.cgroup, of_process(later, "cgroup", "0::"));

	RESTORE();
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	EXPECT_STREQ("/", of_process(self->worker.pid, "cgroup", "0::"));
	EXPECT_STREQ("/", of_process(later, "cgroup", "0::"));
	EXPECT_STREQ("0", of_process(self->worker.pid, "status",
				     "Cpus_allowed_list:\t"));
	EXPECT_STRNE("1", of_process(self->worker.pid, "status",
				     "Mems_allowed_list:\t"));
	/* Again: there is nothing left to do. */
	RESTORE();
}

TEST_F(cpuset, own_with_cpus)
{
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	APPLY(self->cpus);
	EXPECT_STREQ("1", of_process(self->worker.pid, "status",
				     "Cpus_allowed_list:\t"));
	EXPECT_ON_SECOND();
	RESTORE();
	EXPECT_STRNE("1", of_process(self->worker.pid, "status",
				     "Cpus_allowed_list:\t"));
}

/* A part of a cgroup is moved out of it and back. */
TEST_F(cpuset, own_of_a_part)
{
	pid_t child;

	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, attach(INNER, self->worker.pid));
	child = worker_tell(&self->worker, 'f');
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	EXPECT_STREQ(INNER, self->plan.former[0].cgroup);
	ASSERT_NE(NULL, self->plan.why);
	EXPECT_NE(NULL, strstr(self->plan.why, "other limits"));
	APPLY(NULL);
	EXPECT_STREQ(INNER, of_process(child, "cgroup", "0::"));
	EXPECT_ON_SECOND();
	RESTORE();
	EXPECT_STREQ(INNER, of_process(self->worker.pid, "cgroup", "0::"));

	/* Where that is gone, to what is above, and it is told. */
	APPLY(NULL);
	kill(child, SIGKILL);
	while (!access(CGROUPS BOX, F_OK)) {
		rmdir(CGROUPS INNER);
		rmdir(CGROUPS BOX);
	}
	EXPECT_EQ(0, cpuset_restore(&self->plan, &self->why));
	ASSERT_NE(NULL, self->why);
	EXPECT_NE(NULL, strstr(self->why, "is in /"));
	EXPECT_STREQ("/", of_process(self->worker.pid, "cgroup", "0::"));
}

/* Two actions, and the older one is taken back first. */
TEST_F(cpuset, own_of_own)
{
	struct cpuset_plan older;
	pid_t child = worker_tell(&self->worker, 'f');
	char both[64];

	snprintf(both, sizeof(both), "%d,%d", self->worker.pid, child);
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
		     of_process(self->worker.pid, "cgroup", "0::"));
	EXPECT_EQ(0, cpuset_restore(&self->plan, &self->why));
	EXPECT_STREQ("/", of_process(self->worker.pid, "cgroup", "0::"));
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	cpuset_free(&older);
}

TEST_F(cpuset, delegated)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, attach(INNER, self->worker.pid));
	PLAN(INNER);
	ASSERT_EQ(CPUSET_DELEGATED, self->plan.way);
	EXPECT_STREQ(INNER, self->plan.cgroup);
	EXPECT_STREQ("", self->plan.nodes_before);
	EXPECT_STREQ("", self->plan.cpus_before);
	bind_to_first(self->worker.pid);
	APPLY(NULL);
	EXPECT_STREQ("1", of_cgroup(INNER, "cpuset.mems"));
	EXPECT_STREQ("", of_cgroup(INNER, "cpuset.cpus"));
	EXPECT_ON_SECOND();
	RESTORE();
	/* Empty or, where the kernel refuses that, all that can be. */
	EXPECT_STRNE("1", of_cgroup(INNER, "cpuset.mems"));
	EXPECT_SAME("cpuset.mems.effective", INNER, BOX);
	EXPECT_STREQ("0", of_process(self->worker.pid, "status",
				     "Cpus_allowed_list:\t"));

	ASSERT_EQ(0, put(INNER, "cpuset.mems", "0"));
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
	ASSERT_EQ(0, attach(INNER, self->worker.pid));
	ASSERT_EQ(0, put(BOX, "cpuset.mems", "0"));
	ASSERT_EQ(0, put(BOX, "cpuset.cpus", "0"));
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
	EXPECT_STREQ("/", of_process(self->worker.pid, "cgroup", "0::"));
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
		ASSERT_EQ(0, attach(names[i], self->worker.pid));
		PLAN(names[i]);
		EXPECT_EQ(CPUSET_NONE, self->plan.way);
		EXPECT_NE(NULL, strstr(self->plan.why, "no text in UTF-8"));
		ASSERT_EQ(0, attach("", self->worker.pid));
		EXPECT_EQ(0, rmdir(path));
	}
}

/* What has no cpuset any more has nothing to be restored. */
TEST_F(cpuset, controller_that_was_disabled)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, attach(INNER, self->worker.pid));
	PLAN(INNER);
	ASSERT_EQ(CPUSET_DELEGATED, self->plan.way);
	APPLY(NULL);
	ASSERT_EQ(0, put(BOX, "cgroup.subtree_control", "-cpuset"));
	EXPECT_STRNE("1", of_process(self->worker.pid, "status",
				     "Mems_allowed_list:\t"));
	RESTORE();
	ASSERT_EQ(0, put(BOX, "cgroup.subtree_control", "+cpuset"));
	EXPECT_STREQ("", of_cgroup(INNER, "cpuset.mems"));
}

/* What fails in the middle leaves nothing. */
TEST_F(cpuset, all_have_ended)
{
	snprintf(self->before, sizeof(self->before), "%s",
		 of_cgroup("", "cgroup.subtree_control"));
	PLAN(self->text);
	ASSERT_EQ(CPUSET_OWN, self->plan.way);
	worker_end(&self->worker);
	self->worker.pid = 0;
	EXPECT_EQ(-ESRCH,
		  cpuset_apply(&self->plan, NULL, self->nodes, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "ended"));
	EXPECT_NE(0, access(CGROUPS CPUSET_ROOT, F_OK));
	EXPECT_STREQ(self->before, of_cgroup("", "cgroup.subtree_control"));
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
	ASSERT_EQ(0, target_find(self->text, false, &self->target, &self->why));
	EXPECT_EQ(0, in_child(&self->target, mount_read_only, "read-only"));
	EXPECT_EQ(0, in_child(&self->target, be_nobody, "be root"));
	EXPECT_EQ(0, in_child(&self->target, unmount, "not mounted"));
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, attach(INNER, self->worker.pid));
	target_free(&self->target);
	ASSERT_EQ(0, target_find(INNER, false, &self->target, &self->why));
	EXPECT_EQ(0, in_child(&self->target, mount_read_only, "read-only"));
	EXPECT_EQ(0, in_child(&self->target, be_nobody, "be root"));
}

TEST_F(cpuset, threaded)
{
	ASSERT_EQ(0, make_box());
	ASSERT_EQ(0, put(INNER, "cgroup.type", "threaded"));
	ASSERT_EQ(0, attach(BOX, self->worker.pid));
	ASSERT_EQ(0, attach(INNER, self->worker.pid));
	PLAN(self->text);
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	EXPECT_NE(NULL, strstr(self->plan.why, "threaded"));
}

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

#define UNIT "/bind-box.service"

FIXTURE(systemd)
{
	struct bitmask *nodes;
	struct bitmask *cpus;
	struct worker worker;
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

	memset(self, 0, sizeof(*self));
	self->nodes = numa_allocate_nodemask();
	self->cpus = numa_allocate_cpumask();
	numa_bitmask_setbit(self->nodes, 1);
	numa_bitmask_setbit(self->cpus, 1);
	if (!numa_bitmask_isbitset(numa_all_nodes_ptr, 1) ||
	    !numa_bitmask_isbitset(numa_all_cpus_ptr, 1))
		SKIP(return, "one node has memory, or there is one CPU");
	if (!access("/run/systemd/system", F_OK))
		SKIP(return, "systemd runs here");
	ASSERT_EQ(0, write_systemctl());
	snprintf(path, sizeof(path), "/tmp/systemctl:%s", getenv("PATH"));
	setenv("PATH", path, 1);
	mkdir("/run", 0755);
	mkdir("/run/systemd", 0755);
	ASSERT_EQ(0, mkdir("/run/systemd/system", 0755));
	ASSERT_EQ(0, put("", "cgroup.subtree_control", "+cpuset"));
	ASSERT_EQ(0, mkdir(CGROUPS UNIT, 0755));
	ASSERT_EQ(0, worker_start(&self->worker));
	snprintf(self->text, sizeof(self->text), "%d", self->worker.pid);
	ASSERT_EQ(0, attach(UNIT, self->worker.pid));
}

FIXTURE_TEARDOWN(systemd)
{
	time_t deadline = time(NULL) + 30;

	worker_end(&self->worker);
	cpuset_free(&self->plan);
	target_free(&self->target);
	free(self->why);
	while (!access(CGROUPS UNIT, F_OK) && time(NULL) < deadline) {
		rmdir(CGROUPS UNIT "/inner");
		rmdir(CGROUPS UNIT);
	}
	put("", "cgroup.subtree_control", "-cpuset");
	unlink("/tmp/systemctl/AllowedCPUs");
	unlink("/tmp/systemctl/AllowedMemoryNodes");
	unlink("/tmp/systemctl/LoadState");
	unlink("/tmp/systemctl/refuse");
	rmdir("/run/systemd/system");
	rmdir("/run/systemd");
	numa_bitmask_free(self->nodes);
	numa_bitmask_free(self->cpus);
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
	time_t deadline = time(NULL) + 30;
	FILE *state;

	PLAN("bind-box.service");
	ASSERT_EQ(CPUSET_SYSTEMD, self->plan.way);
	APPLY(NULL);
	ASSERT_EQ(0, attach("", self->worker.pid));
	while (rmdir(CGROUPS UNIT) && time(NULL) < deadline)
		;
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
	pid_t child = worker_tell(&self->worker, 'f');

	ASSERT_LT(0, child);
	PLAN(self->text);
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	EXPECT_NE(NULL, strstr(self->plan.why, "unit:bind-box.service"));
	EXPECT_NE(NULL, strstr(self->plan.why, "systemd-run --scope"));
}

/* Below a unit with Delegate= its owner's cgroups are written directly. */
TEST_F(systemd, delegate)
{
	pid_t child = worker_tell(&self->worker, 'f');

	ASSERT_LT(0, child);
	ASSERT_EQ(0, mkdir(CGROUPS UNIT "/inner", 0755));
	ASSERT_EQ(0, attach(UNIT "/inner", child));
	PLAN(UNIT "/inner");
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	if (setxattr(CGROUPS UNIT, "user.delegate", "1", 1, 0) &&
	    setxattr(CGROUPS UNIT, "trusted.delegate", "1", 1, 0))
		SKIP(return, "no extended attributes for cgroups here");
	PLAN(UNIT "/inner");
	EXPECT_EQ(CPUSET_NONE, self->plan.way);
	EXPECT_NE(NULL, strstr(self->plan.why, "did not enable"));

	ASSERT_EQ(0, attach(UNIT "/inner", self->worker.pid));
	ASSERT_EQ(0, put(UNIT, "cgroup.subtree_control", "+cpuset"));
	ASSERT_EQ(0, attach("", child));
	/* Now the unit has this process only, and is what is set. */
	PLAN(self->text);
	EXPECT_EQ(CPUSET_SYSTEMD, self->plan.way);
}

TEST_HARNESS_MAIN
