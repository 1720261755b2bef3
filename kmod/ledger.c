// SPDX-License-Identifier: GPL-2.0
#include "ledger.h"
#include "sampler.h"
#include "selftest.h"

#include <linux/slab.h>
#include <linux/string.h>

/*
 * Rows that ended are retired together, so that a reader, who walks for a few
 * milliseconds, seldom sees it happen.
 */
#define RETIRE_DELAY (HZ / 10)

static void add_row(struct nt_row *to, const struct nt_row *from)
{
	unsigned int i;

	for (i = 0; i < NT_NR_COSTS; i++)
		atomic64_add(atomic64_read(&from->time[i]), &to->time[i]);
	for (i = 0; i < nt_row_cells(); i++) {
		atomic64_add(atomic64_read(&from->cells[i].events),
			     &to->cells[i].events);
		atomic64_add(atomic64_read(&from->cells[i].pages),
			     &to->cells[i].pages);
	}
	atomic64_add(atomic64_read(&from->migrated), &to->migrated);
	atomic64_add(atomic64_read(&from->failed), &to->failed);
}

struct nt_row *nt_ledger_find_recent(const struct nt_ledger *ledger, u64 key)
{
	unsigned int i;

	for (i = 0; i < NT_RECENT; i++)
		if (nt_ledger_recent(ledger, i)->key == key)
			return nt_ledger_recent(ledger, i);
	return NULL;
}

/* Keeps a copy of a row, in the place of the oldest. */
static void keep(struct nt_ledger *ledger, struct nt_row *row)
{
	struct nt_row *copy = nt_ledger_recent(ledger, ledger->recent_pos);

	kfree(copy->path);
	memcpy(copy, row, nt_row_size());
	row->path = NULL;
	ledger->recent_pos = (ledger->recent_pos + 1) % NT_RECENT;
}

/*
 * Adds a row to those that ended. A process may end twice, if a thread of it
 * accesses memory on its way out, after the first end.
 */
static void fold(struct nt_ledger *ledger, struct nt_row *row)
{
	struct nt_row *twin = nt_ledger_find_recent(ledger, row->key);

	lockdep_assert_held(&ledger->lock);
	add_row(ledger->total, row);
	if (twin) {
		add_row(twin, row);
		twin->last = row->last;
		return;
	}
	ledger->ended++;
	keep(ledger, row);
}

static struct nt_table *locked_table(struct nt_ledger *ledger)
{
	return rcu_dereference_protected(ledger->table,
					 lockdep_is_held(&ledger->lock));
}

static void empty_rows(struct nt_ledger *ledger, struct nt_table *table,
		       struct llist_node *list)
{
	struct nt_row *row, *next;

	mutex_lock(&ledger->lock);
	ledger->changes++;
	llist_for_each_entry_safe(row, next, list, list) {
		fold(ledger, row);
		nt_table_release(table, row);
	}
	mutex_unlock(&ledger->lock);
}

/*
 * ORDER: unlink, wait, empty. A thread of a process that ended may still have
 * the row in its hands, and count.
 */
static void retire(struct work_struct *work)
{
	struct nt_ledger *ledger =
		container_of(to_delayed_work(work), struct nt_ledger, retire);
	struct llist_node *list;
	struct nt_table *table;
	struct nt_row *row;

	mutex_lock(&ledger->turnover);
	table = rcu_dereference_protected(ledger->table,
					  lockdep_is_held(&ledger->turnover));
	list = llist_del_all(&table->ended);
	llist_for_each_entry(row, list, list)
		nt_table_unlink(table, row);
	if (list) {
		synchronize_rcu();
		empty_rows(ledger, table, list);
	}
	mutex_unlock(&ledger->turnover);
}

void notrace nt_ledger_end(struct nt_ledger *ledger, u64 key,
			   void (*finish)(struct nt_row *row, const void *data),
			   const void *data)
{
	struct nt_table *table;
	struct nt_row *row;

	rcu_read_lock();
	table = rcu_dereference(ledger->table);
	row = nt_table_find(table, key);
	if (row && !test_and_set_bit(NT_ROW_ENDED, &row->state)) {
		if (finish)
			finish(row, data);
		llist_add(&row->list, &table->ended);
		schedule_delayed_work(&ledger->retire, RETIRE_DELAY);
	}
	rcu_read_unlock();
}

static bool is_current(const struct nt_row *row)
{
	return test_bit(NT_ROW_USED, &row->state) &&
	       !test_bit(NT_ROW_ENDED, &row->state);
}

/* Gives each row its place in the new table, so that it can end there. */
static void adopt_rows(struct nt_table *table, const struct nt_table *old)
{
	unsigned int i;

	for (i = 0; i < old->size; i++) {
		rcu_read_lock();
		if (is_current(nt_table_row(old, i)))
			nt_table_adopt(table, nt_table_row(old, i));
		rcu_read_unlock();
		cond_resched();
	}
}

/* What the new table has no room for belongs to nobody. */
static void move_row(struct nt_ledger *ledger, struct nt_table *table,
		     struct nt_row *from)
{
	struct nt_row *to;

	if (test_bit(NT_ROW_ENDED, &from->state)) {
		fold(ledger, from);
		nt_ledger_end(ledger, from->key, NULL, NULL);
		return;
	}
	rcu_read_lock();
	to = nt_table_find(table, from->key);
	add_row(to ?: ledger->evicted, from);
	rcu_read_unlock();
}

/*
 * ORDER: rows have their places before the new table counts; after a grace
 * period nobody counts in the old one, whose rows are then added to it. A row
 * that the old one got in between has no place, unless its owner accessed
 * memory again.
 */
void nt_ledger_replace(struct nt_ledger *ledger, struct nt_table *table)
{
	struct nt_table *old;
	struct nt_row *row;
	unsigned int i;

	/* ORDER: a sampler does not wait for who lists the ledger. */
	mutex_lock(&ledger->turnover);
	mutex_lock(&ledger->lock);
	mutex_lock(&nt_sampling);
	ledger->changes++;
	old = locked_table(ledger);
	adopt_rows(table, old);
	rcu_assign_pointer(ledger->table, table);
	synchronize_rcu();
	for (i = 0; i < old->size; i++) {
		row = nt_table_row(old, i);
		if (test_bit(NT_ROW_USED, &row->state))
			move_row(ledger, table, row);
		cond_resched();
	}
	mutex_unlock(&nt_sampling);
	mutex_unlock(&ledger->lock);
	mutex_unlock(&ledger->turnover);
	nt_table_free(old);
}

unsigned int nt_ledger_size(struct nt_ledger *ledger)
{
	unsigned int size;

	rcu_read_lock();
	size = rcu_dereference(ledger->table)->size;
	rcu_read_unlock();
	return size;
}

size_t nt_ledger_memory(struct nt_ledger *ledger)
{
	return nt_table_memory(nt_ledger_size(ledger)) +
	       (NT_RECENT + 2) * nt_row_size();
}

struct nt_table *nt_ledger_lock(struct nt_ledger *ledger)
{
	mutex_lock(&ledger->lock);
	return locked_table(ledger);
}

void nt_ledger_unlock(struct nt_ledger *ledger)
{
	mutex_unlock(&ledger->lock);
}

void nt_row_add_cells(const struct nt_row *row, struct nt_cell *cells)
{
	unsigned int i;

	for (i = 0; i < nt_row_cells(); i++) {
		cells[i].events += atomic64_read(&row->cells[i].events);
		cells[i].pages += atomic64_read(&row->cells[i].pages);
	}
}

static void add_matrix_row(struct nt_cell *cells, int row,
			   const struct nt_cell *from)
{
	int column;

	for_each_node(column) {
		if (nt_has_matrix()) {
			nt_add_cell(&cells[row * nr_node_ids + column],
				    &from[column]);
			continue;
		}
		nt_add_cell(&cells[row], &from[column]);
		nt_add_cell(&cells[nr_node_ids + column], &from[column]);
		if (row == column)
			nt_add_cell(&cells[2 * nr_node_ids], &from[column]);
	}
}

/* What the matrix holds of those who have no row in this ledger. */
static void add_matrix(const struct nt_ledger *ledger, unsigned int matrix,
		       struct nt_cell *cells, struct nt_outcome *outcome,
		       struct nt_cell *row)
{
	int nid;

	if (!((matrix - NT_MATRIX_ACCESS) & ledger->bit))
		return;
	for_each_node(nid) {
		memset(row, 0, nr_node_ids * sizeof(*row));
		nt_counters_add_row(matrix, nid, row);
		add_matrix_row(cells, nid, row);
	}
	nt_outcomes_add(matrix, outcome);
}

int nt_ledger_add_unattributed(const struct nt_ledger *ledger,
			       struct nt_cell *cells,
			       struct nt_outcome *outcome)
{
	struct nt_cell *row =
		NT_MAY_FAIL(kvcalloc(nr_node_ids, sizeof(*row), GFP_KERNEL),
			    NULL);
	unsigned int matrix;

	if (!row)
		return -ENOMEM;
	for (matrix = NT_MATRIX_ACCESS; matrix < NT_MATRIX_MIGRATION; matrix++)
		add_matrix(ledger, matrix, cells, outcome, row);
	kvfree(row);
	nt_row_add_cells(ledger->evicted, cells);
	outcome->migrated += atomic64_read(&ledger->evicted->migrated);
	outcome->failed += atomic64_read(&ledger->evicted->failed);
	return 0;
}

static void free_recent(struct nt_ledger *ledger)
{
	int i;

	for (i = 0; ledger->recent && i < NT_RECENT; i++)
		kfree(nt_ledger_recent(ledger, i)->path);
	kvfree(ledger->recent);
}

static void free_all(struct nt_ledger *ledger)
{
	nt_table_free(rcu_dereference_protected(ledger->table, true));
	free_recent(ledger);
	kvfree(ledger->evicted);
	kvfree(ledger->total);
}

int nt_ledger_init(struct nt_ledger *ledger, unsigned int size)
{
	struct nt_table *table = nt_table_alloc(size);

	mutex_init(&ledger->turnover);
	mutex_init(&ledger->lock);
	INIT_DELAYED_WORK(&ledger->retire, retire);
	RCU_INIT_POINTER(ledger->table, table);
	ledger->total = NT_MAY_FAIL(kvzalloc(nt_row_size(), GFP_KERNEL), NULL);
	ledger->evicted =
		NT_MAY_FAIL(kvzalloc(nt_row_size(), GFP_KERNEL), NULL);
	ledger->recent =
		NT_MAY_FAIL(kvcalloc(NT_RECENT, nt_row_size(), GFP_KERNEL),
			    NULL);
	if (!table || !ledger->total || !ledger->evicted || !ledger->recent) {
		free_all(ledger);
		return -ENOMEM;
	}
	return 0;
}

void nt_ledger_exit(struct nt_ledger *ledger)
{
	cancel_delayed_work_sync(&ledger->retire);
	free_all(ledger);
}
