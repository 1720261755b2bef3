// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the rows while they change: several readers at once, a dump that is
 * interrupted, one that is not read on, and a module that is loaded anew.
 */
#include "_family.h"
#include "_reading.h"
#include "_rows.h"
#include "_worker.h"
#include "_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "_harness.h"

#define WORKERS 3

FIXTURE(dumps)
{
	struct client *client;
	struct worker_nodes nodes;
	struct reading before;
	struct reading after;
};

FIXTURE_SETUP(dumps)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, worker_find_nodes(&self->nodes));
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	worker_hide();
	ASSERT_EQ(0, reading_take(self->client, &self->before));
}

FIXTURE_TEARDOWN(dumps)
{
	reading_free(&self->before);
	reading_free(&self->after);
	client_free(self->client);
}

/* Ends a helper; 0 if it had nothing to complain of. */
static int end_helper(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : status;
}

/* Which law a reader found broken is its exit status. */
enum complaint {
	NONE,
	NO_REPLY,
	TWICE,
	SHRUNK
};

/* How many readings of a reader were not interrupted in all three tries. */
struct readings {
	unsigned int whole;
};

static enum complaint compare(struct report_processes *processes,
			      uint64_t *faults, uint64_t *pages)
{
	struct report_usage sum;
	bool grown;

	if (!report_sort_processes(processes))
		return TWICE;
	if (rows_sum_processes(processes, &sum))
		return NO_REPLY;
	grown = rows_faults(&sum) >= *faults && rows_pages(&sum) >= *pages;
	*faults = rows_faults(&sum);
	*pages = rows_pages(&sum);
	rows_free_usage(&sum);
	return grown ? NONE : SHRUNK;
}

/*
 * No process is there twice, and the sum only grows, but for a reading that
 * rows were moved in: that says so, and all of them are not.
 */
static enum complaint read_for_ever(struct readings *readings)
{
	struct report_processes processes;
	struct report_cgroups cgroups;
	struct client *client = client_new();
	uint64_t faults = 0, pages = 0;
	enum complaint complaint = NONE;

	while (complaint == NONE) {
		if (client_processes(client, NULL, &processes) ||
		    client_cgroups(client, &cgroups))
			return NO_REPLY;
		if (!client_interrupted(client)) {
			complaint = compare(&processes, &faults, &pages);
			readings->whole++;
		}
		report_free_processes(&processes);
		report_free_cgroups(&cgroups);
	}
	return complaint;
}

static pid_t start_reader(struct readings *readings)
{
	pid_t pid = worker_fork();

	if (!pid)
		_exit(read_for_ever(readings));
	return pid;
}

/* Result: 0 if all of them could be started. */
static int churn(const struct crowd *crowd, void *arg)
{
	int i, count = *(int *)arg;
	pid_t pid;

	for (i = 0; i < count; i++) {
		pid = fork();
		if (pid < 0)
			return 1;
		if (!pid) {
			crowd_touch(crowd->near, 0);
			crowd_touch(crowd->far, i);
			_exit(0);
		}
		if (i % 4 == 3)
			while (wait(NULL) > 0)
				;
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

TEST_F(dumps, are_right_for_two_readers)
{
	struct readings *readings =
		mmap(NULL, 2 * sizeof(*readings), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, processes = 500;
	pid_t reader[2];

	ASSERT_NE(MAP_FAILED, readings);
	for (i = 0; i < 2; i++) {
		reader[i] = start_reader(&readings[i]);
		ASSERT_LT(0, reader[i]);
	}
	EXPECT_EQ(0, crowd_run(&self->nodes, churn, &processes));
	EXPECT_EQ(0, end_helper(reader[0]));
	EXPECT_EQ(0, end_helper(reader[1]));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	for (i = 0; i < 2; i++)
		EXPECT_LT(0, readings[i].whole);
	munmap(readings, 2 * sizeof(*readings));
}

/* A request for all processes of which nothing was received yet. */
static struct nl_sock *ask_for_processes(void)
{
	struct nl_sock *socket = nl_socket_alloc();
	int family;

	if (!socket || genl_connect(socket))
		return NULL;
	family = genl_ctrl_resolve(socket, NUMATRACE_FAMILY_NAME);
	if (family < 0 ||
	    genl_send_simple(socket, family, NUMATRACE_CMD_PROCESS_GET,
			     NUMATRACE_FAMILY_VERSION, NLM_F_DUMP) < 0)
		return NULL;
	return socket;
}

/**
 * struct dump - what came of a dump so far
 * @messages: how many
 * @interrupted: one of them said so
 * @done: that was the last
 */
struct dump {
	int messages;
	bool interrupted;
	bool done;
};

/* The kernel goes on with a dump when some of it is received. */
static int receive_some(struct nl_sock *socket, struct dump *dump)
{
	char buffer[16384];
	struct nlmsghdr *message = (struct nlmsghdr *)buffer;
	int len = recv(nl_socket_get_fd(socket), buffer, sizeof(buffer), 0);

	if (len <= 0)
		return -1;
	for (; nlmsg_ok(message, len); message = nlmsg_next(message, &len)) {
		if (message->nlmsg_flags & NLM_F_DUMP_INTR)
			dump->interrupted = true;
		if (message->nlmsg_type == NLMSG_DONE)
			dump->done = true;
		else if (message->nlmsg_type == NLMSG_ERROR)
			return -1;
		else
			dump->messages++;
	}
	return 0;
}

static int receive_all(struct nl_sock *socket, struct dump *dump)
{
	while (!dump->done)
		if (receive_some(socket, dump))
			return -1;
	return 0;
}

/* What is counted changes, and so a dump under way is one of before. */
static int cut(struct client *client)
{
	struct report_config config = { .set = 1U << CONFIG_TRACK_CGROUPS };
	int err;

	config.value[CONFIG_TRACK_CGROUPS] = 0;
	err = client_set_config(client, &config);
	config.value[CONFIG_TRACK_CGROUPS] = 1;
	return err ?: client_set_config(client, &config);
}

#define USER 1000

/* Many rows, so that a dump takes several turns, of an ordinary user. */
static int make_rows(const struct crowd *crowd, void *arg)
{
	const int *ends = arg;
	char byte = 0;
	int i;

	for (i = 0; i < 300; i++) {
		if (fork())
			continue;
		if (setresuid(USER, USER, USER))
			_exit(1);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		crowd_touch(crowd->near, 0);
		pause();
		_exit(0);
	}
	return write(ends[1], &byte, 1) == 1 ? pause() : 1;
}

static pid_t start_rows(const struct worker_nodes *nodes)
{
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = worker_fork();
	if (!pid)
		_exit(crowd_run(nodes, make_rows, ends));
	close(ends[1]);
	if (pid > 0 && read(ends[0], &byte, 1) != 1)
		return -1;
	close(ends[0]);
	return pid;
}

TEST_F(dumps, say_that_they_were_interrupted)
{
	pid_t rows = start_rows(&self->nodes);
	struct nl_sock *socket;
	struct dump dump;
	int change;

	ASSERT_LT(0, rows);
	for (change = 0; change < 2; change++) {
		memset(&dump, 0, sizeof(dump));
		socket = ask_for_processes();
		ASSERT_NE(NULL, socket);
		ASSERT_EQ(0, receive_some(socket, &dump));
		ASSERT_FALSE(dump.done);
		EXPECT_FALSE(dump.interrupted);
		if (change)
			ASSERT_EQ(0, cut(self->client));
		ASSERT_EQ(0, receive_all(socket, &dump));
		EXPECT_EQ(change, dump.interrupted);
		EXPECT_LE(300, dump.messages);
		nl_socket_free(socket);
	}
	EXPECT_EQ(0, end_helper(rows));
}

/* Changes settings once for each byte that it is sent, and sends it back. */
static void disturb(int socket)
{
	struct client *client = client_new();
	char byte;

	while (read(socket, &byte, 1) == 1)
		if (cut(client) || write(socket, &byte, 1) != 1)
			_exit(1);
	_exit(0);
}

/* Once in each, at most: however slow the machine is, a second try will do. */
TEST_F(dumps, are_taken_again_when_interrupted)
{
	pid_t disturber, rows = start_rows(&self->nodes);
	struct report_processes processes;
	char byte = 0;
	int i, ends[2];

	ASSERT_LT(0, rows);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	disturber = worker_fork();
	if (!disturber)
		disturb(ends[1]);
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(1, write(ends[0], &byte, 1));
		ASSERT_EQ(0, client_processes(self->client, NULL, &processes))
		{
			TH_LOG("%s", client_error(self->client));
		}
		EXPECT_LE(300, processes.count);
		EXPECT_TRUE(report_sort_processes(&processes));
		report_free_processes(&processes);
		ASSERT_EQ(1, read(ends[0], &byte, 1));
	}
	EXPECT_EQ(0, end_helper(disturber));
	EXPECT_EQ(0, end_helper(rows));
}

/* Reading does not need all of the dump; the rest of it is dropped. */
TEST_F(dumps, may_be_given_up)
{
	pid_t rows = start_rows(&self->nodes);
	struct nl_sock *socket;
	struct dump dump = { 0 };
	int i;

	ASSERT_LT(0, rows);
	for (i = 0; i < 50; i++) {
		socket = ask_for_processes();
		ASSERT_NE(NULL, socket);
		ASSERT_EQ(0, receive_some(socket, &dump));
		ASSERT_FALSE(dump.done);
		nl_socket_free(socket);
	}
	EXPECT_EQ(0, end_helper(rows));
}

#define THREADS 500

/* Threads that do nothing until they are told to end. */
static struct {
	pthread_t id;
	sem_t end;
} threads[THREADS];

static void *idle(void *end)
{
	sem_wait(end);
	return NULL;
}

static int start_threads(void)
{
	pthread_attr_t attr;
	int i, ret = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16384);
	for (i = 0; i < THREADS && !ret; i++) {
		sem_init(&threads[i].end, 0, 0);
		ret = pthread_create(&threads[i].id, &attr, idle,
				     &threads[i].end);
	}
	pthread_attr_destroy(&attr);
	return ret;
}

static void end_thread(int i)
{
	sem_post(&threads[i].end);
	pthread_join(threads[i].id, NULL);
}

/* One after the other, and without a change each is there once. */
TEST_F(dumps, have_each_thread_once)
{
	struct report_threads reply;
	size_t i;

	ASSERT_EQ(0, start_threads());
	/* What was read before is not in question. */
	client_interrupted(self->client);
	ASSERT_EQ(0, client_threads(self->client, getpid(), &reply));
	EXPECT_FALSE(client_interrupted(self->client));
	ASSERT_EQ(THREADS + 1, reply.count);
	for (i = 1; i < reply.count; i++)
		EXPECT_LT(reply.thread[i - 1].tid, reply.thread[i].tid);
	report_free_threads(&reply);
}

/* The way goes on where the thread was that came last, and has ended since. */
TEST_F(dumps, say_that_threads_ended)
{
	const struct family_getter getter = { NUMATRACE_CMD_THREAD_GET, true };
	struct nl_sock *socket = nl_socket_alloc();
	struct dump dump = { 0 };
	struct family family;
	int i, fd, first;

	ASSERT_EQ(0, family_find(NUMATRACE_FAMILY_NAME, &family));
	ASSERT_EQ(0, start_threads());
	fd = family_ask(&family, &getter, getpid());
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nl_socket_set_fd(socket, NETLINK_GENERIC, fd));
	ASSERT_EQ(0, receive_some(socket, &dump));
	ASSERT_FALSE(dump.done);
	first = dump.messages;
	/* All that the second part has, which was read with the first, and more. */
	for (i = 0; i < THREADS - first; i++)
		end_thread(i);
	ASSERT_EQ(0, receive_all(socket, &dump));
	EXPECT_TRUE(dump.interrupted);
	EXPECT_LT(first, dump.messages);
	EXPECT_GT(THREADS, dump.messages);
	nl_socket_free(socket);
}

#define SOCKETS 400
#define ROUNDS 3

static long available_kb(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];
	long kb = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %ld", &kb) == 1)
			break;
	if (file)
		fclose(file);
	return kb;
}

/*
 * What an unread dump takes, in bytes; of the kernel's own without @getter. The
 * sockets stay open: what the next ones take is not what these gave back.
 */
static long pin(const struct family *family, const struct family_getter *getter)
{
	long before = available_kb();
	int i, fd;

	for (i = 0; i < SOCKETS; i++) {
		fd = getter ? family_ask(family, getter, getpid())
			    : family_ask_kernel();
		if (fd < 0)
			_exit(2);
	}
	return (before - available_kb()) * 1024 / SOCKETS;
}

/*
 * The lowest of some: others take memory as well, and what a dump pins is in each.
 * The kernel's own is measured again where it cannot be, which is less than a
 * buffer, or more than a socket and one.
 */
static long pinned_bytes(const struct family *family,
			 const struct family_getter *getter)
{
	long bytes, lowest = LONG_MAX, page = getpagesize();
	int i;

	for (i = 0; i < ROUNDS; i++) {
		bytes = pin(family, getter);
		if (!getter && (bytes < page || bytes > 3 * page))
			continue;
		if (bytes < lowest)
			lowest = bytes;
	}
	return lowest;
}

/* Whether the getter has something to say to this user, on this kernel. */
static bool is_answered(const struct family *family,
			const struct family_getter *getter)
{
	int fd = family_ask(family, getter, getpid());
	int messages = family_receive(fd, family);

	close(fd);
	return messages > 0;
}

/*
 * As an ordinary user with many threads and processes: what each dump pins
 * beyond what one pins that the kernel itself answers, for each socket. Two
 * pages are granted.
 */
static int pin_as_user(const struct family *family, int *answered)
{
	const rlim_t count = ROUNDS * SOCKETS * (family->count + 1) + 64;
	const struct rlimit files = { count, count };
	int wrong = 0, page = getpagesize();
	long own, pinned;
	unsigned int i;

	if (setrlimit(RLIMIT_NOFILE, &files) || setresuid(USER, USER, USER) ||
	    start_threads())
		return -1;
	own = pinned_bytes(family, NULL);
	if (own == LONG_MAX)
		return -1;
	for (i = 0; i < family->count; i++) {
		if (!family->getter[i].dump)
			continue;
		*answered += is_answered(family, &family->getter[i]);
		pinned = pinned_bytes(family, &family->getter[i]);
		printf("# command %u: %ld bytes, the kernel's own %ld\n",
		       family->getter[i].command, pinned, own);
		wrong += pinned > own + 2 * page;
	}
	return wrong;
}

TEST_F(dumps, pin_little_for_an_ordinary_user)
{
	struct report_config config = { .set = 1U << CONFIG_MEASURE_COST };
	pid_t pid, rows = start_rows(&self->nodes);
	struct family family;
	int status, answered = 0;

	ASSERT_LT(0, rows);
	ASSERT_EQ(0, family_find(NUMATRACE_FAMILY_NAME, &family));
	config.value[CONFIG_MEASURE_COST] = 1;
	ASSERT_EQ(0, client_set_config(self->client, &config));
	pid = worker_fork();
	if (!pid) {
		status = pin_as_user(&family, &answered);
		printf("# %d pinned too much, %d were answered\n", status,
		       answered);
		/* All but cgroups, and skips, findings where there are none. */
		_exit(status || answered < 6);
	}
	ASSERT_LT(0, pid);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	config.value[CONFIG_MEASURE_COST] = 0;
	EXPECT_EQ(0, client_set_config(self->client, &config));
	EXPECT_EQ(0, end_helper(rows));
}

#define MODULE "/lab/numatrace.ko"

static int reload(void)
{
	int fd, ret;

	if (syscall(SYS_delete_module, "numatrace", O_NONBLOCK))
		return -1;
	fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	return ret;
}

/* A fresh one has memory to be moved: it faults at once, and keeps on. */
static int start_workers(const struct worker_nodes *nodes, pid_t *worker)
{
	int i;

	for (i = 0; i < WORKERS; i++) {
		worker[i] = worker_start(nodes, NULL);
		if (worker[i] < 0)
			return -1;
	}
	return 0;
}

/* Loads the module anew while the first ones work. */
static int reload_under(const pid_t *worker)
{
	int i, ret;

	for (i = 0; i < WORKERS - 1; i++)
		worker_go(worker[i]);
	usleep(100000);
	ret = reload();
	usleep(100000);
	for (i = 0; i < WORKERS - 1; i++)
		if (worker_stop(worker[i]))
			return -1;
	return ret;
}

TEST_F(dumps, add_up_after_reloads_under_load)
{
	pid_t worker[WORKERS];
	struct reading before;
	int i, round;

	if (access(MODULE, R_OK))
		SKIP(return, "the module is not there to be loaded again");
	for (round = 0; round < 10; round++) {
		ASSERT_EQ(0, start_workers(&self->nodes, worker));
		ASSERT_EQ(0, reload_under(worker))
		{
			TH_LOG("%s", strerror(errno));
		}
		ASSERT_EQ(0, reading_take(self->client, &before));
		ASSERT_EQ(0, worker_run(worker[WORKERS - 1], 100));
		reading_free(&self->after);
		ASSERT_EQ(0, reading_take(self->client, &self->after));
		EXPECT_LAWS(&before, &self->after);
		reading_free(&before);
		for (i = 0; i < WORKERS; i++)
			worker_end(worker[i]);
	}
}

TEST_HARNESS_MAIN
