/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps of an action as the journal has them, written and read back.
 */
#ifndef NUMATRACE_BIND_STEPS_H
#define NUMATRACE_BIND_STEPS_H

#include "affinity.h"
#include "cpuset.h"
#include "journal.h"
#include "mover.h"
#include "residency.h"
#include "target.h"

/* Values of "step". */
#define STEP_AFFINITY "affinity"
#define STEP_PAGES "pages"
#define STEP_CPUSET "cpuset"

/* What "before" a step has; NULL when memory is short. */
struct json_object *step_affinity(const struct target_process *process,
				  const struct bitmask *cpus,
				  const struct affinity_change *change,
				  size_t first);
struct json_object *step_pages(const struct target_process *process,
			       const struct bitmask *to,
			       const struct residency *resident);
struct json_object *step_cpuset(const struct cpuset_plan *plan,
				const struct bitmask *cpus,
				const struct bitmask *nodes);

/* What "after" a step has, of process @pid or 0. */
struct json_object *step_result(const char *step, pid_t pid, int result);
/* "pairs", as JSON output has them too. */
struct json_object *step_pairs(const struct mover_result *result);

/**
 * struct step_affinities - the threads of a process as they were
 * @process: the process; its name belongs to the journal
 * @cpus: what was set, or NULL: only what they had is known
 * @change: all threads
 */
struct step_affinities {
	struct target_process process;
	struct bitmask *cpus;
	struct affinity_change change;
};

/**
 * struct step_placement - where the memory of a process was
 * @process: as above
 * @to: where it was moved
 * @shared: so were pages that others map, too
 * @resident: where it was, per node
 */
struct step_placement {
	struct target_process process;
	struct bitmask *to;
	bool shared;
	struct residency resident;
};

/**
 * struct steps - what an action changed, as it was before
 * @affinities: number of @affinity
 * @affinity: one for each process
 * @cpusets: number of @cpuset
 * @cpuset: in the order in which they were set, one for each cgroup
 * @placements: number of @placement
 * @placement: one for each process
 */
struct steps {
	size_t affinities;
	struct step_affinities *affinity;
	size_t cpusets;
	struct cpuset_plan *cpuset;
	size_t placements;
	struct step_placement *placement;
};

/* 0, -ENOMEM, or -EBADMSG: the journal is damaged there. */
int steps_read(const struct journal_action *action, struct steps *steps);
void steps_free(struct steps *steps);

#endif
