/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ledger attributes every access that the hook sees to a row: of the table,
 * of those that ended, or to nobody. Nothing is lost between them, so that at
 * a quiet moment
 *
 *	current rows + ended total + unattributed = access matrix
 */
#ifndef NUMATRACE_LEDGER_H
#define NUMATRACE_LEDGER_H

#include "counters.h"
#include "table.h"

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

/* How many of those that ended last are kept one by one. */
#define NT_RECENT 64

/**
 * struct nt_ledger - who accessed
 * @bit: NT_NO_PROCESS or NT_NO_CGROUP, whichever says that it has no row
 * @describe: fills a new row of the accessing task; in a hook
 * @table: rows of those that are there; under RCU and @lock
 * @turnover: held while ended rows are retired or the table is replaced; taken
 *	before @lock, and held over grace periods, which @lock is not but for a
 *	new table
 * @lock: whoever holds it sees a table in which no row is emptied, and alone
 *	changes the rest
 * @changes: how often rows were moved, so that who holds @lock now and then
 *	sees that it happened in between
 * @total: sum of those that ended
 * @ended: number of those that ended
 * @evicted: what was in rows for which a smaller table had no room
 * @recent: ring of rows of those that ended last
 * @recent_pos: the next element of @recent to fill
 * @retire: moves ended rows from the table to @total
 */
struct nt_ledger {
	unsigned int bit;
	void (*describe)(struct nt_row *row);
	struct nt_table __rcu *table;
	struct mutex turnover; /* see above */
	struct mutex lock;     /* see above */
	u32 changes;
	struct nt_row *total;
	unsigned int ended;
	struct nt_row *evicted;
	void *recent;
	unsigned int recent_pos;
	struct delayed_work retire;
};

int nt_ledger_init(struct nt_ledger *ledger, unsigned int size);
/* Nobody ends a row any more, and the hooks are detached. */
void nt_ledger_exit(struct nt_ledger *ledger);

/*
 * Replaces the table by @table, which the ledger takes over. No sample shows one
 * that is half moved. May sleep.
 */
void nt_ledger_replace(struct nt_ledger *ledger, struct nt_table *table);
unsigned int nt_ledger_size(struct nt_ledger *ledger);
/* Bytes that it takes. */
size_t nt_ledger_memory(struct nt_ledger *ledger);

/*
 * The process or cgroup of @key is gone, if it has a row. @finish, if not
 * NULL, describes it for the last time. Any context but NMI.
 */
void nt_ledger_end(struct nt_ledger *ledger, u64 key,
		   void (*finish)(struct nt_row *row, const void *data),
		   const void *data);

/*
 * Locks the ledger for a reader, who does not hold it for long. Rows that ended
 * a moment ago are still in the table. Current rows go on counting. May sleep.
 */
struct nt_table *nt_ledger_lock(struct nt_ledger *ledger);
void nt_ledger_unlock(struct nt_ledger *ledger);

/* One of those that ended last; its key is 0 where there is none. Locked. */
static inline struct nt_row *nt_ledger_recent(const struct nt_ledger *ledger,
					      unsigned int i)
{
	return ledger->recent + i * nt_row_size();
}

/* The one of @key among them, or NULL. Locked. */
struct nt_row *nt_ledger_find_recent(const struct nt_ledger *ledger, u64 key);

/* Adds the cells of a row to nt_row_cells() cells. */
void nt_row_add_cells(const struct nt_row *row, struct nt_cell *cells);
/* Adds what was attributed to nobody, in the same shape; 0 or -ENOMEM. Locked. */
int nt_ledger_add_unattributed(const struct nt_ledger *ledger,
			       struct nt_cell *cells,
			       struct nt_outcome *outcome);

/* The row of @key if there is one. Under RCU. */
static __always_inline struct nt_row *nt_ledger_find(struct nt_ledger *ledger,
						     u64 key)
{
	struct nt_table *table =
		rcu_dereference_check(ledger->table, rcu_read_lock_any_held());

	return nt_table_find(table, key);
}

/* As above, but makes a row if there is room. */
static inline struct nt_row *nt_ledger_create(struct nt_ledger *ledger, u64 key)
{
	struct nt_table *table =
		rcu_dereference_check(ledger->table, rcu_read_lock_any_held());

	return nt_table_create(table, key, ledger->describe);
}

#endif
