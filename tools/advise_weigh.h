/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The places that a process could have, and what each would cost it. Pure.
 */
#ifndef NUMATRACE_ADVISE_WEIGH_H
#define NUMATRACE_ADVISE_WEIGH_H

#include "advise.h"

/**
 * struct place - a node to run on, and one for the memory
 * @cpu: index of the node to run on
 * @memory: index of the node for the memory
 * @distance: between the two, 0: not known
 * @to_move: resident bytes that are elsewhere
 * @runs_there: share of the accesses that are made from there now
 * @has_room: whether the memory fits
 * @has_cpus: whether the CPUs suffice
 * @may_run: whether its threads may run there now
 */
struct place {
	size_t cpu;
	size_t memory;
	double distance;
	uint64_t to_move;
	double runs_there;
	bool has_room;
	bool has_cpus;
	bool may_run;
};

/* Share of the accesses, 0 to 1, from or to a node. */
double weigh_share(const struct report_usage *usage, uint32_t node,
		   bool memory);

/* Between two nodes, by their indexes: by the profile or firmware; 0: unknown. */
double weigh_distance(const struct advise_machine *machine, size_t cpu,
		      size_t memory);

/*
 * Mean distance of accesses. 0 where it is not known: not of all pairs, or the
 * accesses are known by sums only.
 */
double weigh_accesses(const struct advise_machine *machine,
		      const struct report_usage *usage);

/*
 * Local share of its accesses if they went evenly to where its memory is now.
 * False where that is not known.
 */
bool weigh_residency(const struct advise_process *process,
		     const struct report_usage *usage, double *locality);

/* Resident bytes that are not on the node of that index; 0: not known. */
uint64_t weigh_elsewhere(const struct advise_machine *machine,
			 const struct advise_process *process, size_t memory);

/*
 * The place whose CPUs are those of the node of index @cpu. False: it has none,
 * or there is no node from which it may allocate.
 */
bool weigh_place(const struct advise_machine *machine,
		 const struct advise_process *process,
		 const struct report_usage *usage, size_t cpu,
		 struct place *place);

/* Whether a place is the better one. */
bool weigh_better(const struct place *place, const struct place *than);

#endif
