// SPDX-License-Identifier: GPL-2.0
#include "cpuset_own.h"

#include "cgroup_file.h"
#include "file.h"
#include "proc.h"
#include "process_list.h"
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A process that forks while it is moved leaves a child behind. */
#define MAX_PASSES 100

#define TEXT_NOT_ENABLED                                                       \
	"the cpuset controller could not be enabled below the cgroup %s: %s"
#define TEXT_NOT_MOVED "process %d (%s) could not be moved to the cgroup %s: %s"
#define TEXT_ALL_ENDED                                                         \
	"all of the processes have ended, or execute other programs"
#define TEXT_STRANGER                                                          \
	"process %d ended while it was moved to the cgroup %s, and another one has its number by now: see /proc/%d/cgroup whether that is where it should be"
#define TEXT_ELSEWHERE                                                         \
	"process %d could not go back to the cgroup %s (%s) and is in %s"
#define TEXT_NOT_BACK "process %d could not go back to the cgroup %s: %s"
#define TEXT_NOT_REMOVED                                                       \
	"the cgroup %s could not be removed (%s): are there cgroups below it?"

/* @changed: by us. */
static int enable(const char *mount, const char *cgroup, bool *changed,
		  char **why)
{
	char *enabled =
		cgroup_file_read(mount, cgroup, "cgroup.subtree_control");
	int err = 0;

	*changed = false;
	if (!enabled || !cgroup_file_has_word(enabled, "cpuset")) {
		err = cgroup_file_write(mount, cgroup, "cgroup.subtree_control",
					"+cpuset");
		*changed = !err;
	}
	free(enabled);
	return err ? why_not(why, err, TEXT_NOT_ENABLED, cgroup, strerror(-err))
		   : 0;
}

static int make(const char *mount, const char *cgroup, char **why)
{
	int err = cgroup_file_make(mount, cgroup);

	return err ? why_not(why, err, "the cgroup %s could not be made: %s",
			     cgroup, strerror(-err))
		   : 0;
}

static int write_list(const char *mount, const char *cgroup, const char *name,
		      const char *list, char **why)
{
	int err = list ? cgroup_file_write(mount, cgroup, name, list) : 0;

	return err ? why_not(why, err,
			     "%s of the cgroup %s could not be %s: %s", name,
			     cgroup, list, strerror(-err))
		   : 0;
}

static char *cgroup_of(pid_t pid)
{
	char path[64], *text, *cgroup;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", pid);
	text = file_read(path);
	cgroup = text ? proc_parse_cgroup(text) : NULL;
	free(text);
	return cgroup;
}

static int move_number(const char *mount, const char *cgroup, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return cgroup_file_write(mount, cgroup, "cgroup.procs", text);
}

/* What has the number is in that cgroup. */
static bool is_in(pid_t pid, const char *cgroup)
{
	char *now = cgroup_of(pid);
	bool in = now && !strcmp(now, cgroup);

	free(now);
	return in;
}

/*
 * What got the number in the middle goes back to where the number was right
 * before, which is not known better; into ours it does not.
 */
static void put_back(const char *mount, const char *cgroup, const char *before,
		     const struct target_process *process, char **why)
{
	struct target_process other;
	pid_t pid = process->pid;

	if (!target_take(&other, pid))
		return;
	if (is_in(pid, cgroup)) {
		if (before && !process_list_inside(before, CPUSET_ROOT))
			move_number(mount, before, pid);
		if (!target_lives(process)) {
			free(*why);
			why_not(why, 0, TEXT_STRANGER, pid, cgroup, pid);
		}
	}
	target_close(&other);
}

static int move(const char *mount, const char *cgroup,
		const struct target_process *process, char **why)
{
	int err = target_check(process), after;
	char *before = err ? NULL : cgroup_of(process->pid);

	if (!err)
		err = move_number(mount, cgroup, process->pid);
	after = err ? 0 : target_check(process);
	if (after)
		put_back(mount, cgroup, before, process, why);
	free(before);
	return err ? err : after;
}

static int move_in(const char *mount, const struct cpuset_plan *plan,
		   char **why)
{
	size_t moved = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct target_process *process = &plan->former[i].process;
		int err = move(mount, plan->cgroup, process, why);

		if (err && err != -ESRCH && err != -ESTALE) {
			free(*why);
			return why_not(why, err, TEXT_NOT_MOVED, process->pid,
				       process->comm, plan->cgroup,
				       strerror(-err));
		}
		moved += !err;
	}
	if (moved)
		return 0;
	return *why ? -ESRCH : why_not(why, -ESRCH, TEXT_ALL_ENDED);
}

static int fill(const char *mount, const struct cpuset_plan *plan,
		const char *cpus, const char *nodes, char **why)
{
	int err = write_list(mount, plan->cgroup, "cpuset.mems", nodes, why);

	if (!err)
		err = write_list(mount, plan->cgroup, "cpuset.cpus", cpus, why);
	/* ORDER: what they are attached to moves their pages, so it is set. */
	return err ? err : move_in(mount, plan, why);
}

static int make_own(const char *mount, const struct cpuset_plan *plan,
		    const char *cpus, const char *nodes, char **why)
{
	int err = make(mount, plan->cgroup, why);
	char *ignored = NULL;

	if (err)
		return err;
	err = fill(mount, plan, cpus, nodes, why);
	if (err) {
		cpuset_own_remove(mount, plan, &ignored);
		free(ignored);
	}
	return err;
}

/* That of all actions. */
static int make_root(const char *mount, const struct cpuset_plan *plan,
		     const char *cpus, const char *nodes, char **why)
{
	bool changed;
	int err = 0;

	if (!cgroup_file_exists(mount, CPUSET_ROOT, ""))
		err = make(mount, CPUSET_ROOT, why);
	if (!err)
		err = enable(mount, CPUSET_ROOT, &changed, why);
	if (!err)
		err = make_own(mount, plan, cpus, nodes, why);
	if (err)
		cgroup_file_remove(mount, CPUSET_ROOT);
	return err;
}

int cpuset_own_make(const char *mount, const struct cpuset_plan *plan,
		    const char *cpus, const char *nodes, char **why)
{
	bool changed;
	int err;

	*why = NULL;
	err = enable(mount, "/", &changed, why);
	if (err)
		return err;
	err = make_root(mount, plan, cpus, nodes, why);
	if (err && changed)
		cgroup_file_write(mount, "/", "cgroup.subtree_control",
				  "-cpuset");
	return err;
}

static const struct cpuset_former *
find_former(const struct cpuset_plan *plan,
	    const struct listed_process *process)
{
	for (size_t i = 0; i < plan->count; i++)
		if (target_is(&plan->former[i].process, process->pid,
			      process->start_time))
			return &plan->former[i];
	return NULL;
}

/* Children that came later go where the nearest process above them came from. */
static const char *former_cgroup(const struct cpuset_plan *plan,
				 const struct process_list *list, pid_t pid)
{
	const struct listed_process *process = process_list_find(list, pid);
	const struct cpuset_former *former;

	/* A list that was read while pids were given anew could have a ring. */
	for (int depth = 0; process && depth < 1000; depth++) {
		former = find_former(plan, process);
		if (former)
			return former->cgroup;
		process = process_list_find(list, process->parent);
	}
	return plan->count ? plan->former[0].cgroup : "/";
}

/* @first: why it could not go to @cgroup; of several the last one is told. */
static void explain_move(char **why, int err, int first, pid_t pid,
			 const char *cgroup, const char *path)
{
	if (err == -ESRCH || (!err && !first))
		return;
	free(*why);
	if (err)
		why_not(why, err, TEXT_NOT_BACK, pid, cgroup, strerror(-err));
	else
		why_not(why, 0, TEXT_ELSEWHERE, pid, cgroup, strerror(-first),
			path);
}

/* Where that is gone, or takes no processes now, to the nearest above it. */
static int move_back(const char *mount, const char *cgroup,
		     const struct target_process *process, char **why)
{
	char *path = strdup(cgroup), *above;
	int err = -ENOMEM, first = 0;

	while (path) {
		err = move(mount, path, process, why);
		if (!err || err == -ESRCH || !strcmp(path, "/"))
			break;
		first = first ? first : err;
		above = cgroup_file_parent(path);
		free(path);
		path = above;
	}
	explain_move(why, err, first, process->pid, cgroup, path);
	free(path);
	return err == -ESRCH ? 0 : err;
}

static int empty_one(const char *mount, const struct cpuset_plan *plan,
		     const struct process_list *list, pid_t pid, char **why)
{
	struct target_process process;
	int err = 0;

	/* ORDER: which process it is first, and then whether it is in there. */
	if (!target_take(&process, pid))
		return 0;
	if (is_in(pid, plan->cgroup))
		err = move_back(mount, former_cgroup(plan, list, pid), &process,
				why);
	target_close(&process);
	return err;
}

static int empty(const char *mount, const struct cpuset_plan *plan, char *pids,
		 char **why)
{
	struct process_list list;
	char *word;
	int err = process_list_read(&list);

	while (!err && (word = strsep(&pids, "\n"))) {
		pid_t pid = atoi(word);

		if (pid > 0)
			err = empty_one(mount, plan, &list, pid, why);
	}
	process_list_free(&list);
	return err;
}

/* 1: gone, 0: there was something in it, or a negative errno. */
static int remove_pass(const char *mount, const struct cpuset_plan *plan,
		       char **why)
{
	char *pids = cgroup_file_read(mount, plan->cgroup, "cgroup.procs");
	int err;

	if (!pids)
		return cgroup_file_exists(mount, plan->cgroup, "") ? -errno : 1;
	err = empty(mount, plan, pids, why);
	free(pids);
	if (err)
		return err;
	err = cgroup_file_remove(mount, plan->cgroup);
	return err == -EBUSY ? 0 : err ? err : 1;
}

int cpuset_own_remove(const char *mount, const struct cpuset_plan *plan,
		      char **why)
{
	int err = 0;

	for (int passes = 0; !err && passes < MAX_PASSES; passes++)
		err = remove_pass(mount, plan, why);
	if (err < 0 && *why)
		return err;
	if (err <= 0)
		return why_not(why, err ? err : -EBUSY, TEXT_NOT_REMOVED,
			       plan->cgroup, strerror(err ? -err : EBUSY));
	/* Others may be in use. */
	cgroup_file_remove(mount, CPUSET_ROOT);
	return 0;
}
