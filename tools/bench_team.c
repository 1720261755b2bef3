// SPDX-License-Identifier: GPL-2.0
#include "bench_team.h"

#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Parts begin at a page. */
#define GRAIN 4096

/**
 * struct worker - a thread
 * @team: that it belongs to
 * @thread: to join it
 * @cpu: on which it works
 * @start: its part of the memory
 * @size: bytes
 * @begin: when it began last, ns
 * @end: when it ended, ns
 * @strayed: whether it was on another CPU then
 */
struct worker {
	struct bench_team *team;
	pthread_t thread;
	unsigned int cpu;
	void *start;
	size_t size;
	uint64_t begin;
	uint64_t end;
	bool strayed;
};

/**
 * struct bench_team - the threads
 * @lock: of @run, @stop and @finished
 * @change: of any of these
 * @run: number of the run that is to be made
 * @stop: that there will be no more
 * @finished: threads that are through with @run
 * @ready: threads that have come to its start
 * @work: what they do in it
 * @passes: how often
 * @count: number of threads
 * @worker: the threads
 */
struct bench_team {
	pthread_mutex_t lock;
	pthread_cond_t change;
	unsigned long run;
	bool stop;
	size_t finished;
	atomic_size_t ready;
	bench_work work;
	uint64_t passes;
	size_t count;
	struct worker *worker;
};

/* Being woken takes differently long: none begins before all are there. */
static void wait_for_others(struct bench_team *team)
{
	atomic_fetch_add(&team->ready, 1);
	while (atomic_load(&team->ready) < team->count)
		sched_yield();
}

static void work_once(struct worker *worker)
{
	struct bench_team *team = worker->team;

	wait_for_others(team);
	worker->begin = clock_now_ns();
	team->work(worker->start, worker->size, team->passes);
	worker->end = clock_now_ns();
	worker->strayed = sched_getcpu() != (int)worker->cpu;
}

static void *run_worker(void *argument)
{
	struct worker *worker = argument;
	struct bench_team *team = worker->team;
	unsigned long done = 0;

	pthread_mutex_lock(&team->lock);
	for (;;) {
		while (team->run == done && !team->stop)
			pthread_cond_wait(&team->change, &team->lock);
		if (team->stop)
			break;
		done = team->run;
		pthread_mutex_unlock(&team->lock);
		work_once(worker);
		pthread_mutex_lock(&team->lock);
		team->finished++;
		pthread_cond_broadcast(&team->change);
	}
	pthread_mutex_unlock(&team->lock);
	return NULL;
}

static int start_on(struct worker *worker)
{
	size_t size = CPU_ALLOC_SIZE(worker->cpu + 1);
	cpu_set_t *set = CPU_ALLOC(worker->cpu + 1);
	pthread_attr_t attributes;
	int err;

	if (!set)
		return -ENOMEM;
	CPU_ZERO_S(size, set);
	CPU_SET_S(worker->cpu, size, set);
	pthread_attr_init(&attributes);
	err = pthread_attr_setaffinity_np(&attributes, size, set);
	if (!err)
		err = pthread_create(&worker->thread, &attributes, run_worker,
				     worker);
	pthread_attr_destroy(&attributes);
	CPU_FREE(set);
	return -err;
}

/* A CPU that our cpuset has not, or that went offline, is left out. */
static int start_all(struct bench_team *team, const unsigned int *cpus,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct worker *worker = &team->worker[team->count];
		int err;

		worker->team = team;
		worker->cpu = cpus[i];
		err = start_on(worker);
		if (!err)
			team->count++;
		else if (err != -EINVAL)
			return err;
	}
	return team->count ? 0 : -EINVAL;
}

static void share_out(struct bench_team *team, void *start, size_t size)
{
	size_t part = size / team->count;

	if (part >= GRAIN)
		part -= part % GRAIN;
	for (size_t i = 0; i < team->count; i++) {
		team->worker[i].start = (char *)start + i * part;
		team->worker[i].size = part;
	}
}

int bench_team_start(struct bench_team **result, const unsigned int *cpus,
		     size_t count, void *start, size_t size)
{
	struct bench_team *team = calloc(1, sizeof(*team));
	int err = -ENOMEM;

	*result = NULL;
	if (!team)
		return err;
	pthread_mutex_init(&team->lock, NULL);
	pthread_cond_init(&team->change, NULL);
	team->worker = calloc(count, sizeof(*team->worker));
	if (team->worker)
		err = start_all(team, cpus, count);
	if (err) {
		bench_team_stop(team);
		return err;
	}
	share_out(team, start, size);
	*result = team;
	return 0;
}

size_t bench_team_count(const struct bench_team *team)
{
	return team->count;
}

size_t bench_team_size(const struct bench_team *team)
{
	return team->count * team->worker[0].size;
}

static void run_all(struct bench_team *team, bench_work work, uint64_t passes)
{
	pthread_mutex_lock(&team->lock);
	team->work = work;
	team->passes = passes;
	team->finished = 0;
	atomic_store(&team->ready, 0);
	team->run++;
	pthread_cond_broadcast(&team->change);
	while (team->finished < team->count)
		pthread_cond_wait(&team->change, &team->lock);
	pthread_mutex_unlock(&team->lock);
}

int bench_team_run(struct bench_team *team, bench_work work, uint64_t passes,
		   double *ns)
{
	uint64_t begin = UINT64_MAX, end = 0;

	run_all(team, work, passes);
	for (size_t i = 0; i < team->count; i++) {
		const struct worker *worker = &team->worker[i];

		if (worker->strayed)
			return -ESTALE;
		if (worker->begin < begin)
			begin = worker->begin;
		if (worker->end > end)
			end = worker->end;
	}
	*ns = (double)(end - begin);
	return 0;
}

void bench_team_stop(struct bench_team *team)
{
	if (!team)
		return;
	pthread_mutex_lock(&team->lock);
	team->stop = true;
	pthread_cond_broadcast(&team->change);
	pthread_mutex_unlock(&team->lock);
	for (size_t i = 0; i < team->count; i++)
		pthread_join(team->worker[i].thread, NULL);
	pthread_cond_destroy(&team->change);
	pthread_mutex_destroy(&team->lock);
	free(team->worker);
	free(team);
}
