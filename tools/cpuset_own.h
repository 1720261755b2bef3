/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cgroup of our own, below CPUSET_ROOT, and the processes that are moved
 * there and back.
 */
#ifndef NUMATRACE_CPUSET_OWN_H
#define NUMATRACE_CPUSET_OWN_H

#include "cpuset.h"

/*
 * Make it, with these lists (NULL: as above it), and move the processes. 0, or
 * a negative errno and @why; nothing is then left of it.
 */
int cpuset_own_make(const char *mount, const struct cpuset_plan *plan,
		    const char *cpus, const char *nodes, char **why);

/*
 * Move back what is in it and remove it. The controller stays enabled in the
 * root: others may have come to use it. 0, or a negative errno and @why; with
 * 0, too, where processes could not go where they came from.
 */
int cpuset_own_remove(const char *mount, const struct cpuset_plan *plan,
		      char **why);

#endif
