// SPDX-License-Identifier: GPL-2.0
#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "mover.h"
#include "mover_columns.h"
#include "number.h"
#include "options.h"
#include "progress.h"
#include "target.h"

#include <errno.h>
#include <numa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nobody wants a slice of more than a minute. */
#define MAX_SLICE 60000

enum {
	OPTION_CHILDREN = OPTION_OWN,
	OPTION_RATE,
	OPTION_SHARED,
	OPTION_SLICE,
};

static const struct option own_options[] = {
	{ "children", no_argument, NULL, OPTION_CHILDREN },
	{ "rate", required_argument, NULL, OPTION_RATE },
	{ "shared", no_argument, NULL, OPTION_SHARED },
	{ "slice", required_argument, NULL, OPTION_SLICE },
	{ 0 },
};

/* What was asked for; arguments are looked at once they are all known. */
static struct {
	bool children;
	bool shared;
	const char *rate;
	const char *slice;
} wanted;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_CHILDREN:
		wanted.children = true;
		break;
	case OPTION_RATE:
		wanted.rate = argument;
		break;
	case OPTION_SHARED:
		wanted.shared = true;
		break;
	case OPTION_SLICE:
		wanted.slice = argument;
		break;
	}
}

/**
 * struct work - pages of several processes
 * @options: how to print
 * @choice: the columns
 * @target: the processes
 * @request: for each of them
 * @result: of all of them
 * @progress: of the one that is at work
 * @failed: one of them could not be moved
 */
struct work {
	const struct options *options;
	struct output_choice choice;
	struct target target;
	struct mover_request request;
	struct mover_result result;
	struct progress progress;
	bool failed;
};

static int show_progress(void *context, uint64_t done, uint64_t total)
{
	struct work *work = context;

	progress_show(&work->progress, done, total);
	return interrupt_signal();
}

/* -1 to go on, else the exit code. */
static int choose_speed(struct mover_request *request)
{
	uint64_t slice;

	request->slice = MOVER_SLICE_NS;
	if (wanted.rate &&
	    (!number_parse_size(wanted.rate, &request->rate) || !request->rate))
		return options_wrong(&cmd_migrate,
				     "--rate: not a size, such as 100M: %s",
				     wanted.rate);
	if (!wanted.slice)
		return -1;
	if (!number_parse(wanted.slice, MAX_SLICE, &slice) || !slice)
		return options_wrong(&cmd_migrate,
				     "--slice: not a number of 1 to %d: %s",
				     MAX_SLICE, wanted.slice);
	request->slice = slice * NSEC_PER_MSEC;
	return -1;
}

/* Called beforehand, numa_parse_nodestring() would say it in its own words. */
static int parse_nodes(const char *text, struct bitmask **nodes)
{
	*nodes = numa_parse_nodestring(text);
	if (*nodes && numa_bitmask_weight(*nodes))
		return -1;
	return options_wrong(&cmd_migrate, "not nodes of this machine: %s",
			     text);
}

static int choose_nodes(char **words, struct mover_request *request)
{
	struct bitmask *from = NULL, *to = NULL;
	int code;

	if (numa_available() < 0) {
		pr_notice("this kernel has no NUMA: no nodes to move to");
		return EXIT_FAILED;
	}
	code = parse_nodes(words[1], &from);
	if (code < 0)
		code = parse_nodes(words[2], &to);
	request->from = from;
	request->to = to;
	return code;
}

static int find_target(struct work *work, const char *text)
{
	char *why;
	int err = target_find(text, wanted.children, NULL, &work->target, &why);

	if (!err)
		return -1;
	pr_notice("%s", why ? why : "out of memory");
	free(why);
	return err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
}

/* That one of several ends meanwhile is no failure: its pages are gone. */
static void note_error(struct work *work, pid_t pid, int err)
{
	if (err == -ESRCH && work->target.kind != TARGET_PIDS)
		return;
	mover_complain(pid, err);
	/* What is not what was named any more was not to be moved. */
	work->failed = work->failed || err != -ESTALE;
}

static int move_process(struct work *work, const struct target_process *process)
{
	struct mover_result one = { 0 };
	int err, merged;

	work->request.process = process;
	err = mover_run(&work->request, &one);
	progress_end(&work->progress);
	if (err)
		note_error(work, process->pid, err);
	merged = mover_merge(&work->result, &one);
	mover_free(&one);
	return merged;
}

static int move_processes(struct work *work)
{
	int err = 0;

	progress_begin(&work->progress, "moving pages");
	for (size_t i = 0;
	     !err && !interrupt_signal() && i < work->target.count; i++)
		err = move_process(work, &work->target.process[i]);
	return err;
}

static void print_summary(const struct mover_result *result)
{
	printf("%llu pages looked at, %llu of them in place; %llu slices, the longest %.1f ms\n",
	       (unsigned long long)result->looked_at,
	       (unsigned long long)result->in_place,
	       (unsigned long long)result->slices,
	       (double)result->longest / NSEC_PER_MSEC);
}

static int print(const struct work *work)
{
	const struct output_style *style = &work->options->style;
	int err = mover_list(&work->choice, style, &work->result);

	if (!err && style->format == OUTPUT_TABLE)
		print_summary(&work->result);
	if (!err)
		mover_explain(&work->result);
	return err;
}

static int migrate(struct work *work)
{
	/* What was moved until a signal came is still told. */
	int err = interrupt_begin();

	if (err) {
		pr_notice("cannot handle signals: %s", strerror(-err));
		return EXIT_FAILED;
	}
	err = move_processes(work);
	if (!err && work->result.page_size)
		err = print(work);
	if (err)
		pr_notice("out of memory");
	return err || work->failed || interrupt_signal() ||
			       mover_left(&work->result)
		       ? EXIT_FAILED
		       : EXIT_DONE;
}

static int prepare(struct work *work)
{
	const struct options *options = work->options;
	int code;

	if (options->word_count != 3)
		return options_wrong(&cmd_migrate, "which process, from, to?");
	code = choose_speed(&work->request);
	if (code < 0)
		code = choose_nodes(options->words, &work->request);
	if (code < 0)
		code = find_target(work, options->words[0]);
	return code;
}

static int run(const struct options *options)
{
	struct work work = {
		.options = options,
		.request = { .shared = wanted.shared,
			     .progress = show_progress },
	};
	int code = options_columns(&cmd_migrate, &mover_object, options,
				   &work.choice);

	if (code >= 0)
		return code;
	work.request.context = &work;
	code = prepare(&work);
	if (code < 0)
		code = migrate(&work);
	mover_free(&work.result);
	target_free(&work.target);
	output_free_choice(&work.choice);
	return code;
}

static const struct output_object *const listed[] = {
	&mover_object,
	NULL,
};

const struct command cmd_migrate = {
	.name = "migrate",
	.arguments = "<target> <from> <to>",
	.summary = "Move pages of running processes between nodes.",
	/* It begins with an empty line, and so do notes. */
	.notes = target_help + 1,
	.objects = listed,
	.prints_sizes = true,
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --children       also the descendants of these processes\n"
		"     --rate <size>    move at most so many bytes a second (K, M, G)\n"
		"     --shared         move pages that other processes map, too; as root\n"
		"     --slice <ms>     move pages for at most so long at once (20)\n",
	.set_option = set_option,
	.run = run,
};
