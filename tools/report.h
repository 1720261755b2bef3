/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plain structs: the only type between the client, the arithmetic and the
 * output. Everything in them belongs to them; report_free_*() returns it.
 */
#ifndef NUMATRACE_REPORT_H
#define NUMATRACE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's own types stay in the kernel. */
#pragma GCC poison u8 u16 u32 u64 s8 s16 s32 s64

/* Sanity bound of a node number; Linux has at most 1024 (MAX_NUMNODES). */
#define REPORT_MAX_NODES 65536U

/*
 * What is measured of a node, in the order of the node attributes of the
 * interface. Before NODE_FAULTS: what there is now, in bytes. From it on:
 * counters since the module was loaded.
 */
enum node_field {
	NODE_MEM_TOTAL,
	NODE_MEM_FREE,
	NODE_MEM_FILE,
	NODE_MEM_ANON,
	NODE_FAULTS,
	NODE_MAJOR_FAULTS,
	NODE_HINT_FAULTS,
	NODE_HINT_FAULTS_LOCAL,
	NODE_PTE_UPDATES,
	NODE_HUGE_PTE_UPDATES,
	NODE_NUMA_PAGES_MIGRATED,
	NODE_MIGRATE_SUCCESS,
	NODE_MIGRATE_FAIL,
	NODE_THP_MIGRATE_SUCCESS,
	NODE_THP_MIGRATE_FAIL,
	NODE_THP_MIGRATE_SPLIT,
	NODE_PROMOTED,
	NODE_DEMOTED,
	NODE_ALLOC_HIT,
	NODE_ALLOC_MISS,
	NODE_ALLOC_FOREIGN,
	NODE_ALLOC_INTERLEAVE_HIT,
	NODE_ALLOC_LOCAL_NODE,
	NODE_ALLOC_OTHER_NODE,
	NODE_FIELDS
};

#define NODE_FIRST_COUNTER NODE_FAULTS

/**
 * struct report_node - one node
 * @id: number, as in sysfs
 * @state: enum numatrace_node_state, or-ed
 * @cpus: online CPUs as a list such as 0-3,8; "" if there are none
 * @measured: bit n is set where @value[n] was measured
 * @value: by enum node_field; bytes or events
 */
struct report_node {
	uint32_t id;
	uint32_t state;
	char *cpus;
	uint64_t measured;
	uint64_t value[NODE_FIELDS];
};

/**
 * struct report_nodes - the nodes that are online, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: differs between readings that straddle a switched hook or a
 *	CPU or node that came or went
 * @count: number of nodes
 * @node: the nodes, by ascending number
 */
struct report_nodes {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_node *node;
};

/**
 * struct report_cell - one cell of a matrix
 * @row: CPU node (access) or node that was left (migration)
 * @column: memory node (access) or node of arrival (migration)
 * @events: faults (access) or folios (migration)
 * @pages: pages
 */
struct report_cell {
	uint32_t row;
	uint32_t column;
	uint64_t events;
	uint64_t pages;
};

/**
 * struct report_matrix - a matrix, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @count: number of cells
 * @cell: the cells, by ascending row, then column
 */
struct report_matrix {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_cell *cell;
};

/**
 * struct report_hook - one hooked kernel function
 * @name: that of the matrix it fills
 * @function: the kernel function
 * @state: enum numatrace_hook_state
 * @reason: why it is off or unavailable, or NULL
 * @events: counted, in faults (access) or pages (migration)
 * @missed: not seen, by the kernel's own total
 */
struct report_hook {
	char *name;
	char *function;
	uint32_t state;
	char *reason;
	uint64_t events;
	uint64_t missed;
};

/**
 * struct report_info - the module and its machine
 * @module_version: as modinfo shows it; NULL when the module is not loaded,
 *	and then only the node lists, the page size and @balancing are known
 * @interface_version: NUMATRACE_INTERFACE_VERSION of the module
 * @timestamp: moment of the reading, CLOCK_MONOTONIC, ns
 * @start_time: moment the module was loaded, CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @page_size: bytes
 * @nodes_possible: nodes that can exist, as a list
 * @nodes_online: nodes that are online, as a list
 * @nodes_memory: nodes that have memory, as a list
 * @nodes_cpu: nodes that have an online CPU, as a list
 * @cpus_possible: number of CPUs that can exist
 * @cpus_online: number of CPUs that are online
 * @balancing: kernel.numa_balancing, or -1 where it cannot be read
 * @hooks: number of hooks
 * @hook: the hooks
 */
struct report_info {
	char *module_version;
	uint32_t interface_version;
	uint64_t timestamp;
	uint64_t start_time;
	uint32_t generation;
	uint32_t page_size;
	char *nodes_possible;
	char *nodes_online;
	char *nodes_memory;
	char *nodes_cpu;
	uint32_t cpus_possible;
	uint32_t cpus_online;
	int64_t balancing;
	size_t hooks;
	struct report_hook *hook;
};

static inline bool report_measured(const struct report_node *node,
				   enum node_field field)
{
	return node->measured & (1ULL << field);
}

/*
 * Append one zeroed element, which the caller fills. NULL when memory is
 * short; the report is then as it was.
 */
struct report_node *report_add_node(struct report_nodes *nodes);
struct report_cell *report_add_cell(struct report_matrix *matrix);
struct report_hook *report_add_hook(struct report_info *info);

/* Bring the elements in order. False: one of them is there twice. */
bool report_sort_nodes(struct report_nodes *nodes);
bool report_sort_matrix(struct report_matrix *matrix);

/* NULL if there is none. The reports must be in order. */
const struct report_node *report_find_node(const struct report_nodes *nodes,
					   uint32_t id);
const struct report_cell *report_find_cell(const struct report_matrix *matrix,
					   uint32_t row, uint32_t column);
const struct report_hook *report_find_hook(const struct report_info *info,
					   const char *name);

/* Fill an empty report with a copy. 0, or -ENOMEM and a part of it. */
int report_copy_nodes(struct report_nodes *copy,
		      const struct report_nodes *nodes);
int report_copy_matrix(struct report_matrix *copy,
		       const struct report_matrix *matrix);

/* Free the contents and leave an empty report behind. */
void report_free_nodes(struct report_nodes *nodes);
void report_free_matrix(struct report_matrix *matrix);
void report_free_info(struct report_info *info);

#endif
