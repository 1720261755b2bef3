/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What numastat(8) shows: memory of the nodes, and of processes on them.
 */
#ifndef NUMATRACE_NUMASTAT_H
#define NUMATRACE_NUMASTAT_H

#include <sys/types.h>

#include "numastat_table.h"
#include "topology.h"

/**
 * struct numastat - what was asked for
 * @plain: nothing: only the counters, in pages, as numastat always had them
 * @look: how to print
 * @verbose: a table for each process
 * @sort: order rows by their total, or by @sort_node where there is such a node
 * @sort_node: number of a node, or -1
 * @topology: the nodes
 */
struct numastat {
	bool plain;
	struct numastat_look look;
	bool verbose;
	bool sort;
	int sort_node;
	struct topology topology;
};

/**
 * struct numastat_pids - processes
 * @count: number of @pid
 * @pid: the processes
 */
struct numastat_pids {
	size_t count;
	pid_t *pid;
};

/*
 * Add the process of that number, or all whose name or command line contains
 * the text, and say so where none does. 0 or -ENOMEM.
 */
int numastat_add_pids(struct numastat_pids *pids, const char *text);
void numastat_free_pids(struct numastat_pids *pids);

/* A table with a column for each node and one for the total. 0 or -ENOMEM. */
int numastat_table(const struct numastat *asked, size_t rows,
		   struct numastat_table *table);

/* Sort, if that was asked for, and print. */
void numastat_show(const struct numastat *asked, size_t sorted_rows,
		   struct numastat_table *table);

/* Print these; 0, or what the name exits with. */
int numastat_counters(const struct numastat *asked);
int numastat_meminfo(const struct numastat *asked);
int numastat_processes(const struct numastat *asked,
		       struct numastat_pids *pids);

#endif
