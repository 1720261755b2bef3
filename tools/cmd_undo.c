// SPDX-License-Identifier: GPL-2.0
#include "bind.h"
#include "bind_report.h"
#include "command.h"
#include "interrupt.h"
#include "journal.h"
#include "notes.h"
#include "number.h"
#include "options.h"

#include <errno.h>
#include <string.h>

enum {
	OPTION_PAGES = OPTION_OWN,
	OPTION_JOURNAL,
};

static const struct option own_options[] = {
	{ "pages", no_argument, NULL, OPTION_PAGES },
	{ "journal", required_argument, NULL, OPTION_JOURNAL },
	{ 0 },
};

static bool pages;
static const char *path;

static void set_option(int c, const char *argument)
{
	if (c == OPTION_PAGES)
		pages = true;
	else
		path = argument;
}

static const struct journal_action *
last_one(const struct journal_actions *actions)
{
	for (size_t i = actions->count; i--;)
		if (!journal_final(&actions->action[i]))
			return &actions->action[i];
	return NULL;
}

/* NULL, after a sentence that says why not. */
static const struct journal_action *
choose(const struct journal_actions *actions, uint64_t id)
{
	const struct journal_action *action =
		id ? journal_find(actions, (int64_t)id) : last_one(actions);
	const char *why;
	char text[BIND_REFUSAL];

	if (!action && id)
		pr_notice("there is no action %llu in the journal; numatrace actions lists them",
			  (unsigned long long)id);
	else if (!action)
		pr_notice("there is nothing to undo");
	if (!action)
		return NULL;
	why = bind_undo_refusal(actions, action, text, sizeof(text));
	if (!why)
		return action;
	pr_notice("%s", why);
	return NULL;
}

static int undo(const struct options *options,
		const struct journal_action *action, struct journal *journal)
{
	struct bind_undone undone;
	/* Once it has begun it goes on to its end, whatever comes. */
	int err = interrupt_begin(), printed = 0;

	if (err) {
		pr_notice("cannot handle signals: %s", strerror(-err));
		return EXIT_FAILED;
	}
	err = bind_undo(action, journal, pages, &undone);
	if (options->style.format == OUTPUT_JSON) {
		printed =
			output_json(bind_undone_json(action->id, &undone, err));
		bind_print_problems(undone.problem, undone.problems);
	} else {
		bind_print_undone(action->id, &undone, err);
	}
	if (err && !undone.problems)
		pr_notice("not all of it could be undone: %s; try again",
			  strerror(-err));
	bind_free_undone(&undone);
	return err || printed ? EXIT_FAILED : EXIT_DONE;
}

static int complain(int err)
{
	pr_notice("the journal %s cannot be used: %s%s",
		  path ? path : JOURNAL_PATH, journal_error(err),
		  err == -EACCES ? "; run it as root" : "");
	return EXIT_FAILED;
}

static int find_and_undo(const struct options *options, uint64_t id,
			 struct journal *journal)
{
	const struct journal_action *action;
	struct journal_actions actions;
	int err = journal_read(path, &actions), code = EXIT_FAILED;

	if (err)
		return complain(err);
	action = choose(&actions, id);
	if (action)
		code = undo(options, action, journal);
	journal_free(&actions);
	return code;
}

static int run(const struct options *options)
{
	struct journal *journal;
	uint64_t id = 0;
	int code;

	if (options->word_count > 1)
		return options_wrong(&cmd_undo, "one action at a time");
	if (options->word_count &&
	    (!number_parse(options->words[0], INT64_MAX, &id) || !id))
		return options_wrong(&cmd_undo,
				     "not the number of an action: %s",
				     options->words[0]);
	journal = journal_open(path);
	if (!journal)
		return complain(-errno);
	code = find_and_undo(options, id, journal);
	journal_close(journal);
	return code;
}

const struct command cmd_undo = {
	.name = "undo",
	.arguments = "[<id>]",
	.summary = "Take back what bind did, also after a crash.",
	.notes =
		"Without <id>: the last action of which something is left. CPUs of threads and\n"
		"cpusets become what they were; it can be repeated. numatrace actions lists them.",
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --pages          also move pages back, until each node has the share\n"
		"                      of the memory that it had\n"
		"     --journal <file> use that one\n",
	.set_option = set_option,
	.run = run,
};
