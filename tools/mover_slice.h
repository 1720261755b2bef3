/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moves lists of pages with move_pages(2), one slice after another.
 */
#ifndef NUMATRACE_MOVER_SLICE_H
#define NUMATRACE_MOVER_SLICE_H

#include "mover.h"

#include <limits.h>

/* In place of a node. */
#define MOVER_STAYS (-1)   /* it is where it belongs */
#define MOVER_UNKNOWN (-2) /* the kernel does not tell */

/* In place of what move_pages(2) says of a page: nothing. */
#define MOVER_UNTRIED INT_MIN
#define MOVER_STUCK (INT_MIN + 1) /* the kernel tried, and gave up */

/**
 * struct mover_page - a page
 * @address: of its first byte
 * @anonymous: as of its mapping
 * @units: its size, in small pages; a transparent huge page is many of these
 * @from: node where it was, or MOVER_UNKNOWN
 * @to: node where it is to go, or MOVER_STAYS
 * @status: its node, or an error as of move_pages(2), or one of the above
 */
struct mover_page {
	uint64_t address;
	bool anonymous;
	uint32_t units;
	int from;
	int to;
	int status;
};

/* Sizes of pages are told apart where memory runs out: each has its own pool. */
enum mover_pool {
	MOVER_SMALL,
	MOVER_HUGETLB,
	MOVER_POOLS
};

/**
 * struct mover_slicer - moves pages
 * @request: of whom, where to, how fast
 * @result: where slices are counted
 * @page_size: bytes
 * @huge_size: of a transparent huge page
 * @nodes: number of nodes
 * @chunk: small pages to take at once
 * @total: bytes to be looked at
 * @done: bytes that were
 * @due: when the next slice may begin, CLOCK_MONOTONIC
 * @full: by node and pool: how often in a row memory ran out there
 * @room: size of the arrays for system calls
 * @index: of the pages there
 */
struct mover_slicer {
	const struct mover_request *request;
	struct mover_result *result;
	uint64_t page_size;
	uint64_t huge_size;
	int nodes;
	uint64_t chunk;
	uint64_t total;
	uint64_t done;
	uint64_t due;
	unsigned int (*full)[MOVER_POOLS];
	size_t room;
	size_t *index;
	void **address;
	int *node;
	int *status;
};

/* 0 or -ENOMEM. */
int mover_slicer_init(struct mover_slicer *slicer);
void mover_slicer_free(struct mover_slicer *slicer);

/*
 * Move the pages that do not stay, and set what became of each. 0 or an error
 * of mover_run(); some then are untried.
 */
int mover_slices(struct mover_slicer *slicer, struct mover_page *page,
		 size_t count);

#endif
