/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where future memory of running processes comes from: the cpuset controller
 * of cgroup v2. Nobody can change the memory policy of another process; its
 * cpuset can be changed, and holds for all policies.
 *
 * On cgroup v2 the kernel itself moves pages that lie outside of cpuset.mems
 * when it is written or a process is attached, all at once. Move them before.
 */
#ifndef NUMATRACE_CPUSET_H
#define NUMATRACE_CPUSET_H

#include <numa.h>
#include <stdbool.h>

#include "target.h"

/* By whom and where the cpuset is set. */
enum cpuset_way {
	CPUSET_NONE,	  /* it cannot be had; @why says why */
	CPUSET_SYSTEMD,	  /* properties of a unit, until reboot */
	CPUSET_DELEGATED, /* files of the processes' own cgroup */
	CPUSET_OWN,	  /* a cgroup of ours below CPUSET_ROOT */
};

/* Below the mount point of cgroup v2. */
#define CPUSET_ROOT "/numatrace"

/**
 * struct cpuset_former - what a process was in before it was moved
 * @process: the process; where it is open it is the target's
 * @cgroup: its path in cgroup v2
 */
struct cpuset_former {
	struct target_process process;
	char *cgroup;
};

/**
 * struct cpuset_plan - how a cpuset can be had for processes
 * @way: how
 * @why: for CPUSET_NONE, why not and what is then not covered; for CPUSET_OWN,
 *	what the processes lose by it, or NULL: a sentence without a full stop
 * @unit: for CPUSET_SYSTEMD, the unit
 * @cgroup: the cgroup that is changed or made: path in cgroup v2
 * @cpus_before: its cpuset.cpus (AllowedCPUs=), "" where it is empty; or NULL
 * @nodes_before: its cpuset.mems (AllowedMemoryNodes=); or NULL
 * @count: for CPUSET_OWN, number of @former
 * @former: the processes that are moved, and whence
 */
struct cpuset_plan {
	enum cpuset_way way;
	char *why;
	char *unit;
	char *cgroup;
	char *cpus_before;
	char *nodes_before;
	size_t count;
	struct cpuset_former *former;
};

/*
 * Find out how; changes nothing. @name is the last part of the path of a
 * cgroup of our own; one that is there already has a number behind. 0, or
 * -ENOMEM.
 */
int cpuset_plan(const struct target *target, const char *name,
		struct cpuset_plan *plan);

/*
 * Carry it out; @cpus or @nodes may be NULL: stays as it is. 0, or a negative
 * errno and in @why a sentence without a full stop, to be freed; nothing is
 * then changed. With 0, too, @why can be a sentence: the kernel gave less than
 * was asked for.
 *
 * CPUs that threads were bound to by themselves or by others hold on as far as
 * the cpuset has them; kernels before 6.2 forget them, so they are set again.
 */
int cpuset_apply(const struct cpuset_plan *plan, const struct bitmask *cpus,
		 const struct bitmask *nodes, char **why);

/*
 * Restore what was, as far as the processes and cgroups still are; also after
 * a part of cpuset_apply(), and again. As cpuset_apply(); with 0, too, @why can
 * say that a process could not go back to where it came from.
 */
int cpuset_restore(const struct cpuset_plan *plan, char **why);

void cpuset_free(struct cpuset_plan *plan);

#endif
