// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "show.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* So many threads leave room for the rest on one screen. */
#define FEW_THREADS 8

enum {
	OPTION_SAMPLE = OPTION_OWN,
	OPTION_EXACT,
	OPTION_SEED,
	OPTION_THREADS,
};

static const struct option own_options[] = {
	{ "sample", no_argument, NULL, OPTION_SAMPLE },
	{ "exact", no_argument, NULL, OPTION_EXACT },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "threads", required_argument, NULL, OPTION_THREADS },
	{ 0 },
};

/* What was asked for; arguments are looked at once they are all known. */
static bool sample, exact;
static const char *seed_argument, *threads_argument;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_SAMPLE:
		sample = true;
		break;
	case OPTION_EXACT:
		exact = true;
		break;
	case OPTION_SEED:
		seed_argument = argument;
		break;
	case OPTION_THREADS:
		threads_argument = argument;
		break;
	}
}

/* -1 to go on, else the exit code. */
static int choose_way(struct residency_request *request)
{
	if (sample && exact)
		return options_wrong(&cmd_show,
				     "--sample and --exact exclude each other");
	if (exact)
		request->way = RESIDENCY_EXACT;
	/* A seed is for samples. */
	else if (sample || seed_argument)
		request->way = RESIDENCY_SAMPLED;
	if (!seed_argument)
		return -1;
	if (exact)
		return options_wrong(&cmd_show, "--seed is for samples only");
	request->seeded = true;
	if (!number_parse(seed_argument, RESIDENCY_MAX_SEED, &request->seed))
		return options_wrong(&cmd_show,
				     "--seed: not a number of 0 to %llu: %s",
				     RESIDENCY_MAX_SEED, seed_argument);
	return -1;
}

static int choose_threads(uint64_t *threads)
{
	*threads = FEW_THREADS;
	if (!threads_argument)
		return -1;
	*threads = 0;
	if (!strcmp(threads_argument, "all"))
		return -1;
	if (!number_parse(threads_argument, UINT32_MAX, threads) || !*threads)
		return options_wrong(&cmd_show,
				     "--threads: neither a number nor all: %s",
				     threads_argument);
	return -1;
}

static int print(const struct options *options, const struct show *show,
		 size_t threads)
{
	return options->style.format == OUTPUT_JSON
		       ? show_print_json(show)
		       : show_print_text(show, threads);
}

static void complain(const struct client *client, pid_t pid, int err)
{
	if (err == -ESRCH)
		pr_notice("there is no process %d", pid);
	else if (err == -ENOMEM)
		pr_notice("out of memory");
	else
		pr_notice("%s", client_error(client));
}

/* Without the module there still is what /proc tells, as in info. */
static int show_process(const struct options *options, pid_t pid,
			const struct residency_request *request, size_t threads)
{
	struct client *client = client_new();
	struct show show;
	int err = show_collect(client, pid, request, &show);

	if (!err)
		err = print(options, &show, threads);
	if (!err && !show.info.module_version)
		err = -ENOENT;
	if (err)
		complain(client, pid, err);
	show_free(&show);
	note_interruption(client);
	client_free(client);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static int run(const struct options *options)
{
	struct residency_request request = { 0 };
	uint64_t pid, threads;
	int code = choose_way(&request);

	if (code < 0)
		code = choose_threads(&threads);
	if (code >= 0)
		return code;
	if (!number_parse(options->argument, INT_MAX, &pid) || !pid)
		return options_wrong(&cmd_show, "not a process number: %s",
				     options->argument);
	return show_process(options, (pid_t)pid, &request, threads);
}

const struct command cmd_show = {
	.name = "show",
	.arguments = "<pid>",
	.summary = "Show one process: accesses, threads, memory, binding.",
	.notes =
		"Resident memory is measured exactly for processes up to 256 MiB, else from a\n"
		"sample: a random choice of pages, with the 95 % interval beside the number.",
	.takes_argument = "the number of a process",
	.own_options = own_options,
	.own_help =
		"     --sample         sample resident memory\n"
		"     --exact          walk all of it; makes a large process wait\n"
		"     --seed <number>  sample, and draw the same pages each time\n"
		"     --threads <n>    list at most n threads (8), or all\n",
	.set_option = set_option,
	.run = run,
};
