/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histories of cgroups: samples have those with most accesses. Pure: no input,
 * no output, no clock.
 */
#ifndef NUMATRACE_HISTORY_CGROUPS_H
#define NUMATRACE_HISTORY_CGROUPS_H

#include "report_samples.h"

/**
 * struct history_cgroup - a cgroup that is in a sample
 * @id: inode number of its directory
 * @path: below the root of the hierarchy, or NULL where it is not known
 * @wanted: whether it was asked for
 */
struct history_cgroup {
	uint64_t id;
	char *path;
	bool wanted;
};

/**
 * struct history_cgroups - the cgroups of which a history is told
 * @pattern: that was asked for, as of numatrace ps; NULL: it is told of nodes
 * @most: how many a sample has, those with most accesses
 * @count: number of cgroups that were in a sample
 * @cgroup: these, wanted or not
 */
struct history_cgroups {
	const char *pattern;
	uint64_t most;
	size_t count;
	struct history_cgroup *cgroup;
};

/* Whether @rows have a cgroup that is not among those that are known. */
bool history_cgroups_are_new(const struct history_cgroups *known,
			     const struct report_cgroups *rows);

/* Add those that are new, with their paths of @names. 0 or -ENOMEM. */
int history_cgroups_add(struct history_cgroups *known,
			const struct report_cgroups *rows,
			const struct report_cgroups *names);

/*
 * Put those of the wanted cgroups that a sample has in the place of its nodes,
 * so that they have what nodes have: values, growth and metrics. The number of
 * such a node is the cgroup's place in @known. 0 or -ENOMEM.
 */
int history_cgroups_apply(const struct history_cgroups *known,
			  struct report_sample *sample);

void history_cgroups_free(struct history_cgroups *known);

#endif
