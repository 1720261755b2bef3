/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where resident memory is, estimated from pages drawn at random. Pure but
 * for the probe that it is given.
 */
#ifndef NUMATRACE_RESIDENCY_SAMPLE_H
#define NUMATRACE_RESIDENCY_SAMPLE_H

#include "residency.h"

/**
 * struct sample_range - a mapping
 * @start: its first byte
 * @end: the first byte after it
 * @anonymous: private, and of no file
 * @unit: bytes of its pages if these are known to be hugetlb's, else 0
 */
struct sample_range {
	uint64_t start;
	uint64_t end;
	bool anonymous;
	uint64_t unit;
};

/* What a probe finds, if not a node. */
#define SAMPLE_ABSENT (-1) /* no page is resident there */
#define SAMPLE_HIDDEN (-2) /* one is, but the kernel does not say where */

/**
 * struct sample_draw - a page that was drawn
 * @address: of its first byte
 * @anonymous: as of its mapping
 * @where: its node, SAMPLE_ABSENT or SAMPLE_HIDDEN; the probe sets it
 */
struct sample_draw {
	uint64_t address;
	bool anonymous;
	int where;
};

/**
 * struct sample_request - what to draw from, and how much
 * @range: the mappings
 * @ranges: number of @range
 * @page_size: bytes
 * @resident: bytes that are resident in them, which the kernel counts
 * @target: stop when the error of each node is no larger
 * @max_draws: stop after about so many draws whatever the error is then
 * @seed: of the random numbers
 * @probe: finds out where the pages are; 0 or a negative errno, which ends it
 * @context: for @probe
 */
struct sample_request {
	const struct sample_range *range;
	size_t ranges;
	uint64_t page_size;
	uint64_t resident;
	double target;
	unsigned long max_draws;
	uint64_t seed;
	int (*probe)(void *context, struct sample_draw *draw, size_t count);
	void *context;
};

/* Fills an empty residency. 0, -ENOMEM, or what the probe returned. */
int sample_residency(const struct sample_request *request,
		     struct residency *residency);

#endif
