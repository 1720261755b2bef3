// SPDX-License-Identifier: GPL-2.0
#include "bind_report.h"

#include "bind_steps.h"
#include "clock.h"
#include "record.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *problems_json(const struct bind_problem *problem,
					 size_t problems)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < problems; i++) {
		struct json_object *json = json_object_new_object();

		record_add_flag(json, "fatal", problem[i].fatal);
		record_add_flag(json, "forcible", problem[i].forcible);
		record_add_text(json, "text", problem[i].text);
		json_object_array_add(array, json);
	}
	return array;
}

static const char *way_word(enum cpuset_way way)
{
	static const char *const words[] = {
		[CPUSET_NONE] = "none",
		[CPUSET_SYSTEMD] = "systemd",
		[CPUSET_DELEGATED] = "delegated",
		[CPUSET_OWN] = "own",
	};

	return words[way];
}

static struct json_object *cpuset_json(const struct bind_report *report)
{
	const struct bind *bind = &report->bind;
	struct json_object *json;
	char *text;

	if (!bind->limited)
		return NULL;
	json = json_object_new_object();
	text = bind_report_future(report);
	record_add_text(json, "way", way_word(bind->cpuset.way));
	record_add_text(json, "unit", bind->cpuset.unit);
	record_add_text(json, "cgroup", bind->id ? bind->cpuset.cgroup : NULL);
	record_add_text(json, "text", text);
	free(text);
	return json;
}

static struct json_object *pages_json(const struct mover_result *moved)
{
	struct json_object *json;

	if (!moved->page_size)
		return NULL;
	json = json_object_new_object();
	record_add_number(json, "page_size", moved->page_size);
	record_add_number(json, "looked_at", moved->looked_at);
	record_add_number(json, "in_place", moved->in_place);
	record_add_number(json, "moved", mover_moved(moved));
	record_add_number(json, "left", mover_left(moved));
	record_add_number(json, "slices", moved->slices);
	record_add_number(json, "longest_ns", moved->longest);
	record_add(json, "pairs", step_pairs(moved));
	return json;
}

static struct json_object *residency_json(const struct proof *proof)
{
	const struct residency *residency = &proof->residency;
	struct json_object *json, *nodes;

	if (proof->unmeasured)
		return NULL;
	json = json_object_new_object();
	nodes = json_object_new_array();
	record_add_text(json, "method",
			residency->sampled ? "sampled" : "exact");
	record_add_number(json, "bytes", residency->resident);
	record_add(json, "error", json_object_new_double(residency->error));
	for (size_t i = 0; i < residency->count; i++) {
		struct json_object *node = json_object_new_object();

		record_add_number(node, "node", residency->node[i].id);
		record_add_number(node, "bytes", residency->node[i].bytes);
		json_object_array_add(nodes, node);
	}
	record_add(json, "nodes", nodes);
	return json;
}

static struct json_object *share_json(bool known, double share)
{
	return known ? json_object_new_double(share) : NULL;
}

static struct json_object *proof_json(const struct proof *proof)
{
	struct json_object *json = json_object_new_object();
	bool sampled = !proof->unsampled;
	double ratio = 0;
	bool known = locality_ratio(proof->locality, &ratio);

	record_add(json, "locality", share_json(known, ratio));
	record_add(json, "local_faults",
		   sampled ? json_object_new_uint64(proof->locality.local)
			   : NULL);
	record_add(json, "remote_faults",
		   sampled ? json_object_new_uint64(proof->locality.remote)
			   : NULL);
	record_add_text(json, "unsampled", proof->unsampled);
	record_add(json, "residency", residency_json(proof));
	record_add(json, "near", share_json(proof->placed, proof->near));
	return json;
}

static struct json_object *verdict_json(const struct bind_report *report)
{
	const struct proof_verdict *verdict = &report->verdict;
	bool known = verdict->measure != PROOF_NOTHING;
	struct json_object *json;
	char *text;

	if (report->proofs < 2)
		return NULL;
	json = json_object_new_object();
	text = bind_report_verdict(report);
	record_add_text(json, "measure", proof_measure_word(verdict->measure));
	record_add(json, "before", share_json(known, verdict->before));
	record_add(json, "after", share_json(known, verdict->after));
	record_add(json, "points", share_json(known, proof_points(verdict)));
	record_add(json, "margin", json_object_new_double(report->margin));
	record_add_text(json, "text", text);
	free(text);
	return json;
}

static void add_request(struct json_object *json,
			const struct bind_report *report)
{
	const struct bind *bind = &report->bind;

	record_add(json, "id",
		   bind->id ? json_object_new_int64(bind->id) : NULL);
	record_add_text(json, "state", bind_report_state(report));
	record_add_text(json, "target", report->request->target_text);
	record_add_text(json, "policy", report->policy);
	record_add_processes(json, "processes", &bind->target);
	record_add_mask(json, "nodes", bind->nodes);
	record_add(json, "bytes_to_move",
		   bind->nodes && !bind->unmeasured
			   ? json_object_new_uint64(bind->to_move)
			   : NULL);
}

static struct json_object *window_json(const struct bind_report *report)
{
	return report->window ? json_object_new_double((double)report->window /
						       NSEC_PER_SEC)
			      : NULL;
}

int bind_print_json(const struct bind_report *report)
{
	const struct bind *bind = &report->bind;
	struct json_object *json = json_object_new_object();

	add_request(json, report);
	record_add(json, "threads",
		   bind->id && report->request->policy->cpus
			   ? json_object_new_uint64(bind->threads)
			   : NULL);
	record_add(json, "cpuset", cpuset_json(report));
	record_add(json, "pages", pages_json(&bind->moved));
	record_add(json, "window_seconds", window_json(report));
	record_add(json, "before",
		   report->proofs > 0 ? proof_json(&report->before) : NULL);
	record_add(json, "after",
		   report->proofs > 1 ? proof_json(&report->after) : NULL);
	record_add(json, "verdict", verdict_json(report));
	record_add(json, "undo",
		   report->undone ? bind_undone_json(bind->id, &report->undo,
						     report->undo_err)
				  : NULL);
	record_add(json, "problems",
		   problems_json(bind->problem, bind->problems));
	return output_json(json);
}

struct json_object *bind_undone_json(int64_t id,
				     const struct bind_undone *undone, int err)
{
	struct json_object *json = json_object_new_object();

	record_add(json, "id", json_object_new_int64(id));
	record_add_text(json, "state", err ? "partly_undone" : "undone");
	record_add_number(json, "threads", undone->threads);
	record_add_number(json, "ended_processes", undone->ended);
	record_add_flag(json, "cpuset", undone->cpuset);
	record_add(json, "pages", pages_json(&undone->moved));
	record_add(json, "problems",
		   problems_json(undone->problem, undone->problems));
	return json;
}
