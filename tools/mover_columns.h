/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of what became of pages, and sentences about those left.
 */
#ifndef NUMATRACE_MOVER_COLUMNS_H
#define NUMATRACE_MOVER_COLUMNS_H

#include "mover.h"
#include "output.h"

/**
 * struct mover_row - what became of the pages between two nodes
 * @page_size: bytes
 * @pair: the nodes, and how many
 */
struct mover_row {
	uint64_t page_size;
	const struct mover_pair *pair;
};

/* Prints struct mover_row. */
extern const struct output_object mover_object;

/* Print a line for each pair. 0 or -ENOMEM. */
int mover_list(const struct output_choice *choice,
	       const struct output_style *style,
	       const struct mover_result *result);

/* Say on stderr how many pages were left, why, and what to do about each. */
void mover_explain(const struct mover_result *result);

/* Why mover_run() failed on process @pid, and what to do. */
void mover_complain(pid_t pid, int err);

#endif
