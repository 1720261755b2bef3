/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Applies a policy to running processes: checks, journal, CPUs of all threads,
 * existing pages, future memory; and takes it back.
 */
#ifndef NUMATRACE_BIND_H
#define NUMATRACE_BIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpuset.h"
#include "journal.h"
#include "mover.h"
#include "policy.h"
#include "residency.h"
#include "target.h"

/**
 * struct bind_request - what to do
 * @command: the command line or the rule, for the journal
 * @target_text: TARGET, as target_find() takes it
 * @children: of the processes too
 * @test: what those that are named have to go on to pass, or NULL
 * @policy: what to apply
 * @force: also where checks refuse what can be forced
 * @keep_pages: do not move existing pages
 * @shared: move pages that are shared, too
 * @slice: ns that pages are moved for at once
 * @rate: bytes per second, 0: no limit
 * @progress: as in struct mover_request
 * @context: for @progress
 * @stop: ends the work between two steps or slices once it is not 0, or NULL:
 *	what was done is then undone, and the result is -EINTR
 */
struct bind_request {
	const char *command;
	const char *target_text;
	bool children;
	const struct target_test *test;
	const struct policy *policy;
	bool force;
	bool keep_pages;
	bool shared;
	uint64_t slice;
	uint64_t rate;
	int (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
	const atomic_int *stop;
};

/**
 * struct bind_problem - what speaks against it
 * @forcible: --force goes on in spite of it; else a warning or a refusal
 * @fatal: it is refused
 * @text: a sentence without a full stop
 */
struct bind_problem {
	bool forcible;
	bool fatal;
	char *text;
};

/**
 * struct bind - an action
 * @id: in the journal, 0 before it began
 * @target: the processes
 * @nodes: where existing pages are to be, or NULL: they stay
 * @limited: future memory shall come from @nodes only
 * @resident: where their memory was, all processes together
 * @unmeasured: why that is not known, a negative errno; or 0
 * @to_move: resident bytes outside of @nodes
 * @problems: number of @problem
 * @problem: found by the checks and on the way
 * @cpuset: how future memory is covered; without @limited it is not asked for
 * @threads: whose CPUs were set
 * @moved: what became of the pages
 * @left: it failed, and a part of it could not be undone
 */
struct bind {
	int64_t id;
	struct target target;
	struct bitmask *nodes;
	bool limited;
	struct residency resident;
	int unmeasured;
	uint64_t to_move;
	size_t problems;
	struct bind_problem *problem;
	struct cpuset_plan cpuset;
	size_t threads;
	struct mover_result moved;
	bool left;
};

/*
 * Find the processes and check; changes nothing. 0, or a negative errno: with
 * problems, of which a fatal one says why, or with @why, as target_find(). The
 * name of a cgroup of our own is known only when the action begins.
 */
int bind_plan(const struct bind_request *request, struct bind *bind,
	      char **why);

/*
 * Carry the plan out, all of it or nothing: where a step fails, those before
 * it are undone and the problem says so. 0 or a negative errno.
 */
int bind_apply(const struct bind_request *request, struct journal *journal,
	       struct bind *bind);

void bind_free(struct bind *bind);

/**
 * struct bind_undone - what became of an undo
 * @threads: whose CPUs were restored
 * @ended: processes that have ended: nothing to restore
 * @cpuset: whether a cpuset was restored
 * @moved: pages that went back
 * @problems: number of @problem
 * @problem: what could not be restored
 */
struct bind_undone {
	size_t threads;
	size_t ended;
	bool cpuset;
	struct mover_result moved;
	size_t problems;
	struct bind_problem *problem;
};

/* Room for a sentence of bind_undo_refusal(). */
#define BIND_REFUSAL 192

/*
 * NULL where @action can be undone now, else @text, a sentence without a full
 * stop. An action that was begun later and changed the same processes or
 * cgroups has to be undone first: what it found was what this one had made.
 */
const char *bind_undo_refusal(const struct journal_actions *actions,
			      const struct journal_action *action, char *text,
			      size_t size);

/*
 * Take back an action from what the journal has of it; @pages: also move pages
 * back until each node has the share of the memory it had. Can be repeated. 0;
 * or a negative errno, and then problems say what could not be restored.
 */
int bind_undo(const struct journal_action *action, struct journal *journal,
	      bool pages, struct bind_undone *undone);
/*
 * The same by its number, moving pages back. Where bind_undo_refusal() speaks
 * against it, @refused is true, nothing was changed, and a problem says why.
 */
int bind_undo_id(int64_t id, struct journal *journal,
		 struct bind_undone *undone, bool *refused);
void bind_free_undone(struct bind_undone *undone);

#endif
