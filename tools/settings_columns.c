// SPDX-License-Identifier: GPL-2.0
#include "settings_columns.h"

#include "settings.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct profile_row *row = object;

	return strdup(row->profile->name);
}

static char *show_in_force(const struct output_style *style, const void *object,
			   int field)
{
	const struct profile_row *row = object;

	if (!row->known || row->settings.errors.count)
		return NULL;
	return strdup(row->in_force ? "yes" : "no");
}

static char *show_description(const struct output_style *style,
			      const void *object, int field)
{
	const struct profile_row *row = object;
	const char *description = row->profile->settings.description;

	return description ? strdup(description) : NULL;
}

static char *show_file(const struct output_style *style, const void *object,
		       int field)
{
	const struct profile_row *row = object;

	return strdup(row->profile->path ? row->profile->path : "built in");
}

static void put_settings(const struct settings_file *settings, FILE *file)
{
	const char *blank = "";

	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (settings->config.set & (1U << i)) {
			fprintf(file, "%s%s=%ju", blank, known_settings[i].name,
				settings->config.value[i]);
			blank = " ";
		}
	for (size_t i = 0; i < settings->hooks; i++) {
		fprintf(file, "%shook.%s=%s", blank, settings->hook[i].name,
			settings->hook[i].on ? "on" : "off");
		blank = " ";
	}
}

static char *show_settings(const struct output_style *style, const void *object,
			   int field)
{
	const struct profile_row *row = object;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	put_settings(&row->settings, file);
	fclose(file);
	return text;
}

static const struct output_column profile_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.help = "name of the profile",
		.value = show_name,
	},
	{
		.name = "IN-FORCE",
		.key = "in_force",
		.help = "whether all its settings are as they are now",
		.value = show_in_force,
	},
	{
		.name = "DESCRIPTION",
		.key = "description",
		.wrap = true,
		.help = "what it is good for",
		.value = show_description,
	},
	{
		.name = "FILE",
		.key = "file",
		.help = "where it is defined",
		.value = show_file,
	},
	{
		.name = "SETTINGS",
		.key = "settings",
		.hidden = true,
		.help = "its settings and hooks",
		.value = show_settings,
	},
	{ 0 },
};

const struct output_object profile_object = {
	.name = "profiles",
	.title = "profiles",
	.columns = profile_columns,
};

enum {
	CHANGE_NAME,
	CHANGE_NOW,
	CHANGE_THEN,
	CHANGE_NOTE
};

static char *show_change(const struct output_style *style, const void *object,
			 int field)
{
	const struct profile_change *change = object;
	const char *const text[] = {
		[CHANGE_NAME] = change->name,
		[CHANGE_NOW] = change->now,
		[CHANGE_THEN] = change->then,
		[CHANGE_NOTE] = change->note,
	};

	return text[field] ? strdup(text[field]) : NULL;
}

static const struct output_column change_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.help = "name of the setting, or of a hook",
		.value = show_change,
		.field = CHANGE_NAME,
	},
	{
		.name = "VALUE",
		.key = "value",
		.help = "its value now",
		.value = show_change,
		.field = CHANGE_NOW,
	},
	{
		.name = "PROFILE",
		.key = "profile",
		.help = "its value in the profile",
		.value = show_change,
		.field = CHANGE_THEN,
	},
	{
		.name = "NOTE",
		.key = "note",
		.help = "whether it changes",
		.value = show_change,
		.field = CHANGE_NOTE,
	},
	{ 0 },
};

const struct output_object profile_change_object = {
	.name = "settings",
	.title = "with --dry-run",
	.columns = change_columns,
};
