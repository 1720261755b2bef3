/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What migrated and why, beside the kernel's own totals, and the laws that tie
 * the two together: each reason has its pages, and all reasons have them all.
 */
#ifndef TESTS_TALLY_H
#define TESTS_TALLY_H

#include "_reading.h"

#include <stdbool.h>
#include <stdint.h>

#define TALLY_REASONS (NUMATRACE_MIGRATE_REASON_DAMON + 1)

/**
 * struct tally - what migrated, and the kernel's totals at that moment
 * @reasons: by reason
 * @all: the whole matrix
 * @matrix: the matrix of each reason; empty where the kernel lacks it
 * @vmstat: the kernel's totals
 */
struct tally {
	struct report_reasons reasons;
	struct report_matrix all;
	struct report_matrix matrix[TALLY_REASONS];
	uint64_t vmstat[VMSTAT_KEYS];
};

/*
 * A moment at which nothing migrates. 0, or -1 with errno: no such moment came,
 * or the module cannot be read.
 */
int tally_take(struct client *client, struct tally *tally);
void tally_free(struct tally *tally);

/* The same in place of what @tally had. */
int tally_again(struct client *client, struct tally *tally);

/* Growth of what there is of one reason. */
uint64_t tally_calls(const struct tally *before, const struct tally *after,
		     uint32_t reason);
uint64_t tally_migrated(const struct tally *before, const struct tally *after,
			uint32_t reason);
uint64_t tally_failed(const struct tally *before, const struct tally *after,
		      uint32_t reason);

/* Growth of one cell of a reason's matrix, or of all of them, in pages. */
uint64_t tally_cell(const struct tally *before, const struct tally *after,
		    uint32_t reason, int row, int column);
uint64_t tally_matrix(const struct tally *before, const struct tally *after,
		      uint32_t reason);

/* Growth of one of the kernel's totals. */
uint64_t tally_growth(const struct tally *before, const struct tally *after,
		      enum vmstat_key key);

/* The cell of the whole matrix, added up from those of the reasons. */
uint64_t tally_sum(const struct tally *tally, const struct report_cell *cell,
		   bool in_pages);

#define EXPECT_SUM(before, after, number, key)                                 \
	do {                                                                   \
		uint64_t _sum = 0;                                             \
		uint32_t _i;                                                   \
		for (_i = 0; _i < TALLY_REASONS; _i++)                         \
			_sum += number(before, after, _i);                     \
		EXPECT_EQ(tally_growth(before, after, key), _sum);             \
	} while (0)

#define EXPECT_REASONS(before, after)                                          \
	do {                                                                   \
		size_t _n;                                                     \
		EXPECT_SUM(before, after, tally_migrated,                      \
			   VMSTAT_MIGRATE_SUCCESS);                            \
		EXPECT_SUM(before, after, tally_failed, VMSTAT_MIGRATE_FAIL);  \
		EXPECT_EQ(tally_growth(before, after, VMSTAT_PAGES_MIGRATED),  \
			  tally_migrated(                                      \
				  before, after,                               \
				  NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED));   \
		for (_n = 0; _n < (after)->all.count; _n++) {                  \
			const struct report_cell *_cell =                      \
				&(after)->all.cell[_n];                        \
			EXPECT_EQ(_cell->events,                               \
				  tally_sum(after, _cell, false));             \
			EXPECT_EQ(_cell->pages,                                \
				  tally_sum(after, _cell, true));              \
		}                                                              \
	} while (0)

#endif
