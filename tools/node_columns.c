// SPDX-License-Identifier: GPL-2.0
#include "node_columns.h"
#include "locality.h"

#include <stdio.h>
#include <string.h>

#include <linux/numatrace.h>

static char *show_id(const struct output_style *style, const void *object,
		     int field)
{
	const struct node_row *row = object;

	return output_count(row->node->id);
}

static bool is_gone(const struct report_node *node)
{
	return !(node->state & NUMATRACE_NODE_STATE_ONLINE);
}

static char *show_state(const struct output_style *style, const void *object,
			int field)
{
	static const char *const words[] = { "", "memory", "cpu",
					     "memory,cpu" };
	const struct node_row *row = object;
	bool memory = row->node->state & NUMATRACE_NODE_STATE_MEMORY;
	bool cpu = row->node->state & NUMATRACE_NODE_STATE_CPU;

	if (is_gone(row->node))
		return strdup("gone");
	return strdup(words[memory + 2 * cpu]);
}

static char *show_cpus(const struct output_style *style, const void *object,
		       int field)
{
	const struct node_row *row = object;

	/* Where people see it: STATE is hidden. */
	if (style->format == OUTPUT_TABLE && is_gone(row->node))
		return strdup("gone");
	return strdup(row->node->cpus);
}

static char *show_size(const struct output_style *style, const void *object,
		       int field)
{
	const struct node_row *row = object;

	if (!report_measured(row->node, field))
		return NULL;
	return output_size(style, row->node->value[field]);
}

static char *show_counter(const struct output_style *style, const void *object,
			  int field)
{
	const struct node_row *row = object;

	if (!report_measured(row->node, field))
		return NULL;
	return output_count(row->node->value[field]);
}

/* In seconds, as of all times that are printed. */
static char *show_time(const struct output_style *style, const void *object,
		       int field)
{
	const struct node_row *row = object;
	char *text;

	if (!report_measured(row->node, field))
		return NULL;
	if (asprintf(&text, "%.3f", (double)row->node->value[field] / 1e9) < 0)
		return NULL;
	return text;
}

static char *show_minor(const struct output_style *style, const void *object,
			int field)
{
	const struct node_row *row = object;
	int64_t minor;

	if (!locality_minor_faults(row->node, &minor))
		return NULL;
	return output_signed(minor);
}

static char *show_remote(const struct output_style *style, const void *object,
			 int field)
{
	const struct node_row *row = object;
	struct locality locality;

	if (!locality_of_node(row->node, &locality))
		return NULL;
	return output_count(locality.remote);
}

static char *show_locality(const struct output_style *style, const void *object,
			   int field)
{
	const struct node_row *row = object;
	struct locality locality;
	double ratio;

	if (!locality_of_node(row->node, &locality) ||
	    !locality_ratio(locality, &ratio))
		return NULL;
	return output_ratio(style, ratio);
}

static char *show_in(const struct output_style *style, const void *object,
		     int field)
{
	const struct node_row *row = object;

	return row->migrations ? output_count(row->in) : NULL;
}

static char *show_out(const struct output_style *style, const void *object,
		      int field)
{
	const struct node_row *row = object;

	return row->migrations ? output_count(row->out) : NULL;
}

static const struct output_column node_columns[] = {
	{
		.name = "NODE",
		.key = "node",
		.number = true,
		.help = "number of the node",
		.value = show_id,
	},
	{
		.name = "STATE",
		.key = "state",
		.hidden = true,
		.help = "what the node has: memory, cpu; gone: it is no more",
		.value = show_state,
	},
	{
		.name = "CPUS",
		.key = "cpus",
		.help = "online CPUs of the node",
		.value = show_cpus,
	},
	{
		.name = "TOTAL",
		.key = "mem_total",
		.number = true,
		.help = "memory that the page allocator manages",
		.field = NODE_MEM_TOTAL,
		.value = show_size,
	},
	{
		.name = "FREE",
		.key = "mem_free",
		.number = true,
		.help = "free memory (NR_FREE_PAGES)",
		.field = NODE_MEM_FREE,
		.value = show_size,
	},
	{
		.name = "FILE",
		.key = "mem_file",
		.number = true,
		.hidden = true,
		.help = "page cache (NR_FILE_PAGES)",
		.field = NODE_MEM_FILE,
		.value = show_size,
	},
	{
		.name = "ANON",
		.key = "mem_anon",
		.number = true,
		.hidden = true,
		.help = "mapped anonymous memory (NR_ANON_MAPPED)",
		.field = NODE_MEM_ANON,
		.value = show_size,
	},
	{
		.name = "FAULTS",
		.key = "faults",
		.number = true,
		.hidden = true,
		.help = "page faults on CPUs of the node (PGFAULT)",
		.field = NODE_FAULTS,
		.value = show_counter,
	},
	{
		.name = "MINOR",
		.key = "minor_faults",
		.number = true,
		.help = "minor page faults (PGFAULT - PGMAJFAULT)",
		.value = show_minor,
	},
	{
		.name = "MAJOR",
		.key = "major_faults",
		.number = true,
		.help = "page faults that waited for I/O (PGMAJFAULT)",
		.field = NODE_MAJOR_FAULTS,
		.value = show_counter,
	},
	{
		.name = "ACCESSES",
		.key = "hint_faults",
		.number = true,
		.hidden = true,
		.help = "accesses by CPUs of the node (NUMA_HINT_FAULTS)",
		.field = NODE_HINT_FAULTS,
		.value = show_counter,
	},
	{
		.name = "LOCAL",
		.key = "hint_faults_local",
		.number = true,
		.help = "accesses to the node's own memory (NUMA_HINT_FAULTS_LOCAL)",
		.field = NODE_HINT_FAULTS_LOCAL,
		.value = show_counter,
	},
	{
		.name = "REMOTE",
		.key = "hint_faults_remote",
		.number = true,
		.help = "accesses to other nodes' memory (the rest of NUMA_HINT_FAULTS)",
		.value = show_remote,
	},
	{
		.name = "LOCALITY",
		.key = "locality",
		.number = true,
		.help = "LOCAL / (LOCAL + REMOTE); \"-\" if nothing was sampled",
		.value = show_locality,
	},
	{
		.name = "MIGR-IN",
		.key = "migrations_in",
		.number = true,
		.help = "pages that came from other nodes (hook folio_migrate_flags)",
		.value = show_in,
	},
	{
		.name = "MIGR-OUT",
		.key = "migrations_out",
		.number = true,
		.help = "pages that went to other nodes (hook folio_migrate_flags)",
		.value = show_out,
	},
	{
		.name = "PTE-UPDATES",
		.key = "pte_updates",
		.number = true,
		.hidden = true,
		.help = "page table entries armed by the scanner (NUMA_PTE_UPDATES)",
		.field = NODE_PTE_UPDATES,
		.value = show_counter,
	},
	{
		.name = "HUGE-UPDATES",
		.key = "huge_pte_updates",
		.number = true,
		.hidden = true,
		.help = "huge entries armed by the scanner (NUMA_HUGE_PTE_UPDATES)",
		.field = NODE_HUGE_PTE_UPDATES,
		.value = show_counter,
	},
	{
		.name = "BALANCED",
		.key = "numa_pages_migrated",
		.number = true,
		.hidden = true,
		.help = "pages migrated by balancing (NUMA_PAGE_MIGRATE)",
		.field = NODE_NUMA_PAGES_MIGRATED,
		.value = show_counter,
	},
	{
		.name = "MIGRATED",
		.key = "migrate_success",
		.number = true,
		.hidden = true,
		.help = "pages migrated for any reason (PGMIGRATE_SUCCESS)",
		.field = NODE_MIGRATE_SUCCESS,
		.value = show_counter,
	},
	{
		.name = "MIGR-FAIL",
		.key = "migrate_fail",
		.number = true,
		.hidden = true,
		.help = "pages that could not be migrated (PGMIGRATE_FAIL)",
		.field = NODE_MIGRATE_FAIL,
		.value = show_counter,
	},
	{
		.name = "THP-MIGRATED",
		.key = "thp_migrate_success",
		.number = true,
		.hidden = true,
		.help = "huge pages migrated whole (THP_MIGRATION_SUCCESS)",
		.field = NODE_THP_MIGRATE_SUCCESS,
		.value = show_counter,
	},
	{
		.name = "THP-FAIL",
		.key = "thp_migrate_fail",
		.number = true,
		.hidden = true,
		.help = "huge pages not migrated whole, split or not (THP_MIGRATION_FAIL)",
		.field = NODE_THP_MIGRATE_FAIL,
		.value = show_counter,
	},
	{
		.name = "THP-SPLIT",
		.key = "thp_migrate_split",
		.number = true,
		.hidden = true,
		.help = "huge pages split in order to migrate (THP_MIGRATION_SPLIT)",
		.field = NODE_THP_MIGRATE_SPLIT,
		.value = show_counter,
	},
	{
		.name = "PROMOTED",
		.key = "promoted",
		.number = true,
		.hidden = true,
		.help = "pages promoted to the node (PGPROMOTE_SUCCESS)",
		.field = NODE_PROMOTED,
		.value = show_counter,
	},
	{
		.name = "DEMOTED",
		.key = "demoted",
		.number = true,
		.hidden = true,
		.help = "pages demoted from the node (PGDEMOTE_*)",
		.field = NODE_DEMOTED,
		.value = show_counter,
	},
	{
		.name = "ALLOC-HIT",
		.key = "alloc_hit",
		.number = true,
		.hidden = true,
		.help = "pages allocated here as intended (NUMA_HIT)",
		.field = NODE_ALLOC_HIT,
		.value = show_counter,
	},
	{
		.name = "ALLOC-MISS",
		.key = "alloc_miss",
		.number = true,
		.hidden = true,
		.help = "pages allocated here, intended for elsewhere (NUMA_MISS)",
		.field = NODE_ALLOC_MISS,
		.value = show_counter,
	},
	{
		.name = "ALLOC-FOREIGN",
		.key = "alloc_foreign",
		.number = true,
		.hidden = true,
		.help = "pages intended for here, allocated elsewhere (NUMA_FOREIGN)",
		.field = NODE_ALLOC_FOREIGN,
		.value = show_counter,
	},
	{
		.name = "ALLOC-INTERLEAVE",
		.key = "alloc_interleave_hit",
		.number = true,
		.hidden = true,
		.help = "pages interleaved to here as intended (NUMA_INTERLEAVE_HIT)",
		.field = NODE_ALLOC_INTERLEAVE_HIT,
		.value = show_counter,
	},
	{
		.name = "ALLOC-LOCAL",
		.key = "alloc_local_node",
		.number = true,
		.hidden = true,
		.help = "pages allocated here by CPUs of the node (NUMA_LOCAL)",
		.field = NODE_ALLOC_LOCAL_NODE,
		.value = show_counter,
	},
	{
		.name = "ALLOC-OTHER",
		.key = "alloc_other_node",
		.number = true,
		.hidden = true,
		.help = "pages allocated here by CPUs of other nodes (NUMA_OTHER)",
		.field = NODE_ALLOC_OTHER_NODE,
		.value = show_counter,
	},
	{
		.name = "CPU-TIME",
		.key = "cpu_time",
		.number = true,
		.hidden = true,
		.help = "seconds that CPUs of the node were busy (kernel_cpustat)",
		.field = NODE_CPU_TIME,
		.value = show_time,
	},
	{ 0 },
};

const struct output_object node_object = {
	.name = "nodes",
	.columns = node_columns,
};

bool node_shows_accesses(const struct output_column *column)
{
	return column->value == show_remote || column->value == show_locality ||
	       column->field == NODE_HINT_FAULTS ||
	       column->field == NODE_HINT_FAULTS_LOCAL;
}

bool node_shows_migrations(const struct output_column *column)
{
	return column->value == show_in || column->value == show_out;
}
