// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "selftest.h"

#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

static unsigned int head_bits(unsigned int size)
{
	return max(order_base_2(size), 1);
}

size_t nt_table_memory(unsigned int size)
{
	return size_add(size_mul(size, nt_row_size()),
			size_mul(1UL << head_bits(size),
				 sizeof(struct hlist_head)));
}

struct nt_table *nt_table_alloc(unsigned int size)
{
	struct nt_table *table =
		NT_MAY_FAIL(kzalloc(sizeof(*table), GFP_KERNEL), NULL);
	unsigned int i;

	if (!table)
		return NULL;
	table->size = size;
	table->shift = 64 - head_bits(size);
	raw_spin_lock_init(&table->lock);
	init_llist_head(&table->ended);
	table->heads = NT_MAY_FAIL(kvcalloc(1UL << head_bits(size),
					    sizeof(*table->heads), GFP_KERNEL),
				   NULL);
	table->rows = NT_MAY_FAIL(kvcalloc(size, nt_row_size(),
					   GFP_KERNEL | __GFP_NOWARN |
						   __GFP_RETRY_MAYFAIL),
				  NULL);
	if (!table->heads || !table->rows) {
		nt_table_free(table);
		return NULL;
	}
	for (i = size; i--;) {
		nt_table_row(table, i)->list.next = table->free;
		table->free = &nt_table_row(table, i)->list;
	}
	return table;
}

void nt_table_free(struct nt_table *table)
{
	unsigned int i;

	if (!table)
		return;
	for (i = 0; table->rows && i < table->size; i++)
		kfree(nt_table_row(table, i)->path);
	kvfree(table->rows);
	kvfree(table->heads);
	kfree(table);
}

static struct nt_row *take_free(struct nt_table *table)
{
	struct llist_node *node = table->free;

	lockdep_assert_held(&table->lock);
	if (!node)
		return NULL;
	WRITE_ONCE(table->free, node->next);
	return llist_entry(node, struct nt_row, list);
}

static notrace struct nt_row *make_row(struct nt_table *table, u64 key,
				       void (*describe)(struct nt_row *row))
{
	struct nt_row *row = take_free(table);

	if (!row)
		return NULL;
	row->key = key;
	row->first = jiffies;
	row->last = row->first;
	describe(row);
	/* ORDER: whoever sees the bit sees the rest. */
	smp_mb__before_atomic();
	set_bit(NT_ROW_USED, &row->state);
	hlist_add_head_rcu(&row->chain, nt_table_head(table, key));
	return row;
}

notrace struct nt_row *nt_table_create(struct nt_table *table, u64 key,
				       void (*describe)(struct nt_row *row))
{
	struct nt_row *row = nt_table_find(table, key);
	unsigned long flags;

	/* A full table is no reason to queue for the lock. */
	if (row || !READ_ONCE(table->free))
		return row;
	raw_spin_lock_irqsave(&table->lock, flags);
	/* Another thread of the process may have been faster. */
	row = nt_table_find(table, key) ?: make_row(table, key, describe);
	raw_spin_unlock_irqrestore(&table->lock, flags);
	return row;
}

static void describe_later(struct nt_row *row)
{
}

struct nt_row *nt_table_adopt(struct nt_table *table, const struct nt_row *from)
{
	struct nt_row *row = nt_table_create(table, from->key, describe_later);

	if (row) {
		row->first = from->first;
		row->last = from->last;
		row->owner = from->owner;
	}
	return row;
}

void nt_table_unlink(struct nt_table *table, struct nt_row *row)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&table->lock, flags);
	hlist_del_rcu(&row->chain);
	raw_spin_unlock_irqrestore(&table->lock, flags);
}

void nt_table_release(struct nt_table *table, struct nt_row *row)
{
	unsigned long flags;

	kfree(row->path);
	memset(row, 0, nt_row_size());
	raw_spin_lock_irqsave(&table->lock, flags);
	row->list.next = table->free;
	WRITE_ONCE(table->free, &row->list);
	raw_spin_unlock_irqrestore(&table->lock, flags);
}
