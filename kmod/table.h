/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of rows, each of which counts the accesses of one process or cgroup.
 *
 * All rows are allocated with the table, so that a hook can find and create
 * them in any context but NMI: looking up takes no lock, creating takes a raw
 * spinlock for a moment. A row goes through these states:
 *
 *	free	  in the list of free rows
 *	current	  in its hash chain, found by its key, and counting
 *	ended	  as current, and in the list of ended rows
 *	unlinked  not to be found any more, but after a grace period only
 *		  nobody counts in it; then its owner empties and frees it
 */
#ifndef NUMATRACE_TABLE_H
#define NUMATRACE_TABLE_H

#include "counters.h"
#include "viewer.h"

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/llist.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

/* Up to this number of node numbers a row has a whole matrix. */
#define NT_MATRIX_NODES 8

#define NT_NR_COSTS (NUMATRACE_COST_KIND_MIGRATION + 1)

/* Of struct nt_row.state. */
enum {
	NT_ROW_USED,
	NT_ROW_ENDED,
};

/**
 * struct nt_row - what one process or cgroup did
 * @chain: in its hash chain, under the table's lock and RCU
 * @key: what it is found by
 * @last: last access, jiffies
 * @first: first access, jiffies
 * @state: bits NT_ROW_*
 * @migrated: pages that balancing moved for it
 * @failed: pages that balancing could not move for it
 * @time: what it took in time, ns, by enum numatrace_cost_kind; of processes
 * @list: in the list of free or of ended rows
 * @owner: the process
 * @path: of the cgroup once it was removed, or NULL
 * @cells: see nt_row_access()
 */
struct nt_row {
	struct hlist_node chain;
	u64 key;
	unsigned long last;
	unsigned long first;
	unsigned long state;
	atomic64_t migrated;
	atomic64_t failed;
	atomic64_t time[NT_NR_COSTS];
	struct llist_node list;
	struct nt_owner owner;
	char *path;
	struct nt_atomic_cell cells[];
};

/**
 * struct nt_table - rows
 * @heads: hash chains
 * @shift: 64 less the logarithm of the number of @heads
 * @size: number of rows
 * @rows: all of them, nt_row_size() bytes each
 * @free: list of free rows, under @lock
 * @ended: list of ended rows
 * @lock: protects chains and @free; taken in hooks, nothing nests inside
 */
struct nt_table {
	struct hlist_head *heads;
	unsigned int shift;
	unsigned int size;
	void *rows;
	struct llist_node *free;
	struct llist_head ended;
	raw_spinlock_t lock;
};

/*
 * The cells of a row: those of the matrix, row by row. Beyond NT_MATRIX_NODES
 * a matrix for each process would take too much memory: there it is the sums
 * of its rows, then those of its columns, then that of its diagonal.
 */
static inline bool nt_has_matrix(void)
{
	return nr_node_ids <= NT_MATRIX_NODES;
}

static inline unsigned int nt_row_cell(int cpu_node, int nid)
{
	return nt_has_matrix() ? cpu_node * nr_node_ids + nid : cpu_node;
}

static inline unsigned int nt_row_cells(void)
{
	return nt_has_matrix() ? nr_node_ids * nr_node_ids
			       : 2 * nr_node_ids + 1;
}

static inline size_t nt_row_size(void)
{
	return struct_size((struct nt_row *)NULL, cells, nt_row_cells());
}

static inline struct nt_row *nt_table_row(const struct nt_table *table,
					  unsigned int i)
{
	return table->rows + i * nt_row_size();
}

/* NULL if memory is short. */
struct nt_table *nt_table_alloc(unsigned int size);
/* Whoever used the table does so no more. */
void nt_table_free(struct nt_table *table);
/* Bytes that a table of @size rows takes. */
size_t nt_table_memory(unsigned int size);

/*
 * The row of @key, which is made and described if there is none; NULL if none
 * is free. Under RCU, in any flavour, which protects what it returns.
 */
struct nt_row *nt_table_create(struct nt_table *table, u64 key,
			       void (*describe)(struct nt_row *row));
/* The same for a row of another table; this one is not in use yet. */
struct nt_row *nt_table_adopt(struct nt_table *table,
			      const struct nt_row *from);
/* Takes a row out of its chain. */
void nt_table_unlink(struct nt_table *table, struct nt_row *row);
/* Gives back a row that was unlinked before a grace period. */
void nt_table_release(struct nt_table *table, struct nt_row *row);

/* hash_64(), with the shift at hand. */
static __always_inline struct hlist_head *nt_table_head(struct nt_table *table,
							u64 key)
{
	return &table->heads[key * GOLDEN_RATIO_64 >> table->shift];
}

/* NULL if there is none. Under RCU, which protects what it returns. */
static __always_inline struct nt_row *nt_table_find(struct nt_table *table,
						    u64 key)
{
	struct nt_row *row;

	hlist_for_each_entry_rcu(row, nt_table_head(table, key), chain,
				 rcu_read_lock_any_held()) {
		if (row->key == key)
			return row;
	}
	return NULL;
}

/* Counts an access from @cpu_node to @nid; @cell is their nt_row_cell(). */
static __always_inline void nt_row_access(struct nt_row *row, unsigned int cell,
					  int cpu_node, int nid,
					  unsigned long pages)
{
	struct nt_atomic_cell *cells = row->cells;
	unsigned long now = jiffies;

	/* Once a tick is enough, and spares the other CPUs the line. */
	if (row->last != now)
		WRITE_ONCE(row->last, now);
	nt_count_cell(&cells[cell], pages);
	if (nt_has_matrix())
		return;
	nt_count_cell(&cells[nr_node_ids + nid], pages);
	if (cpu_node == nid)
		nt_count_cell(&cells[2 * nr_node_ids], pages);
}

#endif
