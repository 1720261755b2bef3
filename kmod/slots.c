// SPDX-License-Identifier: GPL-2.0
#include "slots.h"
#include "selftest.h"

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/slab.h>

struct nt_slot *nt_slots __read_mostly;
unsigned int nt_slot_shift __read_mostly;
atomic_t nt_slots_away = ATOMIC_INIT(0);

size_t nt_slots_count(void)
{
	return (1UL << (64 - nt_slot_shift)) + NT_REACH;
}

notrace struct nt_slot *nt_slot_find_away(void)
{
	struct nt_slot *home = nt_slot_home(current);
	struct nt_slot *slot;

	for (slot = home; slot < home + NT_REACH; slot++)
		if (READ_ONCE(slot->task) == current)
			return slot;
	return NULL;
}

notrace struct nt_slot *nt_slot_take_away(void)
{
	struct nt_slot *home = nt_slot_home(current);
	struct nt_slot *slot = nt_slot_find_away();

	if (slot)
		return slot;
	for (slot = home; slot < home + NT_REACH; slot++) {
		if (READ_ONCE(slot->task) ||
		    cmpxchg(&slot->task, NULL, current))
			continue;
		slot->away = slot != home;
		if (slot->away)
			atomic_inc(&nt_slots_away);
		return slot;
	}
	return NULL;
}

notrace void nt_slot_put_away(struct nt_slot *slot)
{
	slot->away = 0;
	/* ORDER: the next task finds the slot empty. */
	smp_store_release(&slot->task, NULL);
	atomic_dec(&nt_slots_away);
}

void nt_slots_release(struct task_struct *task)
{
	struct nt_slot *home = nt_slot_home(task);
	struct nt_slot *slot;

	for (slot = home; slot < home + NT_REACH; slot++) {
		if (READ_ONCE(slot->task) != task)
			continue;
		slot->depth = 0;
		if (slot->away)
			nt_slot_put_away(slot);
		else
			/* ORDER: the next task finds the slot empty. */
			smp_store_release(&slot->task, NULL);
	}
}

/* The slots stay with their tasks, which free them as they die. */
void nt_slots_forget_migrations(void)
{
	size_t i;

	for (i = 0; i < nt_slots_count(); i++)
		WRITE_ONCE(nt_slots[i].depth, 0);
}

size_t nt_slots_memory(void)
{
	return size_mul(nt_slots_count(), sizeof(*nt_slots));
}

int nt_slots_init(void)
{
	nt_slot_shift = 64 - (order_base_2(nr_cpu_ids) + 4);
	nt_slots = NT_MAY_FAIL(kvcalloc(nt_slots_count(), sizeof(*nt_slots),
					GFP_KERNEL),
			       NULL);
	return nt_slots ? 0 : -ENOMEM;
}

void nt_slots_exit(void)
{
	kvfree(nt_slots);
	nt_slots = NULL;
}
