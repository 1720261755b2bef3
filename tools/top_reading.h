/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that one frame of the live screen is made from, and its growth between
 * two readings. Pure.
 */
#ifndef NUMATRACE_TOP_READING_H
#define NUMATRACE_TOP_READING_H

#include "report.h"

/**
 * struct top_reading - what was read at one moment, or grew since another
 * @error: why there is no more than what sysfs knows of the nodes, or NULL
 * @duration: of the growth in ns; 0: since the module was loaded
 * @interrupted: rows were moved while they were read: sums may be wrong
 * @changed: a hook was switched, or a CPU or node came or went meanwhile
 * @info: the module
 * @config: its settings
 * @nodes: the nodes
 * @migrations: whether @migration is known
 * @migration: the migration matrix
 * @processes: the processes, in order
 * @cgroups_hidden: @cgroups is not known: only root may see it
 * @cgroups: the cgroups
 */
struct top_reading {
	char *error;
	uint64_t duration;
	bool interrupted;
	bool changed;
	struct report_info info;
	struct report_config config;
	struct report_nodes nodes;
	bool migrations;
	struct report_matrix migration;
	struct report_processes processes;
	bool cgroups_hidden;
	struct report_cgroups cgroups;
};

/*
 * Fill the empty @growth, but for its @info and @config, with what happened
 * between two readings; without @before, or where the module was loaded anew
 * in between, since it was loaded. 0, or -ENOMEM and a part of it.
 */
int top_growth(struct top_reading *growth, const struct top_reading *now,
	       const struct top_reading *before);

void top_free_reading(struct top_reading *reading);

#endif
