// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _hot [--write] MIB MEMORY-NODE CPU-NODE
 *
 * Has one function that touches memory of another node, and one that touches
 * memory of its own: a profile of remote accesses names the first only. Prints
 * the bounds of the remote memory; ends when all of it has moved to the CPU.
 */
#include "_patience.h"
#include "_workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEP 4096

/* Volatile: the accesses are all that these two are for. */
__attribute__((noinline)) void touch_remote(volatile char *bytes, size_t size,
					    bool write)
{
	size_t i;

	for (i = 0; i < size; i += STEP) {
		if (write)
			bytes[i] = 1;
		else
			(void)bytes[i];
	}
}

__attribute__((noinline)) void touch_local(volatile char *bytes, size_t size,
					   bool write)
{
	size_t i;

	for (i = 0; i < size; i += STEP) {
		if (write)
			bytes[i] = 2;
		else
			(void)bytes[i];
	}
}

static int touch_both(const struct workload *remote,
		      const struct workload *local, int node, bool write)
{
	time_t deadline = time(NULL) + PATIENCE;

	printf("%p %p\n", remote->start, remote->start + remote->size);
	fflush(stdout);
	while (time(NULL) < deadline) {
		touch_local(local->start, local->size, write);
		touch_remote(remote->start, remote->size, write);
		if (workload_percent_on(remote, node) >= 95)
			return 0;
	}
	fputs("_hot: the memory did not move\n", stderr);
	return 1;
}

int main(int argc, char **argv)
{
	bool write = argc > 1 && !strcmp(argv[1], "--write");
	struct workload remote, local;
	int memory_node, cpu_node;
	size_t size;

	argv += write;
	argc -= write;
	if (argc != 4) {
		fputs("usage: _hot [--write] MIB MEMORY-NODE CPU-NODE\n",
		      stderr);
		return 2;
	}
	size = strtoul(argv[1], NULL, 10) << 20;
	memory_node = atoi(argv[2]);
	cpu_node = atoi(argv[3]);
	if (workload_fast_scan() || workload_add_thread() ||
	    workload_run_on(cpu_node) ||
	    workload_place(&local, size, false, cpu_node) ||
	    workload_place(&remote, size, false, memory_node)) {
		perror("_hot");
		return 1;
	}
	return touch_both(&remote, &local, cpu_node, write);
}
