/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which way there is to a cpuset, by what was found. Pure: asks nobody.
 */
#ifndef NUMATRACE_CPUSET_CHOOSE_H
#define NUMATRACE_CPUSET_CHOOSE_H

#include "cpuset.h"

/**
 * struct cpuset_facts - what was found
 * @mounted: cgroup v2 is
 * @v1: the cpuset controller belongs to cgroup v1
 * @controller: cgroup v2 has it, as we see it
 * @systemd: it runs, and owns the cgroups of its units
 * @threaded: a cgroup with threads of parts of processes, or NULL
 * @cgroup: what has all of the processes and no others, or NULL
 * @files: whether it has the controller's files
 * @write: 0, or the negative errno that writing to these would give; where
 *	there are none, to the root's own files
 * @crowded: the root, as we see it, is none, and has processes: it cannot
 *	have cgroups of ours
 * @unit: for @systemd, the path of the unit that has them, or NULL: none, or
 *	several
 * @several: they are in several units
 * @whole: that unit has no others
 * @delegated: that unit is
 * @root: we are root, whom systemd obeys
 */
struct cpuset_facts {
	bool mounted;
	bool v1;
	bool controller;
	bool systemd;
	const char *threaded;
	const char *cgroup;
	bool files;
	int write;
	bool crowded;
	const char *unit;
	bool several;
	bool whole;
	bool delegated;
	bool root;
};

/* Sets @way, and @why for CPUSET_NONE. 0 or -ENOMEM. */
int cpuset_choose(const struct cpuset_facts *facts, enum cpuset_way *way,
		  char **why);

/*
 * The part of a cgroup's path that is a unit of the system's manager: slices,
 * and then one that is none; what lies below is its own affair. To be freed;
 * NULL: it is in none.
 */
char *cpuset_unit_path(const char *cgroup);

/* The unit's name from its path: points into it. */
const char *cpuset_unit_name(const char *path);

#endif
