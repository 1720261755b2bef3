// SPDX-License-Identifier: GPL-2.0
#include "snapshot.h"
#include "bounce.h"
#include "config.h"
#include "cost.h"
#include "detect.h"
#include "faults.h"
#include "history.h"
#include "moves.h"
#include "nodes.h"
#include "selftest.h"
#include "task.h"

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

static atomic_t generation = ATOMIC_INIT(0);

/* The first snapshot: what there was before the module began to count. */
static struct nt_snapshot *base;

u32 nt_snapshot_generation(void)
{
	return atomic_read(&generation);
}

void nt_snapshot_new_generation(void)
{
	atomic_inc(&generation);
}

static size_t nodes_size(void)
{
	return array_size(nr_node_ids, sizeof(struct nt_node));
}

static size_t cpus_size(void)
{
	return array3_size(nr_node_ids, BITS_TO_LONGS(nr_cpu_ids),
			   sizeof(unsigned long));
}

static size_t cells_size(void)
{
	return array3_size(nr_node_ids, nr_node_ids, sizeof(struct nt_cell));
}

/* With so many matrices, those of the interface first. */
static size_t snapshot_size(unsigned int matrices)
{
	size_t size = sizeof(struct nt_snapshot);

	size = size_add(size, size_add(nodes_size(), cpus_size()));
	return size_add(size, size_mul(cells_size(), matrices));
}

static struct nt_snapshot *alloc_snapshot(unsigned int matrices, gfp_t gfp)
{
	struct nt_snapshot *snap =
		NT_MAY_FAIL(kvzalloc(snapshot_size(matrices), gfp), NULL);
	unsigned int i;
	void *end;

	if (!snap)
		return NULL;
	end = snap + 1;
	snap->nodes = end;
	end += nodes_size();
	snap->node_cpus = end;
	end += cpus_size();
	for (i = 0; i < matrices; i++, end += cells_size())
		if (i < NT_NR_PUBLIC)
			snap->cells[i] = end;
		else
			snap->reason_cells[i - NT_NR_PUBLIC] = end;
	return snap;
}

/* Those that a sample keeps, if there is room for them. */
static unsigned int sampled_matrices(void)
{
	return nt_has_matrix() ? NUMATRACE_MATRIX_KIND_MIGRATION + 1 : 0;
}

size_t nt_snapshot_sample_size(void)
{
	return snapshot_size(sampled_matrices());
}

struct nt_snapshot *nt_snapshot_sample_alloc(void)
{
	return alloc_snapshot(sampled_matrices(), GFP_KERNEL);
}

/* What the last reading left, and the next one adds to. */
static void empty_sample(struct nt_snapshot *snap)
{
	nodes_clear(snap->cpu);
	memset(snap + 1, 0, nt_snapshot_sample_size() - sizeof(*snap));
}

static void read_topology(struct nt_snapshot *snap)
{
	int cpu, nid;

	snap->cpus_possible = num_possible_cpus();
	snap->cpus_online = num_online_cpus();
	snap->possible = node_states[N_POSSIBLE];
	snap->online = node_states[N_ONLINE];
	/* A node without a block that is online has told nobody that it came. */
	nt_nodes_update();
	snap->known = nt_known_nodes;
	snap->memory = node_states[N_MEMORY];
	for_each_online_cpu(cpu) {
		nid = nt_node_of_cpu(cpu);
		node_set(nid, snap->cpu);
		__set_bit(cpu,
			  snap->node_cpus + nid * BITS_TO_LONGS(nr_cpu_ids));
	}
}

static void read_matrix(struct nt_cell *cells, unsigned int matrix)
{
	int row;

	for_each_node(row) {
		nt_counters_add_row(matrix, row, cells + row * nr_node_ids);
		cond_resched();
	}
}

/* All migrations are those of each reason as they were just read. */
static void read_migrations(struct nt_snapshot *snap)
{
	struct nt_cell *sum = snap->cells[NUMATRACE_MATRIX_KIND_MIGRATION];
	struct nt_cell *cells;
	unsigned int i, reason;

	for (reason = 0; reason < NT_NR_REASONS; reason++) {
		cells = snap->reason_cells[reason];
		read_matrix(cells, NT_MATRIX_REASON + reason);
		for (i = 0; i < nr_node_ids * nr_node_ids; i++)
			nt_add_cell(&sum[i], &cells[i]);
	}
}

static void read_accesses(struct nt_snapshot *snap)
{
	struct nt_cell *accesses = snap->cells[NUMATRACE_MATRIX_KIND_ACCESS];
	unsigned int matrix;

	for (matrix = NT_MATRIX_ACCESS; matrix < NT_MATRIX_MIGRATION; matrix++)
		read_matrix(accesses, matrix);
}

static void read_outcomes(struct nt_snapshot *snap)
{
	unsigned int matrix, reason;

	for (matrix = NT_MATRIX_ACCESS; matrix < NT_MATRIX_MIGRATION; matrix++)
		nt_outcomes_add(matrix, &snap->outcome);
	for (reason = 0; reason < NT_NR_REASONS; reason++)
		nt_reason_read(reason, &snap->reasons[reason]);
}

static void read_cells(struct nt_snapshot *snap)
{
	unsigned int kind, matrix;

	read_accesses(snap);
	/* ORDER: what is part of the migrations before them. */
	for (kind = NUMATRACE_MATRIX_KIND_BOUNCE; kind < NT_NR_PUBLIC; kind++) {
		matrix = NT_MATRIX_BOUNCE + kind - NUMATRACE_MATRIX_KIND_BOUNCE;
		read_matrix(snap->cells[kind], matrix);
	}
	read_migrations(snap);
}

/* What it counts: accesses by who has no row of them, migrations by reason. */
static u64 hook_events(const struct nt_snapshot *snap, enum nt_hook hook)
{
	struct nt_cell sum = { 0 };
	unsigned int matrix;

	switch (hook) {
	case NT_HOOK_OUTCOME:
		return snap->outcome.migrated;
	case NT_HOOK_ACCESS:
		for (matrix = NT_MATRIX_ACCESS; matrix < NT_MATRIX_MIGRATION;
		     matrix++)
			nt_counters_add_all(matrix, &sum);
		break;
	default:
		nt_counters_add_all(NT_MATRIX_MIGRATION, &sum);
	}
	return snap->hooks[hook].info.in_pages ? sum.pages : sum.events;
}

static u64 all_failures(const struct nt_snapshot *snap)
{
	u64 sum = 0;
	int reason;

	for (reason = 0; reason < NT_NR_REASONS; reason++)
		sum += snap->reasons[reason].failed;
	return sum;
}

static void read_totals(struct nt_snapshot *snap)
{
	struct nt_hook_count *hook;

	for (hook = snap->hooks; hook < snap->hooks + NT_NR_HOOKS; hook++)
		hook->tally.total = nt_vmstat_total(hook->info.law);
	snap->failures.total = nt_vmstat_total(PGMIGRATE_FAIL);
}

static void read_events(struct nt_snapshot *snap)
{
	int i;

	for (i = 0; i < NT_NR_HOOKS; i++)
		snap->hooks[i].tally.events = hook_events(snap, i);
	snap->failures.events = all_failures(snap);
}

/* What the kernel counts. The caller holds cpus_read_lock(). */
static void read_machine(struct nt_snapshot *snap)
{
	snap->timestamp = ktime_get_ns();
	snap->generation = nt_snapshot_generation();
	read_topology(snap);
	nt_vmstat_read(snap->nodes);
}

/* What the module itself has to tell. */
static void read_tallies(struct nt_snapshot *snap)
{
	read_outcomes(snap);
	read_events(snap);
	snap->footprint = snapshot_size(0) + nt_counters_memory() +
			  nt_slots_memory() + nt_faults_memory() +
			  nt_bounce_memory() + nt_cost_memory() +
			  nt_ledger_memory(&nt_processes) +
			  nt_ledger_memory(&nt_cgroups) + nt_sampler_memory() +
			  nt_detect_memory();
	snap->sample_interval = nt_sampler_interval();
	snap->samples = nt_history_count(&snap->last_sequence);
}

/*
 * ORDER: the kernel's totals before the module's counters, so that an event
 * that comes in between is not reported as missed. The hooks before
 * cpus_read_lock(), which nests inside the lock of the hooks.
 */
static struct nt_snapshot *take(enum nt_depth depth)
{
	unsigned int matrices =
		depth == NT_CELLS ? NT_NR_PUBLIC + NT_NR_REASONS : 0;
	struct nt_snapshot *snap = alloc_snapshot(matrices, GFP_KERNEL_ACCOUNT);
	int i;

	if (!snap)
		return NULL;
	for (i = 0; i < NT_NR_HOOKS; i++)
		nt_hook_read(i, &snap->hooks[i].info);
	cpus_read_lock();
	read_machine(snap);
	read_totals(snap);
	cpus_read_unlock();
	if (depth >= NT_TALLIES)
		read_tallies(snap);
	if (depth == NT_CELLS)
		read_cells(snap);
	return snap;
}

/*
 * Not below 0: what a CPU has not yet added to a node's own statistics is lost
 * when the node comes back, or is late while it goes.
 */
static void nodes_since_load(struct nt_snapshot *snap)
{
	u64 *value, before;
	int attr, nid;

	for_each_node(nid) {
		value = snap->nodes[nid].value;
		for (attr = NT_NODE_FIRST_COUNTER; attr <= NUMATRACE_A_NODE_MAX;
		     attr++) {
			before = base->nodes[nid].value[attr];
			value[attr] -= min(before, value[attr]);
		}
	}
}

/*
 * The module's own counters are not cut at the first snapshot, since rows of
 * processes cannot be, and both have to agree. What was counted before it does
 * not make up for what is missed after it.
 */
static void tally_since_load(struct nt_tally *tally,
			     const struct nt_tally *before)
{
	u64 events = tally->events - before->events;

	tally->total -= before->total;
	tally->missed = tally->total > events ? tally->total - events : 0;
}

struct nt_snapshot *nt_snapshot_take(enum nt_depth depth)
{
	struct nt_snapshot *snap = take(depth);
	int i;

	if (!snap)
		return NULL;
	snap->start_time = base->timestamp;
	nodes_since_load(snap);
	for (i = 0; i < NT_NR_HOOKS; i++)
		tally_since_load(&snap->hooks[i].tally, &base->hooks[i].tally);
	tally_since_load(&snap->failures, &base->failures);
	return snap;
}

void nt_snapshot_read_row(enum numatrace_matrix_kind kind, int reason, int row,
			  struct nt_cell *cells)
{
	unsigned int matrix;

	memset(cells, 0, array_size(nr_node_ids, sizeof(*cells)));
	if (kind == NUMATRACE_MATRIX_KIND_ACCESS) {
		for (matrix = NT_MATRIX_ACCESS; matrix < NT_MATRIX_MIGRATION;
		     matrix++)
			nt_counters_add_row(matrix, row, cells);
		return;
	}
	if (kind >= NUMATRACE_MATRIX_KIND_BOUNCE)
		matrix = NT_MATRIX_BOUNCE + kind - NUMATRACE_MATRIX_KIND_BOUNCE;
	else if (reason < 0)
		matrix = NT_MATRIX_MIGRATION;
	else
		matrix = NT_MATRIX_REASON + reason;
	nt_counters_add_row(matrix, row, cells);
}

void nt_snapshot_sample(struct nt_snapshot *snap)
{
	int reason;

	empty_sample(snap);
	cpus_read_lock();
	read_machine(snap);
	cpus_read_unlock();
	nodes_since_load(snap);
	for (reason = 0; reason < NT_NR_REASONS; reason++)
		nt_reason_read(reason, &snap->reasons[reason]);
	/* ORDER: as in read_cells(). */
	snap->bounced = nt_counters_crossed(NT_MATRIX_BOUNCE);
	snap->crossed = nt_counters_crossed(NT_MATRIX_MIGRATION);
	if (!nt_has_matrix())
		return;
	read_accesses(snap);
	read_matrix(snap->cells[NUMATRACE_MATRIX_KIND_MIGRATION],
		    NT_MATRIX_MIGRATION);
}

bool nt_snapshot_has(enum numatrace_matrix_kind kind)
{
	if (kind >= NUMATRACE_MATRIX_KIND_TASK_MOVE)
		return nt_moves_counted(kind);
	if (kind == NUMATRACE_MATRIX_KIND_BOUNCE &&
	    !nt_knob(NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS))
		return false;
	return nt_hook_counted(kind == NUMATRACE_MATRIX_KIND_ACCESS
				       ? NT_HOOK_ACCESS
				       : NT_HOOK_MIGRATION);
}

void nt_snapshot_free(const struct nt_snapshot *snap)
{
	kvfree(snap);
}

/* Whether the kernel has counted nothing since. */
static bool is_quiet(const struct nt_snapshot *snap)
{
	const struct nt_hook_count *hook;

	for (hook = snap->hooks; hook < snap->hooks + NT_NR_HOOKS; hook++)
		if (nt_vmstat_total(hook->info.law) != hook->tally.total)
			return false;
	return nt_vmstat_total(PGMIGRATE_FAIL) == snap->failures.total;
}

/*
 * What comes between the reading of the kernel's totals and that of the
 * module's counters would be missed for ever: as a rule there is a moment, soon,
 * in which nothing does.
 */
int nt_snapshot_init(void)
{
	int tries = 0;

	do {
		nt_snapshot_free(base);
		base = take(NT_TALLIES);
	} while (base && !is_quiet(base) && ++tries < 100);
	return base ? 0 : -ENOMEM;
}

void nt_snapshot_exit(void)
{
	nt_snapshot_free(base);
	base = NULL;
}
