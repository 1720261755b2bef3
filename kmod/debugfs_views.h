/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files with debugfs views share.
 */
#ifndef NUMATRACE_DEBUGFS_VIEWS_H
#define NUMATRACE_DEBUGFS_VIEWS_H

#include "snapshot.h"

struct dentry;
struct seq_file;

/* Runs a view on a snapshot of its own. */
int nt_show_snapshot(struct seq_file *m, enum nt_depth depth,
		     void (*show)(struct seq_file *m,
				  const struct nt_snapshot *snap));

/* Shows nr_node_ids rows of nr_node_ids cells, in events or in pages. */
void nt_show_matrix(struct seq_file *m, const struct nt_snapshot *snap,
		    const struct nt_cell *cells, const char *corner,
		    bool in_pages);

/* debugfs_cost.c: why pages migrate, what it costs, and what balancing skips. */
void nt_debugfs_cost_init(struct dentry *root);

#endif
