// SPDX-License-Identifier: GPL-2.0
#include "_workload.h"

#include "_knobs.h"
#include "_patience.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define HUGE_SIZE (2UL << 20)

static size_t page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

/* Maps @size bytes that begin at a multiple of a huge page's size. */
static char *map_aligned(size_t size)
{
	char *map = mmap(NULL, size + HUGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t start;

	if (map == MAP_FAILED)
		return NULL;
	start = ((uintptr_t)map + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1);
	if (start != (uintptr_t)map)
		munmap(map, start - (uintptr_t)map);
	munmap((char *)start + size, (uintptr_t)map + HUGE_SIZE - start);
	return (char *)start;
}

int workload_place(struct workload *work, size_t size, bool huge, int node)
{
	work->size = size;
	work->huge = huge;
	work->start = map_aligned(size);
	if (!work->start)
		return -1;
	if (madvise(work->start, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
		return -1;
	/* Only while filling: bound memory would not be scanned later. */
	numa_set_preferred(node);
	memset(work->start, 1, size);
	numa_set_localalloc();
	return set_mempolicy(MPOL_DEFAULT, NULL, 0);
}

int workload_run_on(int node)
{
	return numa_run_on_node(node);
}

void workload_touch(const struct workload *work)
{
	const volatile char *byte = work->start;
	size_t offset;

	for (offset = 0; offset < work->size; offset += page_size())
		(void)byte[offset];
}

/* Calls move_pages(2) for all pages; status gets a node or -errno for each. */
static int move_all(const struct workload *work, const int *node, int *status)
{
	size_t i, count = work->size / page_size();
	int *nodes = NULL;
	void **pages = calloc(count, sizeof(*pages));
	long ret = -1;

	if (node)
		nodes = calloc(count, sizeof(*nodes));
	if (!pages || (node && !nodes))
		goto out;
	for (i = 0; i < count; i++) {
		pages[i] = work->start + i * page_size();
		if (nodes)
			nodes[i] = *node;
	}
	ret = move_pages(0, count, pages, nodes, status, MPOL_MF_MOVE);
out:
	free(nodes);
	free(pages);
	return ret < 0 ? -1 : 0;
}

int workload_percent_on(const struct workload *work, int node)
{
	size_t i, count = work->size / page_size(), there = 0;
	int *status = calloc(count, sizeof(*status));

	if (!status)
		return -1;
	if (move_all(work, NULL, status)) {
		free(status);
		return -1;
	}
	for (i = 0; i < count; i++)
		there += status[i] == node;
	free(status);
	return there * 100 / count;
}

int workload_move(const struct workload *work, int node)
{
	size_t count = work->size / page_size();
	int *status = calloc(count, sizeof(*status));
	int ret;

	if (!status)
		return -1;
	ret = move_all(work, &node, status);
	free(status);
	return ret;
}

int workload_touch_until(const struct workload *work, int node, int percent)
{
	time_t deadline = time(NULL) + PATIENCE;
	int now;

	do {
		workload_touch(work);
		now = workload_percent_on(work, node);
		if (now < 0)
			return -1;
		if (now >= percent)
			return 0;
	} while (time(NULL) < deadline);
	errno = ETIMEDOUT;
	return -1;
}

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

int workload_balance(const struct workload *work, long faults)
{
	time_t deadline = time(NULL) + PATIENCE;
	long goal = minor_faults() + faults;

	if (knob_write(KNOB_BALANCING, 1))
		return -1;
	while (minor_faults() < goal && time(NULL) < deadline)
		workload_touch(work);
	return knob_write(KNOB_BALANCING, 0) || minor_faults() < goal ? -1 : 0;
}

void workload_free(struct workload *work)
{
	munmap(work->start, work->size);
	work->start = NULL;
}

static void *sleep_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

int workload_add_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, sleep_for_ever, NULL);
	return errno ? -1 : 0;
}

#define SCANNER "/sys/kernel/debug/sched/numa_balancing/"

int workload_fast_scan(void)
{
	if (knob_write(SCANNER "scan_delay_ms", 100) ||
	    knob_write(SCANNER "scan_period_min_ms", 100) ||
	    knob_write(SCANNER "scan_period_max_ms", 1000))
		return -1;
	return 0;
}

int workload_await_armed(uint64_t goal)
{
	time_t deadline = time(NULL) + PATIENCE;

	while (knob_vmstat("numa_pte_updates") < goal) {
		if (time(NULL) > deadline) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	return 0;
}
