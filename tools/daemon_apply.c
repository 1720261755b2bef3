// SPDX-License-Identifier: GPL-2.0
#include "daemon_apply.h"

#include "bind.h"
#include "clock.h"
#include "daemon_log.h"
#include "interrupt.h"
#include "proc.h"
#include "process_list.h"
#include "subject.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So often cgroups are removed that we made for processes that have ended. */
#define CLEAN_PERIOD (60 * NSEC_PER_SEC)

/**
 * struct work - one process and its rule
 * @applier: whose
 * @subject: the process
 * @process: the same, open since before it was looked at
 * @rule: the first that matches it
 * @target: as target_find() takes it: the process, or all of a cgroup
 * @start_time: of the process, or 0 for a cgroup
 * @pid: of the process, or 0 for a cgroup
 */
struct work {
	struct applier *applier;
	const struct subject *subject;
	const struct target_process *process;
	const struct rule *rule;
	char *target;
	uint64_t start_time;
	pid_t pid;
};

/* What the message is about comes first: the rule, and for whom. */
static __attribute__((format(printf, 3, 4))) void
log_work(const struct work *work, int level, const char *format, ...)
{
	const struct rule *rule = work->rule;
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	daemon_log(level, "%s:%u: %s (%s)%s", rule->file, rule->line,
		   work->target, work->subject->comm, text ? text : "");
	free(text);
}

static char *process_target(pid_t pid)
{
	char *target;

	return asprintf(&target, "pid:%d", pid) < 0 ? NULL : target;
}

/* A rule about a unit or a container is for it as a whole; none is for all. */
static int choose_target(struct work *work)
{
	const struct subject *subject = work->subject;
	size_t length = rule_group(work->rule, subject);

	if (length > 1) {
		if (asprintf(&work->target, "cgroup:%.*s", (int)length,
			     subject->cgroup) < 0)
			work->target = NULL;
	} else {
		work->target = process_target(subject->pid);
		work->start_time = subject->start_time;
		work->pid = subject->pid;
	}
	return work->target ? 0 : -ENOMEM;
}

static bool is_list(const char *text, const struct bitmask *mask)
{
	char *list = mask ? policy_list(mask) : NULL;
	bool same = !mask || (text && list && !strcmp(text, list));

	free(list);
	return same;
}

/* Where memory comes from can be seen of what a cpuset limits, only. */
static bool has_threads(pid_t pid, const struct policy *policy)
{
	static const struct topology no_topology;
	struct report_threads threads;
	bool all = true;

	if (proc_threads(pid, &no_topology, &threads))
		return false;
	for (size_t i = 0; all && i < threads.count; i++)
		all = is_list(threads.thread[i].affinity, policy->cpus) &&
		      is_list(threads.thread[i].cpuset_nodes, policy->nodes);
	report_free_threads(&threads);
	return all;
}

/* Its parent, a former numatraced or somebody else has done it. */
static bool is_satisfied(const struct work *work)
{
	const struct policy *policy = &work->rule->policy;

	if (policy->memory != POLICY_MEMORY_ANY &&
	    policy->memory != POLICY_MEMORY_BIND)
		return false;
	return has_threads(work->subject->pid, policy);
}

static void note_memory(const struct handled *handled)
{
	if (!handled)
		daemon_log(LOG_ERR, "out of memory");
}

static void put_done(struct applier *applier, const struct rule *rule,
		     pid_t pid, uint64_t start_time)
{
	char *target = process_target(pid);

	note_memory(target ? handled_put(&applier->table, target, start_time,
					 pid, rule->action, true,
					 clock_now_ns())
			   : NULL);
	free(target);
}

static void say_done(const struct work *work, const struct bind *bind)
{
	uint64_t left = mover_left(&bind->moved);

	log_work(work, LOG_INFO,
		 " has %s, action %lld: %zu processes, %zu threads, %llu pages moved",
		 work->rule->action, (long long)bind->id, bind->target.count,
		 bind->threads, (unsigned long long)mover_moved(&bind->moved));
	if (left)
		log_work(work, LOG_NOTICE, ": %llu pages could not be moved",
			 (unsigned long long)left);
	for (size_t i = 0; i < bind->problems; i++)
		log_work(work, LOG_INFO, ": %s", bind->problem[i].text);
}

/* A cgroup that was made for a process goes when the process has gone. */
static char *own_cgroup(const struct bind *bind)
{
	if (!bind->limited || bind->cpuset.way != CPUSET_OWN ||
	    !bind->cpuset.cgroup)
		return NULL;
	return strdup(bind->cpuset.cgroup);
}

static void take_done(struct work *work, const struct bind *bind)
{
	struct applier *applier = work->applier;
	struct handled *handled;

	handled = handled_put(&applier->table, work->target, work->start_time,
			      work->pid, work->rule->action, true,
			      clock_now_ns());
	note_memory(handled);
	if (handled)
		handled_take_cgroup(handled, own_cgroup(bind));
	for (size_t i = 0; i < bind->target.count; i++)
		put_done(applier, work->rule, bind->target.process[i].pid,
			 bind->target.process[i].start_time);
	say_done(work, bind);
}

/* The sentences of refusals, or what the error says. To be freed. */
static char *reason_of(const struct bind *bind, const char *why, int err)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);
	const char *between = "";

	if (!stream)
		return NULL;
	for (size_t i = 0; i < bind->problems; i++) {
		if (!bind->problem[i].fatal)
			continue;
		fprintf(stream, "%s%s", between, bind->problem[i].text);
		between = "; ";
	}
	if (!*between)
		fputs(why ? why : strerror(-err), stream);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

/* It is said at first and at last, not each time. */
static void say_failed(const struct work *work, const struct handled *handled,
		       const char *reason)
{
	int level = handled->tries == 1 ? LOG_WARNING : LOG_DEBUG;

	if (handled->next == UINT64_MAX)
		log_work(work, LOG_ERR, " is given up after %u attempts: %s",
			 handled->tries, reason);
	else
		log_work(work, level, ": %s; it is tried again later", reason);
}

static void take_failed(struct work *work, const struct bind *bind,
			const char *why, int err)
{
	struct handled *handled;
	char *reason;

	if (*work->applier->stop)
		return;
	handled = handled_put(&work->applier->table, work->target,
			      work->start_time, work->pid, work->rule->action,
			      false, clock_now_ns());
	note_memory(handled);
	if (!handled)
		return;
	reason = reason_of(bind, why, err);
	say_failed(work, handled, reason ? reason : strerror(ENOMEM));
	free(reason);
}

/* Whatever failed then, it is nobody's fault. */
static bool has_ended(const struct work *work)
{
	return work->pid && !target_lives(work->process);
}

/*
 * Whether the rule is still the one for it. Where it was put in a cgroup of ours
 * since, it is asked about the one where it was found. What else is bound with
 * it is so as its descendant.
 */
static bool is_matched(const void *context, pid_t pid)
{
	const struct work *work = context;
	struct subject now;
	bool matched;
	char *moved;

	if (pid != work->subject->pid)
		return true;
	if (subject_read(pid, &now))
		return false;
	moved = now.cgroup;
	if (moved && process_list_inside(moved, CPUSET_ROOT))
		now.cgroup = work->subject->cgroup;
	matched = rules_match(&work->applier->rules, &now) == work->rule;
	now.cgroup = moved;
	subject_free(&now);
	return matched;
}

static void take_ended(const struct work *work)
{
	struct handled *handled = handled_find(&work->applier->table,
					       work->target, work->start_time);

	if (handled) {
		handled->tries = 0;
		handled->next = UINT64_MAX;
	}
	log_work(work, LOG_DEBUG, " has ended");
}

/* The kernel tells of what it executes: then it is looked at again. */
static void take_changed(const struct work *work)
{
	log_work(work, LOG_INFO,
		 " is not what the rule is for any more: it is left alone");
}

/*
 * ORDER: signals end the work between its steps, so let them come, but for the
 * one that asks to read the rules again.
 */
static int apply(const struct bind_request *request, struct journal *journal,
		 struct bind *bind)
{
	sigset_t ending, before;
	int err;

	interrupt_set(&ending);
	sigdelset(&ending, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &ending, &before);
	err = *request->stop ? -EINTR : bind_apply(request, journal, bind);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

static void act(struct work *work, const char *command)
{
	const struct rule *rule = work->rule;
	const struct target_test test = {
		.holds = is_matched,
		.context = work,
	};
	const struct bind_request request = {
		.command = command,
		.target_text = work->target,
		.children = rule->children,
		.test = work->pid ? &test : NULL,
		.policy = &rule->policy,
		.force = rule->force,
		.keep_pages = rule->keep_pages,
		.slice = MOVER_SLICE_NS,
		.stop = work->applier->stop,
	};
	struct bind bind;
	char *why;
	int err = bind_plan(&request, &bind, &why);

	/* If it lives, what was found by its number is that very process. */
	if (!err && has_ended(work))
		err = -ESRCH;
	if (!err)
		err = apply(&request, work->applier->journal, &bind);
	if (err && has_ended(work))
		take_ended(work);
	else if (err && work->pid && !is_matched(work, work->pid))
		take_changed(work);
	else if (err == -ESRCH)
		take_ended(work);
	else if (err)
		take_failed(work, &bind, why, err);
	else
		take_done(work, &bind);
	free(why);
	bind_free(&bind);
}

static bool is_over(const struct work *work)
{
	const struct subject *subject = work->subject;
	char *target = process_target(subject->pid);
	const struct handled *handled =
		target ? handled_find(&work->applier->table, target,
				      subject->start_time)
		       : NULL;

	free(target);
	if (handled_is_over(handled, work->rule->action, clock_now_ns()))
		return true;
	/* A cgroup may be done, but not for one that came later. */
	handled = handled_find(&work->applier->table, work->target,
			       work->start_time);
	return handled && handled->tries &&
	       handled_is_over(handled, work->rule->action, clock_now_ns());
}

static void apply_rule(struct work *work)
{
	char *command;

	if (is_over(work))
		return;
	if (is_satisfied(work)) {
		put_done(work->applier, work->rule, work->subject->pid,
			 work->subject->start_time);
		return;
	}
	if (asprintf(&command, "rule %s:%u", work->rule->file,
		     work->rule->line) < 0) {
		note_memory(NULL);
		return;
	}
	act(work, command);
	free(command);
}

static void look_at_subject(struct applier *applier,
			    const struct subject *subject,
			    const struct target_process *process)
{
	struct work work = {
		.applier = applier,
		.subject = subject,
		.process = process,
		.rule = rules_match(&applier->rules, subject),
	};

	if (!work.rule || work.rule->none)
		return;
	if (choose_target(&work))
		note_memory(NULL);
	else
		apply_rule(&work);
	free(work.target);
}

void applier_look_at(struct applier *applier, pid_t pid)
{
	struct target_process process;
	struct subject subject;
	int err;

	/* ORDER: it is open, and lives after it was looked at. */
	if (*applier->stop || rules_spare(pid) || !target_take(&process, pid))
		return;
	err = subject_read(pid, &subject);
	if (err == -ENOMEM)
		note_memory(NULL);
	if (!err && target_lives(&process))
		look_at_subject(applier, &subject, &process);
	if (!err)
		subject_free(&subject);
	target_close(&process);
}

int applier_look_at_all(struct applier *applier)
{
	const struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (!dir)
		return -errno;
	while (!*applier->stop && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0)
			applier_look_at(applier, pid);
	}
	closedir(dir);
	return 0;
}

/* Of a cgroup it is not known which of its processes is left. */
static void retry(struct applier *applier, const struct handled *due)
{
	uint64_t start_time = due->start_time, next = due->next;
	char *target = strdup(due->target);
	struct handled *handled;

	if (due->pid)
		applier_look_at(applier, due->pid);
	else
		applier_look_at_all(applier);
	handled = target ? handled_find(&applier->table, target, start_time)
			 : NULL;
	/* It has ended, or has another rule now. */
	if (handled && handled->next == next)
		handled->next = UINT64_MAX;
	free(target);
}

static bool is_unclean(const struct handled_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->handled[i].cgroup)
			return true;
	return false;
}

void applier_retry(struct applier *applier)
{
	struct handled_table *table = &applier->table;
	const struct handled *handled;

	while ((handled = handled_next(table)) &&
	       handled->next <= clock_now_ns() && !*applier->stop)
		retry(applier, handled);
	if (is_unclean(table) &&
	    clock_now_ns() >= applier->cleaned + CLEAN_PERIOD) {
		handled_drop_ended(table);
		applier->cleaned = clock_now_ns();
	}
}

/* The earlier of the two. */
static uint64_t next_time(const struct applier *applier)
{
	const struct handled *handled = handled_next(&applier->table);
	uint64_t next = handled ? handled->next : UINT64_MAX;

	if (is_unclean(&applier->table) &&
	    applier->cleaned + CLEAN_PERIOD < next)
		next = applier->cleaned + CLEAN_PERIOD;
	return next;
}

int applier_timeout(const struct applier *applier)
{
	uint64_t next = next_time(applier), time = clock_now_ns(), pause;

	if (next == UINT64_MAX)
		return -1;
	if (next <= time)
		return 0;
	pause = (next - time + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC;
	return pause < INT_MAX ? (int)pause : INT_MAX;
}

void applier_free(struct applier *applier)
{
	rules_free(&applier->rules);
	handled_free(&applier->table);
	journal_close(applier->journal);
}
