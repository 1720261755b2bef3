/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moves the resident pages of a running process to other nodes, in slices of
 * bounded time, and counts what moved and what did not.
 */
#ifndef NUMATRACE_MOVER_H
#define NUMATRACE_MOVER_H

#include <numa.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target_process.h"

/* Default length of a slice: no longer is the process held up at once. */
#define MOVER_SLICE_NS 20000000ULL

/* Why a page was not moved. */
enum mover_reason {
	MOVER_BUSY,	 /* -EBUSY: isolated by somebody else, or dirty */
	MOVER_SHARED,	 /* -EACCES: mapped by several processes */
	MOVER_PINNED,	 /* the kernel tried, but a device or I/O holds it */
	MOVER_NO_MEMORY, /* -ENOMEM: none free on the node */
	MOVER_RETURNED,	 /* was moved there, and away again: by balancing */
	MOVER_HIDDEN,	 /* armed by balancing; move_pages(2) does not see it */
	MOVER_OTHER,
	MOVER_REASONS
};

/**
 * struct mover_request - what to move
 * @process: of which process: where it is open it cannot be taken for another
 * @from: nodes to clear, or NULL: all but those of @to
 * @to: nodes to move to. The n-th node of @from goes to the n-th of @to, as
 *	migrate_pages(2) does it, where @from is given; else pages are spread
 *	over them by turns
 * @shared: also move pages that several processes map (MPOL_MF_MOVE_ALL); needs
 *	CAP_SYS_NICE
 * @slice: ns
 * @rate: bytes per second, 0: no limit
 * @progress: called after each slice with the bytes looked at and those that
 *	are to be looked at, or NULL; a result other than 0 ends the work with
 *	-EINTR
 * @context: for @progress
 */
struct mover_request {
	const struct target_process *process;
	const struct bitmask *from;
	const struct bitmask *to;
	bool shared;
	uint64_t slice;
	uint64_t rate;
	int (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
};

/* In place of a node, where the kernel does not tell where hidden pages are. */
#define MOVER_NO_NODE UINT32_MAX

/**
 * struct mover_pair - pages between two nodes
 * @from: node where they were, or MOVER_NO_NODE
 * @to: node where they were to go, or MOVER_NO_NODE: perhaps they are there
 * @moved: pages that were found there afterwards
 * @left: pages that were not, by enum mover_reason
 */
struct mover_pair {
	uint32_t from;
	uint32_t to;
	uint64_t moved;
	uint64_t left[MOVER_REASONS];
};

/**
 * struct mover_result - what became of the pages
 * @page_size: bytes
 * @looked_at: resident pages that were looked at
 * @in_place: pages that were where they belong
 * @slices: number of slices
 * @longest: the longest slice, ns
 * @count: number of pairs
 * @pair: by ascending from, then to
 */
struct mover_result {
	uint64_t page_size;
	uint64_t looked_at;
	uint64_t in_place;
	uint64_t slices;
	uint64_t longest;
	size_t count;
	struct mover_pair *pair;
};

/*
 * Move them; adds to a result that begins as zeros, also where it fails:
 *   -ESRCH	there is no such process, or it ended in between: another one
 *		that has its number by now has lost the pages of one slice, or of
 *		the one call for the rest, at most
 *   -ESTALE	it is not what it was found by any more
 *   -EPERM	it belongs to somebody else, or @shared without the privilege
 *   -ENODEV	a node of @to is not online or has no memory
 *   -EACCES	the cpuset of the process does not have a node of @to
 *   -EINTR	@progress ended it
 *   -EOPNOTSUPP	the call is not allowed here (seccomp in a container)
 *   -ENOMEM	for ourselves
 */
int mover_run(const struct mover_request *request, struct mover_result *result);

/* Pages that moved, and that were to move but did not. */
uint64_t mover_moved(const struct mover_result *result);
uint64_t mover_left(const struct mover_result *result);
uint64_t mover_left_for(const struct mover_result *result,
			enum mover_reason reason);

/* Add what became of the pages of another process. 0 or -ENOMEM. */
int mover_merge(struct mover_result *sum, const struct mover_result *part);

/* "busy", "shared" ...: for tables and JSON keys, [a-z_]. */
const char *mover_reason_word(enum mover_reason reason);

void mover_free(struct mover_result *result);

#endif
