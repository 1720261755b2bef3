// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "clock.h"
#include "command.h"
#include "findings.h"
#include "history.h"
#include "interrupt.h"
#include "monitor.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "output_array.h"
#include "watch_columns.h"
#include "watch_print.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whoever waits for longer than this wants to know why. */
#define LONG_INTERVAL 5000

static const char too_old[] =
	"the loaded module is too old for this; modprobe -r numatrace && modprobe numatrace";

enum {
	OPTION_CGROUP = OPTION_OWN,
	OPTION_NODE,
};

static const struct option own_options[] = {
	{ "cgroup", required_argument, NULL, OPTION_CGROUP },
	{ "node", required_argument, NULL, OPTION_NODE },
	{ "noheadings", no_argument, NULL, 'n' },
	{ 0 },
};

/* What the options ask for. */
static struct {
	const char *cgroups;
	const char *nodes;
	bool noheadings;
} wanted;

static void set_option(int c, const char *argument)
{
	if (c == OPTION_CGROUP)
		wanted.cgroups = argument;
	else if (c == OPTION_NODE)
		wanted.nodes = argument;
	else
		wanted.noheadings = true;
}

/**
 * struct context - what is watched
 * @json: print JSON Lines
 * @left: samples until it ends; 0: no end
 * @columns: what is printed of each value, in JSON
 * @event_columns: and of each finding
 * @client: to ask the module
 * @monitor: that tells of samples
 * @signals: those that were blocked before those that end us are
 * @view: what is shown, of one sample after the other
 * @last: the newest sample
 * @any: whether there is one
 * @lost: messages were lost since then
 * @ending: the end is reached
 */
struct context {
	bool json;
	uint64_t left;
	struct output_choice columns;
	struct output_choice event_columns;
	struct client *client;
	struct monitor *monitor;
	sigset_t signals;
	struct history_view view;
	struct report_sample last;
	bool any;
	bool lost;
	bool ending;
};

static int fail_client(const struct context *context)
{
	pr_notice("%s", client_error(context->client));
	return -EIO;
}

static int fail_memory(void)
{
	pr_notice("out of memory");
	return -ENOMEM;
}

static int print_values(const struct context *context,
			const struct history_value *values)
{
	const struct history_view *view = &context->view;

	if (!context->json)
		return watch_print_lines(view, values);
	return output_lines("sample", &context->columns, values,
			    view->choice.metrics * view->nodes,
			    sizeof(*values));
}

static int print_growth(struct context *context,
			const struct report_sample *growth)
{
	struct history_view *view = &context->view;
	struct history_value *values;
	int err;

	view->now = moment_now();
	err = history_find_nodes(view, growth, 1);
	if (err)
		return err;
	values = history_values(view, growth);
	err = values ? print_values(context, values) : -ENOMEM;
	free(values);
	return err;
}

/* In JSON it is a line among the others, which a reader cannot miss. */
static int tell_missed(const struct context *context, uint64_t samples)
{
	if (context->json)
		return watch_missed_line(samples);
	if (samples)
		pr_notice("%llu samples were missed",
			  (unsigned long long)samples);
	else
		pr_notice("messages were lost; a finding may have been missed");
	return 0;
}

static int check_sequence(struct context *context,
			  const struct report_sample *sample)
{
	uint64_t missed = 0;
	int err = 0;

	if (context->any)
		missed = sample->sequence - context->last.sequence - 1;
	if (missed || context->lost)
		err = tell_missed(context, missed);
	context->lost = false;
	return err ? fail_memory() : 0;
}

static int read_machine(struct context *context)
{
	struct report_info info;
	int err;

	history_free_machine(&context->view.machine);
	err = history_machine(context->client, &context->view.choice,
			      &context->view.machine, &info);
	if (!err)
		report_free_info(&info);
	return err ? fail_client(context) : 0;
}

static int show_sample(struct context *context,
		       const struct report_sample *sample)
{
	struct report_sample growth = { 0 };
	int err = metric_growth(&growth, sample,
				context->any ? &context->last : NULL);

	if (!err)
		err = print_growth(context, &growth);
	report_free_sample(&growth);
	return err ? fail_memory() : 0;
}

/* They are for whoever may see them, and not in what all are told. */
static int read_cgroups(struct context *context, struct report_sample *sample)
{
	struct report_samples samples;
	int err = client_samples(context->client, sample->sequence, &samples);

	if (err)
		return err;
	/* It is not there where the history is too short to keep it. */
	if (samples.count && samples.sample[0].sequence == sample->sequence) {
		sample->cgroups = samples.sample[0].cgroups;
		samples.sample[0].cgroups = (struct report_cgroups){ 0 };
	}
	report_free_samples(&samples);
	return 0;
}

static int apply_cgroups(struct context *context, struct report_sample *sample)
{
	struct history_choice *choice = &context->view.choice;
	int err;

	if (!choice->cgroups.pattern)
		return 0;
	err = read_cgroups(context, sample);
	if (!err)
		err = history_apply_cgroups(context->client, choice, sample, 1);
	if (err)
		report_free_nodes(&sample->nodes);
	return err;
}

/*
 * What is to be known to show a sample. If the module goes away meanwhile, it
 * tells us so next.
 */
static int read_more(struct context *context, struct report_sample *sample)
{
	struct history_view *view = &context->view;
	int err = apply_cgroups(context, sample);

	if (sample->generation != view->machine.generation)
		return read_machine(context);
	if (!err)
		err = history_read_sampling(context->client, &view->choice,
					    &view->machine);
	return err == -ENOMEM ? fail_memory() : 0;
}

/* Takes @sample over. */
static int take_sample(struct context *context, struct report_sample *sample)
{
	int err;

	/* It came while we read the history, where it is as well. */
	if (context->any && sample->sequence <= context->last.sequence) {
		report_free_sample(sample);
		return 0;
	}
	err = check_sequence(context, sample);
	if (!err)
		err = read_more(context, sample);
	if (!err)
		err = show_sample(context, sample);
	report_free_sample(&context->last);
	context->last = *sample;
	context->any = true;
	if (context->left && !--context->left)
		context->ending = true;
	return err;
}

static int show_finding(const struct context *context,
			const struct report_finding *finding)
{
	const struct watch_event event = {
		.row = { .finding = finding, .now = finding->timestamp },
		.now = moment_now(),
	};
	int err;

	if (context->json)
		err = output_lines("finding", &context->event_columns, &event,
				   1, sizeof(event));
	else
		err = watch_print_finding(finding, &event.now);
	return err ? fail_memory() : 0;
}

static int take_event(struct context *context, struct monitor_event *event)
{
	switch (event->kind) {
	case MONITOR_SAMPLE:
		return take_sample(context, &event->sample);
	case MONITOR_FINDING:
		return show_finding(context, &event->finding);
	case MONITOR_LOST:
		context->lost = true;
		return 0;
	case MONITOR_GONE:
		pr_notice("the module was unloaded");
		return -ENOENT;
	default:
		return 0;
	}
}

/* All that has come. */
static int take_events(struct context *context)
{
	struct monitor_event event;
	int err;

	do {
		err = monitor_next(context->monitor, &event);
		if (err) {
			pr_notice("cannot read what the module tells: %s",
				  strerror(-err));
			return err;
		}
		err = take_event(context, &event);
	} while (!err && !context->ending && event.kind != MONITOR_NOTHING);
	return err;
}

static bool is_read_no_more(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO };

	return poll(&fd, 1, 0) > 0 && fd.revents & POLLERR;
}

/*
 * Whoever read our output may do so no more: then there is nothing to say to
 * it. Whatever else is wrong with it, such as a full disk, is not passed over.
 */
static int check_output(struct context *context)
{
	int err = fflush(stdout) ? -errno : 0;

	/* Of what was flushed before, nobody knows why it failed. */
	if (!err && ferror(stdout))
		err = is_read_no_more() ? -EPIPE : -EIO;
	if (!err)
		return 0;
	__fpurge(stdout);
	clearerr(stdout);
	context->ending = true;
	if (err == -EPIPE)
		return 0;
	pr_notice("cannot write: %s", strerror(-err));
	return err;
}

static int wait_for_events(struct context *context)
{
	struct pollfd fds[] = {
		{ .fd = monitor_fd(context->monitor), .events = POLLIN },
		/* Of a pipe that nobody reads any more. */
		{ .fd = STDOUT_FILENO, .events = 0 },
	};
	int ready = ppoll(fds, 2, NULL, &context->signals);
	int err = ready < 0 ? -errno : 0;

	context->ending |= interrupt_signal() || fds[1].revents & POLLERR;
	if (context->ending || err == -EINTR)
		return 0;
	if (err) {
		pr_notice("poll: %s", strerror(-err));
		return err;
	}
	return take_events(context);
}

static int watch(struct context *context)
{
	int err;

	if (!context->json && !wanted.noheadings)
		watch_print_headings(&context->view.choice);
	err = check_output(context);
	while (!err && !context->ending) {
		int unwritten;

		err = wait_for_events(context);
		unwritten = check_output(context);
		if (!err)
			err = unwritten;
	}
	return err;
}

static int open_cgroups(struct context *context)
{
	int err = history_open_cgroups(context->client, &context->view.choice);

	return err && err != -ENODATA ? fail_client(context) : err;
}

/* Whoever waits for one that is never there wants to know why. */
static void note_cgroups(const struct context *context)
{
	const struct history_choice *choice = &context->view.choice;

	if (choice->cgroups.pattern && !context->last.nodes.count)
		pr_notice("the last sample has no cgroup %s: samples have the %llu with most accesses (sample_cgroups)",
			  choice->cgroups.pattern,
			  (unsigned long long)choice->cgroups.most);
}

/* The newest sample there is: what happens from then on is shown. */
static int read_last(struct context *context, const struct report_info *info)
{
	struct report_samples samples;
	int err;

	if (!info->last_sequence)
		return 0;
	err = client_samples(context->client, info->last_sequence, &samples);
	if (!err)
		err = history_apply_cgroups(context->client,
					    &context->view.choice,
					    samples.sample, samples.count);
	if (!err && samples.count) {
		struct report_sample *last = &samples.sample[samples.count - 1];

		context->last = *last;
		context->any = true;
		*last = (struct report_sample){ 0 };
	}
	report_free_samples(&samples);
	return err ? fail_client(context) : 0;
}

static void note_interval(const struct report_info *info)
{
	if (info->sample_interval >= LONG_INTERVAL)
		pr_notice("the next sample may take %g s: the module samples seldom while nothing happens (numatrace config sample_interval_max_ms=1000)",
			  info->sample_interval / 1000.0);
}

/* ORDER: after we have subscribed, so that no sample is between. */
static int prepare(struct context *context)
{
	struct report_info info;
	struct history_view *view = &context->view;
	int err = history_machine(context->client, &view->choice,
				  &view->machine, &info);

	if (err)
		return fail_client(context);
	err = open_cgroups(context);
	if (!err)
		err = read_last(context, &info);
	if (!err) {
		history_notes(&view->choice, &view->machine, &info);
		note_cgroups(context);
		note_interval(&info);
	}
	report_free_info(&info);
	return err;
}

static int open_monitor(struct context *context)
{
	struct report_info info;
	int err = monitor_open(&context->monitor);

	switch (err) {
	case 0:
		return 0;
	case -ENOMEM:
		return fail_memory();
	case -EOPNOTSUPP:
		pr_notice("%s", too_old);
		return err;
	}
	/* The client knows the words for a module that is not there. */
	if (!client_info(context->client, &info)) {
		report_free_info(&info);
		pr_notice("cannot subscribe to what the module tells: %s",
			  strerror(-err));
		return err;
	}
	return fail_client(context);
}

/*
 * Signals that end it, and a closed pipe, are seen where it waits, and only
 * there: none is missed before.
 */
static int catch_signals(struct context *context)
{
	sigset_t signals;
	int err;

	signal(SIGPIPE, SIG_IGN);
	interrupt_set(&signals);
	sigprocmask(SIG_BLOCK, &signals, &context->signals);
	err = interrupt_begin();
	if (err)
		pr_notice("cannot handle signals: %s", strerror(-err));
	return err;
}

static int choose_columns(struct context *context)
{
	char *unknown;
	int err = output_choose(&history_value_object, NULL, true,
				&context->columns, &unknown);

	if (!err)
		err = watch_event_columns(&context->event_columns);
	return err ? fail_memory() : 0;
}

/* The last word may be how many samples to show; -1 to go on. */
static int parse_words(struct context *context, const struct options *options)
{
	size_t words = options->word_count;

	if (words && isdigit((unsigned char)*options->words[words - 1]) &&
	    (!number_parse(options->words[--words], UINT32_MAX,
			   &context->left) ||
	     !context->left))
		return options_wrong(&cmd_watch, "not a number of samples: %s",
				     options->words[words]);
	return history_choose(&cmd_watch, &context->view.choice, options->words,
			      words, wanted.nodes, wanted.cgroups);
}

static int run(const struct options *options)
{
	struct context context = {
		.json = options->style.format == OUTPUT_JSON,
	};
	int code = parse_words(&context, options);
	int err;

	if (code >= 0)
		return code;
	context.client = client_new();
	err = choose_columns(&context);
	if (!err)
		err = catch_signals(&context);
	if (!err)
		err = open_monitor(&context);
	if (!err)
		err = prepare(&context);
	if (!err)
		err = watch(&context);
	monitor_close(context.monitor);
	note_interruption(context.client);
	client_free(context.client);
	report_free_sample(&context.last);
	history_free_view(&context.view);
	output_free_choice(&context.columns);
	output_free_choice(&context.event_columns);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct command cmd_watch = {
	.name = "watch",
	.arguments = "[<metric>...] [<count>]",
	.summary =
		"Follow the module's samples, and problems as they are found.",
	.notes =
		"A line for each node and sample, as they are taken; metrics are those of\n"
		"numatrace history --list. Ends after <count> samples, on a signal, or when\n"
		"nobody reads it any more.",
	.takes_operands = true,
	.own_options = own_options,
	.own_letters = "n",
	.own_help =
		"     --cgroup <pattern>  in place of nodes, cgroups with this in their path or name\n"
		"     --node <list>       these nodes\n"
		" -n, --noheadings        don't print headings\n",
	.set_option = set_option,
	.run = run,
};
