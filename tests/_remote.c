// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _remote [--huge|--stay] MIB MEMORY-NODE CPU-NODE
 *
 * Places memory on one node and touches it from another until it is killed.
 * With --stay it is bound there, so that balancing samples it but does not move
 * it. Prints "placed" when it begins, then the percentage on the CPU's node each
 * time that changes.
 */
#include "_workload.h"

#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int stay_on(int node)
{
	unsigned long nodes = 1UL << node;

	return set_mempolicy(MPOL_BIND | MPOL_F_NUMA_BALANCING, &nodes,
			     8 * sizeof(nodes));
}

int main(int argc, char **argv)
{
	bool huge = argc > 1 && !strcmp(argv[1], "--huge");
	bool stay = argc > 1 && !strcmp(argv[1], "--stay");
	int percent = -1, now, memory_node, cpu_node;
	struct workload work;

	argv += huge || stay;
	argc -= huge || stay;
	if (argc != 4) {
		fputs("usage: _remote [--huge|--stay] MIB MEMORY-NODE CPU-NODE\n",
		      stderr);
		return 2;
	}
	memory_node = atoi(argv[2]);
	cpu_node = atoi(argv[3]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Others than root take what is set. */
	if ((!geteuid() && workload_fast_scan()) || workload_add_thread() ||
	    workload_run_on(cpu_node) ||
	    workload_place(&work, strtoul(argv[1], NULL, 10) << 20, huge,
			   memory_node) ||
	    (stay && stay_on(memory_node))) {
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
