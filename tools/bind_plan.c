// SPDX-License-Identifier: GPL-2.0
#include "bind.h"

#include "bind_checks.h"
#include "bind_problem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define NO_LOCAL_MEMORY                                                        \
	"the nodes of these CPUs have no memory: say with --membind which nodes it shall come from"

/* In place of the number that an action gets only when it begins. */
#define UNNUMBERED "new"

static bool has_memory(unsigned int node)
{
	return numa_node_size64((int)node, NULL) > 0;
}

/* Where memory is local to the CPUs; NULL when memory is short. */
static struct bitmask *nodes_of_cpus(const struct bitmask *cpus)
{
	struct bitmask *nodes = numa_allocate_nodemask();

	for (unsigned int i = 0; nodes && i < cpus->size; i++) {
		int node = numa_bitmask_isbitset(cpus, i)
				   ? numa_node_of_cpu((int)i)
				   : -1;

		if (node >= 0 && has_memory((unsigned int)node))
			numa_bitmask_setbit(nodes, (unsigned int)node);
	}
	return nodes;
}

static struct bitmask *copy_of(const struct bitmask *mask)
{
	struct bitmask *copy = numa_bitmask_alloc((unsigned int)mask->size);

	if (copy)
		copy_bitmask_to_bitmask((struct bitmask *)mask, copy);
	return copy;
}

static int choose_local_nodes(const struct policy *policy, struct bind *bind)
{
	if (!policy->cpus)
		return 0;
	bind->nodes = nodes_of_cpus(policy->cpus);
	if (!bind->nodes)
		return -ENOMEM;
	if (numa_bitmask_weight(bind->nodes))
		return 0;
	numa_bitmask_free(bind->nodes);
	bind->nodes = NULL;
	return bind_refuse(bind, NO_LOCAL_MEMORY);
}

static int choose_nodes(const struct policy *policy, struct bind *bind)
{
	switch (policy->memory) {
	case POLICY_MEMORY_ANY:
		return 0;
	case POLICY_MEMORY_LOCAL:
		return choose_local_nodes(policy, bind);
	case POLICY_MEMORY_BIND:
	case POLICY_MEMORY_INTERLEAVE:
	case POLICY_MEMORY_WEIGHTED_INTERLEAVE:
		bind->limited = true;
		break;
	default:
		break;
	}
	bind->nodes = copy_of(policy->nodes);
	return bind->nodes ? 0 : -ENOMEM;
}

static int measure(struct bind *bind)
{
	bind->unmeasured =
		residency_measure_all(&bind->target, &bind->resident);
	for (size_t i = 0; bind->nodes && i < bind->resident.count; i++)
		if (!numa_bitmask_isbitset(bind->nodes,
					   bind->resident.node[i].id))
			bind->to_move += bind->resident.node[i].bytes;
	return bind->unmeasured == -ENOMEM ? -ENOMEM : 0;
}

static int plan_cpuset(struct bind *bind)
{
	int err;

	if (!bind->limited)
		return 0;
	err = cpuset_plan(&bind->target, UNNUMBERED, &bind->cpuset);
	if (!err && bind->cpuset.way == CPUSET_NONE)
		err = bind_warn(bind, "%s", bind->cpuset.why);
	return err;
}

static int verdict(const struct bind *bind)
{
	for (size_t i = 0; i < bind->problems; i++)
		if (bind->problem[i].fatal)
			return -EINVAL;
	return 0;
}

static int plan(const struct bind_request *request, struct bind *bind)
{
	int err = bind_check_policy(request, bind);

	if (!err)
		err = choose_nodes(request->policy, bind);
	if (!err)
		err = measure(bind);
	if (!err)
		err = plan_cpuset(bind);
	if (!err)
		err = bind_check(request, bind);
	return err ? err : verdict(bind);
}

int bind_plan(const struct bind_request *request, struct bind *bind, char **why)
{
	int err;

	*bind = (struct bind){ 0 };
	*why = NULL;
	err = target_find(request->target_text, request->children,
			  request->test, &bind->target, why);
	return err ? err : plan(request, bind);
}

void bind_free(struct bind *bind)
{
	target_free(&bind->target);
	if (bind->nodes)
		numa_bitmask_free(bind->nodes);
	residency_free(&bind->resident);
	bind_free_problems(bind->problem, bind->problems);
	cpuset_free(&bind->cpuset);
	mover_free(&bind->moved);
	*bind = (struct bind){ 0 };
}
