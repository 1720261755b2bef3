// SPDX-License-Identifier: GPL-2.0
#include "bind_steps.h"

#include "record.h"
#include "report.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const ways[] = {
	[CPUSET_NONE] = "none",
	[CPUSET_SYSTEMD] = "systemd",
	[CPUSET_DELEGATED] = "delegated",
	[CPUSET_OWN] = "own",
};

#define WAYS (sizeof(ways) / sizeof(*ways))

static struct json_object *step_of(const char *step,
				   const struct target_process *process)
{
	struct json_object *json = json_object_new_object();

	record_add_text(json, "step", step);
	if (process)
		record_add_process(json, process);
	return json;
}

static struct json_object *thread_json(const struct affinity_thread *thread)
{
	struct json_object *json = json_object_new_object();

	record_add_number(json, "tid", (uint64_t)thread->tid);
	record_add_number(json, "start_time", thread->start_time);
	record_add_mask(json, "before", thread->before);
	return json;
}

struct json_object *step_affinity(const struct target_process *process,
				  const struct bitmask *cpus,
				  const struct affinity_change *change,
				  size_t first)
{
	struct json_object *json = step_of(STEP_AFFINITY, process);
	struct json_object *threads = json_object_new_array();

	record_add_mask(json, "cpus", cpus);
	for (size_t i = first; i < change->count; i++)
		json_object_array_add(threads, thread_json(&change->thread[i]));
	record_add(json, "threads", threads);
	return json;
}

static struct json_object *resident_json(const struct residency *resident)
{
	struct json_object *nodes = json_object_new_array();

	for (size_t i = 0; i < resident->count; i++) {
		struct json_object *json = json_object_new_object();

		record_add_number(json, "node", resident->node[i].id);
		record_add_number(json, "bytes", resident->node[i].bytes);
		json_object_array_add(nodes, json);
	}
	return nodes;
}

struct json_object *step_pages(const struct target_process *process,
			       const struct bitmask *to,
			       const struct residency *resident)
{
	struct json_object *json = step_of(STEP_PAGES, process);

	record_add_mask(json, "to", to);
	record_add(json, "resident", resident ? resident_json(resident) : NULL);
	return json;
}

static struct json_object *former_json(const struct cpuset_former *former)
{
	struct json_object *json = json_object_new_object();

	record_add_process(json, &former->process);
	record_add_text(json, "cgroup", former->cgroup);
	return json;
}

struct json_object *step_cpuset(const struct cpuset_plan *plan,
				const struct bitmask *cpus,
				const struct bitmask *nodes)
{
	struct json_object *json = step_of(STEP_CPUSET, NULL);
	struct json_object *former = json_object_new_array();

	record_add_text(json, "way", ways[plan->way]);
	record_add_text(json, "unit", plan->unit);
	record_add_text(json, "cgroup", plan->cgroup);
	record_add_text(json, "cpus_before", plan->cpus_before);
	record_add_text(json, "nodes_before", plan->nodes_before);
	record_add_mask(json, "cpus", cpus);
	record_add_mask(json, "nodes", nodes);
	for (size_t i = 0; i < plan->count; i++)
		json_object_array_add(former, former_json(&plan->former[i]));
	record_add(json, "former", former);
	return json;
}

struct json_object *step_result(const char *step, pid_t pid, int result)
{
	struct json_object *json = step_of(step, NULL);

	if (pid)
		record_add_number(json, "pid", (uint64_t)pid);
	record_add(json, "result", json_object_new_int(result));
	return json;
}

static struct json_object *node_json(uint32_t node)
{
	return node == MOVER_NO_NODE ? NULL : json_object_new_uint64(node);
}

static struct json_object *pair_json(const struct mover_pair *pair)
{
	struct json_object *json = json_object_new_object();
	uint64_t left = 0;

	record_add(json, "from", node_json(pair->from));
	record_add(json, "to", node_json(pair->to));
	record_add_number(json, "moved", pair->moved);
	for (enum mover_reason i = 0; i < MOVER_REASONS; i++)
		left += pair->left[i];
	record_add_number(json, "left", left);
	for (enum mover_reason i = 0; i < MOVER_REASONS; i++)
		record_add_number(json, mover_reason_word(i), pair->left[i]);
	return json;
}

struct json_object *step_pairs(const struct mover_result *result)
{
	struct json_object *pairs = json_object_new_array();

	for (size_t i = 0; i < result->count; i++)
		json_object_array_add(pairs, pair_json(&result->pair[i]));
	return pairs;
}

/* One more element of zeros at the end of an array; NULL: memory is short. */
static void *append(void **array, size_t *count, size_t size)
{
	char *grown = reallocarray(*array, *count + 1, size);

	if (!grown)
		return NULL;
	*array = grown;
	grown += (*count)++ * size;
	return memset(grown, 0, size);
}

static struct step_affinities *
find_affinity(struct steps *steps, const struct target_process *process)
{
	for (size_t i = 0; i < steps->affinities; i++)
		if (target_same(&steps->affinity[i].process, process))
			return &steps->affinity[i];
	return NULL;
}

static bool knows_thread(const struct affinity_change *change, pid_t tid,
			 uint64_t start_time)
{
	for (size_t i = 0; i < change->count; i++)
		if (change->thread[i].tid == tid &&
		    change->thread[i].start_time == start_time)
			return true;
	return false;
}

static int read_thread(const struct json_object *json, pid_t *tid,
		       uint64_t *start_time, struct bitmask *before)
{
	uint64_t number;

	if (!record_number(json, "tid", &number) || !number ||
	    number > INT_MAX ||
	    !record_number(json, "start_time", start_time) ||
	    !record_mask(json, "before", before))
		return -EBADMSG;
	*tid = (pid_t)number;
	return 0;
}

/*
 * A thread that is seen later and has what was set has it from the one that
 * created it: it is left out, and restored as its leader is.
 */
static bool is_heir(const struct step_affinities *affinity, bool first,
		    const struct bitmask *before)
{
	return !first && affinity->cpus &&
	       numa_bitmask_equal(affinity->cpus, before);
}

static int add_thread(struct step_affinities *affinity, bool first,
		      const struct json_object *json)
{
	struct bitmask *before = numa_allocate_cpumask();
	struct affinity_thread *thread;
	uint64_t start_time;
	pid_t tid;
	int err =
		before ? read_thread(json, &tid, &start_time, before) : -ENOMEM;

	if (!err && !knows_thread(&affinity->change, tid, start_time) &&
	    !is_heir(affinity, first, before)) {
		thread = append((void **)&affinity->change.thread,
				&affinity->change.count,
				sizeof(*affinity->change.thread));
		err = thread ? 0 : -ENOMEM;
		if (thread) {
			*thread = (struct affinity_thread){
				.tid = tid,
				.start_time = start_time,
				.before = before,
			};
			return 0;
		}
	}
	if (before)
		numa_bitmask_free(before);
	return err;
}

static int set_cpus(struct step_affinities *affinity,
		    const struct json_object *step)
{
	if (affinity->cpus || !record_text(step, "cpus"))
		return 0;
	affinity->cpus = numa_allocate_cpumask();
	if (!affinity->cpus)
		return -ENOMEM;
	return record_mask(step, "cpus", affinity->cpus) ? 0 : -EBADMSG;
}

static int read_affinity(struct steps *steps, const struct json_object *step)
{
	const struct json_object *threads = record_array(step, "threads");
	struct target_process process;
	struct step_affinities *affinity;
	bool first;
	int err;

	if (!threads || !record_process(step, &process))
		return -EBADMSG;
	affinity = find_affinity(steps, &process);
	first = !affinity;
	if (first)
		affinity = append((void **)&steps->affinity, &steps->affinities,
				  sizeof(*steps->affinity));
	if (!affinity)
		return -ENOMEM;
	affinity->process = process;
	affinity->change.pid = process.pid;
	err = set_cpus(affinity, step);
	for (size_t i = 0; !err && i < json_object_array_length(threads); i++)
		err = add_thread(affinity, first,
				 json_object_array_get_idx(threads, i));
	return err;
}

static int read_way(const struct json_object *step, enum cpuset_way *way)
{
	const char *word = record_text(step, "way");

	for (size_t i = 0; word && i < WAYS; i++)
		if (!strcmp(word, ways[i])) {
			*way = (enum cpuset_way)i;
			return 0;
		}
	return -EBADMSG;
}

/* A copy of a text that may be missing. */
static int copy_text(const struct json_object *step, const char *key,
		     char **copy)
{
	const char *text = record_text(step, key);

	*copy = text ? strdup(text) : NULL;
	return text && !*copy ? -ENOMEM : 0;
}

static int read_former(struct cpuset_plan *plan, const struct json_object *json)
{
	struct cpuset_former *former;
	struct target_process process;

	if (!record_process(json, &process))
		return -EBADMSG;
	former = append((void **)&plan->former, &plan->count,
			sizeof(*plan->former));
	if (!former)
		return -ENOMEM;
	former->process = process;
	former->process.comm = process.comm ? strdup(process.comm) : NULL;
	return copy_text(json, "cgroup", &former->cgroup);
}

static int fill_cpuset(struct cpuset_plan *plan, const struct json_object *step)
{
	const struct json_object *former = record_array(step, "former");
	int err = former ? read_way(step, &plan->way) : -EBADMSG;

	if (!err)
		err = copy_text(step, "unit", &plan->unit);
	if (!err)
		err = copy_text(step, "cgroup", &plan->cgroup);
	if (!err)
		err = copy_text(step, "cpus_before", &plan->cpus_before);
	if (!err)
		err = copy_text(step, "nodes_before", &plan->nodes_before);
	for (size_t i = 0; !err && i < json_object_array_length(former); i++)
		err = read_former(plan, json_object_array_get_idx(former, i));
	return err;
}

static struct cpuset_plan *find_cpuset(struct steps *steps, const char *cgroup)
{
	for (size_t i = 0; cgroup && i < steps->cpusets; i++)
		if (steps->cpuset[i].cgroup &&
		    !strcmp(steps->cpuset[i].cgroup, cgroup))
			return &steps->cpuset[i];
	return NULL;
}

/* A later line about a cgroup of ours has the processes of the former ones. */
static int read_cpuset(struct steps *steps, const struct json_object *step)
{
	struct cpuset_plan *plan =
		find_cpuset(steps, record_text(step, "cgroup"));

	if (!plan)
		plan = append((void **)&steps->cpuset, &steps->cpusets,
			      sizeof(*steps->cpuset));
	if (!plan)
		return -ENOMEM;
	cpuset_free(plan);
	*plan = (struct cpuset_plan){ 0 };
	return fill_cpuset(plan, step);
}

static int read_resident(struct residency *resident,
			 const struct json_object *nodes)
{
	for (size_t i = 0; i < json_object_array_length(nodes); i++) {
		const struct json_object *json =
			json_object_array_get_idx(nodes, i);
		struct residency_node *node;
		uint64_t id, bytes;

		if (!record_number(json, "node", &id) ||
		    id >= REPORT_MAX_NODES ||
		    !record_number(json, "bytes", &bytes))
			return -EBADMSG;
		node = residency_node(resident, (uint32_t)id);
		if (!node)
			return -ENOMEM;
		node->bytes += bytes;
		resident->resident += bytes;
	}
	return 0;
}

static bool knows_placement(const struct steps *steps,
			    const struct target_process *process)
{
	for (size_t i = 0; i < steps->placements; i++)
		if (target_same(&steps->placement[i].process, process))
			return true;
	return false;
}

/* The first line has what was before all of them. */
static int read_pages(struct steps *steps, const struct json_object *step)
{
	const struct json_object *nodes = record_array(step, "resident");
	struct step_placement *placement;
	struct target_process process;

	if (!record_process(step, &process))
		return -EBADMSG;
	if (!nodes || knows_placement(steps, &process))
		return 0;
	placement = append((void **)&steps->placement, &steps->placements,
			   sizeof(*steps->placement));
	if (!placement)
		return -ENOMEM;
	placement->process = process;
	placement->shared = record_flag(step, "shared");
	placement->to = numa_allocate_nodemask();
	if (!placement->to)
		return -ENOMEM;
	if (!record_mask(step, "to", placement->to))
		return -EBADMSG;
	return read_resident(&placement->resident, nodes);
}

static int read_step(struct steps *steps, const struct json_object *line)
{
	const char *event = record_text(line, "event");
	const char *step = record_text(line, "step");

	if (!event || !step)
		return -EBADMSG;
	if (strcmp(event, "before"))
		return 0;
	if (!strcmp(step, STEP_AFFINITY))
		return read_affinity(steps, line);
	if (!strcmp(step, STEP_CPUSET))
		return read_cpuset(steps, line);
	if (!strcmp(step, STEP_PAGES))
		return read_pages(steps, line);
	return 0;
}

int steps_read(const struct journal_action *action, struct steps *steps)
{
	int err = 0;

	*steps = (struct steps){ 0 };
	for (size_t i = 0; !err && i < action->steps; i++)
		err = read_step(steps, action->step[i]);
	if (err)
		steps_free(steps);
	return err;
}

void steps_free(struct steps *steps)
{
	for (size_t i = 0; i < steps->affinities; i++) {
		if (steps->affinity[i].cpus)
			numa_bitmask_free(steps->affinity[i].cpus);
		affinity_free(&steps->affinity[i].change);
	}
	for (size_t i = 0; i < steps->cpusets; i++)
		cpuset_free(&steps->cpuset[i]);
	for (size_t i = 0; i < steps->placements; i++) {
		if (steps->placement[i].to)
			numa_bitmask_free(steps->placement[i].to);
		residency_free(&steps->placement[i].resident);
	}
	free(steps->affinity);
	free(steps->cpuset);
	free(steps->placement);
	*steps = (struct steps){ 0 };
}
