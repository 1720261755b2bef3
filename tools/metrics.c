// SPDX-License-Identifier: GPL-2.0
#include "metrics.h"

#include "clock.h"
#include "locality.h"
#include "series.h"
#include "topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a node with the number REPORT_ALL_NODES is the sum of. */
static bool is_sum(const struct report_node *node)
{
	return node->id == REPORT_ALL_NODES;
}

static bool show_counter(const struct metric *metric,
			 const struct metric_machine *machine,
			 const struct report_sample *growth,
			 const struct report_node *node, double *value)
{
	if (!report_measured(node, metric->field))
		return false;
	return series_rate(node->value[metric->field], 0, growth->elapsed,
			   value);
}

/* What the machine was like then is known only where it has not changed. */
static bool still_so(const struct metric_machine *machine,
		     const struct report_sample *growth)
{
	return growth->elapsed && growth->steady &&
	       growth->generation == machine->generation;
}

/*
 * What the module counts of a cgroup: what it counted, and that there was
 * nothing to count only where it still counts as it did then.
 */
static bool was_counted(const struct metric_machine *machine,
			const struct report_sample *growth, uint64_t counted,
			bool counts)
{
	if (!machine->of_cgroups)
		return true;
	return growth->steady &&
	       (counted || (counts && still_so(machine, growth)));
}

/*
 * With balancing off none are sampled, but for those to pages that it has armed
 * before: these did happen.
 */
static bool is_sampled(const struct metric_machine *machine,
		       const struct report_sample *growth,
		       const struct report_node *node)
{
	uint64_t counted = node->value[NODE_HINT_FAULTS];

	return (!machine->no_accesses || counted) &&
	       was_counted(machine, growth, counted, machine->attributed);
}

static bool show_accesses(const struct metric *metric,
			  const struct metric_machine *machine,
			  const struct report_sample *growth,
			  const struct report_node *node, double *value)
{
	return is_sampled(machine, growth, node) &&
	       show_counter(metric, machine, growth, node, value);
}

static bool show_balanced(const struct metric *metric,
			  const struct metric_machine *machine,
			  const struct report_sample *growth,
			  const struct report_node *node, double *value)
{
	return was_counted(machine, growth, node->value[metric->field],
			   machine->outcomes) &&
	       show_counter(metric, machine, growth, node, value);
}

/* With vm.numa_stat off the kernel clears these and counts no more. */
static bool show_allocation(const struct metric *metric,
			    const struct metric_machine *machine,
			    const struct report_sample *growth,
			    const struct report_node *node, double *value)
{
	return !machine->no_allocations &&
	       show_counter(metric, machine, growth, node, value);
}

static bool show_gauge(const struct metric *metric,
		       const struct metric_machine *machine,
		       const struct report_sample *growth,
		       const struct report_node *node, double *value)
{
	if (!report_measured(node, metric->field))
		return false;
	*value = (double)node->value[metric->field];
	return true;
}

static bool show_used(const struct metric *metric,
		      const struct metric_machine *machine,
		      const struct report_sample *growth,
		      const struct report_node *node, double *value)
{
	if (!report_measured(node, NODE_MEM_TOTAL) ||
	    !report_measured(node, NODE_MEM_FREE))
		return false;
	*value = (double)node->value[NODE_MEM_TOTAL] -
		 (double)node->value[NODE_MEM_FREE];
	return true;
}

static bool show_minor(const struct metric *metric,
		       const struct metric_machine *machine,
		       const struct report_sample *growth,
		       const struct report_node *node, double *value)
{
	int64_t minor;

	if (!growth->elapsed || !locality_minor_faults(node, &minor))
		return false;
	*value = (double)minor * NSEC_PER_SEC / (double)growth->elapsed;
	return true;
}

static bool show_remote(const struct metric *metric,
			const struct metric_machine *machine,
			const struct report_sample *growth,
			const struct report_node *node, double *value)
{
	struct locality locality;

	return is_sampled(machine, growth, node) &&
	       locality_of_node(node, &locality) &&
	       series_rate(locality.remote, 0, growth->elapsed, value);
}

static bool show_locality(const struct metric *metric,
			  const struct metric_machine *machine,
			  const struct report_sample *growth,
			  const struct report_node *node, double *value)
{
	struct locality locality;

	return growth->elapsed && is_sampled(machine, growth, node) &&
	       locality_of_node(node, &locality) &&
	       locality_ratio(locality, value);
}

static bool show_cpus(const struct metric *metric,
		      const struct metric_machine *machine,
		      const struct report_sample *growth,
		      const struct report_node *node, double *value)
{
	if (!report_measured(node, NODE_CPU_TIME) || !growth->elapsed)
		return false;
	*value = (double)node->value[NODE_CPU_TIME] / (double)growth->elapsed;
	return true;
}

static size_t cpus_of(const struct metric_machine *machine,
		      const struct report_node *node)
{
	const struct report_node *known;
	size_t count = 0;

	if (!is_sum(node)) {
		known = report_find_node(&machine->nodes, node->id);
		return known ? topology_count(known->cpus) : 0;
	}
	for (size_t i = 0; i < machine->nodes.count; i++)
		count += topology_count(machine->nodes.node[i].cpus);
	return count;
}

static bool show_busy(const struct metric *metric,
		      const struct metric_machine *machine,
		      const struct report_sample *growth,
		      const struct report_node *node, double *value)
{
	size_t cpus = cpus_of(machine, node);

	if (!cpus || !still_so(machine, growth) ||
	    !show_cpus(metric, machine, growth, node, value))
		return false;
	*value /= (double)cpus;
	/* The kernel's account of it is precise to a tick. */
	if (*value > 1)
		*value = 1;
	return true;
}

static uint64_t migrated(const struct report_matrix *matrix, uint32_t id,
			 bool in)
{
	return in ? locality_column_sum(matrix, id, LOCALITY_PAGES, false)
		  : locality_row_sum(matrix, id, LOCALITY_PAGES, false);
}

/* Of all nodes together as much comes as goes. */
static bool show_moves(const struct metric_machine *machine,
		       const struct report_sample *growth,
		       const struct report_node *node, bool in, double *value)
{
	const struct report_nodes *nodes = &growth->nodes;
	uint64_t pages = 0;

	if (!machine->migrations || !still_so(machine, growth))
		return false;
	if (!is_sum(node))
		pages = migrated(&growth->migration, node->id, in);
	for (size_t i = 0; is_sum(node) && i < nodes->count; i++)
		pages += migrated(&growth->migration, nodes->node[i].id, in);
	return series_rate(pages, 0, growth->elapsed, value);
}

static bool show_in(const struct metric *metric,
		    const struct metric_machine *machine,
		    const struct report_sample *growth,
		    const struct report_node *node, double *value)
{
	return show_moves(machine, growth, node, true, value);
}

static bool show_out(const struct metric *metric,
		     const struct metric_machine *machine,
		     const struct report_sample *growth,
		     const struct report_node *node, double *value)
{
	return show_moves(machine, growth, node, false, value);
}

/* A metric whose values come from a field alone, and one that needs more. */
#define COUNTER(_name, _field, _help)                                          \
	{                                                                      \
		.name = _name, .unit = METRIC_PER_SECOND, .help = _help,       \
		.field = _field, .value = show_counter,                        \
	}
#define ACCESSES(_name, _field, _help)                                         \
	{                                                                      \
		.name = _name, .unit = METRIC_PER_SECOND, .help = _help,       \
		.field = _field, .value = show_accesses, .of_cgroups = true,   \
	}
#define BALANCED(_name, _field, _help)                                         \
	{                                                                      \
		.name = _name, .unit = METRIC_PER_SECOND, .help = _help,       \
		.field = _field, .value = show_balanced, .of_cgroups = true,   \
	}
#define ALLOCATION(_name, _field, _help)                                       \
	{                                                                      \
		.name = _name, .unit = METRIC_PER_SECOND, .help = _help,       \
		.field = _field, .value = show_allocation,                     \
	}
#define GAUGE(_name, _field, _help)                                            \
	{                                                                      \
		.name = _name, .unit = METRIC_BYTES, .help = _help,            \
		.field = _field, .value = show_gauge,                          \
	}
#define OTHER(_name, _unit, _value, _help)                                     \
	{                                                                      \
		.name = _name, .unit = _unit, .help = _help, .value = _value,  \
	}
#define OF_CGROUPS(_name, _unit, _value, _help)                                \
	{                                                                      \
		.name = _name, .unit = _unit, .help = _help, .value = _value,  \
		.of_cgroups = true,                                            \
	}

const struct metric metrics[] = {
	ACCESSES("accesses", NODE_HINT_FAULTS,
		 "accesses by CPUs of the node (NUMA_HINT_FAULTS)"),
	ACCESSES("local_accesses", NODE_HINT_FAULTS_LOCAL,
		 "accesses to the node's own memory (NUMA_HINT_FAULTS_LOCAL)"),
	OF_CGROUPS("remote_accesses", METRIC_PER_SECOND, show_remote,
		   "accesses to other nodes' memory (the rest of NUMA_HINT_FAULTS)"),
	OF_CGROUPS("locality", METRIC_SHARE, show_locality,
		   "local share of the accesses"),
	COUNTER("migrations", NODE_MIGRATE_SUCCESS,
		"pages migrated by CPUs of the node for any reason (PGMIGRATE_SUCCESS)"),
	OTHER("migrations_in", METRIC_PER_SECOND, show_in,
	      "pages that came from other nodes (hook folio_migrate_flags)"),
	OTHER("migrations_out", METRIC_PER_SECOND, show_out,
	      "pages that went to other nodes (hook folio_migrate_flags)"),
	COUNTER("faults", NODE_FAULTS,
		"page faults on CPUs of the node (PGFAULT)"),
	OTHER("minor_faults", METRIC_PER_SECOND, show_minor,
	      "minor page faults (PGFAULT - PGMAJFAULT)"),
	COUNTER("major_faults", NODE_MAJOR_FAULTS,
		"page faults that waited for I/O (PGMAJFAULT)"),
	OTHER("cpu_busy", METRIC_SHARE, show_busy,
	      "share of the time that the node's CPUs were busy (kernel_cpustat)"),
	OTHER("cpu_time", METRIC_CPUS, show_cpus,
	      "the same as a number of CPUs"),
	GAUGE("mem_free", NODE_MEM_FREE, "free memory (NR_FREE_PAGES)"),
	OTHER("mem_used", METRIC_BYTES, show_used, "memory that is not free"),
	GAUGE("mem_total", NODE_MEM_TOTAL,
	      "memory that the page allocator manages"),
	GAUGE("mem_file", NODE_MEM_FILE, "page cache (NR_FILE_PAGES)"),
	GAUGE("mem_anon", NODE_MEM_ANON,
	      "mapped anonymous memory (NR_ANON_MAPPED)"),
	ACCESSES("hint_faults", NODE_HINT_FAULTS, "the same as accesses"),
	ACCESSES("hint_faults_local", NODE_HINT_FAULTS_LOCAL,
		 "the same as local_accesses"),
	OF_CGROUPS("hint_faults_remote", METRIC_PER_SECOND, show_remote,
		   "the same as remote_accesses"),
	COUNTER("pte_updates", NODE_PTE_UPDATES,
		"page table entries armed by the scanner (NUMA_PTE_UPDATES)"),
	COUNTER("huge_pte_updates", NODE_HUGE_PTE_UPDATES,
		"huge entries armed by the scanner (NUMA_HUGE_PTE_UPDATES)"),
	BALANCED("numa_pages_migrated", NODE_NUMA_PAGES_MIGRATED,
		 "pages migrated by balancing (NUMA_PAGE_MIGRATE)"),
	COUNTER("migrate_success", NODE_MIGRATE_SUCCESS,
		"the same as migrations"),
	BALANCED("migrate_fail", NODE_MIGRATE_FAIL,
		 "pages that could not be migrated (PGMIGRATE_FAIL)"),
	COUNTER("thp_migrate_success", NODE_THP_MIGRATE_SUCCESS,
		"huge pages migrated whole (THP_MIGRATION_SUCCESS)"),
	COUNTER("thp_migrate_fail", NODE_THP_MIGRATE_FAIL,
		"huge pages neither migrated nor split (THP_MIGRATION_FAIL)"),
	COUNTER("thp_migrate_split", NODE_THP_MIGRATE_SPLIT,
		"huge pages split in order to migrate (THP_MIGRATION_SPLIT)"),
	COUNTER("promoted", NODE_PROMOTED,
		"pages promoted to the node (PGPROMOTE_SUCCESS)"),
	COUNTER("demoted", NODE_DEMOTED,
		"pages demoted from the node (PGDEMOTE_*)"),
	ALLOCATION("alloc_hit", NODE_ALLOC_HIT,
		   "pages allocated here as intended (NUMA_HIT)"),
	ALLOCATION("alloc_miss", NODE_ALLOC_MISS,
		   "pages allocated here, intended for elsewhere (NUMA_MISS)"),
	ALLOCATION("alloc_foreign", NODE_ALLOC_FOREIGN,
		   "pages intended for here, allocated elsewhere (NUMA_FOREIGN)"),
	ALLOCATION("alloc_interleave_hit", NODE_ALLOC_INTERLEAVE_HIT,
		   "pages interleaved to here as intended (NUMA_INTERLEAVE_HIT)"),
	ALLOCATION("alloc_local_node", NODE_ALLOC_LOCAL_NODE,
		   "pages allocated here by CPUs of the node (NUMA_LOCAL)"),
	ALLOCATION("alloc_other_node", NODE_ALLOC_OTHER_NODE,
		   "pages allocated here by CPUs of other nodes (NUMA_OTHER)"),
	{ 0 },
};

const char *const metric_overview[] = {
	"accesses", "locality", "migrations", "faults",
	"cpu_busy", "mem_free", NULL,
};

const char *const metric_cgroup_overview[] = {
	"accesses",
	"locality",
	"numa_pages_migrated",
	NULL,
};

static bool same_name(const char *name, const char *text)
{
	for (; *name && *text; name++, text++) {
		char c = *text == '-' ? '_' : *text;

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c != *name)
			return false;
	}
	return !*name && !*text;
}

const struct metric *metric_find(const char *name)
{
	for (const struct metric *metric = metrics; metric->name; metric++)
		if (same_name(metric->name, name))
			return metric;
	return NULL;
}

const char *metric_unit_word(enum metric_unit unit)
{
	static const char *const words[] = {
		[METRIC_PER_SECOND] = "per_second",
		[METRIC_BYTES] = "bytes",
		[METRIC_SHARE] = "share",
		[METRIC_CPUS] = "cpus",
	};

	return words[unit];
}

/* Fields from NODE_FIRST_COUNTER on, as bits. */
static uint64_t counters(void)
{
	return (1ULL << NODE_FIELDS) - (1ULL << NODE_FIRST_COUNTER);
}

static void subtract_node(struct report_node *node,
			  const struct report_node *before)
{
	node->measured &= ~counters() | (before ? before->measured : 0);
	for (int i = NODE_FIRST_COUNTER; before && i < NODE_FIELDS; i++) {
		if (node->value[i] < before->value[i])
			node->measured &= ~(1ULL << i);
		node->value[i] =
			locality_growth(node->value[i], before->value[i]);
	}
}

static int grow_nodes(struct report_nodes *growth,
		      const struct report_nodes *now,
		      const struct report_nodes *before)
{
	for (size_t i = 0; i < now->count; i++) {
		struct report_node *node = report_add_node(growth);

		if (!node)
			return -ENOMEM;
		*node = now->node[i];
		node->cpus = NULL;
		subtract_node(node, before ? report_find_node(before, node->id)
					   : NULL);
	}
	return 0;
}

static int grow_matrix(struct report_matrix *growth,
		       const struct report_matrix *now,
		       const struct report_matrix *before)
{
	int err = report_copy_matrix(growth, now);

	if (!err && before)
		locality_subtract_matrix(growth, before);
	return err;
}

int metric_growth(struct report_sample *growth, const struct report_sample *now,
		  const struct report_sample *before)
{
	int err;

	growth->sequence = now->sequence;
	growth->timestamp = now->timestamp;
	growth->generation = now->generation;
	growth->interval = now->interval;
	if (before && now->timestamp > before->timestamp)
		growth->elapsed = now->timestamp - before->timestamp;
	growth->steady = before && now->generation == before->generation;
	err = grow_nodes(&growth->nodes, &now->nodes,
			 before ? &before->nodes : NULL);
	if (!err)
		err = grow_matrix(&growth->access, &now->access,
				  before ? &before->access : NULL);
	if (!err)
		err = grow_matrix(&growth->migration, &now->migration,
				  before ? &before->migration : NULL);
	if (err)
		report_free_sample(growth);
	return err;
}

bool metric_value(const struct metric *metric,
		  const struct metric_machine *machine,
		  const struct report_sample *growth, uint32_t id,
		  double *value)
{
	const struct report_node *node;
	struct report_node sum;

	if (id == REPORT_ALL_NODES) {
		sum = locality_sum_nodes(&growth->nodes);
		node = &sum;
	} else {
		node = report_find_node(&growth->nodes, id);
	}
	return node && metric->value(metric, machine, growth, node, value);
}
