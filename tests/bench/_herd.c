// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _herd PROCESSES MIB
 *
 * Starts processes that sleep, each with so much memory on node 1 (at least a
 * page) and at least one access to it from node 0. Prints "PID SECONDS" when
 * all are there, the PID of the last one, and keeps them until it is killed.
 */
#include "../_workload.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE 60

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static long faults_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* Remote memory is sampled even where a process has a single thread. */
static int be_sampled(size_t size)
{
	double deadline = now() + DEADLINE;
	struct workload first;
	long before;

	if (workload_place(&first, size, false, 1))
		return -1;
	first.size = sysconf(_SC_PAGESIZE);
	before = faults_now();
	while (faults_now() == before) {
		workload_touch(&first);
		if (now() > deadline)
			return -1;
	}
	return 0;
}

static void live(size_t size, int ready)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	byte = be_sampled(size) ? 'n' : 'y';
	if (write(ready, &byte, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* One after the other: each scans its memory while nothing else runs. */
static pid_t start(size_t size, const int *ready)
{
	pid_t pid = fork();
	char byte;

	if (!pid)
		live(size, ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1 || byte != 'y')
		return -1;
	return pid;
}

int main(int argc, char **argv)
{
	double began = now();
	int ready[2], count;
	size_t size;
	pid_t pid = -1;

	if (argc != 3) {
		fputs("usage: _herd PROCESSES MIB\n", stderr);
		return 2;
	}
	size = strtoul(argv[2], NULL, 10) << 20;
	if (!size)
		size = sysconf(_SC_PAGESIZE);
	if (workload_run_on(0) || pipe(ready)) {
		perror("_herd");
		return 1;
	}
	for (count = atoi(argv[1]); count > 0; count--) {
		pid = start(size, ready);
		if (pid < 0) {
			fprintf(stderr, "_herd: %d processes are missing\n",
				count);
			return 1;
		}
	}
	printf("%d %.1f\n", pid, now() - began);
	fflush(stdout);
	for (;;)
		pause();
}
