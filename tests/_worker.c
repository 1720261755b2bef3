// SPDX-License-Identifier: GPL-2.0
#include "_worker.h"

#include "_patience.h"
#include "_workload.h"

#include <errno.h>
#include <linux/sched.h>
#include <numa.h>
#include <numaif.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKER_SIZE (4UL << 20)
/* Minor faults of a worker that are no hinting faults: fewer than this. */
#define FEW 32

static bool has_cpus(int node)
{
	struct bitmask *cpus = numa_allocate_cpumask();
	bool has = !numa_node_to_cpus(node, cpus) && numa_bitmask_weight(cpus);

	numa_free_cpumask(cpus);
	return has;
}

int worker_find_nodes(struct worker_nodes *nodes)
{
	int node;

	nodes->near = -1;
	nodes->far = -1;
	for (node = 0; node <= numa_max_node(); node++) {
		if (!numa_bitmask_isbitset(numa_all_nodes_ptr, node))
			continue;
		if (nodes->near < 0 && has_cpus(node))
			nodes->near = node;
		else
			nodes->far = node;
	}
	return nodes->near < 0 || nodes->far < 0 ? -1 : 0;
}

/* Memory that is bound is not sampled, not even where all nodes are allowed. */
void worker_hide(void)
{
	numa_set_membind(numa_all_nodes_ptr);
}

pid_t worker_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static pid_t fork_as(pid_t number)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&number,
		.set_tid_size = 1,
	};
	time_t deadline = time(NULL) + PATIENCE;
	pid_t pid;

	if (!number)
		return worker_fork();
	do
		pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	while (pid < 0 && errno == EEXIST && time(NULL) < deadline);
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

pid_t worker_prepared_as(pid_t number, int (*prepare)(const void *arg),
			 const void *arg)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork_as(number);
	if (!pid) {
		if (prepare(arg) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		worker_end(pid);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

pid_t worker_prepared(int (*prepare)(const void *arg), const void *arg)
{
	return worker_prepared_as(0, prepare, arg);
}

/*
 * The second thread makes balancing sample local memory too. Until it is let
 * run, nothing is sampled, however long a slow machine takes to come so far.
 */
static int touch_for_ever(const struct worker_nodes *nodes,
			  void (*prepare)(void))
{
	struct workload work;

	if (workload_run_on(nodes->near) ||
	    workload_place(&work, WORKER_SIZE, false, nodes->far))
		return 1;
	worker_hide();
	if (workload_add_thread())
		return 1;
	if (prepare)
		prepare();
	raise(SIGSTOP);
	if (set_mempolicy(MPOL_DEFAULT, NULL, 0))
		return 1;
	for (;;)
		workload_touch(&work);
}

static int wait_for_stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WUNTRACED) != pid)
		return -1;
	errno = ECHILD;
	return WIFSTOPPED(status) ? 0 : -1;
}

pid_t worker_start(const struct worker_nodes *nodes, void (*prepare)(void))
{
	pid_t pid = worker_fork();

	if (!pid)
		_exit(touch_for_ever(nodes, prepare));
	if (pid > 0 && wait_for_stop(pid))
		return -1;
	return pid;
}

void worker_go(pid_t pid)
{
	kill(pid, SIGCONT);
}

int worker_stop(pid_t pid)
{
	kill(pid, SIGSTOP);
	return wait_for_stop(pid);
}

/*
 * Minor faults of the process, or 0. Of a worker that has filled its memory,
 * these are hinting faults, but for a few of its stack and libraries. The
 * kernel's total will not do: others may have made them.
 */
static uint64_t faults_of(pid_t pid)
{
	unsigned long long count = 0;
	char path[32];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %llu",
		   &count) != 1)
		count = 0;
	fclose(file);
	return count;
}

int worker_run(pid_t pid, uint64_t faults)
{
	uint64_t goal = faults_of(pid) + faults + FEW;
	time_t deadline = time(NULL) + PATIENCE;
	bool done;

	worker_go(pid);
	do {
		usleep(10000);
		done = faults_of(pid) >= goal;
	} while (!done && time(NULL) < deadline);
	if (worker_stop(pid))
		return -1;
	errno = ETIMEDOUT;
	return done ? 0 : -1;
}

static uint64_t row_faults(struct client *client, pid_t pid)
{
	struct report_processes one = { 0 };
	uint64_t faults = 0;

	if (!client_process(client, pid, &one))
		faults = one.process->usage.local_faults +
			 one.process->usage.remote_faults;
	report_free_processes(&one);
	return faults;
}

int worker_run_row(pid_t pid, struct client *client, uint64_t faults)
{
	time_t deadline = time(NULL) + PATIENCE;
	bool done;

	worker_go(pid);
	do {
		usleep(10000);
		done = row_faults(client, pid) >= faults;
	} while (!done && time(NULL) < deadline);
	if (worker_stop(pid))
		return -1;
	errno = ETIMEDOUT;
	return done ? 0 : -1;
}

void worker_end(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

void crowd_touch(const char *pages, size_t i)
{
	(void)*(const volatile char *)&pages[i * sysconf(_SC_PAGESIZE)];
}

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/*
 * Whether touching what lies between the first page and the last would make
 * hinting faults. These two are for that alone: a page that is touched may
 * migrate, and then nobody who shares it has it armed any more.
 */
static bool is_armed(const struct workload *work)
{
	size_t last = work->size / sysconf(_SC_PAGESIZE) - 1;
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		long faults = 0;

		/* What this takes besides is armed too: touch it before. */
		crowd_touch((const char *)&faults, 0);
		faults = minor_faults();
		faults = minor_faults();
		crowd_touch(work->start, 0);
		crowd_touch(work->start, last);
		_exit(minor_faults() == faults + 2);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status);
}

/* Scanning goes by the CPU time that a process uses. */
static void use_cpu(int milliseconds)
{
	clock_t end = clock() + milliseconds * (CLOCKS_PER_SEC / 1000);

	while (clock() < end)
		;
}

static int be_crowd(const struct worker_nodes *nodes,
		    int (*work)(const struct crowd *crowd, void *arg),
		    void *arg)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	const size_t size = (1 + CROWD_PAGES + 1) * page;
	time_t deadline = time(NULL) + PATIENCE;
	struct workload near, far;
	struct crowd crowd;

	if (workload_run_on(nodes->near) || workload_add_thread() ||
	    workload_place(&near, size, false, nodes->near) ||
	    workload_place(&far, size, false, nodes->far))
		return 255;
	crowd.near = near.start + page;
	crowd.far = far.start + page;
	do {
		use_cpu(50);
		if (time(NULL) > deadline)
			return 255;
	} while (!is_armed(&near) || !is_armed(&far));
	return work(&crowd, arg);
}

int crowd_run(const struct worker_nodes *nodes,
	      int (*work)(const struct crowd *crowd, void *arg), void *arg)
{
	int status;
	pid_t pid = worker_fork();

	if (!pid)
		_exit(be_crowd(nodes, work, arg));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}
