// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _event
 *
 * Makes the kernel take the paths that the hooks lie on, and times each with
 * the TSC, which counts instructions where QEMU runs with -icount. One process
 * measures everything, so that all of it is measured on the same tables.
 *
 * Each line of stdin names a kind of event; the answer is "EVENTS MINIMUM MEDIAN
 * P90", the last three in instructions for one event.
 *   access	a hinting fault on a page that stays where it is
 *   misplaced	a hinting fault on a page that balancing then moves
 *   migration	a page that move_pages(2) moves
 *   rest	what the kernel takes of a tenth of a second, in which we do nothing
 */
#include "../_workload.h"

#include <numa.h>
#include <numaif.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <x86intrin.h>

#define PAGE_SIZE 4096UL
#define PAGES 2048
#define EVENTS 4096
/* Windows of a tenth of a second, in which a sample may be taken. */
#define WINDOWS 40
/* A touch takes ten instructions, one with a fault over a thousand. */
#define FAULT_MIN 500
/* So few that most batches end before the timer's next tick. */
#define BATCH 16
#define DEADLINE 600

static double ticks_per_instruction;
static struct workload near, far, moved;
static double cost[EVENTS];

static double instructions(uint64_t ticks)
{
	return ticks / ticks_per_instruction;
}

/* A loop of two instructions tells what a tick of the TSC is. */
static void calibrate(void)
{
	const uint64_t turns = 1000000;
	uint64_t start, i, best = UINT64_MAX;
	int attempt;

	for (attempt = 0; attempt < 10; attempt++) {
		i = turns;
		start = __rdtsc();
		asm volatile("1: dec %0; jnz 1b" : "+r"(i));
		start = __rdtsc() - start;
		best = start < best ? start : best;
	}
	ticks_per_instruction = best / (2.0 * turns);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_costs(int count)
{
	qsort(cost, count, sizeof(*cost), compare);
	printf("%d %.1f %.1f %.1f\n", count, cost[0], cost[count / 2],
	       cost[count * 9 / 10]);
}

static uint64_t touch(const volatile char *byte)
{
	uint64_t start = __rdtsc();

	(void)*byte;
	return __rdtsc() - start;
}

static long faults_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/*
 * The touches that fault count; how many there are now. One that is merely
 * interrupted takes as long as a fault does, but leaves no trace in ru_minflt.
 */
static size_t time_touches(const struct workload *work, size_t count)
{
	long before = faults_now();
	double taken;
	size_t i;

	for (i = 0; i < PAGES && count < EVENTS; i++) {
		taken = instructions(touch(work->start + i * PAGE_SIZE));
		if (taken < FAULT_MIN)
			continue;
		if (faults_now() > before)
			cost[count++] = taken;
		before = faults_now();
	}
	return count;
}

/* The scanner arms the pages again and again. */
static int time_accesses(void)
{
	time_t deadline = time(NULL) + DEADLINE;
	size_t count = 0;

	while (count < EVENTS) {
		if (time(NULL) > deadline)
			return -1;
		count = time_touches(&near, count);
	}
	return 0;
}

/* What was moved here goes back, untimed. */
static int time_misplaced(void)
{
	time_t deadline = time(NULL) + DEADLINE;
	size_t count = 0, before;

	while (count < EVENTS) {
		if (time(NULL) > deadline)
			return -1;
		before = count;
		count = time_touches(&far, count);
		if (count > before && workload_move(&far, 1))
			return -1;
	}
	return 0;
}

static int time_migrations(void)
{
	int nodes[2][BATCH], status[BATCH];
	void *pages[BATCH];
	uint64_t start;
	size_t i;

	for (i = 0; i < BATCH; i++) {
		pages[i] = moved.start + i * PAGE_SIZE;
		nodes[0][i] = 0;
		nodes[1][i] = 1;
	}
	for (i = 0; i < EVENTS; i++) {
		start = __rdtsc();
		if (move_pages(0, BATCH, pages, nodes[(i + 1) % 2], status,
			       MPOL_MF_MOVE))
			return -1;
		cost[i] = instructions(__rdtsc() - start) / BATCH;
	}
	return 0;
}

/* A loop that always takes the same number of instructions, two for each turn. */
static uint64_t spin(void)
{
	uint64_t turns = 1000, start = __rdtsc();

	asm volatile("1: dec %0; jnz 1b" : "+r"(turns));
	return __rdtsc() - start;
}

/* What is left of a window's time when that of our own turns is taken away. */
static int time_rest(void)
{
	const uint64_t window = ticks_per_instruction * 1e8;
	uint64_t turn = UINT64_MAX, start, end, turns, taken;
	int i;

	for (i = 0; i < 1000; i++) {
		start = __rdtsc();
		spin();
		taken = __rdtsc() - start;
		turn = taken < turn ? taken : turn;
	}
	for (i = 0; i < WINDOWS; i++) {
		start = __rdtsc();
		for (turns = 0; (end = __rdtsc()) < start + window; turns++)
			spin();
		cost[i] = instructions(end - start - turns * turn);
	}
	return 0;
}

/* Memory with a policy of its own is not sampled, and so not moved either. */
static int keep(const struct workload *work)
{
	struct bitmask *node = numa_allocate_nodemask();
	int ret;

	numa_bitmask_setbit(node, 0);
	ret = mbind(work->start, work->size, MPOL_PREFERRED, node->maskp,
		    node->size + 1, 0);
	numa_bitmask_free(node);
	return ret;
}

static int prepare(void)
{
	if (workload_add_thread() || workload_run_on(0) ||
	    workload_place(&near, PAGES * PAGE_SIZE, false, 0) ||
	    workload_place(&far, PAGES * PAGE_SIZE, false, 1) ||
	    workload_place(&moved, BATCH * PAGE_SIZE, false, 0))
		return -1;
	return keep(&moved);
}

static const struct kind {
	const char *name;
	int (*time)(void);
	int events;
} kinds[] = {
	{ "access", time_accesses, EVENTS },
	{ "misplaced", time_misplaced, EVENTS },
	{ "migration", time_migrations, EVENTS },
	{ "rest", time_rest, WINDOWS },
	{ 0 },
};

static int obey(const char *what)
{
	const struct kind *kind;

	for (kind = kinds; kind->name; kind++)
		if (!strcmp(kind->name, what))
			break;
	if (!kind->name || kind->time())
		return -1;
	print_costs(kind->events);
	return 0;
}

int main(void)
{
	char what[16];

	setvbuf(stdout, NULL, _IOLBF, 0);
	calibrate();
	if (prepare()) {
		perror("_event: prepare");
		return 1;
	}
	while (scanf("%15s", what) == 1) {
		if (obey(what)) {
			fprintf(stderr, "_event: could not measure %s\n", what);
			return 1;
		}
	}
	return 0;
}
