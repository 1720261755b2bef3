/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_TEST_NODEMASK_H
#define NUMATRACE_TEST_NODEMASK_H

#define NUMA_NO_NODE (-1)

typedef struct {
	unsigned long bits[1];
} nodemask_t;

/* All of them are possible. */
extern unsigned int nr_node_ids;

#define node_isset(node, mask) ((mask).bits[0] >> (node)&1)
#define for_each_node(node)                                                    \
	for ((node) = 0; (node) < (int)nr_node_ids; (node)++)
#define for_each_node_mask(node, mask)                                         \
	for_each_node(node)                                                    \
		if (!node_isset(node, mask)) {                                 \
		} else

#endif
