// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "clock.h"
#include "command.h"
#include "history_summaries.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "output_array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All but the course of the values, which is a drawing. */
#define STATISTICS ",UNIT,COUNT,MIN,MEDIAN,P95,P99,MAX,LAST"
#define TEXT_COLUMNS "METRIC,NODE" STATISTICS
#define JSON_COLUMNS                                                           \
	"METRIC,NODE,CGROUP,CGROUP-ID" STATISTICS ",FROM,TO,SECONDS"

/* The same where they are of cgroups, and those for people. */
#define CGROUP_TEXT_COLUMNS "METRIC,CGROUP" STATISTICS
#define CGROUP_COLUMNS "METRIC,CGROUP,COUNT,MIN,MEDIAN,P95,P99,MAX,HISTORY"
#define CGROUP_VALUE_COLUMNS "SEQUENCE,TIME,CGROUP,METRIC,VALUE,UNIT"

static const char no_time[] =
	"not a time in the past, such as 5m, 14:30 or 2026-01-31T14:30:05";
static const char two_kinds[] =
	"--json prints samples and a summary; --output needs --samples";

enum {
	OPTION_CGROUP = OPTION_OWN,
	OPTION_LAST,
	OPTION_LIST,
	OPTION_NODE,
	OPTION_SAMPLES,
	OPTION_SINCE,
};

static const struct option own_options[] = {
	{ "cgroup", required_argument, NULL, OPTION_CGROUP },
	{ "last", required_argument, NULL, OPTION_LAST },
	{ "list", no_argument, NULL, OPTION_LIST },
	{ "node", required_argument, NULL, OPTION_NODE },
	{ "samples", no_argument, NULL, OPTION_SAMPLES },
	{ "since", required_argument, NULL, OPTION_SINCE },
	{ 0 },
};

/* What the options ask for. */
static struct {
	const char *cgroups;
	const char *last;
	const char *nodes;
	const char *since;
	bool list;
	bool samples;
} wanted;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_CGROUP:
		wanted.cgroups = argument;
		break;
	case OPTION_LAST:
		wanted.last = argument;
		break;
	case OPTION_LIST:
		wanted.list = true;
		break;
	case OPTION_NODE:
		wanted.nodes = argument;
		break;
	case OPTION_SAMPLES:
		wanted.samples = true;
		break;
	case OPTION_SINCE:
		wanted.since = argument;
		break;
	}
}

/**
 * struct context - what a history is told from
 * @options: those that all subcommands share
 * @last: how many samples at most; UINT64_MAX: all
 * @since: and from which moment on
 * @columns: what is printed of each value
 * @summary_columns: and of each summary
 * @view: what is shown
 */
struct context {
	const struct options *options;
	uint64_t last;
	uint64_t since;
	struct output_choice columns;
	struct output_choice summary_columns;
	struct history_view view;
};

static bool in_json(const struct context *context)
{
	return context->options->style.format == OUTPUT_JSON;
}

/* Each sample becomes what happened since the one before it; the last first. */
static int subtract(struct report_samples *samples)
{
	for (size_t i = samples->count; i--;) {
		struct report_sample growth = { 0 };
		int err = metric_growth(&growth, &samples->sample[i],
					i ? &samples->sample[i - 1] : NULL);

		if (err)
			return err;
		report_free_sample(&samples->sample[i]);
		samples->sample[i] = growth;
	}
	return 0;
}

static void cut(struct report_samples *samples, size_t first)
{
	for (size_t i = 0; i < first; i++)
		report_free_sample(&samples->sample[i]);
	samples->count -= first;
	memmove(samples->sample, samples->sample + first,
		samples->count * sizeof(*samples->sample));
}

/* The first sample that was asked for. */
static size_t first_wanted(const struct context *context)
{
	const struct report_samples *samples = &context->view.samples;
	size_t first = 0;

	while (first < samples->count &&
	       samples->sample[first].timestamp < context->since)
		first++;
	if (samples->count - first > context->last)
		first = samples->count - context->last;
	return first;
}

/* How many samples the history lacks between those that it has. */
static void note_missing(const struct report_samples *samples)
{
	uint64_t missing = samples->dropped;

	if (samples->count)
		missing = samples->sample[samples->count - 1].sequence -
			  samples->sample[0].sequence + 1 - samples->count;
	if (missing)
		pr_notice("%llu samples in between are missing",
			  (unsigned long long)missing);
}

/* One more than asked for: what happened up to the first is told from it. */
static uint64_t first_sequence(const struct context *context,
			       const struct report_info *info)
{
	return context->last < info->last_sequence
		       ? info->last_sequence - context->last
		       : 0;
}

static int take(struct context *context, struct client *client)
{
	struct history_view *view = &context->view;
	struct report_samples *samples = &view->samples;
	struct report_info info;
	int err = history_machine(client, &view->choice, &view->machine, &info);

	if (err)
		return err;
	err = history_open_cgroups(client, &view->choice);
	if (!err)
		err = client_samples(client, first_sequence(context, &info),
				     samples);
	if (!err)
		err = history_apply_cgroups(client, &view->choice,
					    samples->sample, samples->count);
	if (!err)
		history_notes(&view->choice, &view->machine, &info);
	report_free_info(&info);
	return err;
}

static int prepare(struct context *context)
{
	struct report_samples *samples = &context->view.samples;
	size_t first = first_wanted(context);
	int err = subtract(samples);

	if (err)
		return err;
	cut(samples, first);
	note_missing(samples);
	return history_find_nodes(&context->view, samples->sample,
				  samples->count);
}

/* Which time it is about. */
static void print_span(const struct context *context)
{
	const struct report_samples *samples = &context->view.samples;
	uint64_t begin = history_begin(samples), end = history_end(samples);
	char *from = moment_date(begin, &context->view.now);
	char *to = moment_date(end, &context->view.now);

	if (from && to)
		printf("%zu samples, %s to %s (%.1f s); counters per second\n\n",
		       samples->count, from, to,
		       (double)(end - begin) / NSEC_PER_SEC);
	free(from);
	free(to);
}

static int print_rows(const struct context *context,
		      const struct history_summary *rows, size_t count)
{
	const struct output_style *style = &context->options->style;

	if (in_json(context))
		return output_lines("summary", &context->summary_columns, rows,
				    count, sizeof(*rows));
	if (style->format == OUTPUT_TABLE && !style->noheadings)
		print_span(context);
	return output_list(&history_summary_object, &context->summary_columns,
			   style, rows, count, sizeof(*rows));
}

static int print_summaries(const struct context *context)
{
	const struct history_view *view = &context->view;
	size_t count = view->choice.metrics * view->nodes;
	bool drawn = context->options->style.format == OUTPUT_TABLE;
	struct history_summary *rows = history_summaries(view, drawn);
	int err = rows ? print_rows(context, rows, count) : -ENOMEM;

	history_free_summaries(rows, count);
	return err;
}

static int print_lines(const struct context *context,
		       const struct report_sample *sample)
{
	const struct history_view *view = &context->view;
	struct history_value *values = history_values(view, sample);
	int err;

	if (!values)
		return -ENOMEM;
	err = output_lines("sample", &context->columns, values,
			   view->choice.metrics * view->nodes, sizeof(*values));
	free(values);
	return err;
}

/* A table has to know all of its lines before it is as wide as they need. */
static int print_table(const struct context *context)
{
	const struct history_view *view = &context->view;
	size_t each = view->choice.metrics * view->nodes;
	size_t samples = view->samples.count;
	struct history_value *all = calloc(samples * each + 1, sizeof(*all));
	int err = all ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < samples; i++) {
		struct history_value *values =
			history_values(view, &view->samples.sample[i]);

		if (values)
			memcpy(all + i * each, values, each * sizeof(*all));
		else
			err = -ENOMEM;
		free(values);
	}
	if (!err)
		err = output_list(&history_value_object, &context->columns,
				  &context->options->style, all, samples * each,
				  sizeof(*all));
	free(all);
	return err;
}

static int print(const struct context *context)
{
	const struct report_samples *samples = &context->view.samples;
	int err = 0;

	if (wanted.samples && !in_json(context))
		return print_table(context);
	for (size_t i = 0; in_json(context) && !err && i < samples->count; i++)
		err = print_lines(context, &samples->sample[i]);
	return err || wanted.samples ? err : print_summaries(context);
}

/* 0, -ENODATA after a sentence that says so, or -ENOMEM. */
static int show_samples(struct context *context)
{
	const struct history_choice *choice = &context->view.choice;
	int err = prepare(context);

	if (err)
		return err;
	if (!context->view.samples.count) {
		pr_notice("there is no sample of that time");
		return 0;
	}
	if (choice->cgroups.pattern && !context->view.nodes) {
		history_note_no_cgroup(choice);
		return -ENODATA;
	}
	return print(context);
}

static int show(struct context *context)
{
	struct client *client = client_new();
	int err = take(context, client);

	if (err && err != -ENODATA && err != -ENOMEM)
		pr_notice("%s", client_error(client));
	note_interruption(client);
	client_free(client);
	if (!err)
		err = show_samples(context);
	if (err == -ENOMEM)
		pr_notice("out of memory");
	return err ? EXIT_FAILED : EXIT_DONE;
}

/* -1 to go on, else the exit code. */
static int parse_range(struct context *context)
{
	context->view.now = moment_now();
	context->last = UINT64_MAX;
	if (wanted.last &&
	    (!number_parse(wanted.last, UINT32_MAX, &context->last) ||
	     !context->last))
		return options_wrong(&cmd_history,
				     "not a number of samples: %s",
				     wanted.last);
	if (wanted.since &&
	    !moment_parse(wanted.since, &context->view.now, &context->since))
		return options_wrong(&cmd_history, "%s: %s", no_time,
				     wanted.since);
	return -1;
}

static int parse_choice(struct context *context)
{
	const struct options *options = context->options;

	return history_choose(&cmd_history, &context->view.choice,
			      options->words, options->word_count, wanted.nodes,
			      wanted.cgroups);
}

/*
 * The columns of @object that the options ask for, those of @preset where they
 * ask for none or for more.
 */
static int choose_columns(const struct context *context,
			  const struct output_object *object,
			  const char *preset, struct output_choice *choice)
{
	struct options options = *context->options;
	char *list = NULL;
	int code;

	if (preset && !options.all_columns && !options.columns) {
		options.columns = preset;
	} else if (preset && !options.all_columns && *options.columns == '+') {
		if (asprintf(&list, "%s,%s", preset, options.columns + 1) < 0)
			return options_failed(-ENOMEM, NULL);
		options.columns = list;
	}
	code = options_columns(&cmd_history, object, &options, choice);
	free(list);
	return code;
}

/* In JSON all columns, since each line stands for itself. */
static int choose_value_columns(struct context *context)
{
	struct options options = *context->options;

	if (!in_json(context) || options.columns)
		return choose_columns(context, &history_value_object,
				      wanted.cgroups ? CGROUP_VALUE_COLUMNS
						     : NULL,
				      &context->columns);
	options.all_columns = true;
	return options_columns(&cmd_history, &history_value_object, &options,
			       &context->columns);
}

static const char *summary_preset(const struct context *context)
{
	if (in_json(context))
		return JSON_COLUMNS;
	if (context->options->style.format == OUTPUT_RAW)
		return wanted.cgroups ? CGROUP_TEXT_COLUMNS : TEXT_COLUMNS;
	return wanted.cgroups ? CGROUP_COLUMNS : NULL;
}

static int parse_columns(struct context *context)
{
	bool json = in_json(context);
	int code = -1;

	if (json && context->options->columns && !wanted.samples)
		return options_wrong(&cmd_history, "%s", two_kinds);
	if (json || wanted.samples)
		code = choose_value_columns(context);
	if (code < 0 && !wanted.samples)
		code = choose_columns(context, &history_summary_object,
				      summary_preset(context),
				      &context->summary_columns);
	return code;
}

static int print_metrics(const struct options *options)
{
	size_t count = 0;

	while (metrics[count].name)
		count++;
	return options_list(&cmd_history, options, &history_metric_object,
			    metrics, count, sizeof(*metrics));
}

static int run(const struct options *options)
{
	struct context context = { .options = options };
	int code;

	if (wanted.list)
		return print_metrics(options);
	code = parse_range(&context);
	if (code < 0)
		code = parse_choice(&context);
	if (code < 0)
		code = parse_columns(&context);
	if (code < 0)
		code = show(&context);
	history_free_view(&context.view);
	output_free_choice(&context.columns);
	output_free_choice(&context.summary_columns);
	return code;
}

static const struct output_object *const listed[] = {
	&history_summary_object,
	&history_value_object,
	&history_metric_object,
	NULL,
};

const struct command cmd_history = {
	.name = "history",
	.arguments = "[<metric>...]",
	.summary = "Show what the module sampled, over time.",
	.notes =
		"Samples have as many cgroups, those with most accesses, as the setting\n"
		"sample_cgroups says (numatrace config).\n\n"
		"Counters are shown as rates per second between two samples, sizes as they\n"
		"were. Percentiles are over samples. A time is how long ago (30s, 5m, 1h30m),\n"
		"a time of the day (14:30) or a date (2026-01-31T14:30:05). In JSON each value\n"
		"is a line, then each summary.",
	.objects = listed,
	.prints_sizes = true,
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --cgroup <pattern>  in place of nodes, cgroups with this in their path or name\n"
		"     --last <n>          the last n samples\n"
		"     --list              list the metrics there are\n"
		"     --node <list>       these nodes\n"
		"     --samples           print each value in place of a summary\n"
		"     --since <time>      the samples since then\n",
	.set_option = set_option,
	.run = run,
};
