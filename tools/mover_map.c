// SPDX-License-Identifier: GPL-2.0
#include "mover_map.h"
#include "mover_slice.h"

#include <errno.h>
#include <stdlib.h>

/*
 * As migrate_pages(2): the n-th goes to the n-th, over again where @to has
 * fewer; where their numbers differ, what is on a node of @to stays.
 */
static int remap(const struct mover_map *map, const struct bitmask *from,
		 const struct bitmask *to, int node, int n)
{
	bool same = numa_bitmask_weight(from) == numa_bitmask_weight(to);
	int target = map->turn[n % map->turns];

	if (!same && numa_bitmask_isbitset(to, (unsigned int)node))
		return MOVER_STAYS;
	return target == node ? MOVER_STAYS : target;
}

static void fill(struct mover_map *map, const struct bitmask *from,
		 const struct bitmask *to)
{
	int n = 0;

	for (int node = 0; node < map->nodes; node++) {
		if (!from)
			map->to[node] =
				numa_bitmask_isbitset(to, (unsigned int)node)
					? MOVER_STAYS
					: MOVER_UNKNOWN;
		else if (numa_bitmask_isbitset(from, (unsigned int)node))
			map->to[node] = remap(map, from, to, node, n++);
		else
			map->to[node] = MOVER_STAYS;
	}
}

int mover_map_init(struct mover_map *map, const struct bitmask *from,
		   const struct bitmask *to, int nodes)
{
	*map = (struct mover_map){
		.nodes = nodes,
		.to = calloc((size_t)nodes, sizeof(*map->to)),
		.turn = calloc((size_t)nodes, sizeof(*map->turn)),
	};
	if (!map->to || !map->turn) {
		mover_map_free(map);
		return -ENOMEM;
	}
	for (int node = 0; node < nodes; node++)
		if (numa_bitmask_isbitset(to, (unsigned int)node))
			map->turn[map->turns++] = node;
	fill(map, from, to);
	return 0;
}

void mover_map_free(struct mover_map *map)
{
	free(map->to);
	free(map->turn);
	*map = (struct mover_map){ 0 };
}

int mover_map_to(const struct mover_map *map, int from, uint64_t turn)
{
	if (from < 0 || from >= map->nodes)
		return MOVER_STAYS;
	if (map->to[from] != MOVER_UNKNOWN)
		return map->to[from];
	return map->turn[turn % (uint64_t)map->turns];
}

bool mover_map_is_right(const struct mover_map *map, int from, int node)
{
	if (from < 0 || from >= map->nodes || node < 0 || node >= map->nodes)
		return false;
	if (map->to[from] == MOVER_UNKNOWN)
		return map->to[node] == MOVER_STAYS;
	return map->to[from] == node;
}
