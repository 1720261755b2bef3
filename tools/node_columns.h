/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of a node.
 */
#ifndef NUMATRACE_NODE_COLUMNS_H
#define NUMATRACE_NODE_COLUMNS_H

#include "output.h"
#include "report.h"

/**
 * struct node_row - a node as it is printed
 * @node: the node
 * @migrations: whether the migration matrix, and so @in and @out, is known
 * @in: pages that came from other nodes
 * @out: pages that went to other nodes
 */
struct node_row {
	const struct report_node *node;
	bool migrations;
	uint64_t in;
	uint64_t out;
};

/* Prints struct node_row. */
extern const struct output_object node_object;

/* Whether a column is about accesses, or needs the migration matrix. */
bool node_shows_accesses(const struct output_column *column);
bool node_shows_migrations(const struct output_column *column);

#endif
