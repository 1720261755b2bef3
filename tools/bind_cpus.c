// SPDX-License-Identifier: GPL-2.0
#include "bind_work.h"

#include "bind_problem.h"
#include "bind_steps.h"
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define TOO_FAST                                                               \
	"processes are started faster than they can be followed: name their cgroup or unit instead, and try again"

static int write_threads(void *context, const struct affinity_change *change,
			 size_t first_new)
{
	struct work *work = context;

	return work_write_before(work,
				 step_affinity(work->current,
					       work->request->policy->cpus,
					       change, first_new));
}

static const char *affinity_words(int err)
{
	if (err == -EINVAL)
		return "none of the CPUs is online and left to it by its cpuset";
	if (err == -EAGAIN)
		return "it makes threads faster than they can be followed; try again";
	if (err == -EPERM)
		return "it belongs to another user; this needs CAP_SYS_NICE";
	return strerror(-err);
}

static int judge_affinity(struct work *work,
			  const struct target_process *process, int err)
{
	if (err == -EINVAL || err == -EAGAIN || err == -EPERM) {
		bind_refuse(work->bind,
			    "the CPUs of process %d (%s) could not be set: %s",
			    process->pid, process->comm, affinity_words(err));
		return err;
	}
	return work_judge(work, process, "setting the CPUs", err);
}

static int set_affinity(struct work *work, const struct target_process *process,
			struct known *known)
{
	struct affinity_change change;
	struct json_object *after;
	int err;

	work->current = process;
	err = affinity_set(process, work->request->policy->cpus, write_threads,
			   work, &change);
	if (change.stranger)
		bind_warn(work->bind, BIND_STRANGER, change.stranger,
			  change.stranger);
	if (!err && change.count > known->threads)
		known->threads = change.count;
	/* What it executes meanwhile has the CPUs, and shall not. */
	if (err == -ESTALE)
		affinity_restore(process, &change, work->request->policy->cpus);
	after = step_result(STEP_AFFINITY, process->pid, err);
	record_add_number(after, "threads", change.count);
	err = work_write_after(work, after, err);
	affinity_free(&change);
	return judge_affinity(work, process, err);
}

/* Some kernels give threads all CPUs of a cpuset that changes. */
static int remember_affinity(struct work *work,
			     const struct target_process *process,
			     struct known *known)
{
	int err = affinity_read(process, &known->before);

	if (!err)
		err = work_write_before(work, step_affinity(process, NULL,
							    &known->before, 0));
	return work_judge(work, process, "reading the CPUs", err);
}

/*
 * @early: the cpuset is in the way of everything else, which comes later then.
 */
static int begin_process(struct work *work,
			 const struct target_process *process, bool early)
{
	struct known *known;
	int err = 0;

	if (work_find(work, process))
		return 0;
	known = work_add(work, process);
	if (!known)
		return -ENOMEM;
	if (work_has_cpuset(work->bind))
		err = remember_affinity(work, process, known);
	if (!err && work->request->policy->cpus && !early)
		err = set_affinity(work, process, known);
	return err;
}

static int begin_processes(struct work *work, bool early)
{
	struct target *target = &work->bind->target;
	int err = 0;

	for (size_t i = 0; !err && i < target->count; i++)
		err = work_is_stopped(work)
			      ? -EINTR
			      : begin_process(work, &target->process[i], early);
	return err;
}

/* How many processes came since, or a negative errno. */
static int look_again(struct work *work)
{
	const struct bind_request *request = work->request;
	char *why = NULL;
	int count = target_refresh(request->target_text, request->children,
				   &work->bind->target, &why);

	if (count < 0 && why)
		bind_refuse(work->bind, "%s", why);
	free(why);
	return count;
}

/* Until no process is new: what it starts then has its CPUs. */
int work_begin_processes(struct work *work, bool early)
{
	int err, rounds = 0;

	do {
		err = begin_processes(work, early);
		if (!err)
			err = look_again(work);
	} while (err > 0 && ++rounds < WORK_MAX_ROUNDS);
	if (err <= 0)
		return err;
	bind_refuse(work->bind, TOO_FAST);
	return -EAGAIN;
}

static int give_back_affinity(struct work *work,
			      const struct target_process *process,
			      struct affinity_change *before)
{
	int err = before->count ? affinity_restore(process, before,
						   before->thread[0].before)
				: 0;

	if (before->stranger)
		bind_warn(work->bind, BIND_STRANGER, before->stranger,
			  before->stranger);
	return err < 0 && target_lives(process) ? err : 0;
}

/* After the cpuset, which on some kernels gave threads other CPUs. */
int work_settle_cpus(struct work *work)
{
	struct target *target = &work->bind->target;
	int err = 0;

	for (size_t i = 0; !err && i < target->count; i++) {
		const struct target_process *process = &target->process[i];
		struct known *known = work_find(work, process);

		if (work_is_stopped(work))
			err = -EINTR;
		else if (known && work->request->policy->cpus)
			err = set_affinity(work, process, known);
		else if (known)
			err = give_back_affinity(work, process, &known->before);
	}
	return err;
}
