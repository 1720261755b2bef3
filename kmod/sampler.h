/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sampler: timed snapshots of the node counters and the matrices, in a ring
 * of which the last ones are kept (the history).
 *
 * It runs in a work item, which allocates nothing but messages to subscribers.
 * Readers copy samples out of the ring without a lock, and see when they were
 * overtaken. While samples show neither accesses nor migrations, the time
 * between them grows, and no CPU wakes up for one; the first access or migration
 * after that brings it back.
 */
#ifndef NUMATRACE_SAMPLER_H
#define NUMATRACE_SAMPLER_H

#include "vmstat.h"

#include <linux/mutex.h>
#include <linux/nodemask.h>

struct nt_top;

/**
 * struct nt_sample - one sample
 * @sequence: from 1 on
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in a snapshot
 * @interval: ms that the sampler meant to wait before it
 * @online: nodes that were online
 * @memory: nodes that had memory
 * @cpu: nodes that had an online CPU
 * @bounced: pages that bounced since load (matrix bounce)
 * @crossed: pages that migrated to another node since load
 * @moved: pages that migrated since load, but not to make room where they were
 * @failed: the same for those that could not
 * @cgroup_count: number of elements of @cgroups
 * @nodes: nr_node_ids elements, counters since load
 * @cpus: nr_node_ids numbers of online CPUs
 * @access: events of the matrix, nr_node_ids rows of nr_node_ids cells; NULL
 *	where there is no room for it (more than NT_MATRIX_NODES node numbers)
 * @migration: pages of the matrix, as @access
 * @cgroups: those with most accesses, the first with most of all
 */
struct nt_sample {
	u64 sequence;
	u64 timestamp;
	u32 generation;
	u32 interval;
	nodemask_t online;
	nodemask_t memory;
	nodemask_t cpu;
	u64 bounced;
	u64 crossed;
	u64 moved;
	u64 failed;
	unsigned int cgroup_count;
	struct nt_node *nodes;
	u32 *cpus;
	u64 *access;
	u64 *migration;
	struct nt_top *cgroups;
};

/* Held while a sample is taken, and while that must not be. May be held long. */
extern struct mutex nt_sampling;

int nt_sampler_init(void);
/* Nobody reads samples any more. */
void nt_sampler_exit(void);

/* Begins to sample; ends, and nothing of it runs any more. */
void nt_sampler_start(void);
void nt_sampler_stop(void);

/* The settings of the interval have changed. */
void nt_sampler_restart(void);
/* Waits for a sample that was begun before they had. */
void nt_sampler_flush(void);

/* Time between two samples at the moment, ms. */
u32 nt_sampler_interval(void);

/* Bytes that it takes, with the history. */
size_t nt_sampler_memory(void);

/*
 * Somebody accesses memory, or migrates, while NT_WAKE is set in nt_tracked.
 * Context: the hooks.
 */
void nt_sampler_wake(void);

#endif
