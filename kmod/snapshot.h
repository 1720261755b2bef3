/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A snapshot: everything the module knows, at one moment. It is the only
 * reader of the counters, the hooks and the VM events, and the only thing that
 * generic netlink and debugfs see.
 */
#ifndef NUMATRACE_SNAPSHOT_H
#define NUMATRACE_SNAPSHOT_H

#include "counters.h"
#include "hooks.h"
#include "reason.h"
#include "vmstat.h"

#include <linux/nodemask.h>

/* The matrices of the interface. */
#define NT_NR_PUBLIC (NUMATRACE_MATRIX_KIND_TASK_STICK + 1)

/**
 * struct nt_tally - what the module saw, beside what the kernel counts itself
 * @events: since load
 * @total: growth of the kernel's own total of the same since load
 * @missed: how much of @total the module did not see
 */
struct nt_tally {
	u64 events;
	u64 total;
	u64 missed;
};

/**
 * struct nt_hook_count - what a hook saw
 * @info: the hook
 * @tally: in faults (access) or pages
 */
struct nt_hook_count {
	struct nt_hook_info info;
	struct nt_tally tally;
};

/**
 * struct nt_snapshot - the state of the module and the machine
 * @timestamp: CLOCK_MONOTONIC, ns
 * @start_time: when the module was loaded, CLOCK_MONOTONIC, ns
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @cpus_possible: number of possible CPUs
 * @cpus_online: number of online CPUs
 * @possible: nodes that can exist
 * @online: nodes that are online
 * @known: nodes that are or were, which are those to tell of
 * @memory: nodes that have memory
 * @cpu: nodes that have an online CPU
 * @hooks: the hooks
 * @failures: pages that could not be migrated, of all @reasons
 * @footprint: bytes that counters, tables and samples take
 * @sample_interval: time between two samples at the moment, ms
 * @samples: samples in the history
 * @last_sequence: number of the newest; 0: there is none
 * @outcome: what balancing did for all processes
 * @bounced: pages that bounced; like the next, in a sample only
 * @crossed: pages that migrated to another node
 * @nodes: nr_node_ids elements, counters since load
 * @node_cpus: nr_node_ids bitmaps of the online CPUs of each node
 * @cells: nr_node_ids rows of nr_node_ids cells for each matrix, or NULL
 * @reason_cells: the same for what migrated for each reason
 * @reasons: what migrate_pages() did for each reason
 */
struct nt_snapshot {
	u64 timestamp;
	u64 start_time;
	u32 generation;
	unsigned int cpus_possible;
	unsigned int cpus_online;
	nodemask_t possible;
	nodemask_t online;
	nodemask_t known;
	nodemask_t memory;
	nodemask_t cpu;
	struct nt_hook_count hooks[NT_NR_HOOKS];
	struct nt_tally failures;
	u64 footprint;
	u32 sample_interval;
	unsigned int samples;
	u64 last_sequence;
	struct nt_outcome outcome;
	u64 bounced;
	u64 crossed;
	struct nt_node *nodes;
	unsigned long *node_cpus;
	struct nt_cell *cells[NT_NR_PUBLIC];
	struct nt_cell *reason_cells[NT_NR_REASONS];
	struct nt_reason_count reasons[NT_NR_REASONS];
};

/*
 * Sets the moment from which the kernel's counters count. The module's own
 * count from when their hook was attached first, a moment before.
 */
int nt_snapshot_init(void);
void nt_snapshot_exit(void);

/* How much of it is read; each has what the one before it has. */
enum nt_depth {
	/* The machine and its nodes. */
	NT_NODES,
	/* What the module saw in all. */
	NT_TALLIES,
	/* The cells, which take the square of the nodes in memory. */
	NT_CELLS
};

/*
 * Takes a snapshot, which then belongs to the caller; nt_snapshot_free() it.
 * NULL if memory is short. Context: process, may sleep.
 */
struct nt_snapshot *nt_snapshot_take(enum nt_depth depth);
void nt_snapshot_free(const struct nt_snapshot *snap);

/*
 * Reads one row of a matrix as it is now into nr_node_ids cells; with a @reason
 * that is not negative, what migrated for it.
 */
void nt_snapshot_read_row(enum numatrace_matrix_kind kind, int reason, int row,
			  struct nt_cell *cells);

/* An empty one for samples, and how many bytes it takes. */
struct nt_snapshot *nt_snapshot_sample_alloc(void);
size_t nt_snapshot_sample_size(void);

/*
 * Takes a snapshot into one of these, with what a sample needs and no more: the
 * machine, what migrated, and where nt_has_matrix() the matrices access and
 * migration. Allocates nothing, and waits for no other reader. Context:
 * process, may sleep.
 */
void nt_snapshot_sample(struct nt_snapshot *snap);
/*
 * Whether what the matrix counts was counted at some time, and is not switched
 * off by a setting.
 */
bool nt_snapshot_has(enum numatrace_matrix_kind kind);

u32 nt_snapshot_generation(void);

/* Two readings on either side of this are not comparable without care. */
void nt_snapshot_new_generation(void);

static inline const unsigned long *
nt_snapshot_cpus(const struct nt_snapshot *snap, int nid)
{
	return snap->node_cpus + nid * BITS_TO_LONGS(nr_cpu_ids);
}

static inline const struct nt_cell *
nt_snapshot_cell(const struct nt_snapshot *snap,
		 enum numatrace_matrix_kind kind, int row, int column)
{
	return &snap->cells[kind][row * nr_node_ids + column];
}

#endif
