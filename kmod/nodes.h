/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which nodes there are to tell of: those that are, and those that are gone,
 * whose counts stay. Nodes that are possible but never were have none.
 */
#ifndef NUMATRACE_NODES_H
#define NUMATRACE_NODES_H

#include <linux/nodemask.h>
#include <linux/topology.h>

/* Nodes that are or were online since the module was loaded; it only grows. */
extern nodemask_t nt_known_nodes;

int nt_nodes_init(void);
void nt_nodes_exit(void);

/* Notes what is online. A node comes with its first memory, or its first CPU. */
void nt_nodes_update(void);

/*
 * The node of a CPU. One that was unplugged has none, and what it would count, if
 * anything, is the first node's.
 */
static inline int nt_node_of_cpu(unsigned int cpu)
{
	int nid = cpu_to_node(cpu);

	return nid == NUMA_NO_NODE ? first_online_node : nid;
}

#endif
