// SPDX-License-Identifier: GPL-2.0
#include "topology.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/numatrace.h>

#define NODE_DIR "/sys/devices/system/node"
#define CPU_DIR "/sys/devices/system/cpu"

/* Sanity bound of a CPU or node number in a list. */
#define MAX_NUMBER 1048576U

/*
 * The contents of a small file without the newline at its end, to be freed;
 * NULL where it cannot be read.
 */
static char *read_file(const char *root, const char *name)
{
	char path[PATH_MAX], *text;
	size_t length;

	if (snprintf(path, sizeof(path), "%s%s", root, name) >=
	    (int)sizeof(path))
		return NULL;
	text = file_read(path);
	length = text ? strlen(text) : 0;
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

static char *read_node_file(const char *root, unsigned int node,
			    const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), NODE_DIR "/node%u/%s", node, name);
	return read_file(root, path);
}

static char *read_cpu_file(const char *root, unsigned int cpu, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), CPU_DIR "/cpu%u/topology/%s", cpu, name);
	return read_file(root, path);
}

/* The number at the start of a text, after blanks. */
static bool first_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return end != text && !errno;
}

static bool parse_number(const char **text, unsigned int *number)
{
	unsigned long value;
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	value = strtoul(*text, &end, 10);
	if (value >= MAX_NUMBER)
		return false;
	*text = end;
	*number = value;
	return true;
}

static int append_range(unsigned int **numbers, size_t *count,
			unsigned int first, unsigned int last)
{
	size_t more = last - first + 1;
	unsigned int *grown;

	grown = reallocarray(*numbers, *count + more, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*numbers = grown;
	for (size_t i = 0; i < more; i++)
		grown[(*count)++] = first + i;
	return 0;
}

static int parse_range(const char **text, unsigned int **numbers, size_t *count)
{
	unsigned int first, last;

	if (!parse_number(text, &first))
		return -EINVAL;
	last = first;
	if (**text == '-') {
		(*text)++;
		if (!parse_number(text, &last))
			return -EINVAL;
	}
	if (last < first || (*count && first <= (*numbers)[*count - 1]))
		return -EINVAL;
	return append_range(numbers, count, first, last);
}

int topology_parse_list(const char *list, unsigned int **numbers, size_t *count)
{
	int err = 0;

	*numbers = NULL;
	*count = 0;
	while (*list && !err) {
		err = parse_range(&list, numbers, count);
		if (!err && *list && *list++ != ',')
			err = -EINVAL;
	}
	if (err) {
		free(*numbers);
		*numbers = NULL;
		*count = 0;
	}
	return err;
}

size_t topology_count(const char *list)
{
	unsigned int *numbers;
	size_t count;

	if (!list || topology_parse_list(list, &numbers, &count))
		return 0;
	free(numbers);
	return count;
}

/* "Node 0 MemTotal:  5990824 kB" */
static bool meminfo_bytes(const char *meminfo, const char *name,
			  uint64_t *bytes)
{
	const char *found = strstr(meminfo, name);
	uint64_t kib;

	if (!found || !first_number(found + strlen(name), &kib))
		return false;
	*bytes = kib * 1024;
	return true;
}

static void read_memory(const char *root, struct topology_node *node)
{
	char *meminfo = read_node_file(root, node->id, "meminfo");

	if (!meminfo)
		return;
	node->memory = meminfo_bytes(meminfo, " MemTotal:", &node->total) &&
		       meminfo_bytes(meminfo, " MemFree:", &node->free);
	free(meminfo);
}

static int add_socket(const char *root, struct topology_node *node,
		      unsigned int cpu)
{
	uint64_t socket;
	bool known;
	char *text;

	text = read_cpu_file(root, cpu, "physical_package_id");
	known = text && first_number(text, &socket);
	free(text);
	if (!known)
		return 0;
	for (size_t i = 0; i < node->socket_count; i++)
		if (node->sockets[i] == socket)
			return 0;
	return append_range(&node->sockets, &node->socket_count, socket,
			    socket);
}

/* A core is the list of its threads. */
static int add_core(const char *root, struct topology_node *node,
		    unsigned int cpu)
{
	char *threads, **grown;

	threads = read_cpu_file(root, cpu, "thread_siblings_list");
	if (!threads)
		return 0;
	for (size_t i = 0; i < node->core_count; i++) {
		if (!strcmp(node->siblings[i], threads)) {
			free(threads);
			return 0;
		}
	}
	grown = reallocarray(node->siblings, node->core_count + 1,
			     sizeof(*grown));
	if (!grown) {
		free(threads);
		return -ENOMEM;
	}
	node->siblings = grown;
	grown[node->core_count++] = threads;
	return 0;
}

static int read_cpus(const char *root, struct topology_node *node)
{
	int err;

	node->cpulist = read_node_file(root, node->id, "cpulist");
	if (!node->cpulist)
		node->cpulist = strdup("");
	if (!node->cpulist)
		return -ENOMEM;
	err = topology_parse_list(node->cpulist, &node->cpus, &node->cpu_count);
	for (size_t i = 0; !err && i < node->cpu_count; i++) {
		err = add_socket(root, node, node->cpus[i]);
		if (!err)
			err = add_core(root, node, node->cpus[i]);
	}
	return err;
}

/* The kernel lists the distances to the nodes that are online. */
static int read_distance(const char *root, struct topology_node *node,
			 size_t count)
{
	char *line = read_node_file(root, node->id, "distance");
	char *rest = line, *number;

	node->distance = calloc(count, sizeof(*node->distance));
	for (size_t i = 0; rest && node->distance && i < count; i++) {
		number = strsep(&rest, " ");
		node->distance[i] = strtoul(number, NULL, 10);
	}
	free(line);
	return node->distance ? 0 : -ENOMEM;
}

static int read_node(const char *root, struct topology *topology,
		     struct topology_node *node)
{
	int err = read_cpus(root, node);

	if (err)
		return err;
	read_memory(root, node);
	return read_distance(root, node, topology->count);
}

static void read_hmat(const char *root, struct topology_access *access)
{
	static const char *const files[HMAT_FIELDS] = {
		[HMAT_READ_LATENCY] = "read_latency",
		[HMAT_WRITE_LATENCY] = "write_latency",
		[HMAT_READ_BANDWIDTH] = "read_bandwidth",
		[HMAT_WRITE_BANDWIDTH] = "write_bandwidth",
	};

	for (int i = 0; i < HMAT_FIELDS; i++) {
		char name[64], *text;

		snprintf(name, sizeof(name), "access%u/initiators/%s",
			 access->level, files[i]);
		text = read_node_file(root, access->node, name);
		if (text && first_number(text, &access->value[i]))
			access->measured |= 1U << i;
		free(text);
	}
}

/* The initiators are symbolic links named after their nodes. */
static bool is_initiator(const char *root, const struct topology_access *access,
			 uint32_t initiator)
{
	char *path;
	bool found;

	if (asprintf(&path, "%s" NODE_DIR "/node%u/access%u/initiators/node%u",
		     root, access->node, access->level, initiator) < 0)
		return false;
	found = !faccessat(AT_FDCWD, path, F_OK, 0);
	free(path);
	return found;
}

static char *initiator_list(const char *root, const struct topology *topology,
			    const struct topology_access *access)
{
	char *list = NULL;
	size_t length;
	FILE *stream = open_memstream(&list, &length);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < topology->count; i++) {
		uint32_t id = topology->node[i].id;

		if (is_initiator(root, access, id))
			fprintf(stream, "%s%u", ftell(stream) ? "," : "", id);
	}
	fclose(stream);
	return list;
}

static int read_access(const char *root, struct topology *topology,
		       uint32_t node, uint32_t level)
{
	struct topology_access access = { .node = node, .level = level };
	struct topology_access *grown;

	read_hmat(root, &access);
	if (!access.measured)
		return 0;
	grown = reallocarray(topology->access, topology->accesses + 1,
			     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	topology->access = grown;
	access.initiators = initiator_list(root, topology, &access);
	grown[topology->accesses++] = access;
	return access.initiators ? 0 : -ENOMEM;
}

static int read_accesses(const char *root, struct topology *topology)
{
	int err = 0;

	for (size_t i = 0; !err && i < topology->count; i++)
		for (uint32_t level = 0; !err && level < 2; level++)
			err = read_access(root, topology, topology->node[i].id,
					  level);
	return err;
}

/* The nodes that are online, with their numbers only. */
static int read_online(const char *root, struct topology *topology)
{
	unsigned int *ids;
	size_t count;
	int err;

	topology->online = read_file(root, NODE_DIR "/online");
	if (!topology->online)
		return -errno;
	err = topology_parse_list(topology->online, &ids, &count);
	if (err)
		return err;
	topology->node = calloc(count, sizeof(*topology->node));
	if (topology->node)
		topology->count = count;
	for (size_t i = 0; i < topology->count; i++)
		topology->node[i].id = ids[i];
	free(ids);
	return topology->node ? 0 : -ENOMEM;
}

int topology_read(const char *root, struct topology *topology)
{
	int err;

	*topology = (struct topology){ 0 };
	err = read_online(root, topology);
	for (size_t i = 0; !err && i < topology->count; i++)
		err = read_node(root, topology, &topology->node[i]);
	if (!err)
		err = read_accesses(root, topology);
	if (err)
		topology_free(topology);
	return err;
}

static void free_node(struct topology_node *node)
{
	for (size_t i = 0; i < node->core_count; i++)
		free(node->siblings[i]);
	free(node->siblings);
	free(node->sockets);
	free(node->cpus);
	free(node->cpulist);
	free(node->distance);
}

void topology_free(struct topology *topology)
{
	for (size_t i = 0; i < topology->count; i++)
		free_node(&topology->node[i]);
	for (size_t i = 0; i < topology->accesses; i++)
		free(topology->access[i].initiators);
	free(topology->node);
	free(topology->access);
	free(topology->online);
	*topology = (struct topology){ 0 };
}

static int report_node(const struct topology_node *node,
		       struct report_nodes *nodes)
{
	struct report_node *report = report_add_node(nodes);

	if (!report)
		return -ENOMEM;
	report->id = node->id;
	report->state = NUMATRACE_NODE_STATE_ONLINE;
	if (node->memory && node->total)
		report->state |= NUMATRACE_NODE_STATE_MEMORY;
	if (node->cpu_count)
		report->state |= NUMATRACE_NODE_STATE_CPU;
	if (node->memory) {
		report->value[NODE_MEM_TOTAL] = node->total;
		report->value[NODE_MEM_FREE] = node->free;
		report->measured = 1 << NODE_MEM_TOTAL | 1 << NODE_MEM_FREE;
	}
	report->cpus = strdup(node->cpulist);
	return report->cpus ? 0 : -ENOMEM;
}

int topology_nodes(struct report_nodes *nodes)
{
	struct topology topology;
	int err;

	*nodes = (struct report_nodes){ 0 };
	err = topology_read("", &topology);
	if (err)
		return err;
	for (size_t i = 0; !err && i < topology.count; i++)
		err = report_node(&topology.node[i], nodes);
	topology_free(&topology);
	if (err)
		report_free_nodes(nodes);
	return err;
}

int topology_balancing(void)
{
	char *text = read_file("", "/proc/sys/kernel/numa_balancing");
	int mode = text ? atoi(text) : -1;

	free(text);
	return mode;
}

int topology_info(struct report_info *info)
{
	*info = (struct report_info){
		.nodes_possible = read_file("", NODE_DIR "/possible"),
		.nodes_online = read_file("", NODE_DIR "/online"),
		.nodes_memory = read_file("", NODE_DIR "/has_memory"),
		.nodes_cpu = read_file("", NODE_DIR "/has_cpu"),
		.cpus_possible = sysconf(_SC_NPROCESSORS_CONF),
		.cpus_online = sysconf(_SC_NPROCESSORS_ONLN),
		.page_size = sysconf(_SC_PAGESIZE),
		.balancing = topology_balancing(),
	};
	return info->nodes_online ? 0 : -ENOENT;
}

bool topology_numa_stat(void)
{
	char *text = read_file("", "/proc/sys/vm/numa_stat");
	bool on = !text || *text != '0';

	free(text);
	return on;
}
