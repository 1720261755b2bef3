// SPDX-License-Identifier: GPL-2.0
/*
 * A process' row: whose accesses it has, and how it lives and ends. That all
 * rows together are the access matrix is one of the laws.
 */
#include "_knobs.h"
#include "_reading.h"
#include "_rows.h"
#include "_worker.h"
#include "_workload.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

#define SOME 200
#define UID 4711
#define MANY 10000

FIXTURE(rows)
{
	struct client *client;
	struct worker_nodes nodes;
	struct reading before;
	struct reading after;
};

FIXTURE_SETUP(rows)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, worker_find_nodes(&self->nodes));
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	worker_hide();
	ASSERT_EQ(0, reading_take(self->client, &self->before));
}

FIXTURE_TEARDOWN(rows)
{
	reading_free(&self->before);
	reading_free(&self->after);
	client_free(self->client);
}

/* The only row with that pid, living or ended, of the last reading. */
#define ONLY_ROW(reading, pid)                                                 \
	({                                                                     \
		const struct report_process *_row =                            \
			rows_next_process(&(reading)->processes, NULL, pid);   \
		ASSERT_NE(NULL, _row);                                         \
		EXPECT_EQ(NULL, rows_next_process(&(reading)->processes, _row, \
						  pid));                       \
		_row;                                                          \
	})

static void become_somebody(void)
{
	prctl(PR_SET_NAME, "somebody");
	if (setresuid(UID, UID, UID))
		_exit(1);
}

/* Nobody else makes any accesses: what is counted at all is in its row. */
TEST_F(rows, has_what_its_process_did)
{
	const struct report_process *row;
	uint32_t near = self->nodes.near;
	struct report_share share;
	struct stat root;
	uint64_t cell;
	pid_t pid;

	pid = worker_start(&self->nodes, become_somebody);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, reading_take(self->client, &self->before));
	ASSERT_EQ(0, worker_run(pid, SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(NULL, rows_next_process(&self->before.processes, NULL, pid));
	row = ONLY_ROW(&self->after, pid);
	EXPECT_EQ(NUMATRACE_ROW_KIND_CURRENT, row->kind);
	EXPECT_STREQ("somebody", row->comm);
	EXPECT_EQ(UID, row->uid);
	EXPECT_EQ(2, row->threads);
	ASSERT_EQ(0, stat("/sys/fs/cgroup", &root));
	EXPECT_EQ(root.st_ino, row->cgroup_id);
	EXPECT_EQ(reading_growth(&self->before, &self->after,
				 VMSTAT_HINT_FAULTS),
		  rows_faults(&row->usage));
	EXPECT_EQ(reading_growth(&self->before, &self->after,
				 VMSTAT_HINT_FAULTS_LOCAL),
		  row->usage.local_faults);
	EXPECT_EQ(reading_growth(&self->before, &self->after,
				 VMSTAT_PAGES_MIGRATED),
		  row->usage.migrated_pages);
	EXPECT_LT(0, row->usage.migrated_pages);
	cell = reading_cell_growth(&self->before.access, &self->after.access,
				   self->nodes.near, self->nodes.far);
	if (!rows_have_matrix(&row->usage))
		near = REPORT_ALL_NODES;
	share = rows_share(&row->usage, near, self->nodes.far);
	EXPECT_EQ(cell, share.pages);
	/* Pages of its program may lie on a third node. */
	EXPECT_LE(cell, row->usage.remote_pages);
	EXPECT_LE(self->before.processes.timestamp, row->usage.first_access);
	EXPECT_LE(row->usage.first_access, row->usage.last_access);
	EXPECT_LE(row->usage.last_access, self->after.processes.timestamp);
	worker_end(pid);
}

TEST_F(rows, ends_with_its_process)
{
	const struct report_process *row;
	uint64_t faults, start;
	uint32_t ended;
	pid_t pid;

	pid = worker_start(&self->nodes, become_somebody);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, worker_run(pid, SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	row = ONLY_ROW(&self->after, pid);
	faults = rows_faults(&row->usage);
	start = row->start_time;
	ended = rows_process_sum(&self->after.processes,
				 NUMATRACE_ROW_KIND_ENDED_TOTAL)
			->processes;
	reading_free(&self->after);
	worker_end(pid);
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	row = ONLY_ROW(&self->after, pid);
	EXPECT_EQ(NUMATRACE_ROW_KIND_ENDED, row->kind);
	EXPECT_EQ(start, row->start_time);
	EXPECT_STREQ("somebody", row->comm);
	EXPECT_EQ(UID, row->uid);
	EXPECT_EQ(0, row->threads);
	/* Its end itself touches memory. */
	EXPECT_LE(faults, rows_faults(&row->usage));
	EXPECT_EQ(ended + 1, rows_process_sum(&self->after.processes,
					      NUMATRACE_ROW_KIND_ENDED_TOTAL)
				     ->processes);
	EXPECT_LE(faults,
		  rows_faults(&rows_process_sum(&self->after.processes,
						NUMATRACE_ROW_KIND_ENDED_TOTAL)
				       ->usage));
}

/* The program _remote is beside this one. */
static void exec_remote(const struct worker_nodes *nodes)
{
	char path[4096], near[16], far[16];
	int null = open("/dev/null", O_WRONLY);
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 32);
	char *name;

	if (len < 0 || null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(1);
	path[len] = '\0';
	name = strrchr(path, '/') + 1;
	strcpy(name, "_remote");
	snprintf(near, sizeof(near), "%d", nodes->near);
	snprintf(far, sizeof(far), "%d", nodes->far);
	execl(path, name, "4", far, near, NULL);
	_exit(1);
}

static struct worker_nodes exec_nodes;

static void exec_on_signal(int unused)
{
	(void)unused;
	exec_remote(&exec_nodes);
}

static void exec_later(void)
{
	prctl(PR_SET_NAME, "early");
	signal(SIGUSR1, exec_on_signal);
}

TEST_F(rows, outlives_exec)
{
	const struct report_process *row;
	uint64_t faults, start;
	pid_t pid;

	exec_nodes = self->nodes;
	pid = worker_start(&self->nodes, exec_later);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, worker_run(pid, SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	row = ONLY_ROW(&self->after, pid);
	EXPECT_STREQ("early", row->comm);
	faults = rows_faults(&row->usage);
	start = row->start_time;
	reading_free(&self->after);
	ASSERT_EQ(0, kill(pid, SIGUSR1));
	ASSERT_EQ(0, worker_run_row(pid, self->client, faults + SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	row = ONLY_ROW(&self->after, pid);
	EXPECT_EQ(NUMATRACE_ROW_KIND_CURRENT, row->kind);
	EXPECT_STREQ("_remote", row->comm);
	EXPECT_EQ(start, row->start_time);
	EXPECT_LE(faults + SOME, rows_faults(&row->usage));
	worker_end(pid);
}

/* A worker that gets this pid, which is free. Somebody else may be faster. */
static pid_t start_as(const struct worker_nodes *nodes, pid_t pid)
{
	pid_t got;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		if (knob_write("/proc/sys/kernel/ns_last_pid", pid - 1))
			return -1;
		got = worker_start(nodes, NULL);
		if (got < 0 || got == pid)
			return got;
		worker_end(got);
	}
	return -1;
}

#define LIVES 20

/* One number, many processes: each has its own accesses, and no others. */
TEST_F(rows, tells_processes_of_one_pid_apart)
{
	uint64_t made[LIVES], seen[LIVES], start = 0;
	const struct report_process *row = NULL;
	struct reading now;
	int i, rows = 0;
	pid_t pid;

	pid = worker_start(&self->nodes, NULL);
	ASSERT_LT(0, pid);
	worker_end(pid);
	for (i = 0; i < LIVES; i++) {
		ASSERT_EQ(pid, start_as(&self->nodes, pid));
		ASSERT_EQ(0, reading_take(self->client, &now));
		reading_free(&self->after);
		/* A number of its own for each. */
		ASSERT_EQ(0, worker_run(pid, SOME + 10 * i));
		ASSERT_EQ(0, reading_take(self->client, &self->after));
		made[i] =
			reading_growth(&now, &self->after, VMSTAT_HINT_FAULTS);
		reading_free(&now);
		/* The last one lives on; the others end while they fault. */
		if (i < LIVES - 1) {
			worker_go(pid);
			worker_end(pid);
		}
	}
	EXPECT_LAWS(&self->before, &self->after);
	ASSERT_TRUE(report_sort_processes(&self->after.processes));
	while ((row = rows_next_process(&self->after.processes, row, pid))) {
		EXPECT_LT(start, row->start_time);
		start = row->start_time;
		ASSERT_GT(LIVES, rows);
		seen[rows++] = rows_faults(&row->usage);
		EXPECT_EQ(rows == LIVES ? NUMATRACE_ROW_KIND_CURRENT
					: NUMATRACE_ROW_KIND_ENDED,
			  row->kind);
	}
	ASSERT_EQ(LIVES, rows);
	EXPECT_EQ(made[LIVES - 1], seen[LIVES - 1]);
	for (i = 0; i < LIVES - 1; i++)
		EXPECT_LE(made[i], seen[i]);
	worker_end(pid);
}

static void *touch_near(void *arg)
{
	const struct crowd *crowd = arg;
	size_t i;

	for (i = 1; i < CROWD_PAGES; i++)
		crowd_touch(crowd->near, i);
	return NULL;
}

/* How a process comes to its end. */
enum ending {
	EXIT,
	EXIT_UNDER_THREADS,
	THREADS_OUTLIVE_LEADER,
	EXEC,
	KILLED,
	ENDINGS
};

static void live_and_end(const struct crowd *crowd, int i)
{
	pthread_t thread;

	crowd_touch(crowd->near, 0);
	crowd_touch(crowd->far, i % CROWD_PAGES);
	switch (i % ENDINGS) {
	case EXIT_UNDER_THREADS:
		pthread_create(&thread, NULL, touch_near, (void *)crowd);
		pthread_create(&thread, NULL, touch_near, (void *)crowd);
		sched_yield();
		_exit(0);
	case THREADS_OUTLIVE_LEADER:
		pthread_create(&thread, NULL, touch_near, (void *)crowd);
		/* Not pthread_exit(), which would load a library. */
		syscall(SYS_exit, 0);
		_exit(1);
	case EXEC:
		execl("/bin/busybox", "true", NULL);
		_exit(1);
	case KILLED:
		raise(SIGKILL);
	}
	_exit(0);
}

#define LIVING_AT_ONCE 8

/* Result: 0 if all of them could be started. */
static int churn(const struct crowd *crowd, void *arg)
{
	int i, count = *(int *)arg;
	pid_t pid;

	for (i = 0; i < count; i++) {
		if (i >= LIVING_AT_ONCE)
			wait(NULL);
		pid = fork();
		if (!pid)
			live_and_end(crowd, i);
		if (pid < 0)
			return 1;
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

TEST_F(rows, hold_under_churn)
{
	int processes = 3000;
	struct report_usage *ended;

	ASSERT_EQ(0, crowd_run(&self->nodes, churn, &processes));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_LE(rows_process_sum(&self->before.processes,
				   NUMATRACE_ROW_KIND_ENDED_TOTAL)
				  ->processes +
			  processes,
		  rows_process_sum(&self->after.processes,
				   NUMATRACE_ROW_KIND_ENDED_TOTAL)
			  ->processes);
	ended = (struct report_usage
			 *)&rows_process_sum(&self->after.processes,
					     NUMATRACE_ROW_KIND_ENDED_TOTAL)
			->usage;
	EXPECT_LE((uint64_t)processes, ended->local_faults);
	EXPECT_LE((uint64_t)processes, ended->remote_faults);
}

/**
 * struct gathering - many processes that access once, and then sleep
 * @count: number of them
 * @gathered: written to when all are there
 * @dismissed: reads the end of file when they may go
 */
struct gathering {
	int count;
	int gathered;
	int dismissed;
};

static int gather(const struct crowd *crowd, void *arg)
{
	const struct gathering *gathering = arg;
	pid_t pid = 0;
	char byte = 0;
	int i;

	for (i = 0; i < gathering->count; i++) {
		pid = fork();
		if (pid < 0)
			return 1;
		if (pid)
			continue;
		crowd_touch(crowd->near, 0);
		if (read(gathering->dismissed, &byte, 1) < 0)
			_exit(1);
		_exit(0);
	}
	if (write(gathering->gathered, &byte, 1) != 1)
		return 1;
	while (wait(NULL) > 0)
		;
	return 0;
}

static size_t count_kind(const struct report_processes *processes,
			 enum numatrace_row_kind kind)
{
	size_t i, count = 0;

	for (i = 0; i < processes->count; i++)
		count += processes->process[i].kind == kind;
	return count;
}

/* As many as there is room for: each takes less than 384 kB. */
static int many(void)
{
	long room = sysconf(_SC_AVPHYS_PAGES) / 96;

	return room < MANY ? room : MANY;
}

TEST_F_TIMEOUT(rows, of_many_processes, 1500)
{
	struct gathering gathering = { .count = many() };
	struct report_processes read_again;
	int gathered[2], dismissed[2];
	struct timespec start, end;
	pid_t pid;
	char byte;

	ASSERT_EQ(0, pipe(gathered));
	ASSERT_EQ(0, pipe(dismissed));
	gathering.gathered = gathered[1];
	gathering.dismissed = dismissed[0];
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		close(dismissed[1]);
		_exit(crowd_run(&self->nodes, gather, &gathering));
	}
	close(gathered[1]);
	ASSERT_EQ(1, read(gathered[0], &byte, 1));
	clock_gettime(CLOCK_MONOTONIC, &end);
	TH_LOG("%d processes in %ld s", gathering.count,
	       (long)(end.tv_sec - start.tv_sec));
	ASSERT_EQ(0, client_processes(self->client, NULL, &read_again));
	clock_gettime(CLOCK_MONOTONIC, &start);
	TH_LOG("read in %ld ms",
	       (long)((start.tv_sec - end.tv_sec) * 1000 +
		      (start.tv_nsec - end.tv_nsec) / 1000000));
	EXPECT_LE((size_t)gathering.count,
		  count_kind(&read_again, NUMATRACE_ROW_KIND_CURRENT));
	EXPECT_TRUE(report_sort_processes(&read_again));
	report_free_processes(&read_again);
	close(dismissed[1]);
	ASSERT_EQ(pid, waitpid(pid, &gathering.count, 0));
	EXPECT_EQ(0, gathering.count);
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
}

TEST_HARNESS_MAIN
