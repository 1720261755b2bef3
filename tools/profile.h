/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The profile of a machine: latency and bandwidth of memory, for each node
 * whose CPUs access and each node with memory, as measured.
 */
#ifndef NUMATRACE_PROFILE_H
#define NUMATRACE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct topology;

#define PROFILE_PATH "/var/lib/numatrace/profile"

/* What is measured. */
enum profile_metric {
	PROFILE_LATENCY, /* of one of a chain of dependent loads, ns */
	PROFILE_READ,	 /* bytes per second, all CPUs of the node together */
	PROFILE_WRITE,	 /* the same */
	PROFILE_COPY,	 /* the same; a byte that is copied counts twice */
	PROFILE_METRICS
};

/**
 * struct profile_value - a measurement that was repeated
 * @repeats: how often; 0: it was not measured, and has no value
 * @median: of the repeats
 * @spread: distance of their quartiles, as a share of @median
 * @steady: whether @spread is as small as was asked for
 */
struct profile_value {
	unsigned int repeats;
	double median;
	double spread;
	bool steady;
};

/**
 * struct profile_cell - the CPUs of a node and the memory of a node
 * @cpu_node: node of the CPUs
 * @memory_node: node of the memory
 * @cpus: number of CPUs that were used for bandwidth, or 0
 * @huge: share of the buffer in huge pages, 0 to 1
 * @value: by enum profile_metric
 * @reason: why there are no values, a sentence without a full stop; or NULL
 */
struct profile_cell {
	uint32_t cpu_node;
	uint32_t memory_node;
	unsigned int cpus;
	double huge;
	struct profile_value value[PROFILE_METRICS];
	char *reason;
};

/**
 * struct profile - a machine
 * @time: when it was measured, such as 2026-01-31T12:00:00Z
 * @kernel: release of the kernel
 * @size: of the buffer on each node, bytes
 * @cache: caches of the node that has most of them, bytes; 0: not known
 * @count: number of cells
 * @cell: the cells, by ascending CPU node, then memory node
 */
struct profile {
	char *time;
	char *kernel;
	uint64_t size;
	uint64_t cache;
	size_t count;
	struct profile_cell *cell;
};

/*
 * Append a cell, zeroed but for its nodes; those before have lower ones. NULL
 * when memory is short.
 */
struct profile_cell *profile_add(struct profile *profile, uint32_t cpu_node,
				 uint32_t memory_node);
/* NULL if there is none. */
const struct profile_cell *profile_find(const struct profile *profile,
					uint32_t cpu_node,
					uint32_t memory_node);
/* NULL: it was not measured. */
const struct profile_value *profile_value(const struct profile *profile,
					  uint32_t cpu_node,
					  uint32_t memory_node,
					  enum profile_metric metric);

static inline bool profile_less_is_better(enum profile_metric metric)
{
	return metric == PROFILE_LATENCY;
}

/*
 * The memory node that @cpu_node is compared with: itself, or, where it has no
 * memory, the one that was measured as the best. False: none was measured.
 */
bool profile_reference(const struct profile *profile, uint32_t cpu_node,
		       enum profile_metric metric, uint32_t *memory_node);

/*
 * How much worse a cell is than that one, as a share: 0.5 is a latency that is
 * half as long again, or half of the bandwidth. Below 0: it is better. False
 * where one of both was not measured.
 */
bool profile_penalty(const struct profile *profile,
		     const struct profile_cell *cell,
		     enum profile_metric metric, double *penalty);

/* Whether it has a latency for all pairs of nodes that there are now. */
bool profile_fits(const struct profile *profile,
		  const struct topology *topology);

/* As JSON; NULL when memory is short. */
struct json_object *profile_json(const struct profile *profile);

/*
 * The same from a text. 0, -ENOMEM, or -EINVAL and in @why a sentence without
 * a full stop, to be freed, or NULL when memory is short.
 */
int profile_parse(const char *text, struct profile *profile, char **why);

/*
 * Write it, all of it or nothing; makes the folder that it lies in. 0 or a
 * negative errno.
 */
int profile_write(const struct profile *profile, const char *path);

/* -ENOENT: there is none; else as profile_parse(). */
int profile_read(const char *path, struct profile *profile, char **why);

void profile_free(struct profile *profile);

#endif
