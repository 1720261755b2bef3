/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What sysfs knows of the nodes: all that can be shown without the module.
 */
#ifndef NUMATRACE_TOPOLOGY_H
#define NUMATRACE_TOPOLOGY_H

#include "report.h"

/**
 * enum topology_hmat - performance of memory as its initiators see it
 * (Documentation/admin-guide/mm/numaperf.rst)
 */
enum topology_hmat {
	HMAT_READ_LATENCY,    /* ns */
	HMAT_WRITE_LATENCY,   /* ns */
	HMAT_READ_BANDWIDTH,  /* MiB/s */
	HMAT_WRITE_BANDWIDTH, /* MiB/s */
	HMAT_FIELDS
};

/**
 * struct topology_access - a node's memory, seen by one class of initiators
 * @node: the node with the memory
 * @level: 0: the nearest initiators of any kind; 1: the nearest CPUs
 * @initiators: their nodes, as a list
 * @measured: bit n is set where @value[n] is known
 * @value: by enum topology_hmat
 */
struct topology_access {
	uint32_t node;
	uint32_t level;
	char *initiators;
	unsigned int measured;
	uint64_t value[HMAT_FIELDS];
};

/**
 * struct topology_node - a node
 * @id: its number
 * @cpus: its online CPUs, ascending
 * @cpu_count: number of @cpus
 * @cpulist: the same as a list
 * @memory: whether @total and @free are known
 * @total: bytes
 * @free: bytes
 * @sockets: numbers of the sockets its CPUs sit in, ascending
 * @socket_count: number of @sockets
 * @siblings: its cores, each as the list of its SMT threads
 * @core_count: number of @siblings
 * @distance: to the nodes, in their order; 0 where it is not known
 */
struct topology_node {
	uint32_t id;
	unsigned int *cpus;
	size_t cpu_count;
	char *cpulist;
	bool memory;
	uint64_t total;
	uint64_t free;
	unsigned int *sockets;
	size_t socket_count;
	char **siblings;
	size_t core_count;
	unsigned int *distance;
};

/**
 * struct topology - a machine
 * @online: its online nodes as a list
 * @count: number of nodes
 * @node: the nodes, by ascending number
 * @accesses: number of classes of access; 0 without an HMAT
 * @access: the classes of access of all nodes
 */
struct topology {
	char *online;
	size_t count;
	struct topology_node *node;
	size_t accesses;
	struct topology_access *access;
};

/*
 * Read the topology of the system whose root directory is @root ("" for this
 * one). 0, -ENOMEM, or another negative errno where there is no node in sysfs.
 */
int topology_read(const char *root, struct topology *topology);
void topology_free(struct topology *topology);

/* Fill reports as far as is possible without the module. */
int topology_nodes(struct report_nodes *nodes);
int topology_info(struct report_info *info);

/* The bits of the sysctl kernel.numa_balancing. */
enum {
	/* Pages move to the node that accesses them. */
	BALANCING_NORMAL = 1,
	/* Hot pages move from slow to fast memory. */
	BALANCING_MEMORY_TIERING = 2
};

/* That sysctl; 0 is off, -1: it cannot be read here. */
int topology_balancing(void);

/* False where the sysctl vm.numa_stat stops the allocation counters. */
bool topology_numa_stat(void);

/*
 * Parse a list such as 0-3,8 into ascending numbers. 0, -ENOMEM, or -EINVAL
 * for what is not a list.
 */
int topology_parse_list(const char *list, unsigned int **numbers,
			size_t *count);

/* How many numbers are in a list; 0 where it is no list, or NULL. */
size_t topology_count(const char *list);

#endif
