// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "notes.h"
#include "options.h"
#include "screen.h"
#include "topology.h"
#include "top_frame.h"
#include "top_reading.h"
#include "top_rows.h"
#include "top_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Wide enough for whatever a line has. */
#define BATCH_WIDTH 512

enum {
	OPTION_BATCH = OPTION_OWN,
	OPTION_CGROUPS,
	OPTION_SORT,
};

static const struct option own_options[] = {
	{ "batch", no_argument, NULL, OPTION_BATCH },
	{ "cgroups", no_argument, NULL, OPTION_CGROUPS },
	{ "interval", required_argument, NULL, 'd' },
	{ "sort", required_argument, NULL, OPTION_SORT },
	{ 0 },
};

/* What the options ask for. */
static struct {
	bool batch;
	bool cgroups;
	const char *interval;
	const char *sort;
} wanted;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_BATCH:
		wanted.batch = true;
		break;
	case OPTION_CGROUPS:
		wanted.cgroups = true;
		break;
	case OPTION_SORT:
		wanted.sort = argument;
		break;
	case 'd':
		wanted.interval = argument;
		break;
	}
}

struct context {
	struct output_style style;
	struct client *client;
	struct top_view view;
	struct top_reading now;
	struct top_reading growth;
	char clock[16];
	unsigned long frames;
};

/* The migration matrix may be missing: its columns then are, not the rest. */
static int take_nodes(struct client *client, struct top_reading *reading)
{
	int err = client_nodes(client, &reading->nodes);

	if (err)
		return err;
	err = client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION,
			    &reading->migration);
	reading->migrations = !err;
	return err == -EOPNOTSUPP ? 0 : err;
}

static int take_lists(struct client *client, struct top_reading *reading)
{
	int err = client_processes(client, NULL, &reading->processes);

	if (err)
		return err;
	report_sort_processes(&reading->processes);
	err = client_cgroups(client, &reading->cgroups);
	reading->cgroups_hidden = err == -EPERM;
	return err == -EPERM ? 0 : err;
}

static int take_reading(struct client *client, struct top_reading *reading)
{
	int err = client_info(client, &reading->info);

	if (!err)
		err = client_config(client, &reading->config);
	if (!err)
		err = take_nodes(client, reading);
	if (!err)
		err = take_lists(client, reading);
	reading->interrupted = client_interrupted(client);
	return err;
}

/* Takes the place of a reading that could not be taken. */
static int describe_failure(struct client *client, struct top_reading *reading)
{
	top_free_reading(reading);
	if (asprintf(&reading->error, "%s", client_error(client)) < 0) {
		reading->error = NULL;
		return -ENOMEM;
	}
	topology_nodes(&reading->nodes);
	return 0;
}

static void read_clock(struct context *context)
{
	time_t now = time(NULL);
	struct tm parts;

	localtime_r(&now, &parts);
	strftime(context->clock, sizeof(context->clock), "%H:%M:%S", &parts);
}

/* With @go_on, a module that is not there is part of what there is to show. */
static int update(struct context *context, bool go_on)
{
	struct top_reading now = { 0 }, growth = { 0 };
	int err = take_reading(context->client, &now);

	if (err && err != -ENOMEM && go_on)
		err = describe_failure(context->client, &now);
	if (!err)
		err = top_growth(&growth, &now,
				 context->frames ? &context->now : NULL);
	if (err) {
		top_free_reading(&now);
		top_free_reading(&growth);
		return err;
	}
	top_free_reading(&context->now);
	top_free_reading(&context->growth);
	context->now = now;
	context->growth = growth;
	context->frames++;
	read_clock(context);
	return 0;
}

static int make_frame(struct context *context, struct top_frame *frame,
		      int width, int height)
{
	const struct top_scene scene = {
		.now = &context->now,
		.growth = &context->growth,
		.clock = context->clock,
		.width = width,
		.height = height,
	};

	return top_frame(frame, &context->view, &scene);
}

static int draw(struct context *context)
{
	struct top_frame frame;
	int width, height, err;

	screen_size(&width, &height);
	err = make_frame(context, &frame, width, height);
	if (!err)
		screen_draw(frame.line, frame.count);
	top_free_frame(&frame);
	return err;
}

/* In ms, as far as a key may be waited for; without an end while paused. */
static int time_left(const struct context *context, uint64_t since)
{
	uint64_t gone = clock_now_ns() - since;

	if (context->view.paused || gone + NSEC_PER_SEC < context->view.period)
		return 1000;
	if (gone >= context->view.period)
		return 0;
	return (context->view.period - gone) / NSEC_PER_MSEC + 1;
}

static enum top_action next_action(struct context *context, uint64_t since)
{
	int left = time_left(context, since);
	int key;

	if (!left)
		return TOP_READ;
	key = screen_key(left);
	return key == SCREEN_NONE ? TOP_WAIT : top_key(&context->view, key);
}

/* Shows the first frame and @count more; 0: until a key or a signal ends it. */
static int show(struct context *context, unsigned long count)
{
	uint64_t since = clock_now_ns();
	int err = draw(context);

	while (!err && !interrupt_signal()) {
		enum top_action action = next_action(context, since);

		if (action == TOP_WAIT)
			continue;
		if (action == TOP_QUIT ||
		    (action == TOP_READ && count && context->frames > count))
			break;
		if (action == TOP_READ) {
			since = clock_now_ns();
			err = update(context, true);
		}
		if (!err)
			err = draw(context);
	}
	return err;
}

static int explain_screen(int err)
{
	const char *type = getenv("TERM");

	if (err == -ENOTTY)
		pr_notice("top needs a terminal; use --batch");
	else if (err != -EINVAL)
		pr_notice("cannot handle signals: %s", strerror(-err));
	else
		pr_notice("cannot use a terminal of type '%s': set TERM to a known one, or use --batch",
			  type ? type : "");
	return EXIT_FAILED;
}

static int run_screen(struct context *context, unsigned long count)
{
	int err = update(context, false);

	if (err) {
		pr_notice("%s", client_error(context->client));
		return EXIT_FAILED;
	}
	err = screen_open();
	if (err)
		return explain_screen(err);
	err = show(context, count);
	screen_close();
	if (err)
		pr_notice("out of memory");
	/* Whoever started it shall see what ended it. */
	interrupt_end();
	return err ? EXIT_FAILED : EXIT_DONE;
}

static void print_line(const char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		length--;
	printf("%.*s\n", (int)length, text);
}

static int print_text(struct context *context)
{
	struct top_frame frame;
	int err = make_frame(context, &frame, BATCH_WIDTH, 0);

	output_next(&context->style, context->frames - 2);
	for (size_t i = 0; !err && i < frame.count; i++)
		print_line(frame.line[i].text);
	fflush(stdout);
	top_free_frame(&frame);
	return err;
}

static int print_rows(const struct context *context, struct top_rows *rows)
{
	struct output_choice choice = { 0 };
	char *unknown;
	int err = output_choose(rows->object, NULL, false, &choice, &unknown);

	if (!err)
		err = output_list(rows->object, &choice, &context->style,
				  rows->rows, rows->count, rows->size);
	output_free_choice(&choice);
	top_free_rows(rows);
	return err;
}

/* Two documents for each frame: the nodes, and the list. */
static int print_json(struct context *context)
{
	struct top_rows rows;
	int err = top_node_rows(&rows, &context->growth, SIZE_MAX);

	if (!err)
		err = print_rows(context, &rows);
	if (!err)
		err = top_list_rows(&rows, &context->view, &context->growth);
	return err ? err : print_rows(context, &rows);
}

static int print_frame(void *arg, bool report)
{
	struct context *context = arg;
	int err = update(context, false);

	if (err || !report)
		return err;
	return context->style.format == OUTPUT_JSON ? print_json(context)
						    : print_text(context);
}

static int run_batch(struct context *context, const struct interval *interval)
{
	int err = interval_run(interval, print_frame, context);

	if (!err)
		return EXIT_DONE;
	pr_notice("%s", err == -ENOMEM ? "out of memory"
				       : client_error(context->client));
	return EXIT_FAILED;
}

/* -1 to go on, else the exit code. */
static int apply(struct top_view *view, const struct options *options,
		 struct interval *interval)
{
	if (options->style.format == OUTPUT_JSON && !wanted.batch)
		return options_wrong(&cmd_top, "--json needs --batch");
	if (wanted.interval && options->interval.period)
		return options_wrong(&cmd_top,
				     "two intervals: --interval and %g",
				     options->interval.period / 1e9);
	if (wanted.interval && !interval_parse(interval, wanted.interval, NULL))
		return options_wrong(&cmd_top, "not a number of seconds: %s",
				     wanted.interval);
	view->list = wanted.cgroups ? TOP_CGROUPS : TOP_PROCESSES;
	if (wanted.sort && !top_view_sort(view, wanted.sort))
		return options_wrong(&cmd_top, "unknown column: %s",
				     wanted.sort);
	if (interval->period)
		view->period = interval->period;
	interval->period = view->period;
	return -1;
}

static int run(const struct options *options)
{
	struct interval interval = options->interval;
	struct context context = { .style = options->style };
	int code;

	top_view_init(&context.view);
	code = apply(&context.view, options, &interval);
	if (code >= 0)
		return code;
	context.client = client_new();
	code = wanted.batch ? run_batch(&context, &interval)
			    : run_screen(&context, interval.count);
	top_free_reading(&context.now);
	top_free_reading(&context.growth);
	client_free(context.client);
	return code;
}

const struct command cmd_top = {
	.name = "top",
	.arguments = "[<interval> [<count>]]",
	.summary = "Show nodes, and processes or cgroups, on a live screen.",
	.notes =
		"The first frame counts since the module was loaded, each later one what\n"
		"happened since the one before; in a batch there are only those. An access is\n"
		"a sampled touch of a page (a hinting fault of automatic NUMA balancing), not\n"
		"a load or a store. The key h shows the other keys. Sort columns are those of\n"
		"numatrace ps and numatrace cgroups.",
	.takes_interval = true,
	.own_options = own_options,
	.own_letters = "d:",
	.own_help =
		"     --batch          print frames as text or JSON, without a terminal\n"
		"     --cgroups        begin with cgroups in place of processes\n"
		" -d, --interval <seconds>\n"
		"                      time between two frames (default 2)\n"
		"     --sort <column>  sort by this column (default remote_faults)\n",
	.set_option = set_option,
	.run = run,
};
