/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where pages belong. Pure.
 */
#ifndef NUMATRACE_MOVER_MAP_H
#define NUMATRACE_MOVER_MAP_H

#include <numa.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct mover_map - where the pages of each node belong
 * @nodes: number of nodes
 * @to: by node: where its pages go, or MOVER_STAYS, or MOVER_UNKNOWN: to one
 *	of @turns
 * @turns: number of @turn
 * @turn: nodes that take turns
 */
struct mover_map {
	int nodes;
	int *to;
	int turns;
	int *turn;
};

/* @from and @to as in struct mover_request. 0 or -ENOMEM. */
int mover_map_init(struct mover_map *map, const struct bitmask *from,
		   const struct bitmask *to, int nodes);
void mover_map_free(struct mover_map *map);

/* Where a page on @from goes, or MOVER_STAYS; @turn: any number. */
int mover_map_to(const struct mover_map *map, int from, uint64_t turn);

/* Whether a page that was on @from belongs on @node. */
bool mover_map_is_right(const struct mover_map *map, int from, int node);

#endif
