// SPDX-License-Identifier: GPL-2.0
/*
 * A cgroup's row: the accesses that were made in it, whoever made them.
 */
#include "_knobs.h"
#include "_reading.h"
#include "_rows.h"
#include "_worker.h"
#include "_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "_harness.h"

#define SOME 200
#define ROOT "/sys/fs/cgroup"
#define OUTER ROOT "/outer.slice"
#define INNER OUTER "/inner.scope"

FIXTURE(cgroups)
{
	struct client *client;
	struct worker_nodes nodes;
	pid_t worker;
	struct reading before;
	struct reading after;
};

FIXTURE_SETUP(cgroups)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, worker_find_nodes(&self->nodes));
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	worker_hide();
	self->worker = worker_start(&self->nodes, NULL);
	ASSERT_LT(0, self->worker);
	ASSERT_EQ(0, mkdir(OUTER, 0755));
	ASSERT_EQ(0, mkdir(INNER, 0755));
	ASSERT_EQ(0, reading_take(self->client, &self->before));
}

FIXTURE_TEARDOWN(cgroups)
{
	worker_end(self->worker);
	rmdir(INNER);
	rmdir(OUTER);
	reading_free(&self->before);
	reading_free(&self->after);
	client_free(self->client);
}

static uint64_t id_of(const char *path)
{
	struct stat directory;

	return stat(path, &directory) ? 0 : directory.st_ino;
}

static int move_into(const char *path, pid_t pid)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/cgroup.procs", path);
	return knob_write(name, pid);
}

static uint64_t faults_in(const struct reading *reading, uint64_t id)
{
	const struct report_cgroup *row =
		rows_find_cgroup(&reading->cgroups, id);

	return row ? rows_faults(&row->usage) : 0;
}

static uint64_t faults_of(const struct reading *reading, pid_t pid)
{
	const struct report_process *row =
		rows_next_process(&reading->processes, NULL, pid);

	return row ? rows_faults(&row->usage) : 0;
}

static uint32_t ended(const struct reading *reading)
{
	return rows_cgroup_sum(&reading->cgroups,
			       NUMATRACE_ROW_KIND_ENDED_TOTAL)
		->cgroups;
}

/* An access belongs to the cgroup that the process was in then. */
TEST_F(cgroups, have_what_was_done_in_them)
{
	static const char *const paths[] = { ROOT, OUTER, INNER };
	const struct report_cgroup *row;
	const struct report_process *process;
	struct reading now;
	uint64_t id;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		ASSERT_EQ(0, move_into(paths[i], self->worker));
		ASSERT_EQ(0, reading_take(self->client, &now));
		ASSERT_EQ(0, worker_run(self->worker, SOME));
		reading_free(&self->after);
		ASSERT_EQ(0, reading_take(self->client, &self->after));
		EXPECT_LAWS(&self->before, &self->after);
		id = id_of(paths[i]);
		row = rows_find_cgroup(&self->after.cgroups, id);
		ASSERT_NE(NULL, row);
		EXPECT_EQ(NUMATRACE_ROW_KIND_CURRENT, row->kind);
		EXPECT_STREQ(i ? paths[i] + strlen(ROOT) : "/", row->path);
		EXPECT_EQ(faults_of(&self->after, self->worker) -
				  faults_of(&now, self->worker),
			  faults_in(&self->after, id) - faults_in(&now, id));
		process = rows_next_process(&self->after.processes, NULL,
					    self->worker);
		EXPECT_EQ(id, process->cgroup_id);
		reading_free(&now);
	}
}

TEST_F(cgroups, end_when_they_are_removed)
{
	const uint64_t id = id_of(INNER);
	const struct report_cgroup *row;
	uint64_t faults;

	ASSERT_EQ(0, move_into(INNER, self->worker));
	ASSERT_EQ(0, worker_run(self->worker, SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	faults = faults_in(&self->after, id);
	EXPECT_LE(SOME, faults);
	ASSERT_EQ(0, move_into(OUTER, self->worker));
	ASSERT_EQ(0, rmdir(INNER));
	ASSERT_EQ(0, worker_run(self->worker, SOME));
	reading_free(&self->after);
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	row = rows_find_cgroup(&self->after.cgroups, id);
	ASSERT_NE(NULL, row);
	EXPECT_EQ(NUMATRACE_ROW_KIND_ENDED, row->kind);
	EXPECT_STREQ("/outer.slice/inner.scope", row->path);
	EXPECT_EQ(faults, rows_faults(&row->usage));
	EXPECT_EQ(ended(&self->before) + 1, ended(&self->after));
	EXPECT_LE(SOME, faults_in(&self->after, id_of(OUTER)));
}

/* The cgroup that a process was in to its end is told. */
TEST_F(cgroups, are_told_of_processes_that_ended)
{
	const uint64_t id = id_of(INNER);
	const struct report_process *row;

	ASSERT_EQ(0, worker_run(self->worker, SOME));
	ASSERT_EQ(0, move_into(INNER, self->worker));
	worker_end(self->worker);
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	row = rows_next_process(&self->after.processes, NULL, self->worker);
	ASSERT_NE(NULL, row);
	EXPECT_EQ(NUMATRACE_ROW_KIND_ENDED, row->kind);
	EXPECT_EQ(id, row->cgroup_id);
	self->worker = worker_start(&self->nodes, NULL);
	EXPECT_LT(0, self->worker);
}

static int work_in(const struct crowd *crowd, const char *path)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		if (move_into(path, getpid()))
			_exit(1);
		crowd_touch(crowd->near, 0);
		_exit(0);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status ? -1 : 0;
}

/* Result: 0 if each of the cgroups could be made, used and removed. */
static int come_and_go(const struct crowd *crowd, void *arg)
{
	int i, count = *(int *)arg;
	char path[64];

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), OUTER "/%d", i);
		if (mkdir(path, 0755) || work_in(crowd, path) || rmdir(path))
			return 1;
	}
	return 0;
}

TEST_F(cgroups, come_and_go)
{
	int count = 300;

	ASSERT_EQ(0, crowd_run(&self->nodes, come_and_go, &count));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(ended(&self->before) + count, ended(&self->after));
}

static int come(const struct crowd *crowd, void *arg)
{
	int i, count = *(int *)arg;
	char path[64];

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), OUTER "/%d", i);
		if (mkdir(path, 0755) || work_in(crowd, path))
			return 1;
	}
	return 0;
}

/* Replaces the table until it is ended. */
static pid_t replace_tables(const struct report_config *old)
{
	struct report_config config = { .set = 1U << CONFIG_CGROUP_TABLE_SIZE };
	struct client *client;
	pid_t pid = fork();
	int i;

	if (pid)
		return pid;
	client = client_new();
	for (i = 1;; i++) {
		config.value[CONFIG_CGROUP_TABLE_SIZE] =
			old->value[CONFIG_CGROUP_TABLE_SIZE] + i % 2;
		if (client_set_config(client, &config))
			_exit(1);
	}
}

TEST_F(cgroups, end_while_the_table_is_replaced)
{
	struct report_config old;
	int i, count = 100;
	char path[64];
	pid_t pid;

	ASSERT_EQ(0, client_config(self->client, &old));
	ASSERT_EQ(0, crowd_run(&self->nodes, come, &count));
	pid = replace_tables(&old);
	ASSERT_LT(0, pid);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), OUTER "/%d", i);
		EXPECT_EQ(0, rmdir(path));
	}
	ASSERT_EQ(0, kill(pid, SIGTERM));
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	ASSERT_EQ(0, client_set_config(self->client, &old));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(ended(&self->before) + count, ended(&self->after));
}

TEST_F(cgroups, without_room_are_of_nobody)
{
	struct report_config old, small = {
		.set = 1U << CONFIG_CGROUP_TABLE_SIZE,
	};
	const struct report_cgroup *before, *after;
	int i, count = 20;
	char path[64];

	small.value[CONFIG_CGROUP_TABLE_SIZE] = 4;
	ASSERT_EQ(0, client_config(self->client, &old));
	ASSERT_EQ(0, client_set_config(self->client, &small));
	ASSERT_EQ(0, crowd_run(&self->nodes, come, &count));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	before = rows_cgroup_sum(&self->before.cgroups,
				 NUMATRACE_ROW_KIND_UNATTRIBUTED);
	after = rows_cgroup_sum(&self->after.cgroups,
				NUMATRACE_ROW_KIND_UNATTRIBUTED);
	EXPECT_LE(rows_faults(&before->usage) + count - 4,
		  rows_faults(&after->usage));
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), OUTER "/%d", i);
		EXPECT_EQ(0, rmdir(path));
	}
	reading_free(&self->after);
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(0, client_set_config(self->client, &old));
}

TEST_HARNESS_MAIN
