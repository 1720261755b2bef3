// SPDX-License-Identifier: GPL-2.0
#include "ab_columns.h"
#include "ab_show.h"
#include "balancing_state.h"
#include "client.h"
#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "measure_cost.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "output_array.h"
#include "output_plain.h"
#include "process_filter.h"
#include "tune_columns.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Even: see ab_is_on(). */
#define DEFAULT_ROUNDS 6

enum {
	OPTION_COUNTER = OPTION_OWN,
	OPTION_COUNTER_COMMAND,
	OPTION_MEASURE,
	OPTION_OFF,
	OPTION_ROUNDS,
};

static const struct option own_options[] = {
	{ "counter", required_argument, NULL, OPTION_COUNTER },
	{ "counter-command", required_argument, NULL, OPTION_COUNTER_COMMAND },
	{ "measure", required_argument, NULL, OPTION_MEASURE },
	{ "off", no_argument, NULL, OPTION_OFF },
	{ "pid", required_argument, NULL, 'p' },
	{ "rounds", required_argument, NULL, OPTION_ROUNDS },
	{ 0 },
};

/* What the options ask for. */
static struct {
	const char *measure;
	const char *rounds;
	const char *counter;
	const char *counter_command;
	bool off;
	bool any;
	struct process_filter pids;
	const char *wrong_pid;
	bool no_memory;
} wanted;

static void add_pids(const char *list)
{
	int err = process_filter_add_list(&wanted.pids, list);

	if (err == -ENOMEM)
		wanted.no_memory = true;
	else if (err || wanted.pids.pattern_count)
		wanted.wrong_pid = list;
}

static void set_option(int c, const char *argument)
{
	/* All but --measure go with it. */
	wanted.any |= c != OPTION_MEASURE;
	switch (c) {
	case OPTION_COUNTER:
		wanted.counter = argument;
		break;
	case OPTION_COUNTER_COMMAND:
		wanted.counter_command = argument;
		break;
	case OPTION_MEASURE:
		wanted.measure = argument;
		break;
	case OPTION_OFF:
		wanted.off = true;
		break;
	case OPTION_ROUNDS:
		wanted.rounds = argument;
		break;
	case 'p':
		add_pids(argument);
		break;
	}
}

static const char exclude[] =
	"a command, --counter and --counter-command exclude each other";

static int check_throughput(const struct options *options)
{
	int given = !!options->word_count + !!wanted.counter +
		    !!wanted.counter_command;

	if (given < 2)
		return -1;
	return options_wrong(&cmd_balancing, "%s", exclude);
}

/* -1 to go on, else the exit code. */
static int make_plan(const struct options *options, struct ab_plan *plan)
{
	struct interval period;
	uint64_t rounds = DEFAULT_ROUNDS;

	if (wanted.no_memory) {
		pr_notice("out of memory");
		return EXIT_FAILED;
	}
	if (!interval_parse(&period, wanted.measure, NULL))
		return options_wrong(&cmd_balancing,
				     "--measure: not a time: %s",
				     wanted.measure);
	if (wanted.rounds &&
	    (!number_parse(wanted.rounds, AB_MAX_ROUNDS, &rounds) || !rounds))
		return options_wrong(&cmd_balancing,
				     "--rounds: not a number from 1 to %d: %s",
				     AB_MAX_ROUNDS, wanted.rounds);
	if (wanted.wrong_pid)
		return options_wrong(&cmd_balancing,
				     "not a list of processes: %s",
				     wanted.wrong_pid);
	*plan = (struct ab_plan){
		.period = period.period,
		.each = rounds,
		.once = wanted.off,
		.pid_count = wanted.pids.pid_count,
		.pids = wanted.pids.pids,
		.throughput = {
			.command = options->word_count ? options->words : NULL,
			.file = wanted.counter,
			.program = wanted.counter_command,
		},
	};
	return check_throughput(options);
}

static int show_rounds(const struct options *options,
		       const struct ab_plan *plan, const struct ab_run *run)
{
	int err = options->style.format == OUTPUT_JSON
			  ? ab_show_json(plan, run)
			  : ab_show_text(plan, run, &options->style);

	if (err)
		pr_notice("%s", strerror(-err));
	return err;
}

static int measure(const struct options *options, struct client *client)
{
	struct ab_plan plan;
	struct ab_run *run;
	char *why = NULL;
	int code = make_plan(options, &plan), err, shown = 0;

	if (code >= 0)
		return code;
	run = calloc(1, sizeof(*run));
	err = run ? ab_measure(client, &plan, run, &why) : -ENOMEM;
	/* What was measured before something failed is no worse for it. */
	if (run && (!err || run->rounds.count))
		shown = show_rounds(options, &plan, run);
	if (err)
		pr_notice("%s", why ? why : "out of memory");
	err = err || shown || run->stuck || run->cost_on;
	free(why);
	if (run)
		ab_run_free(run);
	free(run);
	interrupt_end();
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const char no_times[] =
	"times are not measured: numatrace config measure_cost=1";

/* Why some of it is not known. */
static void note_gaps(const struct cost_reading *reading)
{
	note_accesses(&reading->info);
	note_hook(&reading->info, "migration");
	if (!measure_cost_is_on(&reading->config))
		pr_notice("%s", no_times);
}

/* Two readings, a second apart. */
static int read_activities(struct client *client,
			   struct balancing_activity *activities)
{
	struct cost_reading before = { 0 }, now = { 0 }, growth = { 0 };
	int err = cost_reading_take(client, &before);

	if (!err) {
		clock_sleep_until(clock_now_ns() + NSEC_PER_SEC);
		err = cost_reading_take(client, &now);
	}
	if (!err)
		err = cost_reading_growth(&growth, &now, &before);
	if (!err) {
		balancing_activity_fill(&now, &growth, activities);
		note_gaps(&now);
	}
	cost_reading_free(&before);
	cost_reading_free(&now);
	cost_reading_free(&growth);
	return err;
}

/**
 * struct state - what there is to show
 * @settings: of the kernel
 * @active: @activities are known
 * @activities: of balancing
 */
struct state {
	struct tune_reading settings[BALANCING_SETTINGS];
	bool active;
	struct balancing_activity activities[BALANCING_ACTIVITIES];
};

static int print_text(const struct state *state,
		      const struct output_style *style)
{
	int err;

	printf("Automatic NUMA balancing: %s\n\n",
	       balancing_words(&state->settings[0]));
	err = output_plain(&tunable_object, style, state->settings,
			   BALANCING_SETTINGS, sizeof(*state->settings));
	if (err || !state->active)
		return err;
	putchar('\n');
	return output_plain(&balancing_activity_object, style,
			    state->activities, BALANCING_ACTIVITIES,
			    sizeof(*state->activities));
}

static int print_json(const struct state *state)
{
	struct json_object *json = json_object_new_object();
	struct json_object *activities = NULL;

	if (state->active)
		activities =
			output_array(&balancing_activity_object, NULL,
				     state->activities, BALANCING_ACTIVITIES,
				     sizeof(*state->activities));
	json_object_object_add(json, "settings",
			       output_array(&tunable_object, NULL,
					    state->settings, BALANCING_SETTINGS,
					    sizeof(*state->settings)));
	json_object_object_add(json, "activities", activities);
	return output_json(json);
}

/* How it is set is known without the module, too. */
static int show_state(const struct options *options, struct client *client,
		      struct state *state)
{
	int err;

	tune_note_root(state->settings, BALANCING_SETTINGS);
	err = read_activities(client, state->activities);
	state->active = !err;
	if (err)
		pr_notice("%s", client_error(client));
	err = options->style.format == OUTPUT_JSON
		      ? print_json(state)
		      : print_text(state, &options->style);
	return err || !state->active ? EXIT_FAILED : EXIT_DONE;
}

static int show(const struct options *options, struct client *client)
{
	struct state state = { 0 };
	struct tune_table table;
	int code;

	if (tune_read("", &table))
		return options_failed(-ENOMEM, "");
	balancing_settings_find(&table, state.settings);
	code = show_state(options, client, &state);
	tune_free(&table);
	return code;
}

static int run(const struct options *options)
{
	struct client *client;
	int code;

	if (!wanted.measure && (wanted.any || options->word_count))
		return options_wrong(&cmd_balancing,
				     "that goes with --measure <seconds>");
	client = client_new();
	code = wanted.measure ? measure(options, client)
			      : show(options, client);
	note_interruption(client);
	client_free(client);
	process_filter_free(&wanted.pids);
	return code;
}

const struct command cmd_balancing = {
	.name = "balancing",
	.arguments = "[[--] <command> [<argument>...]]",
	.summary = "Show automatic balancing, and measure whether it helps.",
	.notes =
		"--measure switches kernel.numa_balancing on and off in turn (on, off, off, on, ...),\n"
		"which needs root, and restores it, also after a signal. With a command each round\n"
		"runs it, again and again until the time is over, and its output goes to stderr.\n"
		"There is a verdict only where the throughput is known, and the medians differ by\n"
		"more than the rounds of either kind do among themselves.",
	.takes_operands = true,
	.stops_at_operand = true,
	.own_options = own_options,
	.own_letters = "p:",
	.own_help =
		"     --measure <seconds>\n"
		"                      compare, in rounds of so long\n"
		"     --rounds <n>     rounds with balancing, and as many without (6)\n"
		"     --off            switch once: first all rounds as it is, then all without\n"
		" -p, --pid <list>     count accesses, migrations and times of these processes\n"
		"     --counter <file> the throughput is the growth of the file's first number\n"
		"     --counter-command <command>\n"
		"                      the same of what a shell command prints\n",
	.set_option = set_option,
	.run = run,
};
