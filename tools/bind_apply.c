// SPDX-License-Identifier: GPL-2.0
#include "bind_work.h"

#include "bind_checks.h"
#include "bind_problem.h"
#include "bind_restore.h"
#include "record.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define ENDED                                                                  \
	"%zu of the processes ended meanwhile: nothing is left to do for them"
#define ALL_UNDONE                                                             \
	"what had been done was undone: nothing has changed, but where some pages are"
#define PARTLY_UNDONE                                                          \
	"a part of what had been done could not be undone (%s); numatrace undo %lld tries again"
#define NONE_IS_LEFT                                                           \
	"all of the processes ended meanwhile, or are not what they were found by any more"
#define CPUSET_FIRST                                                           \
	"the cpuset that the processes had did not allow what is asked for, so that it was changed first: the kernel then moves pages at once, not in slices"
#define TOO_MANY                                                               \
	"processes are started outside of the new cgroup faster than they can be brought into it: name their cgroup or unit instead, and try again"
#define NOT_ENDED                                                              \
	"the journal could not be written (%s): numatrace actions will show action %lld as interrupted"
#define NOT_BEGUN "the journal could not be written (%s): nothing was changed"

/* Until no process is new, and none was started outside of our cgroup. */
static int settle_processes(struct work *work)
{
	int err, rounds = 0;

	do {
		err = work_begin_processes(work, false);
		if (!err)
			err = work_cover_processes(work);
	} while (err > 0 && ++rounds < WORK_MAX_ROUNDS);
	if (err <= 0)
		return err;
	bind_refuse(work->bind, TOO_MANY);
	return -EAGAIN;
}

static int settle(struct work *work)
{
	int err = settle_processes(work);

	if (!err && work_has_cpuset(work->bind))
		err = work_settle_cpus(work);
	return err ? err : work_move_pages(work);
}

/*
 * ORDER: pages are moved in slices before the cpuset is changed, which would
 * move all of them at once; and again for what came meanwhile. Where the
 * cpuset that they have is in the way, it comes first all the same.
 */
static int do_steps(struct work *work)
{
	bool early = bind_cpuset_comes_first(work->request, work->bind);
	int err = work_begin_processes(work, early);

	if (early)
		bind_warn(work->bind, CPUSET_FIRST);
	if (!err && !early)
		err = work_move_pages(work);
	if (!err)
		err = work_set_cpuset(work);
	if (!err && (early || work_has_cpuset(work->bind)))
		err = settle(work);
	return err;
}

static int sum_up(struct work *work)
{
	struct bind *bind = work->bind;
	size_t ended = 0;
	int err = 0;

	for (size_t i = 0; i < work->count; i++) {
		const struct known *known = &work->known[i];

		bind->threads += known->threads;
		ended += known->ended;
		if (!err)
			err = mover_merge(&bind->moved, &known->moved);
	}
	if (ended)
		bind_warn(bind, ENDED, ended);
	return err;
}

static int do_all(struct work *work)
{
	int err = do_steps(work), summed = sum_up(work);

	err = err ? err : summed;
	if (!err) {
		err = target_check_any(&work->bind->target);
		if (err)
			bind_refuse(work->bind, NONE_IS_LEFT);
	}
	return err;
}

static int begin(struct work *work)
{
	const struct bind_request *request = work->request;
	struct json_object *fields = json_object_new_object();
	char *policy = policy_text(request->policy);
	int64_t id;

	record_add_text(fields, "command", request->command);
	record_add_text(fields, "target", request->target_text);
	record_add_flag(fields, "children", request->children);
	record_add_text(fields, "policy", policy);
	record_add_processes(fields, "processes", &work->bind->target);
	free(policy);
	id = journal_begin(work->journal, fields);
	if (id < 0) {
		bind_refuse(work->bind, NOT_BEGUN, journal_error((int)id));
		return (int)id;
	}
	work->bind->id = id;
	return 0;
}

static int restore(struct work *work, struct bind_undone *undone)
{
	const struct journal_action *action;
	struct journal_actions actions;
	int err = bind_find(work->journal, work->bind->id, &actions, &action);

	*undone = (struct bind_undone){ 0 };
	if (!err)
		err = bind_restore(action, true, undone);
	journal_free(&actions);
	return err;
}

static void say_undone(struct work *work, const struct bind_undone *undone,
		       int err)
{
	struct bind *bind = work->bind;

	for (size_t i = 0; i < undone->problems; i++)
		bind_warn(bind, "%s", undone->problem[i].text);
	if (err)
		bind_refuse(bind, PARTLY_UNDONE, strerror(-err),
			    (long long)bind->id);
	else
		bind_refuse(bind, ALL_UNDONE);
}

static void take_back(struct work *work)
{
	struct json_object *fields = json_object_new_object();
	struct bind_undone undone;
	int err = restore(work, &undone), written;

	work->bind->left = err;
	say_undone(work, &undone, err);
	bind_free_undone(&undone);
	record_add_text(fields, "state", "failed");
	record_add_flag(fields, "left", err);
	written = journal_write(work->journal, work->bind->id, "end", fields);
	if (written)
		bind_warn(work->bind, NOT_ENDED, strerror(-written),
			  (long long)work->bind->id);
}

static int end(struct work *work)
{
	struct json_object *fields = json_object_new_object();
	int err;

	record_add_text(fields, "state", "done");
	record_add_number(fields, "threads", work->bind->threads);
	err = journal_write(work->journal, work->bind->id, "end", fields);
	if (err)
		bind_refuse(work->bind, "the journal could not be written (%s)",
			    strerror(-err));
	return err;
}

static void free_work(struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		affinity_free(&work->known[i].before);
		mover_free(&work->known[i].moved);
	}
	free(work->known);
}

int bind_apply(const struct bind_request *request, struct journal *journal,
	       struct bind *bind)
{
	struct work work = {
		.request = request,
		.journal = journal,
		.bind = bind,
	};
	int err = begin(&work);

	if (err)
		return err;
	err = do_all(&work);
	if (!err)
		err = end(&work);
	if (err == -EINTR)
		bind_refuse(bind, "it was interrupted");
	if (err)
		take_back(&work);
	free_work(&work);
	return err;
}
