// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _threads COUNT MIB NODE
 *
 * Has COUNT threads that stay and others that come and go all the time, until
 * it is killed; the first of those that stay is bound to CPU 0. MIB of memory
 * are on node NODE. Prints "ready" when all of that is so.
 */
#include "_workload.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAKERS 2
#define LIFE_NS 20000000L

static pthread_attr_t small;

static void *stay(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *live_shortly(void *arg)
{
	const struct timespec life = { .tv_nsec = LIFE_NS };

	nanosleep(&life, NULL);
	return arg;
}

static void *make_threads(void *arg)
{
	const struct timespec pause_ = { .tv_nsec = LIFE_NS / 2 };
	pthread_t thread;

	for (;;) {
		if (!pthread_create(&thread, &small, live_shortly, NULL))
			pthread_detach(thread);
		nanosleep(&pause_, NULL);
	}
	return arg;
}

static int start(void *(*work)(void *arg), pthread_t *thread)
{
	return pthread_create(thread, &small, work, NULL);
}

static int bind_to_first(pthread_t thread)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	return pthread_setaffinity_np(thread, sizeof(first), &first);
}

static int start_all(int count)
{
	pthread_t thread;
	int err = 0;

	for (int i = 0; !err && i < count; i++) {
		err = start(stay, &thread);
		if (!err && !i)
			err = bind_to_first(thread);
	}
	for (int i = 0; !err && i < MAKERS; i++)
		err = start(make_threads, &thread);
	return err;
}

int main(int argc, char **argv)
{
	struct workload work;

	if (argc != 4) {
		fputs("usage: _threads COUNT MIB NODE\n", stderr);
		return 2;
	}
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN * 4);
	if (workload_place(&work, strtoul(argv[2], NULL, 10) << 20, false,
			   atoi(argv[3])) ||
	    start_all(atoi(argv[1]))) {
		perror("_threads");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	stay(NULL);
	return 0;
}
