// SPDX-License-Identifier: GPL-2.0
#include "cpuset_keep.h"

#include "cgroup_file.h"
#include "process_list.h"
#include "why.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_NOT_BOUND                                                         \
	"%zu threads that were bound to CPUs, the last one of process %d, could not be bound to them again when their cpuset had changed: %s; see taskset(1)"
#define TEXT_STRANGER                                                          \
	"thread %d ended while it was bound to CPUs again, and another one has its number by now; see taskset(1) whether that has the CPUs that it should"
#define TEXT_NOT_LOOKED_AT                                                     \
	"threads that were bound to CPUs may have lost them when their cpuset changed: %s"

/* Who first uses the controller has it attach all that is below the root. */
static bool enables(const char *mount, const struct cpuset_plan *plan)
{
	char *enabled = cgroup_file_read(mount, "/", "cgroup.subtree_control");
	bool has = enabled && cgroup_file_has_word(enabled, "cpuset");

	free(enabled);
	return plan->way == CPUSET_OWN && !has;
}

static bool is_meant(const struct cpuset_plan *plan, bool all,
		     const struct listed_process *process)
{
	if (process->ended || process->kernel || !process->cgroup)
		return false;
	if (all && strcmp(process->cgroup, "/"))
		return true;
	if (process_list_inside(process->cgroup, plan->cgroup))
		return true;
	for (size_t i = 0; i < plan->count; i++)
		if (target_is(&plan->former[i].process, process->pid,
			      process->start_time))
			return true;
	return false;
}

/* The CPUs that a cgroup leaves; NULL: not known. */
static struct bitmask *cpus_of(const char *mount, const char *cgroup)
{
	char *list =
		cgroup_file_nearest(mount, cgroup, "cpuset.cpus.effective");
	struct bitmask *cpus = NULL;

	if (list && *list)
		cpus = numa_parse_cpustring_all(list);
	free(list);
	return cpus;
}

/* Threads that may run on all of @cpus are bound to none. */
static void drop_unbound(struct affinity_change *change,
			 const struct bitmask *cpus)
{
	size_t kept = 0;

	for (size_t i = 0; i < change->count; i++) {
		if (numa_bitmask_equal(change->thread[i].before, cpus))
			numa_bitmask_free(change->thread[i].before);
		else
			change->thread[kept++] = change->thread[i];
	}
	change->count = kept;
}

static int keep_process(const char *mount, const struct listed_process *process,
			struct cpuset_kept *kept)
{
	const struct target_process same = {
		.pid = process->pid,
		.start_time = process->start_time,
	};
	struct affinity_change *change = &kept->change[kept->count];
	struct bitmask *cpus = cpus_of(mount, process->cgroup);
	int err;

	if (!cpus)
		return 0;
	err = affinity_read(&same, change);
	drop_unbound(change, cpus);
	numa_bitmask_free(cpus);
	if (change->count)
		kept->count++;
	else
		affinity_free(change);
	return err == -ESRCH ? 0 : err;
}

static void free_kept(struct cpuset_kept *kept)
{
	for (size_t i = 0; i < kept->count; i++)
		affinity_free(&kept->change[i]);
	free(kept->change);
	*kept = (struct cpuset_kept){ 0 };
}

int cpuset_keep(const char *mount, const struct cpuset_plan *plan,
		struct cpuset_kept *kept)
{
	struct process_list list;
	int err = process_list_read(&list);
	bool all = enables(mount, plan);

	*kept = (struct cpuset_kept){ 0 };
	if (err)
		return err;
	kept->change = calloc(list.count + 1, sizeof(*kept->change));
	if (!kept->change)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < list.count; i++)
		if (is_meant(plan, all, &list.process[i]))
			err = keep_process(mount, &list.process[i], kept);
	process_list_free(&list);
	if (err)
		free_kept(kept);
	return err;
}

/**
 * struct failure - threads that could not be bound again
 * @replaced: it is no failure that a cpuset has none of their CPUs
 * @count: number of threads
 * @pid: the process of the last of them
 * @err: and why it was not
 * @stranger: as of struct affinity_change
 */
struct failure {
	bool replaced;
	size_t count;
	pid_t pid;
	int err;
	pid_t stranger;
};

/* What the new cpuset has none of cannot be set, and is lost on all kernels. */
static int bind_thread(const struct target_process *process,
		       const struct affinity_thread *thread,
		       const struct bitmask *cpus, struct bitmask *now,
		       pid_t *stranger)
{
	numa_bitmask_clearall(now);
	if (numa_sched_getaffinity(thread->tid, now) <= 0 ||
	    !numa_bitmask_equal(now, cpus))
		return 0;
	return affinity_set_thread(process, thread, thread->before, stranger);
}

static void bind_again(const struct target_process *process,
		       const struct affinity_change *change,
		       const struct bitmask *cpus, struct failure *failure)
{
	struct bitmask *now = numa_allocate_cpumask();

	for (size_t i = 0; now && i < change->count; i++) {
		int err = bind_thread(process, &change->thread[i], cpus, now,
				      &failure->stranger);

		if (!err || err == -ESRCH ||
		    (err == -EINVAL && failure->replaced))
			continue;
		failure->count++;
		failure->pid = change->pid;
		failure->err = err;
	}
	if (now)
		numa_bitmask_free(now);
}

static void bind_all(const char *mount, const struct process_list *list,
		     const struct cpuset_kept *kept, struct failure *failure)
{
	for (size_t i = 0; i < kept->count; i++) {
		const struct listed_process *process =
			process_list_find(list, kept->change[i].pid);
		struct bitmask *cpus = process && process->cgroup
					       ? cpus_of(mount, process->cgroup)
					       : NULL;

		if (cpus) {
			const struct target_process same = {
				.pid = process->pid,
				.start_time = process->start_time,
			};

			bind_again(&same, &kept->change[i], cpus, failure);
			numa_bitmask_free(cpus);
		}
	}
}

void cpuset_keep_end(const char *mount, struct cpuset_kept *kept, bool replaced,
		     char **why)
{
	struct failure failure = { .replaced = replaced };
	struct process_list list;
	int err = process_list_read(&list);

	if (!err) {
		bind_all(mount, &list, kept, &failure);
		process_list_free(&list);
	}
	if (err && kept->count && !*why)
		why_not(why, 0, TEXT_NOT_LOOKED_AT, strerror(-err));
	else if (failure.count && !*why)
		why_not(why, 0, TEXT_NOT_BOUND, failure.count, failure.pid,
			strerror(-failure.err));
	else if (failure.stranger && !*why)
		why_not(why, 0, TEXT_STRANGER, failure.stranger);
	free_kept(kept);
}
