// SPDX-License-Identifier: GPL-2.0
#include "bind_work.h"

#include "bind_problem.h"
#include "bind_steps.h"
#include "proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define NOT_COVERED                                                            \
	"%zu processes were started meanwhile, outside of %s: their future memory is not covered; bind them again"

static bool any_is_left(const struct cpuset_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (!target_check(&plan->former[i].process))
			return true;
	return false;
}

/* That those which were to be moved have ended is no failure of the others. */
static int judge(struct work *work, const struct cpuset_plan *plan, int err,
		 const char *why)
{
	if (plan->way == CPUSET_OWN &&
	    (err == -ESRCH || (err && !any_is_left(plan))))
		return why ? bind_warn(work->bind, "%s", why) : 0;
	if (err)
		bind_refuse(work->bind, "future memory could not be bound: %s",
			    why ? why : strerror(-err));
	else if (why)
		bind_warn(work->bind, "%s", why);
	return err;
}

/* The later line about it counts: another action's cgroup is not to be undone. */
static int disown(struct work *work, const struct cpuset_plan *plan)
{
	struct cpuset_plan nothing = *plan;

	nothing.way = CPUSET_NONE;
	return work_write_before(work, step_cpuset(&nothing, NULL, NULL));
}

static int apply_cpuset(struct work *work, const struct cpuset_plan *plan)
{
	const struct bitmask *cpus = work->request->policy->cpus;
	const struct bitmask *nodes = work->bind->nodes;
	char *why = NULL;
	int err = work_write_before(work, step_cpuset(plan, cpus, nodes));

	if (err)
		return err;
	err = cpuset_apply(plan, cpus, nodes, &why);
	if (err == -EEXIST)
		disown(work, plan);
	err = judge(work, plan, err, why);
	free(why);
	return work_write_after(work, step_result(STEP_CPUSET, 0, err), err);
}

/*
 * Named by the number of the action, which is known only now, and for those
 * that come later by the name of the first one and a second number.
 */
static int plan_cpuset(struct work *work, const struct target *target,
		       struct cpuset_plan *plan)
{
	const struct cpuset_plan *first = &work->bind->cpuset;
	char number[24], name[64];

	snprintf(number, sizeof(number), "%lld", (long long)work->bind->id);
	if (!work->cpusets++)
		return cpuset_plan(target, number, plan);
	snprintf(name, sizeof(name), "%s.%u",
		 first->way == CPUSET_OWN
			 ? first->cgroup + strlen(CPUSET_ROOT "/")
			 : number,
		 work->cpusets - 1);
	return cpuset_plan(target, name, plan);
}

int work_set_cpuset(struct work *work)
{
	struct bind *bind = work->bind;
	int err;

	if (!work_has_cpuset(bind))
		return 0;
	if (work_is_stopped(work))
		return -EINTR;
	cpuset_free(&bind->cpuset);
	err = plan_cpuset(work, &bind->target, &bind->cpuset);
	if (err)
		return err;
	if (bind->cpuset.way != CPUSET_NONE)
		return apply_cpuset(work, &bind->cpuset);
	/* What could be had when it was planned cannot any more. */
	bind_refuse(bind, "%s", bind->cpuset.why);
	return -EOPNOTSUPP;
}

/* Also those of ours that have a second number. */
static bool is_of(const char *path, const struct cpuset_plan *plan)
{
	size_t length = plan->cgroup ? strlen(plan->cgroup) : 0;

	return length && !strncmp(path, plan->cgroup, length) &&
	       (!path[length] || path[length] == '/' ||
		(plan->way == CPUSET_OWN && path[length] == '.'));
}

static bool is_covered(const struct bind *bind,
		       const struct target_process *process)
{
	struct proc proc;
	bool covered;

	if (proc_read(process->pid, &proc))
		return true;
	covered = proc.state == 'Z' || target_check(process) ||
		  (proc.cgroup && is_of(proc.cgroup, &bind->cpuset));
	proc_free(&proc);
	return covered;
}

/* Borrowed from the target: only the array is to be freed. */
static int find_uncovered(const struct bind *bind, struct target *uncovered)
{
	const struct target *target = &bind->target;

	*uncovered = (struct target){ .kind = TARGET_PIDS };
	uncovered->process =
		calloc(target->count + 1, sizeof(*uncovered->process));
	if (!uncovered->process)
		return -ENOMEM;
	for (size_t i = 0; i < target->count; i++)
		if (!is_covered(bind, &target->process[i]))
			uncovered->process[uncovered->count++] =
				target->process[i];
	return 0;
}

static size_t count_living(const struct target *target)
{
	size_t count = 0;

	for (size_t i = 0; i < target->count; i++)
		count += !target_check(&target->process[i]);
	return count;
}

/* 1: it was done, and others may have been started meanwhile. */
static int cover(struct work *work, const struct target *uncovered)
{
	struct cpuset_plan plan;
	int err = plan_cpuset(work, uncovered, &plan);
	size_t count = err ? 0 : count_living(uncovered);

	if (count && plan.way == CPUSET_OWN) {
		err = apply_cpuset(work, &plan);
		err = err ? err : 1;
	} else if (count) {
		bind_warn(work->bind, NOT_COVERED, count,
			  work->bind->cpuset.cgroup);
	}
	cpuset_free(&plan);
	return err;
}

int work_cover_processes(struct work *work)
{
	struct target uncovered;
	int err;

	if (!work_has_cpuset(work->bind))
		return 0;
	err = find_uncovered(work->bind, &uncovered);
	if (!err && uncovered.count)
		err = cover(work, &uncovered);
	free(uncovered.process);
	return err;
}
