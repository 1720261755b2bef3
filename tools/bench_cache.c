// SPDX-License-Identifier: GPL-2.0
#include "bench_cache.h"

#include "file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Caches of a CPU: two of level 1, and some more. */
#define MAX_CACHES 8

static char *read_cache(const char *root, unsigned int cpu, int cache,
			const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path),
		     "%s/sys/devices/system/cpu/cpu%u/cache/index%d/%s", root,
		     cpu, cache, name) >= (int)sizeof(path))
		return NULL;
	return file_read(path);
}

static unsigned long number(const char *root, unsigned int cpu, int cache,
			    const char *name)
{
	char *text = read_cache(root, cpu, cache, name);
	unsigned long value = text ? strtoul(text, NULL, 10) : 0;

	free(text);
	return value;
}

static bool on_node(const struct topology_node *node, unsigned long cpu)
{
	for (size_t i = 0; i < node->cpu_count; i++)
		if (node->cpus[i] == cpu)
			return true;
	return false;
}

/* One that is shared belongs to the first of the node's CPUs in its list. */
static bool is_first(const char *root, const struct topology_node *node,
		     unsigned int cpu, int cache)
{
	char *list = read_cache(root, cpu, cache, "shared_cpu_list");
	unsigned int *cpus = NULL;
	unsigned int first = cpu;
	size_t count = 0;

	if (list) {
		list[strcspn(list, "\n")] = '\0';
		topology_parse_list(list, &cpus, &count);
	}
	for (size_t i = 0; i < count; i++) {
		if (on_node(node, cpus[i])) {
			first = cpus[i];
			break;
		}
	}
	free(cpus);
	free(list);
	return first == cpu;
}

/* "2048K" */
static uint64_t size_of(const char *root, unsigned int cpu, int cache)
{
	char *text = read_cache(root, cpu, cache, "size");
	char *unit = text;
	uint64_t size = text ? strtoull(text, &unit, 10) : 0;

	if (unit && *unit == 'K')
		size <<= 10;
	else if (unit && *unit == 'M')
		size <<= 20;
	free(text);
	return size;
}

uint64_t bench_cache_size(const char *root, const struct topology_node *node)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < node->cpu_count; i++)
		for (int cache = 0; cache < MAX_CACHES; cache++) {
			unsigned int cpu = node->cpus[i];

			if (number(root, cpu, cache, "level") >= 2 &&
			    is_first(root, node, cpu, cache))
				sum += size_of(root, cpu, cache);
		}
	return sum;
}
