// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "cost_columns.h"
#include "cost_show.h"
#include "interrupt.h"
#include "measure_cost.h"
#include "notes.h"
#include "options.h"
#include "process_columns.h"

#include <errno.h>
#include <string.h>

enum {
	OPTION_MEASURE = OPTION_OWN,
};

static const struct option own_options[] = {
	{ "measure", required_argument, NULL, OPTION_MEASURE },
	{ 0 },
};

/* Argument of --measure, or NULL. */
static const char *measure_argument;

static void set_option(int c, const char *argument)
{
	measure_argument = argument;
}

struct context {
	const struct options *options;
	struct interval measure;
	struct output_style style;
	struct output_choice choice;
	struct client *client;
	struct cost_reading before;
	unsigned long reports;
};

/* People see a page, and so do programs in JSON; others one list. */
static bool is_list(const struct options *options)
{
	return options->style.format == OUTPUT_RAW || options->columns ||
	       options->all_columns;
}

static int print_list(struct context *context,
		      const struct cost_reading *reading)
{
	struct cost_row rows[REPORT_COST_KINDS];

	cost_kind_rows(&reading->costs, rows);
	return output_list(&cost_object, &context->choice, &context->style,
			   rows, REPORT_COST_KINDS, sizeof(*rows));
}

static int print(struct context *context, const struct cost_reading *reading)
{
	output_next(&context->style, context->reports++);
	if (is_list(context->options))
		return print_list(context, reading);
	if (context->style.format == OUTPUT_JSON)
		return cost_show_json(reading);
	return cost_show_text(reading, &context->style);
}

static int print_growth(struct context *context, const struct cost_reading *now)
{
	struct cost_reading growth;
	int err;

	if (!note_reload(&now->info, &context->before.info))
		note_generation(now->info.generation,
				context->before.info.generation);
	err = cost_reading_growth(&growth, now, &context->before);
	if (!err)
		err = print(context, &growth);
	cost_reading_free(&growth);
	return err;
}

static void note_gaps(const struct cost_reading *reading)
{
	note_accesses(&reading->info);
	note_hook(&reading->info, "access");
	note_hook(&reading->info, "outcome");
	note_hook(&reading->info, "migration");
	note_gone(&reading->info);
	note_tracking(&reading->config, CONFIG_TRACK_PROCESSES);
}

static int report(void *arg, bool show)
{
	struct context *context = arg;
	struct cost_reading now;
	int err = cost_reading_take(context->client, &now);

	if (!err && show)
		err = context->options->interval.period || measure_argument
			      ? print_growth(context, &now)
			      : print(context, &now);
	if (!err && show && context->reports < 2)
		note_gaps(&now);
	cost_reading_free(&context->before);
	context->before = now;
	return err;
}

/* Of an error of the client, before the next one takes its words. */
static int complain(const struct context *context, int err)
{
	if (err)
		pr_notice("%s", client_error(context->client));
	return err;
}

static int watch(struct context *context, struct cost_reading *now)
{
	int err = cost_reading_take(context->client, &context->before);

	if (err)
		return err;
	interrupt_wait(context->before.info.timestamp +
		       context->measure.period);
	return cost_reading_take(context->client, now);
}

static int show_growth(struct context *context, const struct cost_reading *now)
{
	int err = print_growth(context, now);

	if (err)
		pr_notice("%s", strerror(-err));
	else
		note_gaps(now);
	return err;
}

/*
 * What was switched on is switched off before anything is printed, which
 * could fail or take its time. Says itself what went wrong.
 */
static int measure(struct context *context)
{
	struct cost_reading now = { 0 };
	struct measure_cost cost;
	int err = interrupt_begin(), off;

	if (err) {
		pr_notice("cannot handle signals: %s", strerror(-err));
		return err;
	}
	err = measure_cost_begin(context->client, &cost);
	if (err)
		return complain(context, err);
	err = complain(context, watch(context, &now));
	off = measure_cost_end(context->client, &cost);
	if (off)
		pr_notice("measure_cost could not be set to 0 again (%s): numatrace config measure_cost=0",
			  client_error(context->client));
	if (!err)
		err = show_growth(context, &now);
	cost_reading_free(&now);
	return err ? err : off;
}

static const char exclude[] = "--measure and an interval exclude each other";

/* -1 to go on, else the exit code. */
static int choose(struct context *context)
{
	const struct options *options = context->options;

	if (!measure_argument)
		return options_columns(&cmd_cost, &cost_object, options,
				       &context->choice);
	if (options->interval.period)
		return options_wrong(&cmd_cost, "%s", exclude);
	if (!interval_parse(&context->measure, measure_argument, NULL))
		return options_wrong(&cmd_cost, "--measure: not a time: %s",
				     measure_argument);
	return options_columns(&cmd_cost, &cost_object, options,
			       &context->choice);
}

static int run(const struct options *options)
{
	struct context context = {
		.options = options,
		.style = options->style,
	};
	int code = choose(&context);
	int err;

	if (code >= 0)
		return code;
	context.client = client_new();
	err = measure_argument
		      ? measure(&context)
		      : complain(&context, interval_run(&options->interval,
							report, &context));
	cost_reading_free(&context.before);
	note_interruption(context.client);
	client_free(context.client);
	output_free_choice(&context.choice);
	interrupt_end();
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&cost_object,	     &cost_node_object,
	&cost_bucket_object, &cost_pair_object,
	&process_object,     &cost_reason_object,
	&cost_task_object,   &cost_bounce_object,
	&cost_skip_object,   NULL,
};

const struct command cmd_cost = {
	.name = "cost",
	.arguments = "[<interval> [<count>]]",
	.summary = "Show the time that balancing takes, and why pages migrate.",
	.notes =
		"Times are measured while measure_cost is 1 (numatrace config), or by --measure for\n"
		"a while; what was set before is set again, also after a signal. A time is that of\n"
		"the clock, from begin to end in the task that does the work. A fault has the\n"
		"migration that it causes, and not the entry into the kernel. --output and --raw\n"
		"list costs only; JSON has an array for each list.",
	.objects = listed,
	.takes_interval = true,
	.own_options = own_options,
	.own_help =
		"     --measure <seconds>\n"
		"                      measure times for so long, as root\n",
	.set_option = set_option,
	.run = run,
};
