// SPDX-License-Identifier: GPL-2.0
#include "advise_case.h"

#include "locality.h"
#include "printable.h"
#include "record.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static void print_action(const struct advise *advise)
{
	switch (advise->action) {
	case ADVISE_NONE:
		puts("no advice, it was not measured");
		return;
	case ADVISE_LEAVE:
		puts("leave it alone");
		return;
	case ADVISE_MOVE_MEMORY:
		printf("move its memory to node %u", advise->node[0]);
		break;
	case ADVISE_MOVE_CPUS:
		printf("run it on node %u, where its memory is",
		       advise->cpu_node);
		break;
	case ADVISE_GATHER:
		printf("run it on node %u and move its memory to node %u",
		       advise->cpu_node, advise->node[0]);
		break;
	case ADVISE_INTERLEAVE:
		fputs("spread its memory over the nodes ", stdout);
		for (size_t i = 0; i < advise->nodes; i++)
			printf("%s%u", i ? "," : "", advise->node[i]);
		break;
	}
	if (advise->action == ADVISE_MOVE_MEMORY &&
	    advise->node[0] != advise->cpu_node)
		printf(", the nearest to node %u", advise->cpu_node);
	putchar('\n');
}

static void print_list(const char *head, const struct sentences *sentences)
{
	for (size_t i = 0; i < sentences->count; i++)
		printf("  %-10s%s\n", i ? "" : head, sentences->text[i]);
}

/* Distances as firmware counts have no unit. */
static void print_expected(const struct advise *advise,
			   const struct advise_machine *machine)
{
	const char *unit = machine->profile ? " ns" : "";

	if (advise->expected < 0)
		return;
	printf("  %-10slocality %.0f %% (now %.0f %%)",
	       "expected:", advise->expected * 100, advise->locality * 100);
	if (advise->distance > 0 && advise->expected_distance > 0)
		printf("; mean %s %.1f%s (now %.1f%s)",
		       machine->profile ? "latency" : "distance (SLIT)",
		       advise->expected_distance, unit, advise->distance, unit);
	puts(".");
}

void advise_case_print(const struct advise_case *one,
		       const struct advise_machine *machine)
{
	char *comm = printable(one->show.proc.comm);

	printf("%d %s: ", one->show.proc.pid, comm ? comm : "");
	free(comm);
	print_action(&one->advise);
	print_list("why:", &one->advise.why);
	print_expected(&one->advise, machine);
	print_list("against:", &one->advise.against);
	if (one->command)
		printf("  %-10s%s\n", "do:", one->command);
}

static struct json_object *ratio(bool known, double value)
{
	return known ? json_object_new_double(value) : NULL;
}

static struct json_object *node_or_null(uint32_t node)
{
	return node == REPORT_ALL_NODES ? NULL : json_object_new_uint64(node);
}

static struct json_object *nodes_json(const struct advise *advise)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < advise->nodes; i++)
		json_object_array_add(array,
				      json_object_new_uint64(advise->node[i]));
	return array;
}

static void add_numbers(struct json_object *json, const struct advise *advise,
			const struct advise_machine *machine)
{
	bool ns = machine->profile;

	record_add(json, "sampled_accesses",
		   json_object_new_uint64(advise->accesses));
	record_add(json, "locality", ratio(advise->measured, advise->locality));
	record_add(json, "expected_locality",
		   ratio(advise->expected >= 0, advise->expected));
	record_add(json, "distance",
		   ratio(advise->distance > 0, advise->distance));
	record_add(json, "expected_distance",
		   ratio(advise->expected_distance > 0,
			 advise->expected_distance));
	record_add(json, "distance_unit",
		   json_object_new_string(ns ? "ns" : "slit"));
	record_add(json, "bytes_to_move",
		   advise->options ? json_object_new_uint64(advise->to_move)
				   : NULL);
}

struct json_object *advise_case_json(const struct advise_case *one,
				     const struct advise_machine *machine)
{
	const struct advise *advise = &one->advise;
	struct json_object *json = json_object_new_object();

	record_add(json, "pid", json_object_new_int(one->show.proc.pid));
	record_add_text(json, "comm", one->show.proc.comm);
	record_add(json, "action",
		   json_object_new_string(advise_word(advise->action)));
	record_add(json, "cpu_node", node_or_null(advise->cpu_node));
	record_add(json, "memory_nodes", nodes_json(advise));
	add_numbers(json, advise, machine);
	record_add(json, "why", sentences_json(&advise->why));
	record_add(json, "against", sentences_json(&advise->against));
	record_add(json, "command",
		   one->command ? json_object_new_string(one->command) : NULL);
	record_add(json, "exit_code",
		   one->applied ? json_object_new_int(one->code) : NULL);
	return json;
}
