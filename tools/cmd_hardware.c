// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "hardware_text.h"
#include "notes.h"
#include "options.h"
#include "topology.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_SYSROOT = OPTION_OWN,
};

static const struct option own_options[] = {
	{ "sysroot", required_argument, NULL, OPTION_SYSROOT },
	{ 0 },
};

static const char *sysroot = "";

static void set_option(int c, const char *argument)
{
	sysroot = argument;
}

static char *show_id(const struct output_style *style, const void *object,
		     int field)
{
	const struct topology_node *node = object;

	return output_count(node->id);
}

/* Numbers or texts, joined. */
static char *join(const struct topology_node *node, bool cores)
{
	size_t count = cores ? node->core_count : node->socket_count;
	char *list = NULL;
	size_t length;
	FILE *stream = open_memstream(&list, &length);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (cores)
			fprintf(stream, "%s%s", i ? " " : "",
				node->siblings[i]);
		else
			fprintf(stream, "%s%u", i ? "," : "", node->sockets[i]);
	}
	fclose(stream);
	return list;
}

static char *show_sockets(const struct output_style *style, const void *object,
			  int field)
{
	return join(object, false);
}

static char *show_cores(const struct output_style *style, const void *object,
			int field)
{
	const struct topology_node *node = object;

	return output_count(node->core_count);
}

static char *show_threads(const struct output_style *style, const void *object,
			  int field)
{
	const struct topology_node *node = object;

	return output_count(node->cpu_count);
}

static char *show_siblings(const struct output_style *style, const void *object,
			   int field)
{
	return join(object, true);
}

static const struct output_column core_columns[] = {
	{
		.name = "NODE",
		.number = true,
		.value = show_id,
	},
	{
		.name = "SOCKETS",
		.number = true,
		.value = show_sockets,
	},
	{
		.name = "CORES",
		.number = true,
		.value = show_cores,
	},
	{
		.name = "THREADS",
		.number = true,
		.value = show_threads,
	},
	{
		.name = "SIBLINGS",
		.value = show_siblings,
	},
	{ 0 },
};

static const struct output_object core_object = {
	.name = "cores",
	.columns = core_columns,
};

static char *show_access_node(const struct output_style *style,
			      const void *object, int field)
{
	const struct topology_access *access = object;

	return output_count(access->node);
}

static char *show_class(const struct output_style *style, const void *object,
			int field)
{
	const struct topology_access *access = object;

	return output_count(access->level);
}

static char *show_initiators(const struct output_style *style,
			     const void *object, int field)
{
	const struct topology_access *access = object;

	return strdup(access->initiators);
}

static char *show_hmat(const struct output_style *style, const void *object,
		       int field)
{
	const struct topology_access *access = object;

	if (!(access->measured & 1U << field))
		return NULL;
	return output_count(access->value[field]);
}

static const struct output_column access_columns[] = {
	{
		.name = "NODE",
		.number = true,
		.value = show_access_node,
	},
	{
		.name = "ACCESS",
		.number = true,
		.value = show_class,
	},
	{
		.name = "INITIATORS",
		.number = true,
		.value = show_initiators,
	},
	{
		.name = "READ-NS",
		.number = true,
		.field = HMAT_READ_LATENCY,
		.value = show_hmat,
	},
	{
		.name = "WRITE-NS",
		.number = true,
		.field = HMAT_WRITE_LATENCY,
		.value = show_hmat,
	},
	{
		.name = "READ-MIB/S",
		.number = true,
		.field = HMAT_READ_BANDWIDTH,
		.value = show_hmat,
	},
	{
		.name = "WRITE-MIB/S",
		.number = true,
		.field = HMAT_WRITE_BANDWIDTH,
		.value = show_hmat,
	},
	{ 0 },
};

static const struct output_object access_object = {
	.name = "accesses",
	.columns = access_columns,
};

static int print_table(const struct output_object *object, const void *lines,
		       size_t count, size_t size)
{
	const struct output_style style = { .format = OUTPUT_TABLE };
	struct output_choice choice;
	char *unknown;
	int err = output_choose(object, NULL, false, &choice, &unknown);

	if (err)
		return err;
	putchar('\n');
	err = output_list(object, &choice, &style, lines, count, size);
	output_free_choice(&choice);
	return err;
}

/*
 * What numactl does not show comes last, and no line of it begins with
 * "node": scripts take the last such line for the header of the distances.
 */
static int print_text(const struct topology *topology)
{
	int err;

	hardware_text_print(topology);
	err = print_table(&core_object, topology->node, topology->count,
			  sizeof(*topology->node));
	if (!err && topology->accesses)
		err = print_table(&access_object, topology->access,
				  topology->accesses,
				  sizeof(*topology->access));
	return err;
}

static struct json_object *number(uint64_t value)
{
	return json_object_new_uint64(value);
}

static struct json_object *text(const char *value)
{
	return json_object_new_string(value);
}

static struct json_object *node_json(const struct topology_node *node)
{
	struct json_object *siblings = json_object_new_array();
	struct json_object *sockets = json_object_new_array();
	struct json_object *json = json_object_new_object();

	for (size_t i = 0; i < node->socket_count; i++)
		json_object_array_add(sockets, number(node->sockets[i]));
	for (size_t i = 0; i < node->core_count; i++)
		json_object_array_add(siblings, text(node->siblings[i]));
	json_object_object_add(json, "node", number(node->id));
	json_object_object_add(json, "cpus", text(node->cpulist));
	json_object_object_add(json, "mem_total",
			       node->memory ? number(node->total) : NULL);
	json_object_object_add(json, "mem_free",
			       node->memory ? number(node->free) : NULL);
	json_object_object_add(json, "sockets", sockets);
	json_object_object_add(json, "cores", number(node->core_count));
	json_object_object_add(json, "threads", number(node->cpu_count));
	json_object_object_add(json, "siblings", siblings);
	return json;
}

static struct json_object *distance_json(const struct topology *topology,
					 size_t from, size_t to)
{
	unsigned int distance = topology->node[from].distance[to];
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "from", number(topology->node[from].id));
	json_object_object_add(json, "to", number(topology->node[to].id));
	json_object_object_add(json, "distance",
			       distance ? number(distance) : NULL);
	return json;
}

static struct json_object *access_json(const struct topology_access *access)
{
	static const char *const keys[HMAT_FIELDS] = {
		[HMAT_READ_LATENCY] = "read_latency_ns",
		[HMAT_WRITE_LATENCY] = "write_latency_ns",
		[HMAT_READ_BANDWIDTH] = "read_bandwidth_mib",
		[HMAT_WRITE_BANDWIDTH] = "write_bandwidth_mib",
	};
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "node", number(access->node));
	json_object_object_add(json, "access", number(access->level));
	json_object_object_add(json, "initiators", text(access->initiators));
	for (int i = 0; i < HMAT_FIELDS; i++) {
		bool measured = access->measured & 1U << i;

		json_object_object_add(json, keys[i],
				       measured ? number(access->value[i])
						: NULL);
	}
	return json;
}

static int print_json(const struct topology *topology)
{
	struct json_object *json = json_object_new_object();
	struct json_object *nodes = json_object_new_array();
	struct json_object *distances = json_object_new_array();
	struct json_object *accesses = json_object_new_array();

	for (size_t i = 0; i < topology->count; i++)
		json_object_array_add(nodes, node_json(&topology->node[i]));
	for (size_t i = 0; i < topology->count; i++)
		for (size_t k = 0; k < topology->count; k++)
			json_object_array_add(distances,
					      distance_json(topology, i, k));
	for (size_t i = 0; i < topology->accesses; i++)
		json_object_array_add(accesses,
				      access_json(&topology->access[i]));
	json_object_object_add(json, "nodes", nodes);
	json_object_object_add(json, "distances", distances);
	json_object_object_add(json, "accesses", accesses);
	return output_json(json);
}

static int run(const struct options *options)
{
	struct topology topology;
	int err = topology_read(sysroot, &topology);

	if (err) {
		pr_notice("cannot read the nodes in %s/sys/devices/system/node: %s",
			  sysroot, strerror(-err));
		return EXIT_FAILED;
	}
	if (options->style.format == OUTPUT_JSON)
		err = print_json(&topology);
	else
		err = print_text(&topology);
	topology_free(&topology);
	if (err)
		pr_notice("%s", strerror(-err));
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct command cmd_hardware = {
	.name = "hardware",
	.arguments = "",
	.summary = "Show the nodes as numactl -H does, then cores and HMAT.",
	.notes =
		"This needs neither the module nor privilege. ACCESS is 0 for the nearest\n"
		"initiators of any kind, 1 for the nearest CPUs.",
	.own_options = own_options,
	.own_help = "     --sysroot <dir>  use the directory as system root\n",
	.set_option = set_option,
	.run = run,
};
