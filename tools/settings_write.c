// SPDX-License-Identifier: GPL-2.0
#include "settings_file.h"

#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] =
	"# Settings of the module, applied when it is loaded: see numatrace(1).\n";

/**
 * struct writing - a text in the making
 * @settings: what it shall say
 * @file: where it goes
 * @done: settings that it has, as bits
 * @profile_done: whether it names the profile
 * @hook_done: by hook, whether it has that
 */
struct writing {
	const struct settings_file *settings;
	FILE *file;
	unsigned int done;
	bool profile_done;
	bool *hook_done;
};

/* The line @text with another value, and the rest of it as it is. */
static void put_line(struct writing *writing, const char *text,
		     const struct conf_pair *line, const char *value)
{
	fprintf(writing->file, "%.*s%s%s\n", (int)(line->value - text), text,
		value, line->value + line->value_length);
}

static void put_setting(struct writing *writing, const char *text,
			const struct conf_pair *line, enum config_field field)
{
	const struct report_config *config = &writing->settings->config;
	char value[24];

	/* What the module has nothing to say of is not ours to change. */
	if (!(config->set & (1U << field))) {
		fprintf(writing->file, "%s\n", text);
		return;
	}
	snprintf(value, sizeof(value), "%ju", config->value[field]);
	put_line(writing, text, line, value);
	writing->done |= 1U << field;
}

static void put_hook(struct writing *writing, const char *text,
		     const struct conf_pair *line, const char *name,
		     size_t length)
{
	const struct settings_file *settings = writing->settings;
	bool known = false;

	for (size_t i = 0; i < settings->hooks; i++) {
		const struct settings_hook *hook = &settings->hook[i];

		if (strlen(hook->name) != length ||
		    strncmp(hook->name, name, length))
			continue;
		put_line(writing, text, line, hook->on ? "on" : "off");
		writing->hook_done[i] = true;
		known = true;
	}
	if (!known)
		fprintf(writing->file, "%s\n", text);
}

static int rewrite_line(char *text, unsigned int number, void *context)
{
	struct writing *writing = context;
	struct conf_pair line = conf_split(text);
	enum config_field field = settings_find(line.name, line.name_length);
	size_t length;
	const char *hook = settings_hook_of(&line, &length);
	bool profile = line.name_length == strlen("profile") &&
		       !strncmp(line.name, "profile", line.name_length);

	if (line.value && hook)
		put_hook(writing, text, &line, hook, length);
	else if (line.value && field < CONFIG_FIELDS)
		put_setting(writing, text, &line, field);
	else if (!profile || writing->settings->profile)
		fprintf(writing->file, "%s\n", text);
	writing->profile_done |= profile;
	return 0;
}

static void add_setting(struct writing *writing, enum config_field field)
{
	const struct report_config *config = &writing->settings->config;
	const struct setting *setting = &known_settings[field];

	if (config->set & ~writing->done & (1U << field))
		fprintf(writing->file, "\n# %s\n%s = %ju\n", setting->what,
			setting->name, config->value[field]);
}

static void add_rest(struct writing *writing)
{
	const struct settings_file *settings = writing->settings;
	int said = 0;

	if (settings->profile && !writing->profile_done)
		fprintf(writing->file, "\nprofile = %s\n", settings->profile);
	for (int i = 0; i < CONFIG_FIELDS; i++)
		add_setting(writing, i);
	for (size_t i = 0; i < settings->hooks; i++) {
		if (writing->hook_done[i])
			continue;
		if (!said++)
			fputs("\n# hooks: on or off\n", writing->file);
		fprintf(writing->file, "hook.%s = %s\n", settings->hook[i].name,
			settings->hook[i].on ? "on" : "off");
	}
}

static int write_all(struct writing *writing, const char *old)
{
	int err = 0;

	if (old)
		err = conf_each_line(old, rewrite_line, writing);
	else
		fputs(head, writing->file);
	if (!err)
		add_rest(writing);
	return err;
}

char *settings_write(const char *old, const struct settings_file *settings)
{
	struct writing writing = { .settings = settings };
	char *text = NULL;
	size_t size;
	int err;

	writing.hook_done = calloc(settings->hooks + 1, sizeof(bool));
	writing.file = writing.hook_done ? open_memstream(&text, &size) : NULL;
	err = writing.file ? write_all(&writing, old) : -ENOMEM;
	if (writing.file && fclose(writing.file))
		err = -ENOMEM;
	free(writing.hook_done);
	if (!err)
		return text;
	free(text);
	return NULL;
}
