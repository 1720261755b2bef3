/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a process should run and where its memory should be, by what was
 * measured. Pure: facts in, advice out; no advice where nothing was measured.
 */
#ifndef NUMATRACE_ADVISE_H
#define NUMATRACE_ADVISE_H

#include "profile.h"
#include "report.h"
#include "residency.h"
#include "sentences.h"
#include "topology.h"

/* Fewer sampled accesses are an accident, not a measurement. */
#define ADVISE_MIN_ACCESSES 50

enum advise_action {
	ADVISE_NONE,	    /* not measured: no advice */
	ADVISE_LEAVE,	    /* leave it alone */
	ADVISE_MOVE_MEMORY, /* bring its memory to where it runs */
	ADVISE_MOVE_CPUS,   /* run it where its memory is */
	ADVISE_GATHER,	    /* bring both to one node */
	ADVISE_INTERLEAVE,  /* spread its memory over the nodes it runs on */
};

/**
 * struct advise_node - what a node has left
 * @idle: CPUs that were idle while we watched; negative: not known
 * @free: bytes
 */
struct advise_node {
	double idle;
	uint64_t free;
};

/**
 * struct advise_machine - the machine; what is promised to one process is not
 * there for the next one
 * @topology: the nodes
 * @profile: latencies that were measured between all of them, or NULL: their
 *	distances by firmware count
 * @node: by the order of @topology
 */
struct advise_machine {
	const struct topology *topology;
	const struct profile *profile;
	struct advise_node *node;
};

/**
 * struct advise_process - what is known of a process
 * @usage: its accesses since it was started or the module loaded; NULL: none
 * @recent: those while we watched, or NULL
 * @seconds: for how long we watched
 * @obstacle: why there are no accesses, or no more, a sentence; or NULL
 * @obstructed: that it is about the present: @usage is of the past
 * @residency: where its memory is, or NULL
 * @threads: number
 * @busy: CPUs that it kept busy while we watched; negative: not known
 * @may_run: by the order of the nodes: whether all threads may run there
 * @some_may_run: the same of at least one thread
 * @may_allocate: the same, whether its cpuset lets them allocate there
 * @bound: whether some of its threads are kept from some CPUs
 * @policy: a memory policy that some of its threads have, such as bind:1; or
 *	NULL
 * @unsampled: share of its memory that balancing does not sample
 * @moved: pages that balancing moved for it while we watched
 */
struct advise_process {
	const struct report_usage *usage;
	const struct report_usage *recent;
	double seconds;
	const char *obstacle;
	bool obstructed;
	const struct residency *residency;
	uint32_t threads;
	double busy;
	const bool *may_run;
	const bool *some_may_run;
	const bool *may_allocate;
	bool bound;
	const char *policy;
	double unsampled;
	uint64_t moved;
};

/**
 * struct advise - the advice for a process
 * @action: what to do
 * @cpu_node: where it should run, or REPORT_ALL_NODES: as now
 * @nodes: number of @node
 * @node: where its memory should be
 * @accesses: by which it was judged
 * @measured: whether @locality and, where known, @distance are
 * @locality: local share of these accesses, 0 to 1
 * @expected: the same if the advice is followed; negative: no advice
 * @distance: mean of these accesses, ns by the profile or as firmware counts;
 *	0: not known
 * @expected_distance: the same if the advice is followed, or 0
 * @to_move: resident bytes that would move
 * @why: sentences
 * @against: sentences about what speaks against it, or what else to do
 * @options: of bind, or NULL
 */
struct advise {
	enum advise_action action;
	uint32_t cpu_node;
	size_t nodes;
	uint32_t *node;
	uint64_t accesses;
	bool measured;
	double locality;
	double expected;
	double distance;
	double expected_distance;
	uint64_t to_move;
	struct sentences why;
	struct sentences against;
	char *options;
};

/* 0 or -ENOMEM. */
int advise_find(struct advise_machine *machine,
		const struct advise_process *process, struct advise *advise);
void advise_free(struct advise *advise);

/* "move_memory" ...: for JSON. */
const char *advise_word(enum advise_action action);

#endif
