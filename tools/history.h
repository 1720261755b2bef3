/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands history and watch have in common: which metrics of which
 * nodes or cgroups, and what the machine is like.
 */
#ifndef NUMATRACE_HISTORY_H
#define NUMATRACE_HISTORY_H

#include "client.h"
#include "command.h"
#include "history_cgroups.h"
#include "history_columns.h"

/**
 * struct history_choice - what to show
 * @metrics: number of metrics
 * @metric: the metrics, in the order in which they were asked for
 * @nodes: number of nodes; 0: all there are, and their sum
 * @node: their numbers
 * @cgroups: the cgroups to show in place of nodes
 */
struct history_choice {
	size_t metrics;
	const struct metric **metric;
	size_t nodes;
	unsigned int *node;
	struct history_cgroups cgroups;
};

/**
 * struct history_view - what is shown
 * @choice: what was asked for
 * @machine: what is known beside the samples
 * @samples: these, each as what happened up to it
 * @nodes: number of nodes, or cgroups, of which something is shown
 * @node: their numbers, with REPORT_ALL_NODES for the sum of all nodes
 * @now: to tell the time
 */
struct history_view {
	struct history_choice choice;
	struct metric_machine machine;
	struct report_samples samples;
	size_t nodes;
	uint32_t *node;
	struct moment_now now;
};

/*
 * Choose metrics by name, the overview where there is none, and nodes by a list
 * or cgroups by a pattern; either may be NULL. -1 to go on, else the exit code
 * of @command, after an error that says why.
 */
int history_choose(const struct command *command, struct history_choice *choice,
		   char *const *words, size_t count, const char *list,
		   const char *pattern);
void history_free_view(struct history_view *view);

/*
 * Read what is to be known beside the samples. 0, or an error of the client;
 * @machine and @info are then empty.
 */
int history_machine(struct client *client, const struct history_choice *choice,
		    struct metric_machine *machine, struct report_info *info);
void history_free_machine(struct metric_machine *machine);

/*
 * Read whether accesses are sampled and attributed now, which may change at any
 * time; not where none of the metrics is about them. 0, or an error of the
 * client.
 */
int history_read_sampling(struct client *client,
			  const struct history_choice *choice,
			  struct metric_machine *machine);

/*
 * Where cgroups were chosen: whether samples have any, and we may see them. 0,
 * -ENODATA after a sentence that says what to do, or an error of the client.
 */
int history_open_cgroups(struct client *client, struct history_choice *choice);

/*
 * Where cgroups were chosen: put them in the place of the nodes of samples, as
 * history_cgroups_apply() does. 0, or an error of the client.
 */
int history_apply_cgroups(struct client *client, struct history_choice *choice,
			  struct report_sample *samples, size_t count);

/* Say that the samples have none of the cgroups that were chosen. */
void history_note_no_cgroup(const struct history_choice *choice);

/* Say what the metrics that were chosen cannot tell, and why. */
void history_notes(const struct history_choice *choice,
		   const struct metric_machine *machine,
		   const struct report_info *info);

/*
 * Find the nodes of @samples that are to be shown, or the cgroups that are in
 * their place. 0 or -ENOMEM.
 */
int history_find_nodes(struct history_view *view,
		       const struct report_sample *samples, size_t count);

/* What a value is about: a metric of such a node, or of such a cgroup. */
struct history_key history_key(const struct history_choice *choice,
			       const struct metric *metric, uint32_t node);

/*
 * The values of all that is shown of one sample, node by node, in a new array of
 * @choice.metrics * @nodes elements. NULL: no memory.
 */
struct history_value *history_values(const struct history_view *view,
				     const struct report_sample *growth);

#endif
