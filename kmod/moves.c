// SPDX-License-Identifier: GPL-2.0
#include "moves.h"
#include "counters.h"
#include "nodes.h"
#include "tracepoints.h"

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <trace/events/sched.h>

static void count_task(unsigned int matrix, int from, int to)
{
	atomic64_inc(&nt_shared_cell(matrix, from, to)->events);
}

static void __maybe_unused task_moved(void *data, struct task_struct *task,
				      int from, int to)
{
	count_task(NT_MATRIX_TASK_MOVE, nt_node_of_cpu(from),
		   nt_node_of_cpu(to));
}

static void __maybe_unused tasks_swapped(void *data, struct task_struct *task,
					 int cpu, struct task_struct *other,
					 int other_cpu)
{
	int node = nt_node_of_cpu(cpu), other_node = nt_node_of_cpu(other_cpu);

	count_task(NT_MATRIX_TASK_SWAP, node, other_node);
	count_task(NT_MATRIX_TASK_SWAP, other_node, node);
}

/* Where it found no CPU to go to, the node counts to which it wanted to. */
static void __maybe_unused task_stuck(void *data, struct task_struct *task,
				      int cpu, struct task_struct *other,
				      int other_cpu)
{
	int node = nt_node_of_cpu(cpu);
	int wanted = other_cpu < 0 ? READ_ONCE(task->numa_preferred_nid)
				   : nt_node_of_cpu(other_cpu);

	if (wanted < 0)
		wanted = node;
	count_task(NT_MATRIX_TASK_STICK, node, wanted);
}

static struct nt_probe task_probes[] = {
	NT_PROBE_1(sched_move_numa, task_moved, NT_PROBE_OPTIONAL),
	NT_PROBE_1(sched_swap_numa, tasks_swapped, NT_PROBE_OPTIONAL),
	NT_PROBE_1(sched_stick_numa, task_stuck, NT_PROBE_OPTIONAL),
};

static bool counted[ARRAY_SIZE(task_probes)];

bool nt_moves_counted(enum numatrace_matrix_kind kind)
{
	return counted[kind - NUMATRACE_MATRIX_KIND_TASK_MOVE];
}

/*
 * The kernel's own list of why mappings are passed over, since 6.6; its header
 * leaves EM() such that this is one of numbers and names.
 */
#ifdef NUMAB_SKIP_REASON
static const struct trace_print_flags skip_reasons[] = { NUMAB_SKIP_REASON };

static atomic64_t skips[ARRAY_SIZE(skip_reasons)];
static int skips_error;

static void __maybe_unused mapping_skipped(void *data, struct mm_struct *mm,
					   struct vm_area_struct *vma,
					   enum numa_vmaskip_reason reason)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(skips); i++)
		if (skip_reasons[i].mask == reason)
			atomic64_inc(&skips[i]);
}

static struct nt_probe skip_probe[] = {
	NT_PROBE_1(sched_skip_vma_numa, mapping_skipped, NT_PROBE_OPTIONAL),
};

int nt_skips_error(void)
{
	return skips_error;
}

bool nt_skip_read(unsigned int number, struct nt_skip *skip)
{
	if (number >= ARRAY_SIZE(skips))
		return false;
	skip->name = skip_reasons[number].name;
	skip->count = atomic64_read(&skips[number]);
	return true;
}

static void skips_init(void)
{
	skips_error = nt_tracepoints_init(skip_probe, 1);
}

static void skips_exit(void)
{
	if (!skips_error)
		nt_tracepoints_exit(skip_probe, 1);
}
#else
int nt_skips_error(void)
{
	return -ENOENT;
}

bool nt_skip_read(unsigned int number, struct nt_skip *skip)
{
	return false;
}

static void skips_init(void)
{
}

static void skips_exit(void)
{
}
#endif

void nt_moves_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(task_probes); i++)
		counted[i] = !nt_tracepoints_init(&task_probes[i], 1);
	skips_init();
}

void nt_moves_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(task_probes); i++)
		if (counted[i])
			nt_tracepoints_exit(&task_probes[i], 1);
	skips_exit();
}
