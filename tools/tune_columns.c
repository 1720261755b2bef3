// SPDX-License-Identifier: GPL-2.0
#include "tune_columns.h"

#include "notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	const struct tune_reading *reading = object;

	return strdup(reading->tunable->name);
}

static char *show_value(const struct output_style *style, const void *object,
			int field)
{
	return tune_value(object);
}

static char *show_preset(const struct output_style *style, const void *object,
			 int field)
{
	const struct tune_reading *reading = object;
	const char *preset = reading->tunable->preset;

	return preset ? strdup(preset) : NULL;
}

static char *show_note(const struct output_style *style, const void *object,
		       int field)
{
	const struct tune_reading *reading = object;

	return reading->note ? strdup(reading->note) : NULL;
}

static char *show_choices(const struct output_style *style, const void *object,
			  int field)
{
	return tune_choices(object);
}

static char *show_path(const struct output_style *style, const void *object,
		       int field)
{
	const struct tune_reading *reading = object;

	if (reading->files == 1)
		return strdup(reading->file->path);
	return strdup(reading->tunable->path[0]);
}

static char *show_what(const struct output_style *style, const void *object,
		       int field)
{
	const struct tune_reading *reading = object;

	return strdup(reading->tunable->what);
}

static const struct output_column tunable_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.help = "name of the tunable",
		.value = show_name,
	},
	{
		.name = "VALUE",
		.key = "value",
		.help = "its value now",
		.value = show_value,
	},
	{
		.name = "DEFAULT",
		.key = "default",
		.help = "the kernel's; - where it works it out or is built with it",
		.value = show_preset,
	},
	{
		.name = "NOTE",
		.key = "note",
		.help = "why there is no value",
		.value = show_note,
	},
	{
		.name = "DESCRIPTION",
		.key = "description",
		.wrap = true,
		.help = "what it does",
		.value = show_what,
	},
	{
		.name = "CHOICES",
		.key = "choices",
		.hidden = true,
		.help = "the values that it takes",
		.value = show_choices,
	},
	{
		.name = "PATH",
		.key = "path",
		.hidden = true,
		.help = "where the kernel has it",
		.value = show_path,
	},
	{ 0 },
};

const struct output_object tunable_object = {
	.name = "tunables",
	.title = "tunables",
	.columns = tunable_columns,
};

void tune_note_root(const struct tune_reading *readings, size_t count)
{
	bool root = false;

	for (size_t i = 0; i < count; i++)
		root |= readings[i].state == TUNE_NEEDS_ROOT;
	if (root)
		pr_notice("some only root can read: run it as root");
}

static char *show_change_name(const struct output_style *style,
			      const void *object, int field)
{
	const struct tune_row *row = object;
	const struct tune_change *change = row->change;
	char *text;

	if (!change || !change->file->instance)
		return strdup(row->name);
	return asprintf(&text, "%s.%s", row->name, change->file->instance) < 0
		       ? NULL
		       : text;
}

static char *show_before(const struct output_style *style, const void *object,
			 int field)
{
	const struct tune_row *row = object;

	if (!row->change || !row->change->file->value)
		return NULL;
	return strdup(row->change->file->value);
}

static char *show_new(const struct output_style *style, const void *object,
		      int field)
{
	const struct tune_row *row = object;

	return strdup(row->change ? row->change->value : row->value);
}

static char *show_change_note(const struct output_style *style,
			      const void *object, int field)
{
	const struct tune_row *row = object;

	if (!row->change)
		return row->note ? strdup(row->note) : NULL;
	return tune_differs(row->change) ? strdup("changes") : NULL;
}

static char *show_why(const struct output_style *style, const void *object,
		      int field)
{
	const struct tune_row *row = object;

	return row->why ? strdup(row->why) : NULL;
}

static const struct output_column change_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.help = "name of the tunable",
		.value = show_change_name,
	},
	{
		.name = "BEFORE",
		.key = "before",
		.help = "its value before",
		.value = show_before,
	},
	{
		.name = "NEW",
		.key = "new",
		.help = "what it is set to",
		.value = show_new,
	},
	{
		.name = "NOTE",
		.key = "note",
		.help = "whether that changes it",
		.value = show_change_note,
	},
	{
		.name = "WHY",
		.key = "why",
		.wrap = true,
		.help = "why a preset says so",
		.value = show_why,
	},
	{ 0 },
};

const struct output_object tune_row_object = {
	.name = "changes",
	.title = "with --dry-run or --preset",
	.columns = change_columns,
};
