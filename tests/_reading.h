/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reading of the module beside the kernel's own totals, and the laws that
 * tie the two together (README, "What the numbers mean").
 */
#ifndef TESTS_READING_H
#define TESTS_READING_H

#include "client.h"
#include "report.h"

#include <stddef.h>
#include <stdint.h>

enum vmstat_key {
	VMSTAT_PGFAULT,
	VMSTAT_PGMAJFAULT,
	VMSTAT_HINT_FAULTS,
	VMSTAT_HINT_FAULTS_LOCAL,
	VMSTAT_PTE_UPDATES,
	VMSTAT_HUGE_PTE_UPDATES,
	VMSTAT_PAGES_MIGRATED,
	VMSTAT_MIGRATE_SUCCESS,
	VMSTAT_MIGRATE_FAIL,
	VMSTAT_THP_SUCCESS,
	VMSTAT_THP_FAIL,
	VMSTAT_THP_SPLIT,
	VMSTAT_LAWS,
	/* Explains, but is no law. */
	VMSTAT_COMPACT_ISOLATED = VMSTAT_LAWS,
	VMSTAT_KEYS
};

/**
 * struct reading - all that the module shows, beside the kernel's totals
 * @nodes: the nodes
 * @access: access matrix
 * @migration: migration matrix
 * @processes: rows of processes
 * @cgroups: rows of cgroups; none for whoever may not see them
 * @vmstat: the kernel's totals
 */
struct reading {
	struct report_nodes nodes;
	struct report_matrix access;
	struct report_matrix migration;
	struct report_processes processes;
	struct report_cgroups cgroups;
	uint64_t vmstat[VMSTAT_KEYS];
};

/*
 * Reads the module between two equal readings of /proc/vmstat, so that both
 * show the same moment. 0, or -1: no such moment came, or the module cannot be
 * read (errno).
 */
int reading_take(struct client *client, struct reading *reading);
void reading_free(struct reading *reading);

/*
 * Names the laws that the growth from @before to @after breaks, one a line.
 * Returns their number.
 */
int reading_broken_laws(const struct reading *before,
			const struct reading *after, char *text, size_t size);

/* Growth of one of the kernel's totals. */
uint64_t reading_growth(const struct reading *before,
			const struct reading *after, enum vmstat_key key);

/* Growth of the whole migration matrix, in pages. */
uint64_t reading_migrated(const struct reading *before,
			  const struct reading *after);

/* Growth of one cell, in pages. */
uint64_t reading_cell_growth(const struct report_matrix *before,
			     const struct report_matrix *after, int row,
			     int column);

int vmstat_read(uint64_t value[VMSTAT_KEYS]);

/* In a test of kselftest_harness.h: every law holds. */
#define EXPECT_LAWS(before, after)                                             \
	do {                                                                   \
		char _laws[2048];                                              \
		EXPECT_EQ(0, reading_broken_laws(before, after, _laws,         \
						 sizeof(_laws)))               \
		{                                                              \
			TH_LOG("%s", _laws);                                   \
		}                                                              \
	} while (0)

#endif
