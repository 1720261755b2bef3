// SPDX-License-Identifier: GPL-2.0
#include "hardware_text.h"

#include <stdio.h>

static void print_memory(const struct topology_node *node, const char *what,
			 uint64_t bytes)
{
	printf("node %u %s: ", node->id, what);
	if (node->memory)
		printf("%llu MB\n", (unsigned long long)bytes >> 20);
	else
		puts("<not available>");
}

static void print_node(const struct topology_node *node)
{
	printf("node %u cpus:", node->id);
	for (size_t i = 0; i < node->cpu_count; i++)
		printf(" %u", node->cpus[i]);
	putchar('\n');
	print_memory(node, "size", node->total);
	print_memory(node, "free", node->free);
}

static void print_distances(const struct topology *topology)
{
	if (!topology->count || !topology->node[0].distance[0]) {
		puts("No distance information available.");
		return;
	}
	printf("node distances:\nnode ");
	for (size_t i = 0; i < topology->count; i++)
		printf("% 3d ", (int)topology->node[i].id);
	putchar('\n');
	for (size_t i = 0; i < topology->count; i++) {
		printf("% 3d: ", (int)topology->node[i].id);
		for (size_t k = 0; k < topology->count; k++)
			printf("% 3d ", (int)topology->node[i].distance[k]);
		putchar('\n');
	}
}

void hardware_text_print(const struct topology *topology)
{
	printf("available: %zu nodes (%s)\n", topology->count,
	       topology->online);
	for (size_t i = 0; i < topology->count; i++)
		print_node(&topology->node[i]);
	print_distances(topology);
}
