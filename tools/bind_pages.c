// SPDX-License-Identifier: GPL-2.0
#include "bind_work.h"

#include "bind_problem.h"
#include "bind_steps.h"
#include "mover_result.h"
#include "record.h"

#include <errno.h>
#include <string.h>

/* Sentences for people. */
#define NOT_MOVED "the pages of process %d (%s) could not be moved: %s"
#define FILTERED                                                               \
	"move_pages(2) is not allowed here, as in containers with a seccomp filter; run it on the host, or leave the pages with --keep-pages"

static int progress(void *context, uint64_t done, uint64_t total)
{
	struct work *work = context;
	const struct bind_request *request = work->request;
	uint64_t all = work->bind->resident.resident;

	if (work_is_stopped(work))
		return -EINTR;
	done += work->looked_at;
	total += work->looked_at;
	return request->progress ? request->progress(request->context, done,
						     total > all ? total : all)
				 : 0;
}

static const char *mover_words(int err)
{
	if (err == -EPERM)
		return "it belongs to another user; this needs CAP_SYS_NICE and CAP_SYS_PTRACE";
	if (err == -EACCES)
		return "its cpuset does not have that node; add it to cpuset.mems of its cgroup";
	if (err == -ENODEV)
		return "a node went offline or has no memory";
	if (err == -EOPNOTSUPP)
		return FILTERED;
	return strerror(-err);
}

static int judge_pages(struct work *work, const struct target_process *process,
		       int err)
{
	if (!err || err == -EINTR || err == -ESRCH || err == -ESTALE)
		return work_judge(work, process, "moving pages", err);
	bind_refuse(work->bind, NOT_MOVED, process->pid, process->comm,
		    mover_words(err));
	return err;
}

static int write_placement(struct work *work,
			   const struct target_process *process)
{
	const struct residency_request request = { 0 };
	struct residency resident;
	struct json_object *before;
	int err = residency_measure(process->pid, &request, &resident);
	int gone = target_check(process);

	if (gone || err == -ESRCH || err == -ENOMEM) {
		residency_free(&resident);
		return gone ? gone : err;
	}
	before = step_pages(process, work->bind->nodes, err ? NULL : &resident);
	record_add_flag(before, "shared", work->request->shared);
	residency_free(&resident);
	return work_write_before(work, before);
}

static struct json_object *moved_json(const struct mover_result *moved,
				      pid_t pid, int err)
{
	struct json_object *after = step_result(STEP_PAGES, pid, err);

	record_add(after, "pairs", step_pairs(moved));
	return after;
}

/* One that was cut short has not seen all of what the former one has. */
static int keep_moved(struct work *work, const struct target_process *process,
		      const struct mover_result *moved, int err)
{
	struct known *known = work_find(work, process);

	if (!known || (err && known->moved.looked_at))
		return 0;
	return mover_again(&known->moved, moved);
}

static int move_process(struct work *work, const struct target_process *process)
{
	const struct bind_request *request = work->request;
	const struct mover_request mover = {
		.process = process,
		.to = work->bind->nodes,
		.shared = request->shared,
		.slice = request->slice,
		.rate = request->rate,
		.progress = progress,
		.context = work,
	};
	struct mover_result moved = { 0 };
	int err = write_placement(work, process), kept;

	if (!err) {
		err = mover_run(&mover, &moved);
		work->looked_at += moved.looked_at * moved.page_size;
		err = work_write_after(work,
				       moved_json(&moved, process->pid, err),
				       err);
		kept = keep_moved(work, process, &moved, err);
		err = err ? err : kept;
		mover_free(&moved);
	}
	return judge_pages(work, process, err);
}

int work_move_pages(struct work *work)
{
	const struct target *target = &work->bind->target;
	int err = 0;

	if (!work->bind->nodes || work->request->keep_pages)
		return 0;
	work->looked_at = 0;
	for (size_t i = 0; !err && i < target->count; i++)
		err = work_is_stopped(work)
			      ? -EINTR
			      : move_process(work, &target->process[i]);
	return err;
}
