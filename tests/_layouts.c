// SPDX-License-Identifier: GPL-2.0
#include "_layouts.h"

#include "_knobs.h"
#include "_worker.h"
#include "_workload.h"

#include <fcntl.h>
#include <numa.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define MIB (1UL << 20)

/* Memory on a node, written to; NULL with errno. */
static char *lay(size_t size, int flags, int fd, int node)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	char *start = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	numa_bitmask_setbit(nodes, node);
	if (start != MAP_FAILED &&
	    !mbind(start, size, MPOL_BIND, nodes->maskp, nodes->size + 1, 0))
		memset(start, 1, size);
	else
		start = NULL;
	numa_bitmask_free(nodes);
	return start;
}

int lay_small(int node)
{
	struct workload work;

	return workload_place(&work, LAYOUT_SIZE, false, node);
}

int lay_thp(int node)
{
	struct workload work;

	return workload_place(&work, LAYOUT_SIZE, true, node);
}

int lay_file(int node)
{
	int fd = memfd_create("mover", 0);

	return fd < 0 || ftruncate(fd, LAYOUT_SIZE) ||
	       !lay(LAYOUT_SIZE, MAP_SHARED, fd, node);
}

int lay_shared(int node)
{
	char *start = lay(LAYOUT_SIZE, MAP_SHARED | MAP_ANONYMOUS, -1, node);
	int ready[2];
	char byte;

	if (!start || pipe(ready))
		return -1;
	if (!worker_fork()) {
		for (size_t i = 0; i < LAYOUT_SIZE; i += 4096)
			(void)*(volatile char *)(start + i);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	return read(ready[0], &byte, 1) != 1;
}

int lay_locked(int node)
{
	char *start = lay(LAYOUT_SIZE, MAP_PRIVATE | MAP_ANONYMOUS, -1, node);

	return !start || mlock(start, LAYOUT_SIZE);
}

int lay_hugetlb(int node)
{
	return !lay(LAYOUT_SIZE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1,
		    node);
}

/* A pipe holds some of the pages until somebody reads it. */
int lay_pinned(int node)
{
	struct workload work;
	struct iovec part = { .iov_len = LAYOUT_PINNED * 4096UL };
	int held[2];

	if (workload_place(&work, LAYOUT_SIZE, false, node) || pipe(held))
		return -1;
	part.iov_base = work.start;
	return vmsplice(held[1], &part, 1, 0) != LAYOUT_PINNED * 4096L;
}

int lay_two(int node)
{
	return lay_small(node) || lay_small(node + 1);
}

int lay_large(int node)
{
	struct workload work;

	return workload_place(&work, 8 * LAYOUT_SIZE, false, node);
}

long long layout_room(int node)
{
	long long bytes = 0;

	numa_node_size64(node, &bytes);
	return bytes;
}

int lay_all(int node)
{
	while (layout_room(node) > (long long)(4 * LAYOUT_SIZE))
		if (!lay(MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1, node))
			return -1;
	return 0;
}

/* It has a second thread, as balancing passes over those that have none. */
int lay_armed(int node)
{
	uint64_t goal = knob_vmstat("numa_pte_updates") + LAYOUT_PAGES / 2;
	struct workload work;

	if (workload_place(&work, LAYOUT_SIZE, false, node) ||
	    workload_add_thread() || workload_fast_scan() ||
	    knob_write(KNOB_BALANCING, 1) || workload_await_armed(goal))
		return -1;
	return knob_write(KNOB_BALANCING, 0);
}

struct layout {
	int (*lay_out)(int node);
	int node;
};

static int lay_as_told(const void *arg)
{
	const struct layout *layout = arg;

	return layout->lay_out(layout->node);
}

pid_t layout_start_as(pid_t pid, int (*lay_out)(int node), int node)
{
	const struct layout layout = { .lay_out = lay_out, .node = node };

	return worker_prepared_as(pid, lay_as_told, &layout);
}

pid_t layout_start(int (*lay_out)(int node), int node)
{
	return layout_start_as(0, lay_out, node);
}
