// SPDX-License-Identifier: GPL-2.0
#include "vmstat.h"
#include "nodes.h"
#include "selftest.h"
#include "snapshot.h"
#include "compat/compat.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/kernel_stat.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmstat.h>

#include "compat/kernel_counters.h"

/*
 * What CPUs that went offline took along to other nodes: added to their own
 * node, subtracted (modulo 2^64) from the node that got it, so that the sum
 * over nodes is always 0. The time of a CPU goes nowhere else; while the CPU is
 * offline, it stands here. Written with cpus_write_lock() held.
 */
static struct nt_node *moved;
static enum cpuhp_state cpuhp_state;

static void add_vm_events(struct nt_node *node, int cpu, u64 sign)
{
	const struct vm_event_state *state = &per_cpu(vm_event_states, cpu);
	int i;

	for (i = 0; i < ARRAY_SIZE(vm_events); i++)
		node->value[vm_events[i].attr] +=
			sign * READ_ONCE(state->event[vm_events[i].item]);
}

static void add_time(struct nt_node *node, const struct kernel_cpustat *stat,
		     u64 sign)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(cpu_times); i++)
		node->value[cpu_times[i].attr] +=
			sign * stat->cpustat[cpu_times[i].item];
}

/*
 * The CPU is dead, its counts are final, and soon vm_events_fold_cpu() adds
 * them to the CPU that this runs on. That CPU is known: a CPU is taken down by
 * work_on_cpu(), in a worker that cannot leave it.
 *
 * ORDER: CPUHP_BP_PREPARE_DYN is torn down before CPUHP_PAGE_ALLOC, the fold.
 */
static int cpu_dead(unsigned int cpu)
{
	int nid = nt_node_of_cpu(cpu);

	add_vm_events(&moved[nid], cpu, 1);
	add_vm_events(&moved[nt_node_of_cpu(raw_smp_processor_id())], cpu,
		      -1ULL);
	add_time(&moved[nid], &kcpustat_cpu(cpu), 1);
	nt_snapshot_new_generation();
	return 0;
}

/* Its time goes on from what it was, maybe on another node. */
static int cpu_prepare(unsigned int cpu)
{
	nt_nodes_update();
	add_time(&moved[nt_node_of_cpu(cpu)], &kcpustat_cpu(cpu), -1ULL);
	nt_snapshot_new_generation();
	return 0;
}

int nt_vmstat_init(void)
{
	int ret;

	moved = NT_MAY_FAIL(kvcalloc(nr_node_ids, sizeof(*moved), GFP_KERNEL),
			    NULL);
	if (!moved)
		return -ENOMEM;
	ret = NT_MAY_FAIL(cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						    "mm/numatrace:prepare",
						    cpu_prepare, cpu_dead),
			  -ENOSPC);
	if (ret < 0) {
		kvfree(moved);
		return ret;
	}
	cpuhp_state = ret;
	return 0;
}

void nt_vmstat_exit(void)
{
	cpuhp_remove_state_nocalls(cpuhp_state);
	kvfree(moved);
}

static void read_cpus(struct nt_node *nodes)
{
	struct kernel_cpustat stat;
	int attr, cpu, nid;

	for_each_possible_cpu(cpu)
		add_vm_events(&nodes[nt_node_of_cpu(cpu)], cpu, 1);
	for_each_online_cpu(cpu) {
		kcpustat_cpu_fetch(&stat, cpu);
		add_time(&nodes[nt_node_of_cpu(cpu)], &stat, 1);
	}
	for_each_node(nid)
		for (attr = NT_NODE_FIRST_COUNTER; attr <= NUMATRACE_A_NODE_MAX;
		     attr++)
			nodes[nid].value[attr] += moved[nid].value[attr];
}

/* Not below 0: per-CPU differences that are not folded yet may say so. */
static u64 node_gauge(struct pglist_data *pgdat, enum node_stat_item item)
{
	return max(atomic_long_read(&pgdat->vm_stat[item]), 0L) << PAGE_SHIFT;
}

static u64 node_counter(struct pglist_data *pgdat, enum node_stat_item item)
{
	long count = atomic_long_read(&pgdat->vm_stat[item]);
	int cpu;

	for_each_online_cpu(cpu)
		count += per_cpu_ptr(pgdat->per_cpu_nodestats, cpu)
				 ->vm_node_stat_diff[item];
	return max(count, 0L);
}

static u64 zone_counter(struct zone *zone, enum numa_stat_item item)
{
	u64 count = zone_numa_event_state(zone, item);
	int cpu;

	/* An empty zone shares its per-CPU part with all others. */
	if (!populated_zone(zone))
		return count;
	for_each_online_cpu(cpu)
		count += READ_ONCE(per_cpu_ptr(zone->per_cpu_zonestats, cpu)
					   ->vm_numa_event[item]);
	return count;
}

static void read_zone(struct nt_node *node, struct zone *zone)
{
	u64 *value = node->value;
	int i;

	value[NUMATRACE_A_NODE_MEM_TOTAL] += (u64)zone_managed_pages(zone)
					     << PAGE_SHIFT;
	value[NUMATRACE_A_NODE_MEM_FREE] +=
		(u64)zone_page_state(zone, NR_FREE_PAGES) << PAGE_SHIFT;
	for (i = 0; i < ARRAY_SIZE(zone_counters); i++)
		value[zone_counters[i].attr] +=
			zone_counter(zone, zone_counters[i].item);
}

/* A node that is gone has its counters still, as one that is to come may. */
static void read_memory(struct nt_node *node, struct pglist_data *pgdat,
			bool online)
{
	u64 *value = node->value;
	int i;

	if (online) {
		value[NUMATRACE_A_NODE_MEM_FILE] =
			node_gauge(pgdat, NR_FILE_PAGES);
		value[NUMATRACE_A_NODE_MEM_ANON] =
			node_gauge(pgdat, NR_ANON_MAPPED);
	}
	for (i = 0; i < ARRAY_SIZE(node_counters); i++)
		value[node_counters[i].attr] +=
			node_counter(pgdat, node_counters[i].item);
	for (i = 0; i < MAX_NR_ZONES; i++)
		read_zone(node, &pgdat->node_zones[i]);
}

void nt_vmstat_read(struct nt_node *nodes)
{
	int nid;

	read_cpus(nodes);
	for_each_node(nid)
		if (NODE_DATA(nid))
			read_memory(&nodes[nid], NODE_DATA(nid),
				    node_online(nid));
}

const struct nt_uncounted *nt_vmstat_uncounted(unsigned int i)
{
	return i < ARRAY_SIZE(uncounted) ? &uncounted[i] : NULL;
}

bool nt_vmstat_counts(unsigned int attr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(uncounted); i++)
		if (uncounted[i].attr == attr)
			return false;
	return true;
}

u64 nt_vmstat_total(enum vm_event_item item)
{
	u64 total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += READ_ONCE(per_cpu(vm_event_states, cpu).event[item]);
	return total;
}
