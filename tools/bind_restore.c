// SPDX-License-Identifier: GPL-2.0
#include "bind_restore.h"

#include "bind_problem.h"
#include "bind_steps.h"
#include "mover_result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define DAMAGED                                                                \
	"the journal is damaged where it tells what action %lld changed: nothing was restored"
#define STAYED                                                                 \
	"%llu pages of process %d that were to go back stayed where they are; numatrace migrate tries again"

/* Less is not worth holding a process up for. */
#define LITTLE (64 << 10)
/* Each brings it nearer; a process that grows would never come to an end. */
#define MAX_ROUNDS 100

static int restore_cpuset(const struct cpuset_plan *plan,
			  struct bind_undone *undone)
{
	char *why = NULL;
	int err;

	if (plan->way == CPUSET_NONE)
		return 0;
	err = cpuset_restore(plan, &why);
	if (!err)
		undone->cpuset = true;
	if (err)
		bind_warn(undone, "the cpuset of %s was not restored: %s",
			  plan->unit ? plan->unit : plan->cgroup,
			  why ? why : strerror(-err));
	else if (why)
		bind_warn(undone, "%s", why);
	free(why);
	return err;
}

/* Without CPUs that were set, threads that came later keep what they have. */
static int restore_affinity(struct step_affinities *affinity,
			    struct bind_undone *undone)
{
	struct affinity_change *change = &affinity->change;
	struct target_process process = affinity->process;
	int result;
	bool lives;

	if (!change->count || !target_open(&process)) {
		undone->ended++;
		return 0;
	}
	result = affinity_restore(&process, change,
				  affinity->cpus ? affinity->cpus
						 : change->thread[0].before);
	lives = target_lives(&process);
	target_close(&process);
	if (change->stranger)
		bind_warn(undone, BIND_STRANGER, change->stranger,
			  change->stranger);
	if (result >= 0) {
		undone->threads += (size_t)result;
		return 0;
	}
	if (!lives) {
		undone->ended++;
		return 0;
	}
	bind_warn(undone,
		  "the CPUs of process %d were not restored for all of its threads: %s; try again",
		  affinity->process.pid, strerror(-result));
	return result;
}

/* Shorter than usual: the work ends only between two of them. */
#define SLICE_NS (MOVER_SLICE_NS / 4)

/* What was in place counts as well, so that it can end early, not late. */
static int stop_when_spent(void *context, uint64_t done, uint64_t total)
{
	const uint64_t *bytes = context;

	return done >= *bytes;
}

/*
 * Pages are alike: as many go back as had come, whichever they are. With @all,
 * it does not end early: only then are hidden pages moved, which the mover
 * does last.
 */
static int move_back(const struct step_placement *placement, uint32_t from,
		     uint32_t to, uint64_t bytes, bool all,
		     struct mover_result *result)
{
	struct bitmask *source = numa_allocate_nodemask();
	struct bitmask *goal = numa_allocate_nodemask();
	struct mover_request request = {
		.process = &placement->process,
		.from = source,
		.to = goal,
		.shared = placement->shared,
		.slice = SLICE_NS,
		.progress = all ? NULL : stop_when_spent,
		.context = &bytes,
	};
	int err = -ENOMEM;

	if (source && goal) {
		numa_bitmask_setbit(source, from);
		numa_bitmask_setbit(goal, to);
		err = mover_run(&request, result);
	}
	if (source)
		numa_bitmask_free(source);
	if (goal)
		numa_bitmask_free(goal);
	return err == -EINTR ? 0 : err;
}

/* What a node had, scaled to what is resident now. */
static uint64_t wanted(const struct residency *before,
		       const struct residency *now, uint32_t id)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->node[i].id == id && before->resident)
			return (uint64_t)((double)before->node[i].bytes /
					  (double)before->resident *
					  (double)now->resident);
	return 0;
}

/* How much @node has beyond what it had, and how much it lacks. */
static uint64_t surplus(const struct residency *before,
			const struct residency *now,
			const struct residency_node *node)
{
	uint64_t want = wanted(before, now, node->id);

	return node->bytes > want ? node->bytes - want : 0;
}

static uint64_t lack(const struct residency *before,
		     const struct residency *now,
		     const struct residency_node *node)
{
	uint64_t want = wanted(before, now, node->id);

	return want > node->bytes ? want - node->bytes : 0;
}

/*
 * From one node with too much, to those that lack some. With @all, only where
 * that is most of what it has.
 */
static int empty_node(const struct step_placement *placement,
		      struct residency *now, struct residency_node *full,
		      bool all, struct mover_result *result)
{
	const struct residency *before = &placement->resident;
	uint64_t least = all ? full->bytes / 4 * 3 : LITTLE;
	int err = 0;

	for (size_t i = 0; !err && i < now->count; i++) {
		struct residency_node *node = &now->node[i];
		uint64_t more = surplus(before, now, full);
		uint64_t less = lack(before, now, node);
		uint64_t bytes = more < less ? more : less;

		if (bytes < LITTLE || bytes < least)
			continue;
		err = move_back(placement, full->id, node->id, bytes, all,
				result);
		full->bytes -= bytes;
		node->bytes += bytes;
	}
	return err;
}

/* Nodes that have nothing now are there as well. */
static int add_nodes(struct residency *now, const struct residency *before)
{
	for (size_t i = 0; i < before->count; i++)
		if (!residency_node(now, before->node[i].id))
			return -ENOMEM;
	return 0;
}

/* One round, by what is resident now. */
static int place_some(const struct step_placement *placement, bool all,
		      struct mover_result *result)
{
	const struct residency_request request = { 0 };
	struct residency now;
	int err = residency_measure(placement->process.pid, &request, &now);

	if (!err)
		err = target_check(&placement->process);
	if (!err)
		err = add_nodes(&now, &placement->resident);
	for (size_t i = 0; !err && i < now.count; i++)
		if (numa_bitmask_isbitset(placement->to, now.node[i].id))
			err = empty_node(placement, &now, &now.node[i], all,
					 result);
	residency_free(&now);
	return err;
}

/* A last round that found nothing to do has not looked at what is left. */
static int place_round(const struct step_placement *placement, bool all,
		       struct mover_result *result)
{
	struct mover_result round = { 0 };
	int err = place_some(placement, all, &round), added = 0;

	if (!all || round.looked_at)
		added = mover_again(result, &round);
	mover_free(&round);
	return err ? err : added;
}

/*
 * Until a round moves little or nothing. What automatic balancing has armed is
 * hidden from such rounds on kernels before 6.6.
 */
static int place_back(const struct step_placement *placement,
		      struct mover_result *result)
{
	uint64_t page_size = (uint64_t)numa_pagesize(), before;
	int err, rounds = 0;

	do {
		before = mover_moved(result);
		err = place_round(placement, false, result);
	} while (!err && ++rounds < MAX_ROUNDS &&
		 (mover_moved(result) - before) * page_size >= LITTLE);
	return err ? err : place_round(placement, true, result);
}

static void say_stayed(const struct step_placement *placement,
		       const struct mover_result *result,
		       struct bind_undone *undone)
{
	uint64_t left = mover_left(result);

	if (left * (uint64_t)numa_pagesize() >= LITTLE)
		bind_warn(undone, STAYED, (unsigned long long)left,
			  placement->process.pid);
}

static int restore_pages(struct step_placement *placement,
			 struct bind_undone *undone)
{
	struct mover_result result = { 0 };
	int err, added;
	bool lives;

	if (!target_open(&placement->process))
		return 0;
	err = place_back(placement, &result);
	if (!err)
		say_stayed(placement, &result, undone);
	added = mover_merge(&undone->moved, &result);
	mover_free(&result);
	err = err ? err : added;
	lives = target_lives(&placement->process);
	target_close(&placement->process);
	if (!err || !lives)
		return 0;
	bind_warn(undone,
		  "pages of process %d were not all moved back: %s; numatrace migrate moves them",
		  placement->process.pid, strerror(-err));
	return err;
}

static void keep(int *first, int err)
{
	if (err && !*first)
		*first = err;
}

/*
 * ORDER: the last cpuset first. Some kernels give threads other CPUs when their
 * cpuset changes, and pages go only where it lets them.
 */
static int restore(struct steps *steps, bool pages, struct bind_undone *undone)
{
	int first = 0;

	for (size_t i = steps->cpusets; i--;)
		keep(&first, restore_cpuset(&steps->cpuset[i], undone));
	for (size_t i = 0; i < steps->affinities; i++)
		keep(&first, restore_affinity(&steps->affinity[i], undone));
	for (size_t i = 0; pages && i < steps->placements; i++)
		keep(&first, restore_pages(&steps->placement[i], undone));
	return first;
}

int bind_restore(const struct journal_action *action, bool pages,
		 struct bind_undone *undone)
{
	struct steps steps;
	int err = steps_read(action, &steps);

	*undone = (struct bind_undone){ 0 };
	if (err == -EBADMSG)
		bind_warn(undone, DAMAGED, (long long)action->id);
	if (err)
		return err;
	err = restore(&steps, pages, undone);
	steps_free(&steps);
	return err;
}

int bind_find(const struct journal *journal, int64_t id,
	      struct journal_actions *actions,
	      const struct journal_action **action)
{
	int err = journal_read(journal_path(journal), actions);

	if (err) {
		*actions = (struct journal_actions){ 0 };
		return err;
	}
	*action = journal_find(actions, id);
	return *action ? 0 : -ENOENT;
}

void bind_free_undone(struct bind_undone *undone)
{
	mover_free(&undone->moved);
	bind_free_problems(undone->problem, undone->problems);
	*undone = (struct bind_undone){ 0 };
}
