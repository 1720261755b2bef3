/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings as administrators write them, one a line: the file that is applied
 * when the module is loaded, and profiles.
 *
 *   # comment
 *   profile = low-overhead
 *   history = 500		# comment
 *   hook.outcome = off
 *
 * The settings of the profile come first, wherever it is named.
 */
#ifndef NUMATRACE_SETTINGS_FILE_H
#define NUMATRACE_SETTINGS_FILE_H

#include "conf.h"
#include "report.h"

#define SETTINGS_PATH "/etc/numatrace/numatrace.conf"

/**
 * struct settings_hook - how a hook shall be
 * @name: its name
 * @on: whether it shall count
 * @file: where it says so
 * @line: the line there
 */
struct settings_hook {
	char *name;
	bool on;
	char *file;
	unsigned int line;
};

/**
 * struct settings_file - what a file says
 * @description: what a profile is good for, or NULL
 * @profile: name of the profile that it begins with, or NULL
 * @profile_line: where it says so
 * @config: the settings
 * @line: where they stand, 0: not in this file
 * @hooks: number of @hook
 * @hook: the hooks
 * @errors: what is wrong
 */
struct settings_file {
	char *description;
	char *profile;
	unsigned int profile_line;
	struct report_config config;
	unsigned int line[CONFIG_FIELDS];
	size_t hooks;
	struct settings_hook *hook;
	struct conf_errors errors;
};

/*
 * Fill @settings, which is empty, from a text; @file is its name. Lines that
 * are wrong add errors. 0 or -ENOMEM.
 */
int settings_parse(const char *text, const char *file,
		   struct settings_file *settings);

/*
 * The same from a file: one that is missing or cannot be read fails with a
 * negative errno.
 */
int settings_read(const char *path, struct settings_file *settings);

void settings_free(struct settings_file *settings);

/* NULL if there is none of that name. */
const struct settings_hook *
settings_find_hook(const struct settings_file *settings, const char *name);

/* 0 or -ENOMEM. */
int settings_add_hook(struct settings_file *settings,
		      const struct settings_hook *hook);

/*
 * A text that says what @settings says, to be freed; NULL when memory is short.
 * It is @old, which has no error, with other values, less the lines about hooks
 * that @settings does not have, and less the profile unless @settings has one;
 * @old may be NULL. What it did not have stands at its end.
 */
char *settings_write(const char *old, const struct settings_file *settings);

/* The name of the hook in "hook.NAME", or NULL where it is no hook. */
const char *settings_hook_of(const struct conf_pair *line, size_t *length);

#endif
