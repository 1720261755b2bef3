// SPDX-License-Identifier: GPL-2.0
#include "action_columns.h"
#include "command.h"
#include "journal.h"
#include "notes.h"
#include "options.h"

#include <errno.h>
#include <string.h>

enum {
	OPTION_JOURNAL = OPTION_OWN
};

static const struct option own_options[] = {
	{ "journal", required_argument, NULL, OPTION_JOURNAL },
	{ 0 },
};

static const char *journal;

static void set_option(int c, const char *argument)
{
	journal = argument;
}

static void complain(int err)
{
	pr_notice("the journal %s cannot be read: %s%s",
		  journal ? journal : JOURNAL_PATH, journal_error(err),
		  err == -EACCES ? "; run it as root" : "");
}

static int list(const struct options *options,
		const struct output_choice *choice)
{
	struct journal_actions actions;
	int err = journal_read(journal, &actions);

	if (err) {
		complain(err);
		return EXIT_FAILED;
	}
	err = output_list(&action_object, choice, &options->style,
			  actions.action, actions.count,
			  sizeof(*actions.action));
	if (err)
		pr_notice("out of memory");
	if (actions.damaged)
		pr_notice("%zu lines of the journal are damaged, as by a crash, and were passed over",
			  actions.damaged);
	journal_free(&actions);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static int run(const struct options *options)
{
	struct output_choice choice;
	int code =
		options_columns(&cmd_actions, &action_object, options, &choice);

	if (code >= 0)
		return code;
	code = list(options, &choice);
	output_free_choice(&choice);
	return code;
}

static const struct output_object *const listed[] = {
	&action_object,
	NULL,
};

const struct command cmd_actions = {
	.name = "actions",
	.arguments = "",
	.summary = "List what was bound and undone, from the journal.",
	.notes =
		"One that was interrupted ended in the middle, as by a crash: numatrace undo takes\n"
		"back what it had done. Actions of which nothing is left to undo leave the journal\n"
		"once it has grown large.",
	.objects = listed,
	.own_options = own_options,
	.own_help = "     --journal <file> read that one\n",
	.set_option = set_option,
	.run = run,
};
