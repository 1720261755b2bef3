// SPDX-License-Identifier: GPL-2.0
#include "settings_file.h"

#include "number.h"
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

static const char no_hook[] =
	"hook.%s: no name of a hook; numatrace hooks lists them";
static const char no_profile[] =
	"profile = %s: no name of a profile; numatrace profiles lists them";
static const char no_setting[] =
	"there is no setting %s; numatrace config lists them";

/* A text, and what it fills. */
struct source {
	const char *file;
	struct settings_file *settings;
};

static bool is_name(const struct conf_pair *line, const char *name)
{
	return line->name_length == strlen(name) &&
	       !strncmp(line->name, name, line->name_length);
}

const char *settings_hook_of(const struct conf_pair *line, size_t *length)
{
	static const char prefix[] = "hook.";
	const size_t skip = sizeof(prefix) - 1;

	if (line->name_length < skip || strncmp(line->name, prefix, skip))
		return NULL;
	*length = line->name_length - skip;
	return line->name + skip;
}

const struct settings_hook *
settings_find_hook(const struct settings_file *settings, const char *name)
{
	for (size_t i = 0; i < settings->hooks; i++)
		if (!strcmp(settings->hook[i].name, name))
			return &settings->hook[i];
	return NULL;
}

static void free_hook(struct settings_hook *hook)
{
	free(hook->name);
	free(hook->file);
}

int settings_add_hook(struct settings_file *settings,
		      const struct settings_hook *hook)
{
	struct settings_hook *grown;
	struct settings_hook copy = *hook;

	grown = reallocarray(settings->hook, settings->hooks + 1,
			     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	settings->hook = grown;
	copy.name = strdup(hook->name);
	copy.file = strdup(hook->file ? hook->file : "");
	if (!copy.name || !copy.file) {
		free_hook(&copy);
		return -ENOMEM;
	}
	grown[settings->hooks++] = copy;
	return 0;
}

static int take_hook(struct source *source, unsigned int number,
		     const char *name, const char *value, char **why)
{
	const struct settings_hook *other;
	struct settings_hook hook = {
		.name = (char *)name,
		.on = !strcmp(value, "on"),
		.file = (char *)source->file,
		.line = number,
	};

	if (!*name || name[strspn(name, letters)])
		return conf_refuse(why, no_hook, name);
	if (!hook.on && strcmp(value, "off"))
		return conf_refuse(why, "hook.%s = %s: neither on nor off",
				   name, value);
	other = settings_find_hook(source->settings, name);
	if (other)
		return conf_refuse(why,
				   "hook.%s stands in line %u before: leave one",
				   name, other->line);
	return settings_add_hook(source->settings, &hook);
}

static int refuse_value(const struct setting *setting, const char *value,
			char **why)
{
	char *range = setting_range(setting);
	int err = range ? conf_refuse(why, "%s = %s: a number, %s",
				      setting->name, value, range)
			: -ENOMEM;

	free(range);
	return err;
}

static int take_setting(struct source *source, unsigned int number,
			enum config_field field, const char *value, char **why)
{
	struct settings_file *settings = source->settings;
	const struct setting *setting = &known_settings[field];
	uint64_t wanted;

	if (settings->line[field])
		return conf_refuse(why,
				   "%s stands in line %u before: leave one",
				   setting->name, settings->line[field]);
	if (!number_parse(value, UINT64_MAX, &wanted) ||
	    !setting_takes(setting, wanted))
		return refuse_value(setting, value, why);
	settings->config.set |= 1U << field;
	settings->config.value[field] = wanted;
	settings->line[field] = number;
	return 0;
}

static int take_profile(struct settings_file *settings, unsigned int number,
			const char *value, char **why)
{
	if (settings->profile)
		return conf_refuse(why,
				   "profile stands in line %u before: leave one",
				   settings->profile_line);
	if (value[strspn(value, letters)])
		return conf_refuse(why, no_profile, value);
	settings->profile = strdup(value);
	settings->profile_line = number;
	return settings->profile ? 0 : -ENOMEM;
}

static int take_description(struct settings_file *settings, const char *value,
			    char **why)
{
	if (settings->description)
		return conf_refuse(why, "there is a description before");
	settings->description = strdup(value);
	return settings->description ? 0 : -ENOMEM;
}

/* @name and @value are those of @line, each a text of its own. */
static int take_pair(struct source *source, unsigned int number,
		     const struct conf_pair *line, const char *name,
		     const char *value, char **why)
{
	enum config_field field = settings_find(name, line->name_length);
	size_t length;

	if (settings_hook_of(line, &length))
		return take_hook(source, number,
				 name + line->name_length - length, value, why);
	if (is_name(line, "profile"))
		return take_profile(source->settings, number, value, why);
	if (is_name(line, "description"))
		return take_description(source->settings, value, why);
	if (field == CONFIG_FIELDS)
		return conf_refuse(why, no_setting, name);
	return take_setting(source, number, field, value, why);
}

static int parse_text(struct source *source, unsigned int number,
		      const char *text, char **why)
{
	const struct conf_pair pair = conf_split(text);
	char *name, *value;
	int err = conf_take_pair(text, &name, &value, why);

	if (!err && name)
		err = take_pair(source, number, &pair, name, value, why);
	free(name);
	free(value);
	return err;
}

static int parse_line(char *text, unsigned int number, void *context)
{
	struct source *source = context;
	char *why = NULL;
	int err = parse_text(source, number, text, &why);

	if (why)
		err = conf_add_error(&source->settings->errors, source->file,
				     number, why);
	else if (err)
		err = -ENOMEM;
	free(why);
	return err;
}

int settings_parse(const char *text, const char *file,
		   struct settings_file *settings)
{
	struct source source = { .file = file, .settings = settings };

	return conf_each_line(text, parse_line, &source);
}

int settings_read(const char *path, struct settings_file *settings)
{
	char *text;
	int err = conf_read(path, &text);

	if (err == -EINVAL)
		return conf_add_error(&settings->errors, path, 0,
				      "this is no text");
	if (!err && text)
		err = settings_parse(text, path, settings);
	free(text);
	return err;
}

void settings_free(struct settings_file *settings)
{
	for (size_t i = 0; i < settings->hooks; i++)
		free_hook(&settings->hook[i]);
	free(settings->hook);
	free(settings->description);
	free(settings->profile);
	conf_free_errors(&settings->errors);
	*settings = (struct settings_file){ 0 };
}
