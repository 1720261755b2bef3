/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUs that threads are bound to while their cpuset changes: before 6.2 the
 * kernel forgets them when it is written or a process is attached.
 */
#ifndef NUMATRACE_CPUSET_KEEP_H
#define NUMATRACE_CPUSET_KEEP_H

#include "affinity.h"
#include "cpuset.h"

/**
 * struct cpuset_kept - threads that are bound
 * @count: number of processes
 * @change: these threads of them
 */
struct cpuset_kept {
	size_t count;
	struct affinity_change *change;
};

/* Look at those that are in, or come to, the plan's cgroup. 0 or -ENOMEM. */
int cpuset_keep(const char *mount, const struct cpuset_plan *plan,
		struct cpuset_kept *kept);

/*
 * Bind those again that are bound no more; frees what was kept. Unless there is
 * a sentence in @why already, one tells there who could not be; with @replaced,
 * other CPUs were asked for, and that theirs are not among them is as it shall
 * be.
 */
void cpuset_keep_end(const char *mount, struct cpuset_kept *kept, bool replaced,
		     char **why);

#endif
