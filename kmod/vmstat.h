/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Per-node reading of what the kernel counts anyway; nothing runs on the fault
 * path for it.
 *
 * VM events are kept per CPU: they belong to the node of the CPU on which they
 * happened, and stay with it when that CPU goes offline (the kernel then moves
 * them to another CPU). Node and zone statistics belong to the memory's node.
 */
#ifndef NUMATRACE_VMSTAT_H
#define NUMATRACE_VMSTAT_H

#include <linux/numatrace.h>
#include <linux/types.h>
#include <linux/vm_event_item.h>

/**
 * struct nt_node - one node's numbers
 * @value: indexed by NUMATRACE_A_NODE_*, as uapi/numatrace.yaml describes them;
 *	used from NT_NODE_FIRST_VALUE on. Gauges in bytes, counters since boot
 *	in nt_vmstat_read(), since load in a snapshot.
 */
struct nt_node {
	u64 value[NUMATRACE_A_NODE_MAX + 1];
};

/**
 * struct nt_uncounted - an attribute of a node that this kernel does not count
 * @attr: NUMATRACE_A_NODE_*
 * @name: the attribute's name in uapi/numatrace.yaml, with _ for -
 * @reason: what the kernel lacks, or has beside what is known
 */
struct nt_uncounted {
	unsigned int attr;
	const char *name;
	const char *reason;
};

#define NT_NODE_FIRST_VALUE NUMATRACE_A_NODE_MEM_TOTAL
#define NT_NODE_FIRST_COUNTER NUMATRACE_A_NODE_FAULTS

int nt_vmstat_init(void);
void nt_vmstat_exit(void);

/*
 * Reads all nodes into nr_node_ids zeroed elements. An offline node keeps its
 * counters, but for what the kernel drops of node statistics (PROMOTED, DEMOTED)
 * that a CPU had not folded; it has no memory, so that the rest is 0. Exact but
 * for node and zone statistics that the kernel is folding at that very moment.
 * Context: process; the caller holds cpus_read_lock(), so that no CPU's events
 * are under way from one CPU to another.
 */
void nt_vmstat_read(struct nt_node *nodes);

/* One after the other, from 0 on; NULL after the last. */
const struct nt_uncounted *nt_vmstat_uncounted(unsigned int i);
bool nt_vmstat_counts(unsigned int attr);

/* Sum of one VM event over the machine since boot; equals /proc/vmstat. */
u64 nt_vmstat_total(enum vm_event_item item);

#endif
