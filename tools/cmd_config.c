// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "notes.h"
#include "number.h"
#include "options.h"

#include <stdlib.h>
#include <string.h>

/* A setting and what is known of it. */
struct setting {
	const char *name;
	const char *what;
	bool measured;
	uint64_t value;
};

static const struct setting settings[CONFIG_FIELDS] = {
	[CONFIG_PROCESS_TABLE_SIZE] = {
		.name = "process_table_size",
		.what = "processes that have a row at the same time (1 to 1048576)",
	},
	[CONFIG_CGROUP_TABLE_SIZE] = {
		.name = "cgroup_table_size",
		.what = "cgroups that have a row at the same time (1 to 1048576)",
	},
	[CONFIG_TRACK_PROCESSES] = {
		.name = "track_processes",
		.what = "1: attribute accesses to processes, 0: do not",
	},
	[CONFIG_TRACK_CGROUPS] = {
		.name = "track_cgroups",
		.what = "1: attribute accesses to cgroups, 0: do not",
	},
	[CONFIG_MIN_FAULTS] = {
		.name = "min_faults",
		.what = "list processes and cgroups with at least so many accesses",
	},
};

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct setting *setting = object;

	return strdup(setting->name);
}

static char *show_value(const struct output_style *style, const void *object,
			int field)
{
	const struct setting *setting = object;

	return setting->measured ? output_count(setting->value) : NULL;
}

static char *show_what(const struct output_style *style, const void *object,
		       int field)
{
	const struct setting *setting = object;

	return strdup(setting->what);
}

static const struct output_column columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.help = "name of the setting",
		.value = show_name,
	},
	{
		.name = "VALUE",
		.key = "value",
		.number = true,
		.help = "its value now",
		.value = show_value,
	},
	{
		.name = "WHAT",
		.key = "what",
		.help = "what it does",
		.value = show_what,
	},
	{ 0 },
};

static const struct output_object setting_object = {
	.name = "settings",
	.columns = columns,
};

/* The interface has hyphens where we have underscores; either will do. */
static bool same_name(const char *name, const char *text, size_t length)
{
	if (strlen(name) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (name[i] != (text[i] == '-' ? '_' : text[i]))
			return false;
	return true;
}

static int find_setting(const char *text, size_t length)
{
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (same_name(settings[i].name, text, length))
			return i;
	return -1;
}

/* -1 to go on, else the exit code. */
static int parse_word(const char *word, struct report_config *config)
{
	size_t length = strcspn(word, "=");
	int field = find_setting(word, length);

	if (!word[length])
		return options_wrong(&cmd_config, "not <name>=<value>: %s",
				     word);
	if (field < 0)
		return options_wrong(&cmd_config, "no such setting: %.*s",
				     (int)length, word);
	if (!number_parse(word + length + 1, UINT64_MAX, &config->value[field]))
		return options_wrong(&cmd_config, "not a number: %s", word);
	config->set |= 1U << field;
	return -1;
}

static int parse_words(const struct options *options,
		       struct report_config *config)
{
	int code = -1;

	for (int i = 0; code < 0 && i < options->word_count; i++)
		code = parse_word(options->words[i], config);
	return code;
}

static int list(struct client *client, const struct options *options,
		const struct output_choice *choice)
{
	struct setting row[CONFIG_FIELDS];
	struct report_config config;
	int err = client_config(client, &config);

	if (err)
		return err;
	memcpy(row, settings, sizeof(row));
	for (int i = 0; i < CONFIG_FIELDS; i++) {
		row[i].measured = config.set & (1U << i);
		row[i].value = config.value[i];
	}
	return output_list(&setting_object, choice, &options->style, row,
			   CONFIG_FIELDS, sizeof(*row));
}

static int run(const struct options *options)
{
	struct report_config config = { 0 };
	struct output_choice choice;
	struct client *client;
	int code = parse_words(options, &config);
	int err;

	if (code < 0)
		code = options_columns(&cmd_config, &setting_object, options,
				       &choice);
	if (code >= 0)
		return code;
	client = client_new();
	if (config.set)
		err = client_set_config(client, &config);
	else
		err = list(client, options, &choice);
	if (err)
		pr_notice("%s", client_error(client));
	client_free(client);
	output_free_choice(&choice);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&setting_object,
	NULL,
};

const struct command cmd_config = {
	.name = "config",
	.arguments = "[<name>=<value>...]",
	.summary = "List the module's settings, or change some.",
	.notes =
		"All that is given is set, or nothing. That needs CAP_NET_ADMIN.",
	.objects = listed,
	.takes_words = true,
	.run = run,
};
