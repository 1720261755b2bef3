/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measures the latency and the bandwidth of memory, node by node.
 */
#ifndef NUMATRACE_BENCH_H
#define NUMATRACE_BENCH_H

#include "profile.h"
#include "topology.h"

/**
 * struct bench_request - what to measure
 * @topology: the machine
 * @nodes: number of @node; 0: all nodes
 * @node: only these, on either side
 * @metric: by enum profile_metric, which
 * @size: of the buffer on each node, bytes; 0: by the caches and what is free
 * @seconds: after which no measurement is repeated any more
 * @repeats: at most so many
 * @progress: called with how many measurements are done, and of how many; or
 *	NULL
 * @context: for @progress
 */
struct bench_request {
	const struct topology *topology;
	size_t nodes;
	const unsigned int *node;
	bool metric[PROFILE_METRICS];
	uint64_t size;
	double seconds;
	size_t repeats;
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
};

/*
 * Measure. 0 or -ENOMEM; what cannot be measured has a reason in its cell, and
 * the profile no cells where there is no such node.
 */
int bench_run(const struct bench_request *request, struct profile *profile);

#endif
