// SPDX-License-Identifier: GPL-2.0
#include "cgroups.h"
#include "client.h"
#include "command.h"
#include "locality.h"
#include "measure_cost.h"
#include "notes.h"
#include "options.h"
#include "process_columns.h"
#include "process_filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	OPTION_CGROUP = OPTION_OWN,
	OPTION_EXITED,
	OPTION_NAME,
	OPTION_SORT,
};

static const struct option own_options[] = {
	{ "cgroup", required_argument, NULL, OPTION_CGROUP },
	{ "exited", no_argument, NULL, OPTION_EXITED },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "pid", required_argument, NULL, 'p' },
	{ "sort", required_argument, NULL, OPTION_SORT },
	{ "user", required_argument, NULL, 'u' },
	{ 0 },
};

/* What the options ask for. @wrong is the first value that makes no sense. */
static struct {
	struct process_filter filter;
	bool exited;
	const char *sort;
	const char *wrong;
	const char *what;
	bool no_memory;
} wanted = { .sort = "remote_faults" };

static void set_wrong(const char *what, const char *value)
{
	if (wanted.wrong)
		return;
	wanted.what = what;
	wanted.wrong = value;
}

static void note_result(int err, const char *what, const char *value)
{
	if (err == -EINVAL)
		set_wrong(what, value);
	else if (err)
		wanted.no_memory = true;
}

static void set_option(int c, const char *argument)
{
	switch (c) {
	case 'p':
		note_result(process_filter_add_list(&wanted.filter, argument),
			    "not a list of processes", argument);
		break;
	case 'u':
		if (!process_filter_set_user(&wanted.filter, argument))
			set_wrong("no such user", argument);
		break;
	case OPTION_CGROUP:
		wanted.filter.cgroup = argument;
		break;
	case OPTION_EXITED:
		wanted.exited = true;
		break;
	case OPTION_NAME:
		note_result(process_filter_add_pattern(&wanted.filter,
						       argument),
			    NULL, NULL);
		break;
	case OPTION_SORT:
		wanted.sort = argument;
		break;
	}
}

/* All that one report shows. */
struct reading {
	struct report_info info;
	struct report_config config;
	struct report_processes processes;
};

struct context {
	const struct options *options;
	const struct output_column *sort;
	struct output_style style;
	struct output_choice choice;
	struct client *client;
	bool need_paths;
	struct cgroup_paths paths;
	struct report_cgroups cgroups;
	struct reading before;
	unsigned long reports;
	bool matched;
	bool missing;
};

/* The lines of one report. */
struct lines {
	size_t count;
	struct process_row *row;
};

static void free_reading(struct reading *reading)
{
	report_free_info(&reading->info);
	report_free_processes(&reading->processes);
}

static void free_paths(struct context *context)
{
	cgroups_free(&context->paths);
	report_free_cgroups(&context->cgroups);
}

/* Removed cgroups are known to the module only, and to whom it tells. */
static int take_paths(struct context *context)
{
	int err;

	free_paths(context);
	if (!context->need_paths)
		return 0;
	err = cgroups_read(NULL, &context->paths);
	if (err)
		return err;
	err = client_cgroups(context->client, &context->cgroups);
	return err == -EPERM ? 0 : err;
}

static const char *find_path(const struct context *context,
			     const struct report_process *process)
{
	const char *path = cgroups_find(&context->paths, process->cgroup_id);

	for (size_t i = 0; !path && i < context->cgroups.count; i++)
		if (context->cgroups.cgroup[i].id == process->cgroup_id)
			path = context->cgroups.cgroup[i].path;
	return path;
}

static int take_reading(struct context *context, struct reading *reading)
{
	int err = client_info(context->client, &reading->info);

	if (!err)
		err = client_config(context->client, &reading->config);
	if (!err)
		err = client_processes(context->client, NULL,
				       &reading->processes);
	if (!err)
		err = take_paths(context);
	if (!err)
		report_sort_processes(&reading->processes);
	return err;
}

static bool has_accesses(const struct report_process *process)
{
	return process->usage.local_faults || process->usage.remote_faults;
}

/* In an interval, only those that did anything, or were asked for by number. */
static bool is_shown(const struct context *context,
		     const struct report_process *process, const char *path)
{
	if (process->kind == NUMATRACE_ROW_KIND_ENDED && !wanted.exited)
		return false;
	if (!process_filter_matches(&wanted.filter, process, path))
		return false;
	return !context->options->interval.period || has_accesses(process) ||
	       process_filter_has_pid(&wanted.filter, process->pid);
}

/* What is not shown by itself is part of those that are not listed. */
static int leave_out(const struct report_processes *processes,
		     const struct report_process *process)
{
	struct report_process *unlisted =
		report_find_sum(processes, NUMATRACE_ROW_KIND_UNLISTED);

	if (!unlisted || process->kind != NUMATRACE_ROW_KIND_CURRENT)
		return 0;
	unlisted->processes++;
	return locality_add_usage(&unlisted->usage, &process->usage);
}

static int choose_lines(const struct context *context,
			const struct report_processes *processes,
			struct lines *lines)
{
	int err = 0;

	for (size_t i = 0; !err && i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];
		const char *path;

		if (!process_is_single(process))
			continue;
		path = find_path(context, process);
		if (is_shown(context, process, path))
			lines->row[lines->count++] = (struct process_row){
				.process = process,
				.cgroup = path,
			};
		else
			err = leave_out(processes, process);
	}
	return err;
}

/* People who ask for some want no rest; for programs the sum is whole. */
static void add_sums(const struct context *context,
		     const struct report_processes *processes,
		     struct lines *lines)
{
	bool table = context->style.format == OUTPUT_TABLE;

	if (table && process_filter_is_set(&wanted.filter))
		return;
	for (size_t i = 0; i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];

		if (process_is_single(process) ||
		    (table && !has_accesses(process)))
			continue;
		lines->row[lines->count++].process = process;
	}
}

static int print(struct context *context,
		 const struct report_processes *processes)
{
	struct lines lines = {
		.row = calloc(processes->count + 1, sizeof(*lines.row)),
	};
	int err =
		lines.row ? choose_lines(context, processes, &lines) : -ENOMEM;

	if (!err)
		err = output_sort(context->sort, lines.row, lines.count,
				  sizeof(*lines.row));
	if (!err) {
		context->matched |= lines.count > 0;
		add_sums(context, processes, &lines);
		output_next(&context->style, context->reports++);
		err = output_list(&process_object, &context->choice,
				  &context->style, lines.row, lines.count,
				  sizeof(*lines.row));
	}
	free(lines.row);
	return err;
}

static int subtract(struct report_processes *growth, const struct reading *now,
		    const struct reading *before)
{
	struct locality_measured measured =
		locality_measured(&now->info, &before->info);

	measured.attributed =
		report_tracks(&now->config, CONFIG_TRACK_PROCESSES) &&
		report_tracks(&before->config, CONFIG_TRACK_PROCESSES);
	if (!measure_cost_was_on(&now->config, &before->config))
		measured.timed = 0;
	note_generation(now->processes.generation,
			before->processes.generation);
	locality_subtract_processes(growth, &before->processes);
	return locality_drop_unmeasured(growth, &measured);
}

static int print_growth(struct context *context, const struct reading *now)
{
	const struct reading *before = &context->before;
	struct report_processes growth = { 0 };
	int err = report_copy_processes(&growth, &now->processes);

	if (!err && !note_reload(&now->info, &before->info))
		err = subtract(&growth, now, before);
	if (!err)
		err = print(context, &growth);
	report_free_processes(&growth);
	return err;
}

static bool is_listed(const struct report_processes *processes, uint32_t pid)
{
	for (size_t i = 0; i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];

		if (process_is_single(process) && process->pid == pid &&
		    (wanted.exited ||
		     process->kind == NUMATRACE_ROW_KIND_CURRENT))
			return true;
	}
	return false;
}

static uint32_t left_out(const struct report_processes *processes)
{
	const struct report_process *unlisted =
		report_find_sum(processes, NUMATRACE_ROW_KIND_UNLISTED);

	return unlisted ? unlisted->left_out : 0;
}

/* Why it is not listed. False: whoever asked for it cannot have it. */
static bool explain_pid(const struct report_processes *processes, uint32_t pid)
{
	struct stat directory;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u", pid);
	if (stat(path, &directory)) {
		pr_notice("no process has the number %u", pid);
		return false;
	}
	if (left_out(processes) && directory.st_uid != geteuid()) {
		pr_notice("process %u belongs to another user; run it as root to see it",
			  pid);
		return false;
	}
	pr_notice("process %u was not seen to access memory; numatrace show %u tells why",
		  pid, pid);
	return true;
}

/* Processes asked for by number have to be there at the beginning. */
static void check_pids(struct context *context,
		       const struct report_processes *processes)
{
	for (size_t i = 0; i < wanted.filter.pid_count; i++) {
		uint32_t pid = wanted.filter.pids[i];

		if (!is_listed(processes, pid) && !explain_pid(processes, pid))
			context->missing = true;
	}
}

static void note_left_out(const struct report_processes *processes)
{
	uint32_t count = left_out(processes);

	if (count && !wanted.filter.pid_count)
		pr_notice("%u process%s of other users %s left out; run it as root to see all",
			  count, count == 1 ? "" : "es",
			  count == 1 ? "is" : "are");
}

static void note_gaps(const struct context *context,
		      const struct reading *reading)
{
	bool outcomes = false;

	for (size_t i = 0; i < context->choice.count; i++)
		outcomes |= process_shows_outcomes(context->choice.column[i]);
	note_accesses(&reading->info);
	note_hook(&reading->info, "access");
	if (outcomes)
		note_hook(&reading->info, "outcome");
	note_tracking(&reading->config, CONFIG_TRACK_PROCESSES);
	note_left_out(&reading->processes);
}

/* In an interval they may still come. */
static void check_patterns(struct context *context)
{
	if (context->options->interval.period || context->matched ||
	    !wanted.filter.pattern_count)
		return;
	pr_notice("no process that was seen to access memory has that name");
	context->missing = true;
}

static int report(void *arg, bool show)
{
	struct context *context = arg;
	bool first = !context->before.info.module_version;
	struct reading now = { 0 };
	int err = take_reading(context, &now);

	if (!err && show)
		err = context->options->interval.period
			      ? print_growth(context, &now)
			      : print(context, &now.processes);
	if (!err && first)
		check_pids(context, &now.processes);
	if (!err && show && context->reports < 2) {
		check_patterns(context);
		note_gaps(context, &now);
	}
	free_reading(&context->before);
	context->before = now;
	if (!err && context->missing)
		err = -ESRCH;
	return err;
}

/* -1 to go on, else the exit code. */
static int check_options(const struct options *options)
{
	for (int i = 0; i < options->word_count; i++)
		note_result(process_filter_add_pattern(&wanted.filter,
						       options->words[i]),
			    NULL, NULL);
	if (wanted.no_memory) {
		pr_notice("out of memory");
		return EXIT_FAILED;
	}
	if (wanted.wrong)
		return options_wrong(&cmd_ps, "%s: %s", wanted.what,
				     wanted.wrong);
	if (!output_find(&process_object, wanted.sort))
		return options_wrong(&cmd_ps, "unknown column: %s",
				     wanted.sort);
	return -1;
}

static bool needs_paths(const struct context *context)
{
	bool needs =
		wanted.filter.cgroup || process_shows_cgroup(context->sort);

	for (size_t i = 0; i < context->choice.count; i++)
		needs |= process_shows_cgroup(context->choice.column[i]);
	return needs;
}

static int run(const struct options *options)
{
	struct context context = {
		.options = options,
		.style = options->style,
	};
	int code = check_options(options);
	int err;

	if (code < 0)
		code = options_columns(&cmd_ps, &process_object, options,
				       &context.choice);
	if (code >= 0)
		return code;
	context.sort = output_find(&process_object, wanted.sort);
	context.need_paths = needs_paths(&context);
	context.client = client_new();
	err = interval_run(&options->interval, report, &context);
	/* About a process that is missing everything is said. */
	if (err && !context.missing)
		pr_notice("%s", client_error(context.client));
	free_reading(&context.before);
	free_paths(&context);
	note_interruption(context.client);
	client_free(context.client);
	output_free_choice(&context.choice);
	process_filter_free(&wanted.filter);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&process_object,
	NULL,
};

const struct command cmd_ps = {
	.name = "ps",
	.arguments = "[<pattern>...] [<interval> [<count>]]",
	.summary = "Show the processes, those with most remote accesses first.",
	.notes =
		"An access is a sampled touch of a page (a hinting fault of automatic NUMA\n"
		"balancing), not a load or a store. A pattern is a part of the name or of the\n"
		"command line. The lines exited-total, unlisted and unattributed stand for\n"
		"processes that exited, that are not shown, and for accesses of none: the sum\n"
		"of all lines but those of state exited is the access matrix. With an interval,\n"
		"only processes that accessed memory in it are shown.",
	.objects = listed,
	.takes_words = true,
	.takes_interval = true,
	.own_options = own_options,
	.own_letters = "p:u:",
	.own_help =
		"     --cgroup <pattern>  only in cgroups with this in their path or name\n"
		"     --exited         also the last processes that exited\n"
		"     --name <pattern> only processes with this name or command line\n"
		" -p, --pid <list>     only these: numbers, or patterns\n"
		"     --sort <column>  sort by this column (default remote_faults)\n"
		" -u, --user <name>    only processes of this user, name or number\n",
	.set_option = set_option,
	.run = run,
};
