/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a history is told of: the values of a node, or of all, that follow from
 * what happened between two samples. Pure: no input, no output, no clock.
 */
#ifndef NUMATRACE_METRICS_H
#define NUMATRACE_METRICS_H

#include "report_samples.h"

enum metric_unit {
	METRIC_PER_SECOND,
	METRIC_BYTES,
	METRIC_SHARE,
	METRIC_CPUS,
};

/**
 * struct metric_machine - what is known of the machine beside the samples
 * @generation: to which the rest belongs
 * @nodes: the nodes with their CPUs
 * @no_accesses: automatic balancing is off, and samples no accesses
 * @no_allocations: the kernel does not count allocations (vm.numa_stat)
 * @migrations: whether samples have the matrix of migrations, and its hook
 *	counts
 * @of_cgroups: what samples have as nodes are cgroups, of which the module
 *	counts
 * @attributed: it counts accesses of cgroups
 * @outcomes: it counts what balancing migrated for cgroups
 */
struct metric_machine {
	uint32_t generation;
	struct report_nodes nodes;
	bool no_accesses;
	bool no_allocations;
	bool migrations;
	bool of_cgroups;
	bool attributed;
	bool outcomes;
};

/**
 * struct metric - a metric
 * @name: its name, [a-z_]
 * @unit: what its values are
 * @help: what it is and where the kernel counts it
 * @of_cgroups: cgroups have it, too
 * @field: for @value, which of several fields of a node
 * @value: the value of a node, or of the sum of nodes, with what happened in
 *	@growth to it; false where it is not defined
 */
struct metric {
	const char *name;
	enum metric_unit unit;
	const char *help;
	bool of_cgroups;
	enum node_field field;
	bool (*value)(const struct metric *metric,
		      const struct metric_machine *machine,
		      const struct report_sample *growth,
		      const struct report_node *node, double *value);
};

/* All there are, up to one without a name. */
extern const struct metric metrics[];

/* Those that are shown where none was asked for, up to a NULL. */
extern const char *const metric_overview[];
extern const char *const metric_cgroup_overview[];

/* In any case, with "-" for "_"; NULL: there is none of that name. */
const struct metric *metric_find(const char *name);

/* What its values are, as a word; and as it is printed behind them. */
const char *metric_unit_word(enum metric_unit unit);

/*
 * Fill the empty @growth with what happened from @before on until @now: counters
 * by how much they grew, the rest as it is in @now. Counters of what @before
 * has not, or that are smaller now, are not measured. @before may be NULL. 0
 * or -ENOMEM, and then @growth is empty.
 */
int metric_growth(struct report_sample *growth, const struct report_sample *now,
		  const struct report_sample *before);

/*
 * The value of a node, or of all nodes together (REPORT_ALL_NODES). False where
 * it is not defined.
 */
bool metric_value(const struct metric *metric,
		  const struct metric_machine *machine,
		  const struct report_sample *growth, uint32_t id,
		  double *value);

#endif
