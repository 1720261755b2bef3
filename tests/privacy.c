// SPDX-License-Identifier: GPL-2.0
/*
 * Who may see and set what: nodes and matrices are for everybody, processes
 * for their owner and for whoever is privileged. And whom nobody else has to
 * wait for.
 */
#include "_family.h"
#include "_patience.h"
#include "_reading.h"
#include "_rows.h"
#include "_worker.h"
#include "_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "_harness.h"

#define SOME 100
#define USER 1000

static void become_user(void)
{
	if (setgroups(0, NULL) || setresgid(USER, USER, USER) ||
	    setresuid(USER, USER, USER))
		_exit(99);
	/* Else its files in /proc belong to root. */
	prctl(PR_SET_DUMPABLE, 1);
}

/* As a set-uid program: the real user runs it, with another's rights. */
static void become_borrower(void)
{
	if (setresuid(USER, 0, 0))
		_exit(99);
}

/* One that has put its rights aside, and can take them up again. */
static void become_saver(void)
{
	if (setresuid(USER, USER, 0))
		_exit(99);
}

enum who {
	ROOTS,
	USERS,
	BORROWERS,
	SAVERS,
	WORKERS
};

FIXTURE(privacy)
{
	struct client *client;
	pid_t worker[WORKERS];
	struct reading before;
	char *complaint;
};

#define COMPLAINT_SIZE 1024

FIXTURE_SETUP(privacy)
{
	static void (*const become[WORKERS])(void) = {
		[USERS] = become_user,
		[BORROWERS] = become_borrower,
		[SAVERS] = become_saver,
	};
	struct worker_nodes nodes;
	int i;

	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, worker_find_nodes(&nodes));
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	worker_hide();
	for (i = 0; i < WORKERS; i++) {
		self->worker[i] = worker_start(&nodes, become[i]);
		ASSERT_LT(0, self->worker[i]);
		ASSERT_EQ(0, worker_run(self->worker[i], SOME));
	}
	ASSERT_EQ(0, reading_take(self->client, &self->before));
	self->complaint = mmap(NULL, COMPLAINT_SIZE, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->complaint);
}

FIXTURE_TEARDOWN(privacy)
{
	int i;

	for (i = 0; i < WORKERS; i++)
		worker_end(self->worker[i]);
	reading_free(&self->before);
	client_free(self->client);
	munmap(self->complaint, COMPLAINT_SIZE);
}

typedef struct _test_data_privacy *fixture;

/* Ends the process that it is called in. */
#define DEMAND(self, condition)                                                \
	do {                                                                   \
		if (condition)                                                 \
			break;                                                 \
		snprintf((self)->complaint, COMPLAINT_SIZE, "line %d: %s; %s", \
			 __LINE__, #condition, client_error((self)->client));  \
		_exit(1);                                                      \
	} while (0)

/* Runs @check in a process of its own, with a socket of its own. */
static int run_as(fixture self, void (*become)(void), void (*check)(fixture))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		if (become)
			become();
		self->client = client_new();
		check(self);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}

#define EXPECT_AS(become, check)                                               \
	EXPECT_EQ(0, run_as(self, become, check))                              \
	{                                                                      \
		TH_LOG("%s", self->complaint);                                 \
	}

static bool sees(const struct report_processes *processes, pid_t pid)
{
	return rows_next_process(processes, NULL, pid);
}

static bool says(fixture self, const char *text)
{
	return strstr(client_error(self->client), text);
}

static void demand_aggregates(fixture self)
{
	struct report_nodes nodes;
	struct report_matrix matrix;
	struct report_info info;
	struct report_config config;

	DEMAND(self, !client_info(self->client, &info));
	DEMAND(self, !client_nodes(self->client, &nodes));
	DEMAND(self, nodes.count > 1);
	DEMAND(self, !client_matrix(self->client, NUMATRACE_MATRIX_KIND_ACCESS,
				    &matrix));
	DEMAND(self, matrix.count);
	DEMAND(self, !client_config(self->client, &config));
}

static void demand_no_cgroups(fixture self)
{
	struct report_cgroups cgroups;

	DEMAND(self, client_cgroups(self->client, &cgroups) == -EPERM);
	DEMAND(self, says(self, "CAP_PERFMON"));
}

static void demand_no_settings(fixture self)
{
	struct report_config config;

	DEMAND(self, !client_config(self->client, &config));
	DEMAND(self, client_set_config(self->client, &config) == -EPERM);
	DEMAND(self, client_set_hook(self->client, "access", false) == -EPERM);
	DEMAND(self,
	       open("/sys/kernel/debug/numatrace/processes", O_RDONLY) < 0);
}

static void demand_not_of(fixture self, enum who who)
{
	struct report_processes one;
	struct report_threads threads;

	DEMAND(self,
	       client_process(self->client, self->worker[who], &one) == -ESRCH);
	DEMAND(self, client_threads(self->client, self->worker[who],
				    &threads) == -EPERM);
	DEMAND(self, says(self, "CAP_PERFMON"));
}

static void demand_of(fixture self, enum who who)
{
	struct report_processes one;
	struct report_threads threads;

	DEMAND(self, !client_process(self->client, self->worker[who], &one));
	DEMAND(self, rows_faults(&one.process->usage) >= SOME);
	DEMAND(self,
	       !client_threads(self->client, self->worker[who], &threads));
	DEMAND(self, threads.count == 2);
}

/* What is left out is in the sums: the law holds for everybody. */
static void demand_law(fixture self)
{
	char text[COMPLAINT_SIZE - 64];
	struct reading after;

	DEMAND(self, !reading_take(self->client, &after));
	if (reading_broken_laws(&self->before, &after, text, sizeof(text))) {
		snprintf(self->complaint, COMPLAINT_SIZE, "%s", text);
		_exit(1);
	}
}

static void demand_own_processes_only(fixture self)
{
	const struct report_process *unlisted;
	struct report_processes processes;

	DEMAND(self, !client_processes(self->client, NULL, &processes));
	DEMAND(self, sees(&processes, self->worker[USERS]));
	DEMAND(self, !sees(&processes, self->worker[ROOTS]));
	DEMAND(self, !sees(&processes, self->worker[BORROWERS]));
	DEMAND(self, !sees(&processes, self->worker[SAVERS]));
	unlisted = rows_process_sum(&processes, NUMATRACE_ROW_KIND_UNLISTED);
	DEMAND(self, unlisted->left_out >= 3);
	DEMAND(self, unlisted->processes >= unlisted->left_out);
	DEMAND(self, rows_faults(&unlisted->usage) >= 3 * SOME);
	demand_of(self, USERS);
	demand_not_of(self, ROOTS);
	demand_not_of(self, BORROWERS);
	demand_not_of(self, SAVERS);
}

static void check_user(fixture self)
{
	demand_aggregates(self);
	demand_own_processes_only(self);
	demand_no_cgroups(self);
	demand_no_settings(self);
}

static void check_law(fixture self)
{
	demand_law(self);
}

TEST_F(privacy, of_others_from_a_user)
{
	EXPECT_AS(become_user, check_user);
}

TEST_F(privacy, keeps_the_sum)
{
	EXPECT_AS(become_user, check_law);
}

static void check_privileged(fixture self)
{
	const struct report_process *unlisted;
	struct report_processes processes;
	struct report_cgroups cgroups;
	int i;

	DEMAND(self, !client_processes(self->client, NULL, &processes));
	unlisted = rows_process_sum(&processes, NUMATRACE_ROW_KIND_UNLISTED);
	DEMAND(self, !unlisted->left_out);
	for (i = 0; i < WORKERS; i++)
		demand_of(self, i);
	DEMAND(self, !client_cgroups(self->client, &cgroups));
}

TEST_F(privacy, does_not_hinder_root)
{
	EXPECT_AS(NULL, check_privileged);
}

/* An ordinary user with a single capability. */
static void keep_only(int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };

	prctl(PR_SET_KEEPCAPS, 1);
	become_user();
	data[CAP_TO_INDEX(capability)].permitted = CAP_TO_MASK(capability);
	data[CAP_TO_INDEX(capability)].effective = CAP_TO_MASK(capability);
	if (syscall(SYS_capset, &header, data))
		_exit(99);
}

static void become_perfmon(void)
{
	keep_only(CAP_PERFMON);
}

static void become_tracer(void)
{
	keep_only(CAP_SYS_PTRACE);
}

static void become_sysadmin(void)
{
	keep_only(CAP_SYS_ADMIN);
}

static void check_observer(fixture self)
{
	check_privileged(self);
	demand_no_settings(self);
}

TEST_F(privacy, yields_to_each_capability)
{
	EXPECT_AS(become_perfmon, check_observer);
	EXPECT_AS(become_tracer, check_observer);
	EXPECT_AS(become_sysadmin, check_observer);
}

static void become_netadmin(void)
{
	keep_only(CAP_NET_ADMIN);
}

static void check_netadmin(fixture self)
{
	struct report_config config;

	DEMAND(self, !client_config(self->client, &config));
	DEMAND(self, !client_set_config(self->client, &config));
	demand_own_processes_only(self);
	demand_no_cgroups(self);
}

TEST_F(privacy, is_not_lifted_by_the_right_to_set)
{
	EXPECT_AS(become_netadmin, check_netadmin);
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Root, with all capabilities, but only in there. */
static void become_root_of_own_namespace(void)
{
	become_user();
	if (unshare(CLONE_NEWUSER) ||
	    !write_text("/proc/self/uid_map", "0 1000 1") || geteuid())
		_exit(99);
}

static void check_namespace(fixture self)
{
	struct report_processes one;

	check_user(self);
	DEMAND(self, !client_process(self->client, self->worker[USERS], &one));
	DEMAND(self, one.process->uid == 0);
}

TEST_F(privacy, holds_in_a_user_namespace)
{
	EXPECT_AS(become_root_of_own_namespace, check_namespace);
}

/* With a network of its own too, where it may do anything. */
static void become_root_of_own_network(void)
{
	become_root_of_own_namespace();
	if (unshare(CLONE_NEWNET))
		_exit(99);
}

static void check_network(fixture self)
{
	struct report_processes processes;
	int err = client_processes(self->client, NULL, &processes);

	/* The family need not be there at all. */
	DEMAND(self, err == -ENOENT ||
			     (!err && !sees(&processes, self->worker[ROOTS])));
}

TEST_F(privacy, holds_in_a_network_namespace)
{
	EXPECT_AS(become_root_of_own_network, check_network);
}

static void hide_processes(void)
{
	if (unshare(CLONE_NEWPID))
		_exit(99);
}

/* Runs as process 1 of its namespace, and has a worker in there. */
static void check_inside(fixture self)
{
	const struct report_process *unlisted;
	struct report_processes processes;
	struct worker_nodes nodes;
	pid_t pid;
	size_t i;

	DEMAND(self, getpid() == 1);
	DEMAND(self, !worker_find_nodes(&nodes));
	pid = worker_start(&nodes, NULL);
	DEMAND(self, pid > 1 && pid < 10);
	DEMAND(self, !worker_run_row(pid, self->client, SOME));
	DEMAND(self, !client_processes(self->client, NULL, &processes));
	DEMAND(self, sees(&processes, pid));
	for (i = 0; i < processes.count; i++)
		DEMAND(self, processes.process[i].pid < 10);
	unlisted = rows_process_sum(&processes, NUMATRACE_ROW_KIND_UNLISTED);
	DEMAND(self, unlisted->left_out >= WORKERS);
	DEMAND(self, client_process(self->client, self->worker[ROOTS],
				    &processes) == -ESRCH);
	demand_law(self);
	worker_end(pid);
}

static void check_pid_namespace(fixture self)
{
	if (run_as(self, NULL, check_inside))
		_exit(1);
}

TEST_F(privacy, numbers_processes_as_the_reader_does)
{
	EXPECT_AS(hide_processes, check_pid_namespace);
}

#define FIFO "/tmp/privacy.fifo"
#define SYSCTL "/proc/sys/kernel/numa_balancing"

/* Whoever opens the file waits for a writer, who never comes. */
static void cover_the_sysctl(void)
{
	become_root_of_own_namespace();
	if (unshare(CLONE_NEWNS) || mount(FIFO, SYSCTL, NULL, MS_BIND, NULL))
		_exit(99);
	alarm(PATIENCE);
}

static void check_answers(fixture self)
{
	struct family family;
	int fd, messages, answered = 0;
	unsigned int i;

	DEMAND(self, !family_find(NUMATRACE_FAMILY_NAME, &family));
	for (i = 0; i < family.count; i++) {
		fd = family_ask(&family, &family.getter[i], getpid());
		DEMAND(self, fd >= 0);
		messages = family_receive(fd, &family);
		DEMAND(self, messages > 0 || family.getter[i].command !=
						     NUMATRACE_CMD_INFO_GET);
		answered += messages > 0;
		close(fd);
	}
	/* Cgroups are refused, and what this kernel does not measure. */
	DEMAND(self, answered >= 5);
}

/* Generic netlink is locked meanwhile: all others would wait, too. */
TEST_F(privacy, waits_for_no_file_of_a_user)
{
	ASSERT_EQ(0, mkfifo(FIFO, 0644));
	EXPECT_AS(cover_the_sysctl, check_answers);
	unlink(FIFO);
}

TEST_F(privacy, covers_debugfs)
{
	struct stat file;

	ASSERT_EQ(0, stat("/sys/kernel/debug/numatrace/processes", &file));
	EXPECT_EQ(0400, file.st_mode & 07777);
	EXPECT_EQ(0, file.st_uid);
	ASSERT_EQ(0, stat("/sys/kernel/debug/numatrace/cgroups", &file));
	EXPECT_EQ(0400, file.st_mode & 07777);
	EXPECT_EQ(0, file.st_uid);
}

TEST_HARNESS_MAIN
