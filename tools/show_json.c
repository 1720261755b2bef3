// SPDX-License-Identifier: GPL-2.0
#include "record.h"
#include "show.h"

#include "locality.h"
#include "output.h"
#include "usage_values.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

static struct json_object *number(uint64_t value)
{
	return json_object_new_uint64(value);
}

static struct json_object *number_if(bool known, uint64_t value)
{
	return known ? number(value) : NULL;
}

static struct json_object *node_or_null(uint32_t node)
{
	return number_if(node != REPORT_ALL_NODES, node);
}

static struct json_object *share_json(const struct report_share *share)
{
	struct json_object *json = json_object_new_object();

	record_add(json, "cpu_node", node_or_null(share->cpu_node));
	record_add(json, "memory_node", node_or_null(share->memory_node));
	record_add(json, "faults", number(share->faults));
	record_add(json, "pages", number(share->pages));
	return json;
}

static struct json_object *locality_json(const struct report_usage *usage)
{
	double ratio;

	return locality_ratio(locality_of_usage(usage, LOCALITY_EVENTS), &ratio)
		       ? json_object_new_double(ratio)
		       : NULL;
}

static struct json_object *moment(int clock, bool known, uint64_t ns)
{
	char *local = known ? usage_moment(clock, ns) : NULL;
	struct json_object *json = record_string(local);

	free(local);
	return json;
}

static struct json_object *usage_json(const struct report_usage *usage)
{
	struct json_object *json, *matrix;

	if (!usage)
		return NULL;
	json = json_object_new_object();
	matrix = json_object_new_array();
	record_add(json, "local_faults", number(usage->local_faults));
	record_add(json, "remote_faults", number(usage->remote_faults));
	record_add(json, "local_pages", number(usage->local_pages));
	record_add(json, "remote_pages", number(usage->remote_pages));
	record_add(json, "locality", locality_json(usage));
	record_add(json, "migrated_pages",
		   number_if(usage->outcomes, usage->migrated_pages));
	record_add(json, "failed_pages",
		   number_if(usage->outcomes, usage->failed_pages));
	record_add(json, "first_access",
		   moment(CLOCK_MONOTONIC, usage->accessed,
			  usage->first_access));
	record_add(json, "last_access",
		   moment(CLOCK_MONOTONIC, usage->accessed,
			  usage->last_access));
	for (size_t i = 0; i < usage->shares; i++)
		json_object_array_add(matrix, share_json(&usage->share[i]));
	record_add(json, "matrix", matrix);
	return json;
}

static struct json_object *
statistics_json(const struct report_fault_statistics *statistic)
{
	struct json_object *json = json_object_new_object();

	record_add(json, "node", number(statistic->node));
	record_add(json, "memory_shared", number(statistic->memory_shared));
	record_add(json, "memory_private", number(statistic->memory_private));
	record_add(json, "cpu_shared", number(statistic->cpu_shared));
	record_add(json, "cpu_private", number(statistic->cpu_private));
	return json;
}

static struct json_object *policy_json(const struct report_thread *thread)
{
	char *policy = verdict_policy(thread);
	struct json_object *json = record_string(policy);

	free(policy);
	return json;
}

static struct json_object *thread_json(const struct report_thread *thread,
				       bool policies)
{
	struct json_object *json = json_object_new_object();
	struct json_object *statistics = json_object_new_array();

	record_add(json, "tid", number(thread->tid));
	record_add_text(json, "comm", thread->comm);
	record_add(json, "cpu", number(thread->cpu));
	record_add(json, "cpu_node", node_or_null(thread->cpu_node));
	record_add_text(json, "affinity", thread->affinity);
	record_add_text(json, "cpuset_nodes", thread->cpuset_nodes);
	record_add(json, "policy", policies ? policy_json(thread) : NULL);
	record_add(json, "scanned",
		   policies ? json_object_new_boolean(thread->scanned) : NULL);
	record_add(json, "preferred_node",
		   number_if(thread->preferred_node >= 0,
			     thread->preferred_node));
	record_add(json, "migrated_pages",
		   number_if(policies, thread->migrated_pages));
	for (size_t i = 0; i < thread->statistics; i++)
		json_object_array_add(statistics,
				      statistics_json(&thread->statistic[i]));
	record_add(json, "fault_statistics", statistics);
	return json;
}

static struct json_object *resident_json(const struct residency *residency,
					 const struct residency_node *node)
{
	struct json_object *json = json_object_new_object();
	double share, resident = (double)residency->resident;
	bool known = residency_share(residency, node, &share);

	record_add(json, "node", number(node->id));
	record_add(json, "bytes", number(node->bytes));
	record_add(json, "share", known ? json_object_new_double(share) : NULL);
	record_add(json, "error", json_object_new_double(node->error));
	record_add(json, "error_bytes",
		   number((uint64_t)(node->error * resident)));
	return json;
}

/* A sample does not know them. */
static struct json_object *policies_json(const struct residency *residency)
{
	struct json_object *policies;

	if (residency->sampled)
		return NULL;
	policies = json_object_new_array();
	for (size_t i = 0; i < residency->policies; i++) {
		const struct residency_policy *policy = &residency->policy[i];
		struct json_object *json = json_object_new_object();

		record_add_text(json, "policy", policy->text);
		record_add(json, "bytes", number(policy->bytes));
		record_add(json, "scanned",
			   json_object_new_boolean(policy->sampled));
		json_object_array_add(policies, json);
	}
	return policies;
}

static struct json_object *residency_json(const struct show *show)
{
	const struct residency *residency = &show->residency;
	struct json_object *json, *nodes;

	if (show->unmeasured)
		return NULL;
	json = json_object_new_object();
	nodes = json_object_new_array();
	record_add_text(json, "method",
			residency->sampled ? "sampled" : "exact");
	record_add(json, "bytes", number(residency->resident));
	record_add(json, "hidden_bytes", number(residency->hidden));
	record_add(json, "error", json_object_new_double(residency->error));
	record_add(json, "draws",
		   number_if(residency->sampled, residency->draws));
	record_add(json, "hits",
		   number_if(residency->sampled, residency->hits));
	for (size_t i = 0; i < residency->count; i++)
		json_object_array_add(nodes,
				      resident_json(residency,
						    &residency->node[i]));
	record_add(json, "nodes", nodes);
	record_add(json, "policies", policies_json(residency));
	return json;
}

static void add_proc(struct json_object *json, const struct show *show)
{
	const struct proc *proc = &show->proc;
	uint64_t start;
	bool started = show_started(show, &start);

	record_add(json, "pid", number(proc->pid));
	record_add_text(json, "comm", proc->comm);
	record_add(json, "uid", number(proc->uid));
	record_add(json, "state", json_object_new_string_len(&proc->state, 1));
	record_add(json, "start_time", moment(CLOCK_BOOTTIME, started, start));
	record_add_text(json, "cpus_allowed", proc->cpus);
	record_add_text(json, "nodes_allowed", proc->nodes);
	record_add_text(json, "cgroup", proc->cgroup);
	record_add_text(json, "container", show->label);
	record_add_text(json, "cpuset_cpus", proc->cpuset_cpus);
	record_add_text(json, "cpuset_nodes", proc->cpuset_nodes);
}

static struct json_object *threads_json(const struct show *show)
{
	struct json_object *threads = json_object_new_array();

	for (size_t i = 0; i < show->threads.count; i++)
		json_object_array_add(threads,
				      thread_json(&show->threads.thread[i],
						  show->policies));
	return threads;
}

static struct json_object *verdict_json(const struct verdict *verdict)
{
	struct json_object *sentences = json_object_new_array();

	for (size_t i = 0; i < verdict->count; i++)
		json_object_array_add(sentences,
				      record_string(verdict->sentence[i]));
	return sentences;
}

int show_print_json(const struct show *show)
{
	struct json_object *json = json_object_new_object();

	if (!json)
		return -ENOMEM;
	add_proc(json, show);
	record_add(json, "accesses", usage_json(show_usage(show)));
	record_add(json, "threads", threads_json(show));
	record_add(json, "residency", residency_json(show));
	record_add(json, "verdict", verdict_json(&show->verdict));
	return output_json(json);
}
