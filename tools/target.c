// SPDX-License-Identifier: GPL-2.0
#include "target.h"

#include "cgroups.h"
#include "file.h"
#include "proc.h"
#include "process_list.h"
#include "target_text.h"
#include "why.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char target_help[] =
	"\nA TARGET is one of\n"
	" 4711 or 4711,4712    processes by their pids\n"
	" nginx, 'post*'       by name, as a pattern of the shell\n"
	" /user.slice/x        by cgroup, with those below it\n"
	" nginx.service        by systemd unit, also .scope and .slice\n"
	" 4e5d0f3a9b1c         by a container's id, 12 digits of it or more\n"
	"A prefix pid:, name:, cgroup:, unit: or container: says what is meant;\n"
	"container: also takes the name of a machine and the uid of a pod.\n";

#define TEXT_ENDED                                                             \
	"process %d (%s) ends, or has ended and waits for its parent %d: nothing is left of it to act on"
#define TEXT_ALL_ENDED "what was named has ended, or is something else by now"
#define TEXT_OF_KERNEL                                                         \
	"%d (%s) is a thread of the kernel, which has no memory of its own: give processes of programs"
#define TEXT_IS_THREAD                                                         \
	"%d is a thread of process %d: give %d, all of its threads are meant"
#define TEXT_ROOT                                                              \
	"the root cgroup has all processes of the machine: name one below it"
#define TEXT_NOT_HERE                                                          \
	"no %s %s runs here: see numatrace cgroups, or give it as a path of a cgroup"
#define TEXT_AMBIGUOUS "%s %s is ambiguous: give one of these as a path: %s"
#define TEXT_NOT_MOUNTED                                                       \
	"cgroup v2 is not mounted here, so nothing is known of %s: give pids or a name"
#define TEXT_NOTHING_NAMED                                                     \
	"no process is named: give pids, a name, a cgroup, a unit or a container"

/* A process that has no row of its own in /proc may be a thread. */
static int refuse_missing(pid_t pid, char **why)
{
	struct proc proc;
	int err;

	if (proc_read(pid, &proc) || proc.pid == pid)
		return why_not(why, -ESRCH,
			       "there is no process %d: it may have ended",
			       pid);
	err = why_not(why, -EINVAL, TEXT_IS_THREAD, pid, proc.pid, proc.pid);
	proc_free(&proc);
	return err;
}

static int choose_pid(const struct process_list *list, pid_t pid, char **why)
{
	struct listed_process *process = process_list_find(list, pid);

	if (!process)
		return refuse_missing(pid, why);
	if (process->ended)
		return why_not(why, -ESRCH, TEXT_ENDED, pid, process->comm,
			       process->parent);
	if (process->kernel)
		return why_not(why, -EINVAL, TEXT_OF_KERNEL, pid,
			       process->comm);
	process->chosen = true;
	return 0;
}

static int choose_pids(const struct process_list *list, const char *text,
		       char **why)
{
	size_t count;
	pid_t *pids = target_text_pids(text, &count);
	int err = 0;

	if (!pids)
		return count ? -ENOMEM
			     : why_not(why, -EINVAL,
				       "not a list of pids such as 4711,4712: %s",
				       text);
	for (size_t i = 0; !err && i < count; i++)
		err = choose_pid(list, pids[i], why);
	free(pids);
	return err;
}

static bool may_choose(const struct listed_process *process)
{
	return !process->kernel && !process->ended && process->pid != getpid();
}

static int choose_names(const struct process_list *list, const char *pattern,
			char **why)
{
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		struct listed_process *process = &list->process[i];

		if (may_choose(process) &&
		    target_text_names(pattern, process->comm)) {
			process->chosen = true;
			any = true;
		}
	}
	return any ? 0
		   : why_not(why, -ESRCH,
			     "no process is called %s: see ps -e for the names",
			     pattern);
}

static int choose_cgroup(const struct process_list *list, const char *cgroup,
			 char **why)
{
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		struct listed_process *process = &list->process[i];

		if (may_choose(process) && process->cgroup &&
		    process_list_inside(process->cgroup, cgroup)) {
			process->chosen = true;
			any = true;
		}
	}
	return any ? 0
		   : why_not(why, -ESRCH, "no process is in the cgroup %s",
			     cgroup);
}

/* Without slashes at the end, and without the mount point at the start. */
static char *clean_path(const char *text, const char *mount)
{
	char *path;

	if (process_list_inside(text, mount))
		text += strlen(mount);
	if (asprintf(&path, "%s%s", *text == '/' ? "" : "/", text) < 0)
		return NULL;
	for (size_t i = strlen(path); i > 1 && path[i - 1] == '/'; i--)
		path[i - 1] = '\0';
	return path;
}

static int find_path(const char *text, const char *mount, char **cgroup,
		     char **why)
{
	char directory[PATH_MAX];
	struct stat found;

	*cgroup = clean_path(text, mount);
	if (!*cgroup)
		return -ENOMEM;
	if (!strcmp(*cgroup, "/"))
		return why_not(why, -EINVAL, TEXT_ROOT);
	snprintf(directory, sizeof(directory), "%s%s", mount, *cgroup);
	if (stat(directory, &found) || !S_ISDIR(found.st_mode))
		return why_not(why, -ESRCH, "there is no cgroup %s below %s",
			       *cgroup, mount);
	return 0;
}

/* How much of @path leads to what has this name; 0: nothing does. */
static size_t match(enum target_kind kind, const char *name, const char *path)
{
	if (kind == TARGET_CONTAINER)
		return target_text_container(name, path);
	return target_text_is_unit(name, path) ? strlen(path) : 0;
}

/* Adds the path to the list unless it is there; -ENOMEM. */
static int list_path(char **paths, const char *path, size_t length)
{
	char *whole, *known = *paths;

	while (known && (known = strstr(known, path))) {
		if ((known == *paths || known[-1] == ' ') &&
		    (!known[length] || known[length] == ','))
			return 0;
		known += length;
	}
	if (asprintf(&whole, "%s%s%s", *paths ? *paths : "", *paths ? ", " : "",
		     path) < 0)
		return -ENOMEM;
	free(*paths);
	*paths = whole;
	return 0;
}

static int list_matches(const struct cgroup_paths *all, enum target_kind kind,
			const char *name, char **paths)
{
	int err = 0;

	for (size_t i = 0; !err && i < all->count; i++) {
		const char *path = all->cgroup[i].path;
		size_t length = match(kind, name, path);
		char *found = length ? strndup(path, length) : NULL;

		if (found)
			err = list_path(paths, found, length);
		else if (length)
			err = -ENOMEM;
		free(found);
	}
	return err;
}

static int find_named(enum target_kind kind, const char *name,
		      const char *mount, char **cgroup, char **why)
{
	const char *word = kind == TARGET_UNIT ? "unit" : "container";
	struct cgroup_paths all;
	int err = cgroups_read(mount, &all);

	if (err)
		return err;
	err = list_matches(&all, kind, name, cgroup);
	cgroups_free(&all);
	if (err)
		return err;
	if (!*cgroup)
		return why_not(why, -ESRCH, TEXT_NOT_HERE, word, name);
	if (strstr(*cgroup, ", "))
		return why_not(why, -EINVAL, TEXT_AMBIGUOUS, word, name,
			       *cgroup);
	return 0;
}

/* Sets @cgroup, to be freed, for the kinds that are found by one. */
static int find_cgroup(enum target_kind kind, const char *text, char **cgroup,
		       char **why)
{
	char *mount = cgroups_mount();
	int err;

	if (!mount)
		return why_not(why, -EINVAL, TEXT_NOT_MOUNTED, text);
	if (kind == TARGET_CGROUP)
		err = find_path(text, mount, cgroup, why);
	else
		err = find_named(kind, text, mount, cgroup, why);
	free(mount);
	return err;
}

/* A child can have a lower pid than its parent: until nothing changes. */
static void choose_children(const struct process_list *list)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < list->count; i++) {
			struct listed_process *process = &list->process[i];
			const struct listed_process *parent;

			if (process->chosen || !may_choose(process))
				continue;
			parent = process_list_find(list, process->parent);
			if (parent && parent->chosen) {
				process->chosen = true;
				more = true;
			}
		}
	}
}

/* Cut where they part, at a slash. */
static void cut_to_common(char *common, const char *path)
{
	char *slash;

	while (!process_list_inside(path, common)) {
		slash = strrchr(common, '/');
		if (!slash || slash == common) {
			common[1] = '\0';
			return;
		}
		*slash = '\0';
	}
}

/* The deepest cgroup that has all that are chosen; NULL: there is none. */
static char *common_cgroup(const struct process_list *list)
{
	char *common = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct listed_process *process = &list->process[i];

		if (!process->chosen)
			continue;
		if (!process->cgroup) {
			free(common);
			return NULL;
		}
		if (common)
			cut_to_common(common, process->cgroup);
		else
			common = strdup(process->cgroup);
	}
	return common;
}

/* The root has the threads of the kernel. */
static bool has_exactly(const struct process_list *list, const char *cgroup)
{
	if (!strcmp(cgroup, "/"))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct listed_process *process = &list->process[i];
		bool inside = process->cgroup &&
			      process_list_inside(process->cgroup, cgroup);

		if (!process->ended && inside != process->chosen)
			return false;
	}
	return true;
}

/* Its name as /proc has it now, for struct target_test. */
static bool is_called(const void *pattern, pid_t pid)
{
	char path[64], *comm;
	bool called;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	comm = file_read(path);
	if (comm && *comm)
		comm[strlen(comm) - 1] = '\0';
	called = comm && target_text_names(pattern, comm);
	free(comm);
	return called;
}

static int set_test(struct target *target, const char *text,
		    const struct target_test *test)
{
	if (test)
		target->test = *test;
	if (target->kind != TARGET_NAME)
		return 0;
	target->name = strdup(text);
	target->test = (struct target_test){
		.holds = is_called,
		.context = target->name,
	};
	return target->name ? 0 : -ENOMEM;
}

static bool is_known(const struct target *target,
		     const struct listed_process *process)
{
	for (size_t i = 0; i < target->count; i++)
		if (target_is(&target->process[i], process->pid,
			      process->start_time))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct target_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* One that has ended, or is something else, is not chosen any more. 0, -ENOMEM. */
static int add(struct target *target, struct listed_process *listed,
	       const struct target_test *test)
{
	struct target_process process = {
		.pid = listed->pid,
		.start_time = listed->start_time,
		.test = *test,
	};

	/* ORDER: it is open before it is asked what it is. */
	listed->ended = !target_open(&process);
	listed->chosen = !listed->ended && !target_check(&process);
	if (listed->chosen) {
		process.comm = strdup(listed->comm);
		if (process.comm) {
			target->process[target->count++] = process;
			return 0;
		}
	}
	target_close(&process);
	return listed->chosen ? -ENOMEM : 0;
}

static bool is_child(const struct process_list *list,
		     const struct listed_process *process)
{
	const struct listed_process *parent =
		process_list_find(list, process->parent);

	return parent && parent->chosen;
}

/*
 * Adds those that are chosen and not there yet; how many, or -ENOMEM. @children:
 * also those that are children of others, which may execute what they like.
 */
static int add_chosen(const struct process_list *list, bool children,
		      const struct target_test *test, struct target *target)
{
	struct target_process *grown;
	size_t before = target->count;
	int err = 0;

	grown = reallocarray(target->process, before + list->count + 1,
			     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	target->process = grown;
	for (size_t i = 0; !err && i < list->count; i++) {
		struct listed_process *process = &list->process[i];

		if (process->chosen && !is_known(target, process) &&
		    (children || !is_child(list, process)))
			err = add(target, process, test);
	}
	qsort(grown, target->count, sizeof(*grown), compare);
	return err ? err : (int)(target->count - before);
}

/* ORDER: those that were named are tested before they have descendants. */
static int add_all(const struct process_list *list, bool children,
		   struct target *target)
{
	const struct target_test none = { 0 };
	int named = add_chosen(list, !children, &target->test, target), more;

	if (named < 0 || !children)
		return named;
	choose_children(list);
	more = add_chosen(list, true, &none, target);
	return more < 0 ? more : named + more;
}

/*
 * The named cgroup, if it has exactly these, or the deepest that has: that of
 * a unit lies above those which its processes made inside of it.
 */
static void set_cgroup(const struct process_list *list, struct target *target,
		       char **named)
{
	char *cgroup = *named ? *named : common_cgroup(list);

	*named = NULL;
	free(target->cgroup);
	target->cgroup = NULL;
	if (cgroup && has_exactly(list, cgroup))
		target->cgroup = cgroup;
	else
		free(cgroup);
}

static int choose(enum target_kind kind, const char *text,
		  const struct process_list *list, const char *cgroup,
		  char **why)
{
	switch (kind) {
	case TARGET_PIDS:
		return choose_pids(list, text, why);
	case TARGET_NAME:
		return choose_names(list, text, why);
	default:
		return choose_cgroup(list, cgroup, why);
	}
}

static bool names_cgroup(enum target_kind kind)
{
	return kind != TARGET_PIDS && kind != TARGET_NAME;
}

int target_find(const char *text, bool children, const struct target_test *test,
		struct target *target, char **why)
{
	struct process_list list = { 0 };
	int kind, err = 0;
	char *cgroup = NULL;

	*target = (struct target){ 0 };
	*why = NULL;
	kind = target_text_kind(text, &text);
	if (kind < 0)
		return why_not(why, -EINVAL, TEXT_NOTHING_NAMED);
	target->kind = kind;
	if (names_cgroup(kind))
		err = find_cgroup(kind, text, &cgroup, why);
	if (!err)
		err = process_list_read(&list);
	if (!err)
		err = choose(kind, text, &list, cgroup, why);
	if (!err)
		err = set_test(target, text, test);
	if (!err)
		err = add_all(&list, children, target);
	if (err > 0)
		set_cgroup(&list, target, &cgroup);
	else if (!err)
		err = why_not(why, -ESRCH, TEXT_ALL_ENDED);
	free(cgroup);
	process_list_free(&list);
	if (err < 0)
		target_free(target);
	return err < 0 ? err : 0;
}

static void choose_known(const struct process_list *list,
			 const struct target *target)
{
	for (size_t i = 0; i < target->count; i++) {
		const struct target_process *known = &target->process[i];
		struct listed_process *process =
			process_list_find(list, known->pid);

		int err;

		if (!process || process->start_time != known->start_time)
			continue;
		err = target_check(known);
		process->ended = err == -ESRCH;
		process->chosen = !err;
	}
}

/*
 * A pid that was given anew to another process is not meant; and what was
 * named may be gone with all of its processes.
 */
int target_refresh(const char *text, bool children, struct target *target,
		   char **why)
{
	struct process_list list = { 0 };
	int kind, err = 0, added;
	char *cgroup = NULL;

	*why = NULL;
	kind = target_text_kind(text, &text);
	if (kind < 0)
		return why_not(why, -EINVAL, TEXT_NOTHING_NAMED);
	if (names_cgroup(kind))
		err = find_cgroup(kind, text, &cgroup, why);
	added = process_list_read(&list);
	if (!err && !added && kind != TARGET_PIDS)
		err = choose(kind, text, &list, cgroup, why);
	if (err == -ESRCH) {
		free(*why);
		*why = NULL;
		err = 0;
	}
	if (added)
		err = added;
	if (!err) {
		choose_known(&list, target);
		err = add_all(&list, children, target);
	}
	if (err >= 0)
		set_cgroup(&list, target, &cgroup);
	free(cgroup);
	process_list_free(&list);
	return err;
}

int target_check_any(const struct target *target)
{
	int found = -ESRCH;

	for (size_t i = 0; found && i < target->count; i++) {
		int err = target_check(&target->process[i]);

		if (err != -ESRCH)
			found = err;
	}
	return found;
}

void target_free(struct target *target)
{
	for (size_t i = 0; i < target->count; i++) {
		target_close(&target->process[i]);
		free(target->process[i].comm);
	}
	free(target->process);
	free(target->name);
	free(target->cgroup);
	*target = (struct target){ 0 };
}
