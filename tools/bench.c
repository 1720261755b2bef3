// SPDX-License-Identifier: GPL-2.0
#include "bench.h"

#include "bench_buffer.h"
#include "bench_cache.h"
#include "bench_series.h"
#include "bench_team.h"
#include "bench_work.h"
#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* A buffer that is so much larger than the caches has little of it in them. */
#define TIMES_CACHES 4

/* Leave most of what is free on a node to others. */
#define SHARE_OF_FREE 4

/* Multiples of this are buffers, and such an amount is the least. */
#define GRAIN (8ULL << 20)

/* Where the caches are not known. */
#define DEFAULT_SIZE (256ULL << 20)

/* A run shall take so long that starting it is nothing beside it. */
#define RUN_NS 50e6

/**
 * struct run - a bench
 * @request: what to measure
 * @profile: what came out
 * @done: measurements that are done
 * @total: of so many
 */
struct run {
	const struct bench_request *request;
	struct profile *profile;
	uint64_t done;
	uint64_t total;
};

static const bench_work works[PROFILE_METRICS] = {
	[PROFILE_LATENCY] = bench_chase,
	[PROFILE_READ] = bench_read,
	[PROFILE_WRITE] = bench_write,
	[PROFILE_COPY] = bench_copy,
};

static bool chosen(const struct bench_request *request, uint32_t node)
{
	for (size_t i = 0; i < request->nodes; i++)
		if (request->node[i] == node)
			return true;
	return !request->nodes;
}

static bool has_cpus(const struct bench_request *request,
		     const struct topology_node *node)
{
	return node->cpu_count && chosen(request, node->id);
}

static bool has_memory(const struct bench_request *request,
		       const struct topology_node *node)
{
	return node->memory && node->total && chosen(request, node->id);
}

static uint64_t most_cache(const struct topology *topology)
{
	uint64_t most = 0;

	for (size_t i = 0; i < topology->count; i++) {
		uint64_t size = bench_cache_size("", &topology->node[i]);

		if (size > most)
			most = size;
	}
	return most;
}

/* The same on all nodes, or their numbers could not be compared. */
static uint64_t choose_size(const struct bench_request *request, uint64_t cache)
{
	const struct topology *topology = request->topology;
	uint64_t size = cache ? cache * TIMES_CACHES : DEFAULT_SIZE;

	for (size_t i = 0; i < topology->count; i++) {
		const struct topology_node *node = &topology->node[i];
		uint64_t most = node->free / SHARE_OF_FREE;

		/* One that is nearly full shall not make the others small. */
		if (has_memory(request, node) && most >= GRAIN && most < size)
			size = most;
	}
	size -= size % GRAIN;
	return size < GRAIN ? GRAIN : size;
}

static int add_cells(struct run *run)
{
	const struct bench_request *request = run->request;
	const struct topology *topology = request->topology;

	for (size_t i = 0; i < topology->count; i++)
		for (size_t j = 0; j < topology->count; j++)
			if (has_cpus(request, &topology->node[i]) &&
			    has_memory(request, &topology->node[j]) &&
			    !profile_add(run->profile, topology->node[i].id,
					 topology->node[j].id))
				return -ENOMEM;
	return 0;
}

static int begin(struct run *run)
{
	struct profile *profile = run->profile;
	struct utsname system;
	int err;

	*profile = (struct profile){ .time = clock_utc() };
	uname(&system);
	profile->kernel = strdup(system.release);
	if (!profile->time || !profile->kernel)
		return -ENOMEM;
	profile->cache = most_cache(run->request->topology);
	profile->size = run->request->size
				? run->request->size
				: choose_size(run->request, profile->cache);
	err = add_cells(run);
	for (int i = 0; i < PROFILE_METRICS; i++)
		if (run->request->metric[i])
			run->total += profile->count;
	return err;
}

static void report(struct run *run)
{
	if (run->request->progress)
		run->request->progress(run->request->context, run->done,
				       run->total);
}

/* Every measurement counts, whether or not it can be made. */
static void skip(struct run *run)
{
	for (int i = 0; i < PROFILE_METRICS; i++)
		run->done += run->request->metric[i];
	report(run);
}

static double seconds_now(void)
{
	return (double)clock_now_ns() / NSEC_PER_SEC;
}

/* What a run of @ns amounts to: ns for a load, or bytes per second. */
static double result_of(enum profile_metric metric, size_t size,
			uint64_t passes, double ns)
{
	if (metric == PROFILE_LATENCY)
		return ns / ((double)passes * BENCH_CHASE);
	return (double)size * (double)passes / ns * 1e9;
}

/* The first runs also wake the CPU up, and fill its caches. */
static int calibrate(struct bench_team *team, bench_work work, uint64_t *passes)
{
	double ns = 0;
	int err;

	for (*passes = 1;; *passes *= 2) {
		err = bench_team_run(team, work, *passes, &ns);
		if (err || ns >= RUN_NS)
			return err;
	}
}

static int repeat(const struct run *run, struct bench_team *team,
		  enum profile_metric metric, struct profile_value *value)
{
	double limit = seconds_now() + run->request->seconds, ns;
	struct bench_series series = { 0 };
	uint64_t passes;
	int err = calibrate(team, works[metric], &passes);

	while (!err && !bench_series_done(&series, run->request->repeats,
					  seconds_now() > limit)) {
		err = bench_team_run(team, works[metric], passes, &ns);
		if (!err)
			series.value[series.count++] =
				result_of(metric, bench_team_size(team), passes,
					  ns);
	}
	if (!err)
		*value = bench_series_value(&series);
	return err;
}

/* A chain is followed by one CPU; the bandwidth is that of all of them. */
static int measure(struct run *run, const struct topology_node *cpus,
		   const struct bench_buffer *buffer,
		   enum profile_metric metric, struct profile_cell *cell)
{
	bool latency = metric == PROFILE_LATENCY;
	struct bench_team *team;
	int err = -EINVAL;

	for (size_t i = 0; i < cpus->cpu_count; i++) {
		err = bench_team_start(&team, cpus->cpus + i,
				       latency ? 1 : cpus->cpu_count,
				       buffer->start, buffer->size);
		if (err != -EINVAL || !latency)
			break;
	}
	if (err)
		return err;
	if (!latency)
		cell->cpus = bench_team_count(team);
	err = repeat(run, team, metric, &cell->value[metric]);
	bench_team_stop(team);
	return err;
}

static const char no_cpu[] = "our cpuset has no CPU of node %u that is online";

static char *explain(int err, uint32_t node)
{
	char *text;
	int length;

	if (err == -EINVAL)
		length = asprintf(&text, no_cpu, node);
	else if (err == -ESTALE)
		length =
			asprintf(&text,
				 "a CPU of node %u was taken from us meanwhile",
				 node);
	else
		length = asprintf(&text, "no thread on node %u: %s", node,
				  strerror(-err));
	return length < 0 ? NULL : text;
}

static void drop_values(struct profile_cell *cell)
{
	memset(cell->value, 0, sizeof(cell->value));
	cell->cpus = 0;
}

static int measure_metrics(struct run *run, const struct topology_node *cpus,
			   const struct bench_buffer *buffer,
			   struct profile_cell *cell, bool latency)
{
	int err = 0;

	for (int i = 0; !err && i < PROFILE_METRICS; i++) {
		bool is_latency = i == PROFILE_LATENCY;

		if (!run->request->metric[i] || latency != is_latency)
			continue;
		if (!cell->reason)
			err = measure(run, cpus, buffer, i, cell);
		run->done++;
		report(run);
	}
	return err;
}

/* Numbers of memory that was elsewhere are worse than none. */
static int measure_cell(struct run *run, const struct topology_node *cpus,
			const struct bench_buffer *buffer,
			struct profile_cell *cell, bool latency)
{
	char *why = NULL;
	int err = measure_metrics(run, cpus, buffer, cell, latency);

	if (err == -ENOMEM)
		return err;
	cell->huge = (double)buffer->huge / (double)buffer->size;
	if (err)
		why = explain(err, cpus->id);
	else if (!cell->reason)
		err = bench_buffer_verify(buffer, &why);
	if (!err)
		return 0;
	drop_values(cell);
	free(cell->reason);
	cell->reason = why;
	return why ? 0 : -ENOMEM;
}

static struct profile_cell *find_cell(const struct run *run, uint32_t cpu_node,
				      uint32_t memory_node)
{
	return (struct profile_cell *)profile_find(run->profile, cpu_node,
						   memory_node);
}

/* ORDER: writing and copying destroy the chain. */
static int measure_memory(struct run *run, const struct bench_buffer *buffer)
{
	const struct bench_request *request = run->request;
	const struct topology *topology = request->topology;
	int err = 0;

	if (request->metric[PROFILE_LATENCY])
		bench_link(buffer->start, buffer->size);
	for (int latency = 1; latency >= 0; latency--)
		for (size_t i = 0; !err && i < topology->count; i++) {
			const struct topology_node *node = &topology->node[i];

			if (has_cpus(request, node))
				err = measure_cell(run, node, buffer,
						   find_cell(run, node->id,
							     buffer->node),
						   latency);
		}
	return err;
}

/* No cell of this memory node was measured. */
static int give_up(struct run *run, uint32_t node, const char *why)
{
	struct profile *profile = run->profile;

	for (size_t i = 0; i < profile->count; i++) {
		struct profile_cell *cell = &profile->cell[i];

		if (cell->memory_node != node)
			continue;
		cell->reason = strdup(why);
		if (!cell->reason)
			return -ENOMEM;
		skip(run);
	}
	return 0;
}

static int give_up_full(struct run *run, const struct topology_node *node)
{
	char *why;
	int err;

	if (asprintf(&why,
		     "node %u has %llu MiB free: too little for a buffer of %llu MiB",
		     node->id, (unsigned long long)node->free >> 20,
		     (unsigned long long)run->profile->size >> 20) < 0)
		return -ENOMEM;
	err = give_up(run, node->id, why);
	free(why);
	return err;
}

static int measure_node(struct run *run, const struct topology_node *node)
{
	struct bench_buffer buffer;
	char *why;
	int err;

	if (run->profile->size > node->free / 4 * 3)
		return give_up_full(run, node);
	if (bench_buffer_place(&buffer, node->id, run->profile->size, &why)) {
		err = why ? give_up(run, node->id, why) : -ENOMEM;
		free(why);
		return err;
	}
	err = measure_memory(run, &buffer);
	bench_buffer_free(&buffer);
	return err;
}

int bench_run(const struct bench_request *request, struct profile *profile)
{
	const struct topology *topology = request->topology;
	struct run run = { .request = request, .profile = profile };
	int err = begin(&run);

	report(&run);
	for (size_t i = 0; !err && i < topology->count; i++)
		if (has_memory(request, &topology->node[i]))
			err = measure_node(&run, &topology->node[i]);
	if (err)
		profile_free(profile);
	return err;
}
