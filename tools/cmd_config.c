// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "config_file.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "settings.h"
#include "settings_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_LOAD = OPTION_OWN,
	OPTION_SAVE,
	OPTION_FORCE,
};

static const struct option own_options[] = {
	{ "load", no_argument, NULL, OPTION_LOAD },
	{ "save", no_argument, NULL, OPTION_SAVE },
	{ "force", no_argument, NULL, OPTION_FORCE },
	{ 0 },
};

/* What the options ask for. */
static struct {
	bool load;
	bool save;
	bool force;
} wanted;

static void set_option(int c, const char *argument)
{
	wanted.load |= c == OPTION_LOAD;
	wanted.save |= c == OPTION_SAVE;
	wanted.force |= c == OPTION_FORCE;
}

/* A setting and its value now. */
struct row {
	const struct setting *setting;
	bool measured;
	uint64_t value;
};

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct row *row = object;

	return strdup(row->setting->name);
}

static char *show_value(const struct output_style *style, const void *object,
			int field)
{
	const struct row *row = object;

	return row->measured ? output_count(row->value) : NULL;
}

static char *show_preset(const struct output_style *style, const void *object,
			 int field)
{
	const struct row *row = object;

	return output_count(row->setting->preset);
}

static char *show_bound(const struct output_style *style, const void *object,
			int max)
{
	const struct row *row = object;

	return output_count(max ? row->setting->max : row->setting->min);
}

static char *show_range(const struct output_style *style, const void *object,
			int field)
{
	const struct row *row = object;

	return setting_range(row->setting);
}

static char *show_what(const struct output_style *style, const void *object,
		       int field)
{
	const struct row *row = object;

	return strdup(row->setting->what);
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
		.name = "DEFAULT",
		.key = "default",
		.number = true,
		.help = "its value when the module is loaded",
		.value = show_preset,
	},
	{
		.name = "RANGE",
		.key = "range",
		.help = "the values that it takes",
		.value = show_range,
	},
	{
		.name = "MIN",
		.key = "min",
		.number = true,
		.hidden = true,
		.help = "the smallest of them",
		.value = show_bound,
		.field = false,
	},
	{
		.name = "MAX",
		.key = "max",
		.number = true,
		.hidden = true,
		.help = "the largest of them",
		.value = show_bound,
		.field = true,
	},
	{
		.name = "WHAT",
		.key = "what",
		.wrap = true,
		.help = "what it does",
		.value = show_what,
	},
	{ 0 },
};

static const struct output_object setting_object = {
	.name = "settings",
	.columns = columns,
};

/* -1 to go on, else the exit code. */
static int parse_word(const char *word, struct report_config *config,
		      unsigned int *named)
{
	size_t length = strcspn(word, "=");
	enum config_field field = settings_find(word, length);

	if (field == CONFIG_FIELDS)
		return options_wrong(&cmd_config, "no such setting: %.*s",
				     (int)length, word);
	if (!word[length]) {
		*named |= 1U << field;
		return -1;
	}
	if (!number_parse(word + length + 1, UINT64_MAX, &config->value[field]))
		return options_wrong(&cmd_config, "not a number: %s", word);
	config->set |= 1U << field;
	return -1;
}

static int parse_words(const struct options *options,
		       struct report_config *config, unsigned int *named)
{
	int code = -1;

	for (int i = 0; code < 0 && i < options->word_count; i++)
		code = parse_word(options->words[i], config, named);
	if (code < 0 && config->set && *named)
		return options_wrong(&cmd_config,
				     "either show settings or change some");
	return code;
}

/* Those that are @named, as bits. */
static int list(struct client *client, const struct options *options,
		const struct output_choice *choice, unsigned int named)
{
	struct row row[CONFIG_FIELDS];
	struct report_config config;
	int err = client_config(client, &config);
	size_t count = 0;

	if (err)
		return err;
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (named & (1U << i))
			row[count++] = (struct row){
				.setting = &known_settings[i],
				.measured = config.set & (1U << i),
				.value = config.value[i],
			};
	return output_list(&setting_object, choice, &options->style, row, count,
			   sizeof(*row));
}

/* The module says that a value is out of range; we know which, and the range. */
static void explain_range(const struct report_config *config)
{
	for (int i = 0; i < CONFIG_FIELDS; i++) {
		const struct setting *setting = &known_settings[i];
		char *range;

		if (!(config->set & (1U << i)) ||
		    setting_takes(setting, config->value[i]))
			continue;
		range = setting_range(setting);
		pr_notice("%s takes %s, not %ju", setting->name,
			  range ? range : "other values", config->value[i]);
		free(range);
	}
}

/* One that the request cannot carry would be cut to the largest that it can. */
static bool fits(const struct report_config *config)
{
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (config->set & (1U << i) && config->value[i] > UINT32_MAX &&
		    !setting_takes(&known_settings[i], config->value[i]))
			return false;
	return true;
}

static int change(struct client *client, const struct report_config *config)
{
	int err = fits(config) ? client_set_config(client, config) : -ERANGE;

	if (!err)
		return EXIT_DONE;
	if (fits(config))
		pr_notice("%s", client_error(client));
	else
		pr_notice("out of range; nothing was set");
	if (err == -ERANGE)
		explain_range(config);
	return EXIT_FAILED;
}

static int list_or_set(struct client *client, const struct options *options)
{
	struct report_config config = { 0 };
	struct output_choice choice;
	unsigned int named = 0;
	int code = parse_words(options, &config, &named);
	int err;

	if (code < 0)
		code = options_columns(&cmd_config, &setting_object, options,
				       &choice);
	if (code >= 0)
		return code;
	if (!named)
		named = (1U << CONFIG_FIELDS) - 1;
	err = config.set ? 0 : list(client, options, &choice, named);
	if (err)
		pr_notice("%s", client_error(client));
	output_free_choice(&choice);
	if (config.set)
		return change(client, &config);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static int check_usage(const struct options *options)
{
	if (wanted.load && wanted.save)
		return options_wrong(&cmd_config, "either --load or --save");
	if (wanted.force && !wanted.save)
		return options_wrong(&cmd_config, "--force is for --save");
	if ((wanted.load || wanted.save) && options->word_count > 1)
		return options_wrong(&cmd_config, "one file at a time");
	return -1;
}

static int run(const struct options *options)
{
	const char *path = options->word_count ? options->words[0] : NULL;
	int code = check_usage(options);
	struct client *client;

	if (code >= 0)
		return code;
	client = client_new();
	if (wanted.load)
		code = config_load(client, path);
	else if (wanted.save)
		code = config_save(client, path, wanted.force);
	else
		code = list_or_set(client, options);
	client_free(client);
	return code;
}

static const struct output_object *const listed[] = {
	&setting_object,
	NULL,
};

const struct command cmd_config = {
	.name = "config",
	.arguments =
		"[<name>... | <name>=<value>... | --load [<file>] | --save [<file>]]",
	.summary = "List the module's settings, change, save or load them.",
	.notes =
		"All that is given is set, or nothing. That needs CAP_NET_ADMIN.\n"
		"The file is " SETTINGS_PATH " unless another is given; it is\n"
		"loaded when the module is. A line is <name> = <value>, hook.<name> = on|off or\n"
		"profile = <name>; # begins a comment.",
	.objects = listed,
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --load           set what the file says, all of it or nothing\n"
		"     --save           write the settings that there are now to the file\n"
		"     --force          replace a file that has lines that are wrong\n",
	.set_option = set_option,
	.run = run,
};
