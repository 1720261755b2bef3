// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _remote [--huge] MIB MEMORY-NODE CPU-NODE
 *
 * Places memory on one node and touches it from another until it is killed.
 * Prints "placed" when it begins, then the percentage on the CPU's node each
 * time that changes.
 */
#include "_workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	bool huge = argc > 1 && !strcmp(argv[1], "--huge");
	int percent = -1, now, memory_node, cpu_node;
	struct workload work;

	argv += huge;
	argc -= huge;
	if (argc != 4) {
		fputs("usage: _remote [--huge] MIB MEMORY-NODE CPU-NODE\n",
		      stderr);
		return 2;
	}
	memory_node = atoi(argv[2]);
	cpu_node = atoi(argv[3]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (workload_fast_scan() || workload_add_thread() ||
	    workload_run_on(cpu_node) ||
	    workload_place(&work, strtoul(argv[1], NULL, 10) << 20, huge,
			   memory_node)) {
		perror("_remote");
		return 1;
	}
	puts("placed");
	for (;;) {
		workload_touch(&work);
		now = workload_percent_on(&work, cpu_node);
		if (now != percent)
			printf("%d\n", now);
		percent = now;
	}
}
