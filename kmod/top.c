// SPDX-License-Identifier: GPL-2.0
#include "top.h"
#include "sampler.h"
#include "task.h"

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

static u64 accesses(const struct nt_top *top)
{
	return top->local.events + top->remote.events;
}

static void add_cell(struct nt_cell *to, const struct nt_atomic_cell *from)
{
	to->events += atomic64_read(&from->events);
	to->pages += atomic64_read(&from->pages);
}

/* See nt_row_access() for what the cells are. */
static void add_cells(struct nt_top *top, const struct nt_row *row)
{
	unsigned int i, n = nr_node_ids;

	if (nt_has_matrix()) {
		for (i = 0; i < n * n; i++)
			add_cell(i / n == i % n ? &top->local : &top->remote,
				 &row->cells[i]);
		return;
	}
	add_cell(&top->local, &row->cells[2 * n]);
	for (i = 0; i < n; i++)
		add_cell(&top->remote, &row->cells[i]);
	nt_take_cell(&top->remote, &top->local);
}

static void read_row(struct nt_top *top, const struct nt_row *row)
{
	memset(top, 0, sizeof(*top));
	top->id = row->key;
	add_cells(top, row);
	top->outcome.migrated = atomic64_read(&row->migrated);
	top->outcome.failed = atomic64_read(&row->failed);
}

/* Returns how many there are now. */
static unsigned int insert(struct nt_top *top, unsigned int count,
			   unsigned int room, const struct nt_top *one)
{
	unsigned int i;

	for (i = count; i && accesses(&top[i - 1]) < accesses(one); i--)
		if (i < room)
			top[i] = top[i - 1];
	if (i < room)
		top[i] = *one;
	return min(count + 1, room);
}

/*
 * Whoever ends a row waits for a grace period before it is emptied: one that
 * has not ended stays as it is until rcu_read_unlock().
 */
static bool try_row(struct nt_top *one, const struct nt_row *row)
{
	bool current_row;

	rcu_read_lock();
	current_row = test_bit_acquire(NT_ROW_USED, &row->state) &&
		      !test_bit(NT_ROW_ENDED, &row->state);
	if (current_row)
		read_row(one, row);
	rcu_read_unlock();
	return current_row && accesses(one);
}

unsigned int nt_top_cgroups(struct nt_top *top, unsigned int room)
{
	const struct nt_table *table =
		rcu_dereference_protected(nt_cgroups.table,
					  lockdep_is_held(&nt_sampling));
	unsigned int i, count = 0;
	struct nt_top one;

	for (i = 0; room && i < table->size; i++) {
		if (try_row(&one, nt_table_row(table, i)))
			count = insert(top, count, room, &one);
		cond_resched();
	}
	return count;
}
