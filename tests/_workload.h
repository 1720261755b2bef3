/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A workload whose memory lies on a chosen node and is touched from another:
 * what automatic balancing is there to mend.
 */
#ifndef TESTS_WORKLOAD_H
#define TESTS_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct workload - memory and where it is
 * @start: first byte
 * @size: in bytes, a multiple of 2 MiB
 * @huge: backed by transparent huge pages, not by small ones
 */
struct workload {
	char *start;
	size_t size;
	bool huge;
};

/* Maps @size bytes and fills them on node @node. 0, or -1 with errno. */
int workload_place(struct workload *work, size_t size, bool huge, int node);

/* Pins the calling thread to the CPUs of node @node. 0, or -1 with errno. */
int workload_run_on(int node);

/* Reads one byte of each small page. */
void workload_touch(const struct workload *work);

/* Share of the small pages that lie on node @node, 0 to 100; -1 with errno. */
int workload_percent_on(const struct workload *work, int node);

/* Touches until @percent of the memory lie on @node. 0, or -1 with errno. */
int workload_touch_until(const struct workload *work, int node, int percent);

/* Moves all of it to @node with move_pages(2). 0, or -1 with errno. */
int workload_move(const struct workload *work, int node);

/*
 * Switches balancing on until this process has made @faults hinting faults: of a
 * workload that has its memory, that is what minor faults are. That the pages
 * get to the node is not waited for: other CPUs may hold some of them for long.
 * 0, or -1.
 */
int workload_balance(const struct workload *work, long faults);

void workload_free(struct workload *work);

/*
 * Gives the process a second thread, which sleeps: balancing does not sample
 * the local pages of a process that has only one. 0, or -1 with errno.
 */
int workload_add_thread(void);

/* Makes balancing scan within seconds instead of minutes; needs debugfs. */
int workload_fast_scan(void);

/*
 * Runs, without touching the memory, until the kernel has counted @goal
 * numa_pte_updates: pages that balancing has armed. 0, or -1 with errno.
 */
int workload_await_armed(uint64_t goal);

#endif
