// SPDX-License-Identifier: GPL-2.0
#include "affinity.h"

#include "file.h"
#include "number.h"
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A chain of threads that start the next one and end can go on for ever. */
#define MAX_PASSES 100

/*
 * A list can miss a thread while those before it end; and a thread that is on
 * its way copied the CPUs of the one that creates it before it is on the list.
 * So another look, a while later.
 */
#define CLEAN_PASSES 2
#define PAUSE_NS 5000000

static bool start_time_of(pid_t pid, pid_t tid, uint64_t *start_time)
{
	char path[64], *stat;
	bool known;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	stat = file_read(path);
	known = stat && proc_parse_start(stat, start_time);
	free(stat);
	return known;
}

static void take_a_while(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	nanosleep(&pause, NULL);
}

static DIR *open_tasks(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	return opendir(path);
}

/* The next thread; 0: that was the last. The leader comes first. */
static pid_t next_task(DIR *tasks)
{
	const struct dirent *entry;
	uint64_t tid;

	while ((entry = readdir(tasks)))
		if (number_parse(entry->d_name, INT_MAX, &tid))
			return (pid_t)tid;
	return 0;
}

/* The capacity is the power of two at or above the count. */
static int add(struct affinity_change *change, pid_t tid, uint64_t start_time,
	       const struct bitmask *before)
{
	struct affinity_thread *grown = change->thread;
	struct bitmask *copy = numa_allocate_cpumask();
	size_t count = change->count;

	if (copy && !(count & (count - 1)))
		grown = reallocarray(grown, count ? count * 2 : 1,
				     sizeof(*grown));
	if (!copy || !grown) {
		if (copy)
			numa_bitmask_free(copy);
		return -ENOMEM;
	}
	copy_bitmask_to_bitmask((struct bitmask *)before, copy);
	grown[count] = (struct affinity_thread){
		.tid = tid,
		.start_time = start_time,
		.before = copy,
	};
	change->thread = grown;
	change->count = count + 1;
	return 0;
}

static const struct affinity_thread *
find_thread(const struct affinity_change *change, pid_t tid)
{
	for (size_t i = 0; i < change->count; i++)
		if (change->thread[i].tid == tid)
			return &change->thread[i];
	return NULL;
}

static bool equal(const struct bitmask *a, const struct bitmask *b)
{
	return numa_bitmask_equal(a, b);
}

/* Negative errno or 0. */
static int get(pid_t tid, struct bitmask *cpus)
{
	numa_bitmask_clearall(cpus);
	return numa_sched_getaffinity(tid, cpus) < 0 ? -errno : 0;
}

static int set(pid_t tid, const struct bitmask *cpus)
{
	return numa_sched_setaffinity(tid, (struct bitmask *)cpus) < 0 ? -errno
								       : 0;
}

/* Also within a tick, where the process is open. */
static bool lives(const struct target_process *process,
		  const struct affinity_thread *thread)
{
	uint64_t start_time;

	return start_time_of(process->pid, thread->tid, &start_time) &&
	       start_time == thread->start_time && target_lives(process);
}

/* ORDER: @now comes last, so that it is a stranger's if there is one by then. */
static int set_if_it_lives(const struct target_process *process,
			   const struct affinity_thread *thread,
			   const struct bitmask *cpus, struct bitmask *now,
			   struct bitmask *then, pid_t *stranger)
{
	int err = lives(process, thread) ? get(thread->tid, now) : -ESRCH;

	if (!err)
		err = set(thread->tid, cpus);
	if (err || lives(process, thread))
		return err;
	if (!get(thread->tid, then) && equal(then, cpus)) {
		set(thread->tid, now);
		*stranger = thread->tid;
	}
	return -ESRCH;
}

int affinity_set_thread(const struct target_process *process,
			const struct affinity_thread *thread,
			const struct bitmask *cpus, pid_t *stranger)
{
	struct bitmask *now = numa_allocate_cpumask();
	struct bitmask *then = numa_allocate_cpumask();
	int err = -ENOMEM;

	if (now && then)
		err = set_if_it_lives(process, thread, cpus, now, then,
				      stranger);
	if (now)
		numa_bitmask_free(now);
	if (then)
		numa_bitmask_free(then);
	return err;
}

/**
 * struct work - what goes on
 * @process: the process
 * @pid: its number
 * @cpus: what its threads are given
 * @given: what a thread had after that: a cpuset may leave less
 * @now: for what a thread has
 */
struct work {
	const struct target_process *process;
	pid_t pid;
	const struct bitmask *cpus;
	struct bitmask *given;
	struct bitmask *now;
};

static int begin_work(struct work *work, const struct target_process *process,
		      const struct bitmask *cpus)
{
	*work = (struct work){
		.process = process,
		.pid = process->pid,
		.cpus = cpus,
		.given = numa_allocate_cpumask(),
		.now = numa_allocate_cpumask(),
	};
	if (!work->given || !work->now)
		return -ENOMEM;
	copy_bitmask_to_bitmask((struct bitmask *)cpus, work->given);
	return 0;
}

static void end_work(struct work *work)
{
	if (work->given)
		numa_bitmask_free(work->given);
	if (work->now)
		numa_bitmask_free(work->now);
}

static bool has_given(const struct work *work)
{
	return equal(work->now, work->given) || equal(work->now, work->cpus);
}

/*
 * In later passes, those that have the CPUs are children of threads that were
 * set, and others that are known were set by somebody else since.
 */
static int look_at(struct work *work, bool first, pid_t tid,
		   struct affinity_change *change)
{
	uint64_t start_time;
	const struct affinity_thread *known;

	if (get(tid, work->now) || (!first && has_given(work)) ||
	    !start_time_of(work->pid, tid, &start_time))
		return 0;
	known = first ? NULL : find_thread(change, tid);
	if (known && known->start_time == start_time)
		return 0;
	return add(change, tid, start_time, work->now);
}

static int look_for_new(struct work *work, struct affinity_change *change)
{
	DIR *tasks = open_tasks(work->pid);
	bool first = !change->count;
	int err = 0;
	pid_t tid;

	if (!tasks)
		return -ESRCH;
	while (!err && (tid = next_task(tasks)))
		err = look_at(work, first, tid, change);
	closedir(tasks);
	return err;
}

int affinity_read(const struct target_process *process,
		  struct affinity_change *change)
{
	struct bitmask *none = numa_allocate_cpumask();
	struct work work;
	int err = -ENOMEM;

	*change = (struct affinity_change){ .pid = process->pid };
	if (none) {
		err = begin_work(&work, process, none);
		if (!err)
			err = look_for_new(&work, change);
		if (!err)
			err = target_check(process);
		end_work(&work);
		numa_bitmask_free(none);
	}
	return err;
}

/* Those that have ended in between leave the array. */
static int set_new(struct work *work, struct affinity_change *change,
		   size_t first_new)
{
	size_t kept = first_new;
	int err = 0;

	for (size_t i = first_new; i < change->count; i++) {
		struct affinity_thread thread = change->thread[i];
		int result = err ? 0
				 : affinity_set_thread(work->process, &thread,
						       work->cpus,
						       &change->stranger);

		if (result == -ESRCH) {
			numa_bitmask_free(thread.before);
			continue;
		}
		change->thread[kept++] = thread;
		err = err ? err : result;
	}
	change->count = kept;
	if (kept > first_new && !get(change->thread[kept - 1].tid, work->now))
		copy_bitmask_to_bitmask(work->now, work->given);
	return err;
}

/* 1: there was something new, 0: nothing. */
static int pass(struct work *work,
		int (*before_pass)(void *context,
				   const struct affinity_change *change,
				   size_t first_new),
		void *context, struct affinity_change *change)
{
	size_t first_new = change->count;
	int err = look_for_new(work, change);

	if (!err)
		err = target_check(work->process);
	if (err)
		return err;
	if (change->count == first_new)
		return 0;
	if (before_pass)
		err = before_pass(context, change, first_new);
	if (!err)
		err = target_check(work->process);
	if (!err)
		err = set_new(work, change, first_new);
	if (!err)
		err = target_check(work->process);
	return err ? err : 1;
}

int affinity_set(const struct target_process *process,
		 const struct bitmask *cpus,
		 int (*before_pass)(void *context,
				    const struct affinity_change *change,
				    size_t first_new),
		 void *context, struct affinity_change *change)
{
	int err, passes = 0, clean = 0;
	struct work work;

	*change = (struct affinity_change){ .pid = process->pid };
	err = begin_work(&work, process, cpus);
	while (err >= 0 && clean < CLEAN_PASSES && passes++ < MAX_PASSES) {
		err = pass(&work, before_pass, context, change);
		clean = err ? 0 : clean + 1;
		if (clean == 1)
			take_a_while();
	}
	end_work(&work);
	if (err < 0)
		return err;
	if (clean < CLEAN_PASSES)
		return -EAGAIN;
	return change->count ? 0 : -ESRCH;
}

/**
 * struct undo - what goes on when it is taken back
 * @work: with @cpus, which are taken back
 * @change: what was done
 * @online: CPUs that are online, or NULL: not known
 * @all: as many CPUs as a mask has
 * @restored: threads that got back what they had
 * @err: the first error
 */
struct undo {
	struct work work;
	struct affinity_change *change;
	struct bitmask *online;
	struct bitmask *all;
	int restored;
	int err;
};

static struct bitmask *read_online(void)
{
	char *text = file_read("/sys/devices/system/cpu/online");
	struct bitmask *online;

	if (!text)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	online = numa_parse_cpustring_all(text);
	free(text);
	return online;
}

static int begin_undo(struct undo *undo, const struct target_process *process,
		      struct affinity_change *change,
		      const struct bitmask *cpus)
{
	*undo = (struct undo){
		.change = change,
		.online = read_online(),
		.all = numa_allocate_cpumask(),
	};
	if (undo->all)
		numa_bitmask_setall(undo->all);
	return undo->all ? begin_work(&undo->work, process, cpus) : -ENOMEM;
}

static void end_undo(struct undo *undo)
{
	end_work(&undo->work);
	if (undo->online)
		numa_bitmask_free(undo->online);
	if (undo->all)
		numa_bitmask_free(undo->all);
}

static bool is_part(const struct bitmask *part, const struct bitmask *whole)
{
	for (unsigned int i = 0; i < part->size; i++)
		if (numa_bitmask_isbitset(part, i) &&
		    !numa_bitmask_isbitset(whole, i))
			return false;
	return true;
}

/* What is left of the CPUs by a cpuset, told by a thread that was given them. */
static void learn_given(struct undo *undo)
{
	const struct affinity_change *change = undo->change;
	struct work *work = &undo->work;

	for (size_t i = 0; i < change->count; i++) {
		if (!lives(work->process, &change->thread[i]) ||
		    get(change->thread[i].tid, work->now))
			continue;
		if (is_part(work->now, work->cpus)) {
			copy_bitmask_to_bitmask(work->now, work->given);
			return;
		}
	}
}

/*
 * A thread that had all CPUs that are online was bound to none: it may run on
 * those, too, that come later.
 */
static void give_back(struct undo *undo, const struct affinity_thread *thread,
		      const struct bitmask *before)
{
	bool unbound = undo->online && equal(undo->online, before);
	int err = affinity_set_thread(undo->work.process, thread,
				      unbound ? undo->all : before,
				      &undo->change->stranger);

	if (!err)
		undo->restored++;
	else if (err != -ESRCH && !undo->err)
		undo->err = err;
}

/* Whether it came later, and has other CPUs now than it had. */
static bool give_later(struct undo *undo, pid_t tid)
{
	const struct affinity_change *change = undo->change;
	struct affinity_thread thread = { .tid = tid };
	const struct affinity_thread *known;
	struct work *work = &undo->work;

	if (get(tid, work->now) || !has_given(work) ||
	    !start_time_of(work->pid, tid, &thread.start_time))
		return false;
	known = find_thread(change, tid);
	if (known && known->start_time == thread.start_time)
		return false;
	give_back(undo, &thread, change->thread[0].before);
	return !get(tid, work->now) && !has_given(work);
}

/* Threads that came later; true where there were any. */
static bool give_all_later(struct undo *undo)
{
	DIR *tasks = open_tasks(undo->work.pid);
	bool any = false;
	pid_t tid;

	if (!tasks)
		return false;
	while ((tid = next_task(tasks)))
		any |= give_later(undo, tid);
	closedir(tasks);
	return any;
}

static void restore(struct undo *undo)
{
	const struct affinity_change *change = undo->change;
	const struct affinity_thread *leader = change->thread;
	int passes = 0, clean = 0;

	learn_given(undo);
	for (size_t i = 0; i < change->count; i++)
		give_back(undo, &change->thread[i], change->thread[i].before);
	/* Without that leader it is another process. */
	if (leader->tid != undo->work.pid ||
	    !lives(undo->work.process, leader) ||
	    equal(leader->before, undo->work.given))
		return;
	while (clean < CLEAN_PASSES && passes++ < MAX_PASSES) {
		clean = give_all_later(undo) ? 0 : clean + 1;
		if (clean == 1)
			take_a_while();
	}
	if (clean < CLEAN_PASSES && !undo->err)
		undo->err = -EAGAIN;
}

int affinity_restore(const struct target_process *process,
		     struct affinity_change *change, const struct bitmask *cpus)
{
	struct undo undo;
	int err;

	if (!change->count || !target_lives(process))
		return 0;
	err = begin_undo(&undo, process, change, cpus);
	if (!err)
		restore(&undo);
	end_undo(&undo);
	if (err)
		return err;
	return undo.err ? undo.err : undo.restored;
}

void affinity_free(struct affinity_change *change)
{
	for (size_t i = 0; i < change->count; i++)
		numa_bitmask_free(change->thread[i].before);
	free(change->thread);
	*change = (struct affinity_change){ 0 };
}
