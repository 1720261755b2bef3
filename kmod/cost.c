// SPDX-License-Identifier: GPL-2.0
#include "cost.h"
#include "hooks.h"
#include "reason.h"
#include "scan.h"
#include "selftest.h"
#include "snapshot.h"
#include "task.h"

#include <linux/bitops.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* What a CPU saw of one cell. The number of all is the sum of the buckets. */
struct cost_cell {
	u64 buckets[NT_BUCKETS];
	u64 time;
};

DEFINE_STATIC_KEY_FALSE(nt_cost_key);
DEFINE_STATIC_KEY_FALSE(nt_cost_fault_key);

/*
 * cells[kind][row] has nt_cost_columns() cells; the row after the last node's
 * has one, for what has no row. Allocated when cost is measured first, and kept.
 */
static struct cost_cell __percpu **cells[NT_NR_COSTS] __read_mostly;
/* Whether nt_cost_columns() is more than one. */
static bool by_column[NT_NR_COSTS] __read_mostly;

/* What was measured of processes that have no row. */
static DEFINE_PER_CPU(u64[NT_NR_COSTS], unattributed);

static atomic64_t lost[NT_NR_COSTS];

/* Taken for a new maximum only, which soon is rare; nothing nests inside. */
static DEFINE_RAW_SPINLOCK(longest_lock);
static struct nt_cost_longest longest[NT_NR_COSTS];

/* Held to switch and to read whether cost is measured. */
static DEFINE_MUTEX(cost_lock);
static bool running;
/* That it was measured at some time, and of which kinds that is true. */
static bool ever;
static unsigned int kinds_ever;
/* When cost was switched on last. What began before is not measured. */
static u64 since;
/* The same for faults, which need their hooks as well. */
static u64 faults_since;
/* Time measured before that. */
static u64 measured;

static notrace noinline void note_longest(enum numatrace_cost_kind kind,
					  u64 taken, u64 end)
{
	struct nt_cost_longest *most = &longest[kind];
	unsigned long flags;

	raw_spin_lock_irqsave(&longest_lock, flags);
	if (taken > most->taken) {
		WRITE_ONCE(most->taken, taken);
		most->end = end;
		nt_task_describe(&most->owner, current->group_leader);
		memcpy(most->comm, current->comm, sizeof(most->comm));
	}
	raw_spin_unlock_irqrestore(&longest_lock, flags);
}

/*
 * What a process did before its first access belongs to nobody. A row that it
 * has counts on where processes are not tracked any more.
 */
static __always_inline void charge(enum numatrace_cost_kind kind, u64 taken)
{
	u64 key = nt_process_key(current->group_leader);
	struct nt_row *row = nt_ledger_find(&nt_processes, key);

	if (row)
		atomic64_add(taken, &row->time[kind]);
	else
		this_cpu_add(unattributed[kind], taken);
}

static __always_inline void count(enum numatrace_cost_kind kind,
				  const struct nt_span *span, u64 taken)
{
	unsigned int order = __fls(taken | 1);
	struct cost_cell __percpu *cell;

	/* Every fault has a row. */
	if (kind == NUMATRACE_COST_KIND_FAULT || span->row >= 0) {
		cell = cells[kind][span->row];
		if (by_column[kind])
			cell += span->column;
	} else {
		cell = cells[kind][nr_node_ids];
	}
	this_cpu_add(cell->time, taken);
	if (unlikely(order >= NT_BUCKETS))
		order = NT_BUCKETS - 1;
	this_cpu_inc(cell->buckets[order]);
}

static __always_inline void measure(enum numatrace_cost_kind kind,
				    const struct nt_span *span)
{
	u64 from = kind == NUMATRACE_COST_KIND_FAULT ? READ_ONCE(faults_since)
						     : READ_ONCE(since);
	u64 end = ktime_get_mono_fast_ns();
	u64 taken;

	if (unlikely(span->start < from))
		return;
	/* The clocks of two CPUs may differ by a little. */
	taken = end - span->start;
	if (unlikely((s64)taken < 0))
		taken = 0;
	preempt_disable_notrace();
	count(kind, span, taken);
	charge(kind, taken);
	if (unlikely(taken > READ_ONCE(longest[kind].taken)))
		note_longest(kind, taken, end);
	preempt_enable_notrace();
}

void notrace nt_cost_end(enum numatrace_cost_kind kind,
			 const struct nt_span *span)
{
	measure(kind, span);
}

void notrace nt_cost_lose(enum numatrace_cost_kind kind)
{
	atomic64_inc(&lost[kind]);
}

void notrace nt_cost_end_fault(void)
{
	struct nt_fault *fault = nt_fault_find();
	struct nt_span span;

	if (!fault)
		return;
	if (nt_fault_put(fault, &span))
		measure(NUMATRACE_COST_KIND_FAULT, &span);
	else
		nt_cost_lose(NUMATRACE_COST_KIND_FAULT);
}

bool nt_cost_counted(void)
{
	return READ_ONCE(ever);
}

unsigned int nt_cost_kinds(void)
{
	return READ_ONCE(kinds_ever);
}

static void free_kind(enum numatrace_cost_kind kind)
{
	int row;

	if (!cells[kind])
		return;
	for (row = 0; row <= nr_node_ids; row++)
		free_percpu(cells[kind][row]);
	kfree(cells[kind]);
	cells[kind] = NULL;
}

static int alloc_row(enum numatrace_cost_kind kind, int row)
{
	unsigned int columns = row < nr_node_ids ? nt_cost_columns(kind) : 1;

	cells[kind][row] =
		NT_MAY_FAIL(__alloc_percpu(size_mul(columns,
						    sizeof(struct cost_cell)),
					   __alignof__(u64)),
			    NULL);
	return cells[kind][row] ? 0 : -ENOMEM;
}

static int alloc_kind(enum numatrace_cost_kind kind)
{
	int row;

	by_column[kind] = nt_cost_columns(kind) > 1;
	cells[kind] = NT_MAY_FAIL(kcalloc(nr_node_ids + 1, sizeof(*cells[kind]),
					  GFP_KERNEL),
				  NULL);
	if (!cells[kind])
		return -ENOMEM;
	for_each_node(row)
		if (alloc_row(kind, row))
			return -ENOMEM;
	return alloc_row(kind, nr_node_ids);
}

static void free_cells(void)
{
	int kind;

	for (kind = 0; kind < NT_NR_COSTS; kind++)
		free_kind(kind);
}

int nt_cost_prepare(void)
{
	int kind, ret = 0;

	if (cells[0])
		return 0;
	for (kind = 0; kind < NT_NR_COSTS && !ret; kind++)
		ret = alloc_kind(kind);
	if (ret)
		free_cells();
	return ret;
}

static bool faults_are_hooked(void)
{
	return nt_hook_attached(NT_HOOK_ACCESS) &&
	       nt_hook_attached(NT_HOOK_OUTCOME);
}

static const char *why_unmeasured(enum numatrace_cost_kind kind)
{
	switch (kind) {
	case NUMATRACE_COST_KIND_FAULT:
		if (faults_are_hooked())
			return NULL;
		return "needs the hooks access and outcome, info says why they are not attached";
	case NUMATRACE_COST_KIND_MIGRATION:
		if (nt_reason_heard())
			return NULL;
		return "needs the hook migration, info says what it lacks";
	default:
		return nt_scan_unmeasured();
	}
}

static void note_kinds(void)
{
	unsigned int kind, kinds = kinds_ever;

	lockdep_assert_held(&cost_lock);
	for (kind = 0; kind < NT_NR_COSTS; kind++)
		if (!why_unmeasured(kind))
			kinds |= BIT(kind);
	WRITE_ONCE(kinds_ever, kinds);
}

static void switch_faults(bool on)
{
	lockdep_assert_held(&cost_lock);
	if (on == static_key_enabled(&nt_cost_fault_key))
		return;
	if (!on) {
		static_branch_disable(&nt_cost_fault_key);
		return;
	}
	/* ORDER: as in start(). */
	WRITE_ONCE(faults_since, ktime_get_mono_fast_ns());
	static_branch_enable(&nt_cost_fault_key);
}

void nt_cost_hooks_changed(void)
{
	mutex_lock(&cost_lock);
	switch_faults(running && faults_are_hooked());
	if (running)
		note_kinds();
	mutex_unlock(&cost_lock);
}

static void start(void)
{
	/* ORDER: nothing is measured before it is known since when. */
	WRITE_ONCE(since, ktime_get_mono_fast_ns());
	nt_scan_start();
	static_branch_enable(&nt_cost_key);
	switch_faults(faults_are_hooked());
	note_kinds();
	WRITE_ONCE(ever, true);
}

static void stop(void)
{
	switch_faults(false);
	static_branch_disable(&nt_cost_key);
	nt_scan_stop();
	measured += ktime_get_mono_fast_ns() - since;
}

void nt_cost_switch(bool on)
{
	mutex_lock(&cost_lock);
	if (on && !running)
		start();
	else if (!on && running)
		stop();
	running = on;
	mutex_unlock(&cost_lock);
}

static void add_cell(struct nt_cost_sum *sum, const struct cost_cell *cell)
{
	u64 n;
	int i;

	sum->time += READ_ONCE(cell->time);
	for (i = 0; i < NT_BUCKETS; i++) {
		n = READ_ONCE(cell->buckets[i]);
		sum->buckets[i] += n;
		sum->count += n;
	}
}

void nt_cost_add_sum(struct nt_cost_sum *to, const struct nt_cost_sum *from)
{
	int i;

	to->count += from->count;
	to->time += from->time;
	for (i = 0; i < NT_BUCKETS; i++)
		to->buckets[i] += from->buckets[i];
}

void nt_cost_read_longest(enum numatrace_cost_kind kind,
			  const struct nt_viewer *viewer,
			  struct nt_cost_longest *to)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&longest_lock, flags);
	*to = longest[kind];
	raw_spin_unlock_irqrestore(&longest_lock, flags);
	if (to->taken)
		to->pid = nt_visible_pid(viewer, &to->owner);
}

void nt_cost_read(enum numatrace_cost_kind kind, const struct nt_viewer *viewer,
		  struct nt_cost_kind *to)
{
	int cpu;

	memset(to, 0, sizeof(*to));
	to->lost = atomic64_read(&lost[kind]);
	if (kind == NUMATRACE_COST_KIND_SCAN)
		to->lost += nt_scan_lost();
	nt_cost_read_longest(kind, viewer, &to->longest);
	mutex_lock(&cost_lock);
	to->measured_time = measured;
	if (running)
		to->measured_time += ktime_get_mono_fast_ns() - since;
	for_each_possible_cpu(cpu)
		add_cell(&to->nowhere,
			 per_cpu_ptr(cells[kind][nr_node_ids], cpu));
	if (running || !(kinds_ever & BIT(kind)))
		to->unmeasured = why_unmeasured(kind);
	mutex_unlock(&cost_lock);
}

void nt_cost_read_cell(enum numatrace_cost_kind kind, int row, int column,
		       struct nt_cost_sum *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	if (!node_possible(row))
		return;
	for_each_possible_cpu(cpu)
		add_cell(sum, per_cpu_ptr(cells[kind][row], cpu) + column);
}

void nt_cost_add_unattributed(u64 *time)
{
	int cpu, kind;

	for_each_possible_cpu(cpu)
		for (kind = 0; kind < NT_NR_COSTS; kind++)
			time[kind] += per_cpu(unattributed, cpu)[kind];
}

size_t nt_cost_memory(void)
{
	size_t memory = 0;
	int kind;

	if (!nt_cost_counted())
		return 0;
	for (kind = 0; kind < NT_NR_COSTS; kind++)
		memory += num_possible_nodes() * nt_cost_columns(kind) + 1;
	return size_mul(memory, num_possible_cpus() * sizeof(struct cost_cell));
}

void nt_cost_exit(void)
{
	nt_cost_switch(false);
	free_cells();
}
