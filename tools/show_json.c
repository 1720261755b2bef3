// SPDX-License-Identifier: GPL-2.0
#include "show.h"

#include "locality.h"
#include "output.h"
#include "usage_values.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

static void add(struct json_object *json, const char *key,
		struct json_object *value)
{
	json_object_object_add(json, key, value);
}

/* What people have named may hold bytes that JSON cannot have. */
static struct json_object *text(const char *value)
{
	char *copy = value ? output_text(value) : NULL;
	struct json_object *json = copy ? json_object_new_string(copy) : NULL;

	free(copy);
	return json;
}

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

	add(json, "cpu_node", node_or_null(share->cpu_node));
	add(json, "memory_node", node_or_null(share->memory_node));
	add(json, "faults", number(share->faults));
	add(json, "pages", number(share->pages));
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
	struct json_object *json = text(local);

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
	add(json, "local_faults", number(usage->local_faults));
	add(json, "remote_faults", number(usage->remote_faults));
	add(json, "local_pages", number(usage->local_pages));
	add(json, "remote_pages", number(usage->remote_pages));
	add(json, "locality", locality_json(usage));
	add(json, "migrated_pages",
	    number_if(usage->outcomes, usage->migrated_pages));
	add(json, "failed_pages",
	    number_if(usage->outcomes, usage->failed_pages));
	add(json, "first_access",
	    moment(CLOCK_MONOTONIC, usage->accessed, usage->first_access));
	add(json, "last_access",
	    moment(CLOCK_MONOTONIC, usage->accessed, usage->last_access));
	for (size_t i = 0; i < usage->shares; i++)
		json_object_array_add(matrix, share_json(&usage->share[i]));
	add(json, "matrix", matrix);
	return json;
}

static struct json_object *
statistics_json(const struct report_fault_statistics *statistic)
{
	struct json_object *json = json_object_new_object();

	add(json, "node", number(statistic->node));
	add(json, "memory_shared", number(statistic->memory_shared));
	add(json, "memory_private", number(statistic->memory_private));
	add(json, "cpu_shared", number(statistic->cpu_shared));
	add(json, "cpu_private", number(statistic->cpu_private));
	return json;
}

static struct json_object *policy_json(const struct report_thread *thread)
{
	char *policy = verdict_policy(thread);
	struct json_object *json = text(policy);

	free(policy);
	return json;
}

static struct json_object *thread_json(const struct report_thread *thread,
				       bool policies)
{
	struct json_object *json = json_object_new_object();
	struct json_object *statistics = json_object_new_array();

	add(json, "tid", number(thread->tid));
	add(json, "comm", text(thread->comm));
	add(json, "cpu", number(thread->cpu));
	add(json, "cpu_node", node_or_null(thread->cpu_node));
	add(json, "affinity", text(thread->affinity));
	add(json, "cpuset_nodes", text(thread->cpuset_nodes));
	add(json, "policy", policies ? policy_json(thread) : NULL);
	add(json, "scanned",
	    policies ? json_object_new_boolean(thread->scanned) : NULL);
	add(json, "preferred_node",
	    number_if(thread->preferred_node >= 0, thread->preferred_node));
	add(json, "migrated_pages",
	    number_if(policies, thread->migrated_pages));
	for (size_t i = 0; i < thread->statistics; i++)
		json_object_array_add(statistics,
				      statistics_json(&thread->statistic[i]));
	add(json, "fault_statistics", statistics);
	return json;
}

static struct json_object *resident_json(const struct residency *residency,
					 const struct residency_node *node)
{
	struct json_object *json = json_object_new_object();
	double share, resident = (double)residency->resident;
	bool known = residency_share(residency, node, &share);

	add(json, "node", number(node->id));
	add(json, "bytes", number(node->bytes));
	add(json, "share", known ? json_object_new_double(share) : NULL);
	add(json, "error", json_object_new_double(node->error));
	add(json, "error_bytes", number((uint64_t)(node->error * resident)));
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

		add(json, "policy", text(policy->text));
		add(json, "bytes", number(policy->bytes));
		add(json, "scanned", json_object_new_boolean(policy->sampled));
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
	add(json, "method", text(residency->sampled ? "sampled" : "exact"));
	add(json, "bytes", number(residency->resident));
	add(json, "hidden_bytes", number(residency->hidden));
	add(json, "error", json_object_new_double(residency->error));
	add(json, "draws", number_if(residency->sampled, residency->draws));
	add(json, "hits", number_if(residency->sampled, residency->hits));
	for (size_t i = 0; i < residency->count; i++)
		json_object_array_add(nodes,
				      resident_json(residency,
						    &residency->node[i]));
	add(json, "nodes", nodes);
	add(json, "policies", policies_json(residency));
	return json;
}

static void add_proc(struct json_object *json, const struct show *show)
{
	const struct proc *proc = &show->proc;
	uint64_t start;
	bool started = show_started(show, &start);

	add(json, "pid", number(proc->pid));
	add(json, "comm", text(proc->comm));
	add(json, "uid", number(proc->uid));
	add(json, "state", json_object_new_string_len(&proc->state, 1));
	add(json, "start_time", moment(CLOCK_BOOTTIME, started, start));
	add(json, "cpus_allowed", text(proc->cpus));
	add(json, "nodes_allowed", text(proc->nodes));
	add(json, "cgroup", text(proc->cgroup));
	add(json, "container", text(show->label));
	add(json, "cpuset_cpus", text(proc->cpuset_cpus));
	add(json, "cpuset_nodes", text(proc->cpuset_nodes));
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
		json_object_array_add(sentences, text(verdict->sentence[i]));
	return sentences;
}

int show_print_json(const struct show *show)
{
	struct json_object *json = json_object_new_object();

	if (!json)
		return -ENOMEM;
	add_proc(json, show);
	add(json, "accesses", usage_json(show_usage(show)));
	add(json, "threads", threads_json(show));
	add(json, "residency", residency_json(show));
	add(json, "verdict", verdict_json(&show->verdict));
	return output_json(json);
}
