/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An action that goes on: what its steps have in common. A step returns 0 or a
 * negative errno, and has then said why as a problem.
 */
#ifndef NUMATRACE_BIND_WORK_H
#define NUMATRACE_BIND_WORK_H

#include "affinity.h"
#include "bind.h"

struct json_object;

/* A chain of processes that start the next one can go on for ever. */
#define WORK_MAX_ROUNDS 100

/**
 * struct known - a process that was dealt with
 * @process: which; without a name
 * @threads: whose CPUs were set
 * @ended: it has ended meanwhile
 * @changed: it is not what it was found by any more, and is left alone
 * @before: the CPUs its threads had before the cpuset was changed
 * @moved: what became of its pages
 */
struct known {
	struct target_process process;
	size_t threads;
	bool ended;
	bool changed;
	struct affinity_change before;
	struct mover_result moved;
};

/**
 * struct work - an action that goes on
 * @request: what is asked for
 * @journal: where each step is written down
 * @bind: the plan, and what becomes of it
 * @current: the process whose threads are set
 * @count: number of @known
 * @known: processes that were dealt with
 * @cpusets: how many were planned
 * @looked_at: bytes of processes whose pages were moved already
 */
struct work {
	const struct bind_request *request;
	struct journal *journal;
	struct bind *bind;
	const struct target_process *current;
	size_t count;
	struct known *known;
	unsigned int cpusets;
	uint64_t looked_at;
};

bool work_is_stopped(const struct work *work);

/* Lines of the journal; free @fields. */
int work_write_before(struct work *work, struct json_object *fields);
/* Gives @err back, or the error of writing where there was none. */
int work_write_after(struct work *work, struct json_object *fields, int err);

/* NULL where it is not known yet; or when memory is short. */
struct known *work_find(struct work *work,
			const struct target_process *process);
struct known *work_add(struct work *work, const struct target_process *process);

/*
 * What an error about a process means for all: none where it has ended, or is
 * not what was meant any more.
 */
int work_judge(struct work *work, const struct target_process *process,
	       const char *what, int err);

/* Whether future memory is covered by a cpuset. */
bool work_has_cpuset(const struct bind *bind);

/*
 * Set the CPUs of all threads of all processes until no process is new: what it
 * starts then has them. With @early, the cpuset is in the way and comes first:
 * what was is only written down.
 */
int work_begin_processes(struct work *work, bool early);
/* After the cpuset, which on some kernels gave threads other CPUs. */
int work_settle_cpus(struct work *work);

int work_move_pages(struct work *work);

int work_set_cpuset(struct work *work);
/*
 * Processes that were started before their parent came into our cgroup. 1:
 * there were some, and others may have been started meanwhile.
 */
int work_cover_processes(struct work *work);

#endif
