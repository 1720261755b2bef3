// SPDX-License-Identifier: GPL-2.0
#include "bench.h"
#include "bench_firmware.h"
#include "bench_series.h"
#include "bench_text.h"
#include "command.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "progress.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_REPEATS 25
#define DEFAULT_SECONDS 3.0

/* A sanity bound: 1 PiB. */
#define MOST_SIZE 0x4000000000000ULL

enum {
	OPTION_LATENCY = OPTION_OWN,
	OPTION_BANDWIDTH,
	OPTION_NODES,
	OPTION_SIZE,
	OPTION_SECONDS,
	OPTION_REPEAT,
	OPTION_SAVE,
	OPTION_NO_SAVE,
};

static const struct option own_options[] = {
	{ "latency", no_argument, NULL, OPTION_LATENCY },
	{ "bandwidth", no_argument, NULL, OPTION_BANDWIDTH },
	{ "nodes", required_argument, NULL, OPTION_NODES },
	{ "size", required_argument, NULL, OPTION_SIZE },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "repeat", required_argument, NULL, OPTION_REPEAT },
	{ "save", no_argument, NULL, OPTION_SAVE },
	{ "no-save", no_argument, NULL, OPTION_NO_SAVE },
	{ 0 },
};

/* What was asked for; arguments are looked at once they are all known. */
static bool latency, bandwidth, save, no_save;
static const char *nodes_argument, *size_argument, *seconds_argument,
	*repeat_argument;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_LATENCY:
		latency = true;
		break;
	case OPTION_BANDWIDTH:
		bandwidth = true;
		break;
	case OPTION_NODES:
		nodes_argument = argument;
		break;
	case OPTION_SIZE:
		size_argument = argument;
		break;
	case OPTION_SECONDS:
		seconds_argument = argument;
		break;
	case OPTION_REPEAT:
		repeat_argument = argument;
		break;
	case OPTION_SAVE:
		save = true;
		break;
	case OPTION_NO_SAVE:
		no_save = true;
		break;
	}
}

/**
 * struct context - a run of the command
 * @options: of all subcommands
 * @topology: the machine
 * @nodes: those of --nodes
 * @request: what to measure
 * @profile: what was measured
 * @wrong: what firmware has wrong
 */
struct context {
	const struct options *options;
	struct topology topology;
	unsigned int *nodes;
	struct bench_request request;
	struct profile profile;
	struct sentences wrong;
};

/* "64M": MiB; also K, G and T; without a letter bytes. Whole MiB, at least one. */
static bool parse_size(const char *text, uint64_t *size)
{
	static const char units[] = "KMGT";
	size_t length = strlen(text);
	const char *unit = length ? strchr(units, text[length - 1]) : NULL;
	char *digits = strndup(text, unit ? length - 1 : length);
	unsigned int shift = unit ? 10 * (unsigned int)(unit - units + 1) : 0;
	uint64_t value = 0;
	bool valid;

	valid = digits && number_parse(digits, MOST_SIZE >> shift, &value) &&
		value << shift >= 1 << 20;
	free(digits);
	*size = value << shift >> 20 << 20;
	return valid;
}

/* -1 to go on, else the exit code. */
static int choose_repeats(struct bench_request *request)
{
	struct interval interval;
	uint64_t repeats = DEFAULT_REPEATS;

	request->seconds = DEFAULT_SECONDS;
	if (seconds_argument) {
		if (!interval_parse(&interval, seconds_argument, NULL))
			return options_wrong(&cmd_bench,
					     "--seconds: not a time: %s",
					     seconds_argument);
		request->seconds = (double)interval.period / 1e9;
	}
	if (repeat_argument &&
	    (!number_parse(repeat_argument, BENCH_MAX_REPEATS, &repeats) ||
	     !repeats))
		return options_wrong(&cmd_bench,
				     "--repeat: not a number of 1 to %d: %s",
				     BENCH_MAX_REPEATS, repeat_argument);
	request->repeats = repeats;
	return -1;
}

static int choose_size(struct bench_request *request)
{
	if (size_argument && !parse_size(size_argument, &request->size))
		return options_wrong(&cmd_bench,
				     "--size: not a size from 1M on: %s",
				     size_argument);
	return -1;
}

static bool online(const struct topology *topology, unsigned int node)
{
	for (size_t i = 0; i < topology->count; i++)
		if (topology->node[i].id == node)
			return true;
	return false;
}

static int choose_nodes(struct context *context)
{
	struct bench_request *request = &context->request;
	size_t count;

	if (!nodes_argument)
		return -1;
	if (!*nodes_argument ||
	    topology_parse_list(nodes_argument, &context->nodes, &count))
		return options_wrong(&cmd_bench,
				     "--nodes: not a list such as 0-3,8: %s",
				     nodes_argument);
	request->node = context->nodes;
	request->nodes = count;
	for (size_t i = 0; i < count; i++)
		if (!online(&context->topology, context->nodes[i])) {
			pr_notice("node %u is not online; numatrace hardware lists the nodes",
				  context->nodes[i]);
			return EXIT_FAILED;
		}
	return -1;
}

static int choose(struct context *context)
{
	struct bench_request *request = &context->request;
	bool all = latency == bandwidth;
	int code;

	if (save && no_save)
		return options_wrong(&cmd_bench,
				     "--save and --no-save exclude each other");
	request->metric[PROFILE_LATENCY] = all || latency;
	for (int i = PROFILE_READ; i < PROFILE_METRICS; i++)
		request->metric[i] = all || bandwidth;
	code = choose_repeats(request);
	if (code < 0)
		code = choose_size(request);
	return code < 0 ? choose_nodes(context) : code;
}

/* Of a part of the machine only where that was asked for. */
static bool shall_save(const struct context *context)
{
	if (save || no_save)
		return save;
	return latency == bandwidth && !context->request.nodes;
}

/* Who may not save it still has what was printed. */
static int save_profile(struct context *context, bool *saved)
{
	int err;

	*saved = false;
	if (!shall_save(context) || !context->profile.count)
		return EXIT_DONE;
	err = profile_write(&context->profile, PROFILE_PATH);
	*saved = !err;
	if (!err)
		return EXIT_DONE;
	pr_notice("the profile is not saved to %s: %s; advise then goes by firmware's distances%s",
		  PROFILE_PATH, strerror(-err),
		  err == -EACCES || err == -EPERM ? "; run it as root" : "");
	return save ? EXIT_FAILED : EXIT_DONE;
}

static int print_json(const struct context *context, bool saved)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "profile",
			       profile_json(&context->profile));
	json_object_object_add(json, "firmware_wrong",
			       sentences_json(&context->wrong));
	json_object_object_add(json, "saved",
			       saved ? json_object_new_string(PROFILE_PATH)
				     : NULL);
	return output_json(json);
}

static int print_text(const struct context *context, bool saved)
{
	int err = bench_print_text(&context->profile, &context->wrong);

	if (!err && saved)
		printf("Saved to %s, for numatrace advise.\n", PROFILE_PATH);
	return err;
}

static bool any_value(const struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++)
		for (int j = 0; j < PROFILE_METRICS; j++)
			if (profile->cell[i].value[j].repeats)
				return true;
	return false;
}

static const char nothing[] =
	"there is nothing to measure: no CPU or no memory on these nodes, see numatrace hardware";

/* ORDER: saved before it is printed, which may fail; the output says whether. */
static int finish(struct context *context)
{
	bool json = context->options->style.format == OUTPUT_JSON,
	     saved = false;
	bool any = any_value(&context->profile);
	int code = EXIT_FAILED, err;

	if (any)
		code = save_profile(context, &saved);
	err = json ? print_json(context, saved) : print_text(context, saved);
	if (err)
		return err;
	if (!context->profile.count)
		pr_notice("%s", nothing);
	else if (!any)
		pr_notice("nothing was measured; the reasons are given above");
	return code;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	progress_show(context, done, total);
}

static int measure(struct context *context)
{
	struct progress progress;
	int err;

	progress_begin(&progress, "bench");
	context->request.progress = show_progress;
	context->request.context = &progress;
	err = bench_run(&context->request, &context->profile);
	progress_end(&progress);
	if (!err)
		err = bench_firmware_check(&context->profile,
					   &context->topology, &context->wrong);
	if (!err)
		err = finish(context);
	if (err < 0)
		pr_notice("out of memory");
	profile_free(&context->profile);
	sentences_free(&context->wrong);
	return err < 0 ? EXIT_FAILED : err;
}

static int run(const struct options *options)
{
	struct context context = { .options = options };
	int err = topology_read("", &context.topology);
	int code;

	if (err) {
		pr_notice("the nodes of this machine are not known: %s",
			  err == -ENOMEM ? "out of memory"
					 : "no /sys/devices/system/node");
		return EXIT_FAILED;
	}
	context.request.topology = &context.topology;
	code = choose(&context);
	if (code < 0)
		code = measure(&context);
	free(context.nodes);
	topology_free(&context.topology);
	return code;
}

const struct command cmd_bench = {
	.name = "bench",
	.arguments = "",
	.summary = "Measure latency and bandwidth of memory, node by node.",
	.notes =
		"Takes most of the machine's CPUs and part of its free memory while it runs. Each\n"
		"measurement is repeated until its spread is small, or said to be large (~).\n"
		"Saves a profile of the machine, unless only a part of it was measured.",
	.own_options = own_options,
	.own_help =
		"     --latency        latency only\n"
		"     --bandwidth      bandwidth only\n"
		"     --nodes <list>   only these nodes, as CPU nodes and as memory nodes\n"
		"     --size <size>    of the buffer on each node, such as 512M; default: four\n"
		"                        times the caches, at most a quarter of what is free\n"
		"     --seconds <n>    repeat no measurement after n seconds (3)\n"
		"     --repeat <n>     repeat no measurement more than n times (25)\n"
		"     --save           save the profile, also of a part of the machine\n"
		"     --no-save        do not save it\n",
	.set_option = set_option,
	.run = run,
};
