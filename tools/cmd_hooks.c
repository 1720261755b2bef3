// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "hook_columns.h"
#include "notes.h"
#include "options.h"

enum {
	OPTION_ENABLE = OPTION_OWN,
	OPTION_DISABLE,
};

static const struct option own_options[] = {
	{ "enable", required_argument, NULL, OPTION_ENABLE },
	{ "disable", required_argument, NULL, OPTION_DISABLE },
	{ 0 },
};

/* What the options ask for. */
static struct {
	const char *name;
	bool on;
	int requests;
} wanted;

static void set_option(int c, const char *argument)
{
	wanted.name = argument;
	wanted.on = c == OPTION_ENABLE;
	wanted.requests++;
}

static int list_hooks(struct client *client, const struct options *options,
		      const struct output_choice *choice)
{
	struct report_info info;
	int err = client_info(client, &info);

	if (err)
		return err;
	err = output_list(&hook_object, choice, &options->style, info.hook,
			  info.hooks, sizeof(*info.hook));
	report_free_info(&info);
	return err;
}

static int run(const struct options *options)
{
	struct output_choice choice;
	struct client *client;
	int code, err;

	if (wanted.requests > 1)
		return options_wrong(&cmd_hooks, "one hook at a time");
	code = options_columns(&cmd_hooks, &hook_object, options, &choice);
	if (code >= 0)
		return code;
	client = client_new();
	if (wanted.name)
		err = client_set_hook(client, wanted.name, wanted.on);
	else
		err = list_hooks(client, options, &choice);
	if (err)
		pr_notice("%s", client_error(client));
	client_free(client);
	output_free_choice(&choice);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&hook_object,
	NULL,
};

const struct command cmd_hooks = {
	.name = "hooks",
	.arguments = "",
	.summary = "List the hooked kernel functions, or switch hooks.",
	.notes =
		"Switching needs CAP_NET_ADMIN. A hook that is off costs nothing and counts\n"
		"nothing; what it did not see is in MISSED.",
	.objects = listed,
	.own_options = own_options,
	.own_help = "     --enable <name>  switch a hook on\n"
		    "     --disable <name> switch a hook off\n",
	.set_option = set_option,
	.run = run,
};
