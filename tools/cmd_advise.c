// SPDX-License-Identifier: GPL-2.0
#include "advise_case.h"
#include "command.h"
#include "interrupt.h"
#include "loading.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "target.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>

#define DEFAULT_PERIOD 2000000000ULL
#define DEFAULT_COUNT 5

enum {
	OPTION_APPLY = OPTION_OWN,
	OPTION_SECONDS,
	OPTION_COUNT,
};

static const struct option own_options[] = {
	{ "apply", no_argument, NULL, OPTION_APPLY },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "count", required_argument, NULL, OPTION_COUNT },
	{ 0 },
};

static bool apply;
static const char *seconds_argument, *count_argument;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_APPLY:
		apply = true;
		break;
	case OPTION_SECONDS:
		seconds_argument = argument;
		break;
	case OPTION_COUNT:
		count_argument = argument;
		break;
	}
}

/**
 * struct context - a run of the command
 * @options: of all subcommands
 * @period: how long to watch, ns
 * @most: processes to advise on where none are named
 * @client: talks to the module
 * @facts: of the machine
 * @cases: number of @one
 * @one: the processes
 */
struct context {
	const struct options *options;
	uint64_t period;
	uint64_t most;
	struct client *client;
	struct advise_facts facts;
	size_t cases;
	struct advise_case *one;
};

/* -1 to go on, else the exit code. */
static int choose(struct context *context)
{
	struct interval interval = { .period = DEFAULT_PERIOD };

	if (seconds_argument &&
	    !interval_parse(&interval, seconds_argument, NULL))
		return options_wrong(&cmd_advise, "--seconds: not a time: %s",
				     seconds_argument);
	context->period = interval.period;
	context->most = DEFAULT_COUNT;
	if (count_argument &&
	    (!number_parse(count_argument, UINT32_MAX, &context->most) ||
	     !context->most))
		return options_wrong(&cmd_advise, "--count: not a number: %s",
				     count_argument);
	if (context->options->word_count > 1)
		return options_wrong(&cmd_advise, "unexpected argument: %s",
				     context->options->words[1]);
	return -1;
}

static int judge(struct context *context, const struct advise_watch *watched)
{
	struct advise_case *one = &context->one[context->cases];
	int err = advise_case_find(context->client, &context->facts, watched,
				   one);

	if (err) {
		advise_case_free(one);
		if (err == -ESRCH)
			pr_notice("process %d has ended meanwhile",
				  watched->pid);
		return err == -ESRCH ? 0 : err;
	}
	context->cases++;
	return 0;
}

static int judge_all(struct context *context, bool named)
{
	struct advise_facts *facts = &context->facts;
	size_t count = facts->watched;
	int err = 0;

	advise_facts_sort(facts);
	if (!named && count > context->most)
		count = context->most;
	context->one = calloc(count + 1, sizeof(*context->one));
	if (!context->one)
		return -ENOMEM;
	for (size_t i = 0; !err && i < count; i++)
		err = judge(context, &facts->watch[i]);
	return err;
}

static void apply_case(struct advise_case *one, bool quiet)
{
	if (apply && one->command && !interrupt_signal())
		advise_case_apply(one, quiet);
}

static int print_json(struct context *context)
{
	struct json_object *json = json_object_new_object();
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < context->cases; i++) {
		apply_case(&context->one[i], true);
		json_object_array_add(array,
				      advise_case_json(&context->one[i],
						       &context->facts.machine));
	}
	json_object_object_add(json, "advice", array);
	return output_json(json);
}

static int print_text(struct context *context)
{
	for (size_t i = 0; i < context->cases; i++) {
		if (i)
			putchar('\n');
		advise_case_print(&context->one[i], &context->facts.machine);
		apply_case(&context->one[i], false);
	}
	return 0;
}

/* Why there is nobody to advise on. */
static void note_nothing(const struct context *context)
{
	const struct report_info *info = &context->facts.info;

	if (!info->module_version)
		return;
	pr_notice("no process has remote accesses that were sampled");
	note_accesses(info);
	note_hook(info, "access");
	note_tracking(&context->facts.config, CONFIG_TRACK_PROCESSES);
}

static int finish(struct context *context, bool named)
{
	int code = EXIT_DONE;
	int err = context->options->style.format == OUTPUT_JSON
			  ? print_json(context)
			  : print_text(context);

	for (size_t i = 0; i < context->cases; i++)
		if (context->one[i].applied && context->one[i].code)
			code = EXIT_FAILED;
	if (!context->cases && named)
		code = EXIT_FAILED;
	if (!context->cases && !named)
		note_nothing(context);
	if (context->facts.info.module_version)
		return err ? err : code;
	pr_notice("%s", loading_advice());
	return err ? err : EXIT_FAILED;
}

static void complain(const struct context *context, int err)
{
	if (err == -ENOMEM)
		pr_notice("out of memory");
	else
		pr_notice("%s", client_error(context->client));
}

static int advise(struct context *context, const pid_t *pids, size_t count)
{
	int code, err;

	context->client = client_new();
	err = advise_facts_collect(context->client, pids, count,
				   context->period, &context->facts);
	if (!err)
		err = judge_all(context, count);
	code = err ? err : finish(context, count);
	if (code < 0) {
		complain(context, code);
		code = EXIT_FAILED;
	}
	for (size_t i = 0; i < context->cases; i++)
		advise_case_free(&context->one[i]);
	free(context->one);
	advise_facts_free(&context->facts);
	note_interruption(context->client);
	client_free(context->client);
	return code;
}

static int advise_target(struct context *context, const char *text)
{
	struct target target = { 0 };
	char *why = NULL;
	int code = EXIT_FAILED;
	int err = target_find(text, false, NULL, &target, &why);
	pid_t *pids = err ? NULL : calloc(target.count, sizeof(*pids));

	if (err)
		pr_notice("%s", why ? why : "out of memory");
	for (size_t i = 0; pids && i < target.count; i++)
		pids[i] = target.process[i].pid;
	if (pids)
		code = advise(context, pids, target.count);
	free(pids);
	free(why);
	target_free(&target);
	return code;
}

static int run(const struct options *options)
{
	struct context context = { .options = options };
	int code = choose(&context);

	if (code >= 0)
		return code;
	code = options->word_count ? advise_target(&context, options->words[0])
				   : advise(&context, NULL, 0);
	interrupt_end();
	return code;
}

const struct command cmd_advise = {
	.name = "advise",
	.arguments = "[<target>]",
	.summary = "Say where processes should run and have their memory.",
	.notes =
		"A target is pids, a name, a cgroup, a systemd unit or a container, see\n"
		"numatrace bind --help. Without one: the processes with the most remote accesses.\n"
		"No advice where nothing was measured: it then says how to have it measured.",
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --apply          follow the advice: bind, and undo where it does not help\n"
		"     --seconds <n>    watch for n seconds (2)\n"
		"     --count <n>      without a target: at most n processes (5)\n",
	.set_option = set_option,
	.run = run,
};
