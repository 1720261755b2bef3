// SPDX-License-Identifier: GPL-2.0
#include "reason.h"
#include "selftest.h"
#include "tracepoints.h"
#include "compat/compat.h"

#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/migrate_mode.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <trace/events/migrate.h>

/* Slots a task looks at before it gives up. */
#define NT_REACH 8

/**
 * struct nt_slot - a task that migrates pages
 * @task: the task, or NULL; only itself takes and frees the slot
 * @reasons: its reasons, a byte each plus 1, the innermost lowest
 */
struct nt_slot {
	struct task_struct *task;
	u64 reasons;
};

static struct nt_slot *slots;
static unsigned int slot_bits;

static struct nt_slot *nth_slot(unsigned int n)
{
	return &slots[hash_ptr(current, slot_bits) + n];
}

static notrace struct nt_slot *find_slot(void)
{
	unsigned int n;

	for (n = 0; n < NT_REACH; n++)
		if (READ_ONCE(nth_slot(n)->task) == current)
			return nth_slot(n);
	return NULL;
}

static notrace struct nt_slot *take_slot(void)
{
	unsigned int n;

	for (n = 0; n < NT_REACH; n++)
		if (!READ_ONCE(nth_slot(n)->task) &&
		    !cmpxchg(&nth_slot(n)->task, NULL, current))
			return nth_slot(n);
	return NULL;
}

int notrace nt_reason(void)
{
	struct nt_slot *slot = slots ? find_slot() : NULL;

	return slot ? (int)(slot->reasons & 0xff) - 1 : NT_REASON_UNKNOWN;
}

static void migrate_start(void *data, enum migrate_mode mode, int reason)
{
	struct nt_slot *slot = find_slot() ?: take_slot();

	/* Whoever finds no slot migrates for a reason that is unknown. */
	if (slot)
		slot->reasons = slot->reasons << 8 | (u8)(reason + 1);
}

static void NT_PROBE_MIGRATE_PAGES(migrate_end)
{
	struct nt_slot *slot = find_slot();

	if (!slot)
		return;
	slot->reasons >>= 8;
	if (slot->reasons)
		return;
	/* ORDER: the next task finds the slot empty. */
	smp_store_release(&slot->task, NULL);
}

static struct nt_probe probes[] = {
	/* ORDER: whoever takes a slot will give it back. */
	{ "mm_migrate_pages", migrate_end },
	{ "mm_migrate_pages_start", migrate_start },
};

static void __maybe_unused check_probes(void)
{
	check_trace_callback_type_mm_migrate_pages_start(migrate_start);
	check_trace_callback_type_mm_migrate_pages(migrate_end);
}

bool nt_reason_start(void)
{
	/* Few tasks migrate at a time, asleep or on a CPU. */
	slot_bits = order_base_2(nr_cpu_ids) + 4;
	slots = NT_MAY_FAIL(kvcalloc((1UL << slot_bits) + NT_REACH,
				     sizeof(*slots), GFP_KERNEL),
			    NULL);
	if (slots && nt_tracepoints_init(probes, ARRAY_SIZE(probes))) {
		kvfree(slots);
		slots = NULL;
	}
	return slots;
}

void nt_reason_stop(void)
{
	if (!slots)
		return;
	nt_tracepoints_exit(probes, ARRAY_SIZE(probes));
	kvfree(slots);
	slots = NULL;
}
