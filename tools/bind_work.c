// SPDX-License-Identifier: GPL-2.0
#include "bind_work.h"

#include "bind_problem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool work_is_stopped(const struct work *work)
{
	return work->request->stop && *work->request->stop;
}

int work_write_before(struct work *work, struct json_object *fields)
{
	return journal_write(work->journal, work->bind->id, "before", fields);
}

/* What the step itself came to is what counts. */
int work_write_after(struct work *work, struct json_object *fields, int err)
{
	int written =
		journal_write(work->journal, work->bind->id, "after", fields);

	return err ? err : written;
}

struct known *work_find(struct work *work, const struct target_process *process)
{
	for (size_t i = 0; i < work->count; i++)
		if (target_same(&work->known[i].process, process))
			return &work->known[i];
	return NULL;
}

struct known *work_add(struct work *work, const struct target_process *process)
{
	struct known *grown =
		reallocarray(work->known, work->count + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	work->known = grown;
	grown += work->count++;
	*grown = (struct known){
		.process = { .pid = process->pid,
			     .start_time = process->start_time },
	};
	return grown;
}

/* Sentences for people. */
#define CHANGED                                                                \
	"process %d (%s) is not what it was found by any more, as it executes another program or has another user: it was left alone"

/* Nothing is left to do for it. */
static int note_ended(struct work *work, const struct target_process *process)
{
	struct known *known = work_find(work, process);

	if (known)
		known->ended = true;
	return 0;
}

/* It is said once. */
static int note_changed(struct work *work, const struct target_process *process)
{
	struct known *known = work_find(work, process);

	if (!known || known->changed)
		return 0;
	known->changed = true;
	return bind_warn(work->bind, CHANGED, process->pid, process->comm);
}

/* What an error of a process means for all of them. */
int work_judge(struct work *work, const struct target_process *process,
	       const char *what, int err)
{
	if (!err || err == -EINTR)
		return err;
	if (err == -ESRCH && !target_lives(process))
		return note_ended(work, process);
	if (err == -ESTALE)
		return note_changed(work, process);
	bind_refuse(work->bind, "%s of process %d (%s): %s", what, process->pid,
		    process->comm, strerror(-err));
	return err;
}

bool work_has_cpuset(const struct bind *bind)
{
	return bind->limited && bind->cpuset.way != CPUSET_NONE;
}
