/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the caches of a node hold, by sysfs.
 */
#ifndef NUMATRACE_BENCH_CACHE_H
#define NUMATRACE_BENCH_CACHE_H

#include <stdint.h>

#include "topology.h"

/*
 * Bytes in all caches of level 2 and beyond that the CPUs of @node have, one
 * that several of them share counted once. @root: as topology_read(). 0 where
 * sysfs does not tell.
 */
uint64_t bench_cache_size(const char *root, const struct topology_node *node);

#endif
