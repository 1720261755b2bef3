// SPDX-License-Identifier: GPL-2.0
#include "sampler.h"
#include "config.h"
#include "detect.h"
#include "history.h"
#include "netlink_ops.h"
#include "snapshot.h"
#include "table.h"
#include "task.h"

#include <linux/bitmap.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

/* See sampler.h. */
DEFINE_MUTEX(nt_sampling);

/* What samples are made of, allocated once. */
static struct nt_snapshot *snap;

/*
 * When to sample. Protected by timer_lock, which is taken in interrupts.
 *
 * interval	time between samples at the moment, ms
 * begun	when the last one was begun, jiffies
 * woken	since then somebody has accessed memory, or migrated
 * stopped	nobody samples
 */
static DEFINE_RAW_SPINLOCK(timer_lock);
static u32 interval;
static unsigned long begun;
static bool woken;
static bool stopped = true;

static void take_sample(struct work_struct *work);
/*
 * While memory is accessed, the next sample comes in time; else it may wait for
 * a CPU that is awake anyway.
 */
static DECLARE_DELAYED_WORK(prompt, take_sample);
static DECLARE_DEFERRABLE_WORK(patient, take_sample);

static void wake(struct irq_work *work);
static DEFINE_IRQ_WORK(waker, wake);

static void set_timer(bool active)
{
	unsigned long due = begun + msecs_to_jiffies(interval), now = jiffies;

	lockdep_assert_held(&timer_lock);
	if (stopped)
		return;
	cancel_delayed_work(active ? &patient : &prompt);
	mod_delayed_work(system_power_efficient_wq, active ? &prompt : &patient,
			 time_after(due, now) ? due - now : 0);
}

static void use_interval(u32 ms, bool active)
{
	lockdep_assert_held(&timer_lock);
	WRITE_ONCE(interval, ms);
	set_timer(active);
}

void nt_sampler_restart(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&timer_lock, flags);
	woken = true;
	use_interval(nt_knob(NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS), true);
	raw_spin_unlock_irqrestore(&timer_lock, flags);
}

void nt_sampler_flush(void)
{
	/* The works and not the timers, which would make them due. */
	flush_work(&prompt.work);
	flush_work(&patient.work);
}

static void wake(struct irq_work *work)
{
	nt_sampler_restart();
}

void notrace nt_sampler_wake(void)
{
	/* So that nt_sampler_stop() can wait until it is queued. */
	preempt_disable_notrace();
	if (atomic_fetch_andnot(NT_WAKE, &nt_tracked) & NT_WAKE)
		irq_work_queue(&waker);
	preempt_enable_notrace();
}

/*
 * ORDER: before the sample is taken, so that what comes too late for it wakes
 * the sampler.
 */
static void watch(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&timer_lock, flags);
	begun = jiffies;
	woken = false;
	if (!stopped)
		atomic_or(NT_WAKE, &nt_tracked);
	raw_spin_unlock_irqrestore(&timer_lock, flags);
}

static u32 next_interval(bool active)
{
	u32 base = nt_knob(NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS);
	u32 most =
		max(base, nt_knob(NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MAX_MS));

	if (active)
		return base;
	return clamp(interval * nt_knob(NUMATRACE_A_CONFIG_SAMPLE_BACKOFF),
		     base, most);
}

static void schedule_next(bool active)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&timer_lock, flags);
	active |= woken;
	use_interval(next_interval(active), active);
	raw_spin_unlock_irqrestore(&timer_lock, flags);
}

/*
 * All that means that memory is accessed or migrated: what the kernel counts,
 * even if the hooks are off, and what the hooks count, which comes before.
 */
static u64 activity(void)
{
	const struct nt_cell *access =
		snap->cells[NUMATRACE_MATRIX_KIND_ACCESS];
	const struct nt_cell *migration =
		snap->cells[NUMATRACE_MATRIX_KIND_MIGRATION];
	unsigned int i;
	u64 sum = 0;
	int nid;

	for_each_node(nid)
		sum += snap->nodes[nid].value[NUMATRACE_A_NODE_HINT_FAULTS] +
		       snap->nodes[nid].value[NUMATRACE_A_NODE_MIGRATE_SUCCESS] +
		       snap->nodes[nid].value[NUMATRACE_A_NODE_MIGRATE_FAIL];
	for (i = 0; nt_has_matrix() && i < nr_node_ids * nr_node_ids; i++)
		sum += access[i].events + migration[i].events;
	return sum;
}

/* Compaction moves pages within a node, and gives up on many. */
static bool makes_room(enum numatrace_migrate_reason reason)
{
	return reason == NUMATRACE_MIGRATE_REASON_COMPACTION ||
	       reason == NUMATRACE_MIGRATE_REASON_CONTIG_RANGE;
}

static void fill_migrations(struct nt_sample *sample)
{
	int reason;

	sample->bounced = snap->bounced;
	sample->crossed = snap->crossed;
	sample->moved = 0;
	sample->failed = 0;
	for (reason = 0; reason < NT_NR_REASONS; reason++) {
		if (makes_room(reason))
			continue;
		sample->moved += snap->reasons[reason].migrated;
		sample->failed += snap->reasons[reason].failed;
	}
}

static void fill_matrices(struct nt_sample *sample)
{
	const struct nt_cell *access =
		snap->cells[NUMATRACE_MATRIX_KIND_ACCESS];
	const struct nt_cell *migration =
		snap->cells[NUMATRACE_MATRIX_KIND_MIGRATION];
	unsigned int i;

	for (i = 0; i < nr_node_ids * nr_node_ids; i++) {
		sample->access[i] = access[i].events;
		sample->migration[i] = migration[i].pages;
	}
}

static void fill(struct nt_sample *sample)
{
	int nid;

	sample->timestamp = snap->timestamp;
	sample->generation = snap->generation;
	sample->interval = nt_sampler_interval();
	sample->online = snap->online;
	sample->memory = snap->memory;
	sample->cpu = snap->cpu;
	fill_migrations(sample);
	memcpy(sample->nodes, snap->nodes,
	       nr_node_ids * sizeof(*sample->nodes));
	for_each_node(nid)
		sample->cpus[nid] =
			bitmap_weight(nt_snapshot_cpus(snap, nid), nr_cpu_ids);
	if (nt_has_matrix())
		fill_matrices(sample);
}

static void take_sample(struct work_struct *work)
{
	struct nt_sample *sample;
	static u64 before;
	unsigned int cgroups;
	u64 now, window;

	mutex_lock(&nt_sampling);
	watch();
	nt_snapshot_sample(snap);
	sample = nt_history_begin(&cgroups);
	fill(sample);
	sample->cgroup_count = nt_top_cgroups(sample->cgroups, cgroups);
	nt_history_end(sample);
	now = activity();
	schedule_next(now != before);
	before = now;
	nt_samples_notify(sample);
	window = (u64)nt_knob(NUMATRACE_A_CONFIG_DETECT_WINDOW_MS) *
		 NSEC_PER_MSEC;
	nt_detect(sample, nt_history_older(window));
	mutex_unlock(&nt_sampling);
}

u32 nt_sampler_interval(void)
{
	return READ_ONCE(interval);
}

size_t nt_sampler_memory(void)
{
	return nt_history_memory() + nt_snapshot_sample_size();
}

int nt_sampler_init(void)
{
	int ret = nt_history_init();

	if (ret)
		return ret;
	snap = nt_snapshot_sample_alloc();
	if (!snap) {
		nt_history_exit();
		return -ENOMEM;
	}
	nt_sampler_restart();
	return 0;
}

void nt_sampler_exit(void)
{
	nt_history_exit();
	nt_snapshot_free(snap);
}

void nt_sampler_start(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&timer_lock, flags);
	stopped = false;
	mod_delayed_work(system_power_efficient_wq, &prompt, 0);
	raw_spin_unlock_irqrestore(&timer_lock, flags);
}

/*
 * ORDER: no work is queued any more, none runs, so that nobody watches; then no
 * hook is about to queue the waker, and it is done.
 */
void nt_sampler_stop(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&timer_lock, flags);
	stopped = true;
	raw_spin_unlock_irqrestore(&timer_lock, flags);
	cancel_delayed_work_sync(&prompt);
	cancel_delayed_work_sync(&patient);
	atomic_andnot(NT_WAKE, &nt_tracked);
	synchronize_rcu();
	irq_work_sync(&waker);
}
