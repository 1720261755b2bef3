/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line of a subcommand: options that all have, and its own.
 */
#ifndef NUMATRACE_OPTIONS_H
#define NUMATRACE_OPTIONS_H

#include "command.h"
#include "notes.h"

/*
 * Parse the command line of @command, whose name is argv[0]. -1 to go on and
 * run it; else the exit code: help or the version was printed, or the usage
 * was wrong and an error says so.
 */
int options_parse(const struct command *command, int argc, char **argv,
		  struct options *options);

/*
 * The columns of @object that the options ask for. -1 to go on, else the exit code,
 * after an error that says why.
 */
int options_columns(const struct command *command,
		    const struct output_object *object,
		    const struct options *options,
		    struct output_choice *choice);

/*
 * List @count objects of @size bytes with the columns that the options ask for.
 * Returns the exit code, after an error that says why.
 */
int options_list(const struct command *command, const struct options *options,
		 const struct output_object *object, const void *objects,
		 size_t count, size_t size);

/* Say where the usage of @command is explained. Returns EXIT_USAGE. */
int options_hint(const struct command *command);

/* Say what is wrong with the usage of @command. Returns EXIT_USAGE. */
#define options_wrong(command, format, ...)                                    \
	(pr_notice(format, ##__VA_ARGS__), options_hint(command))

/*
 * Say why a command failed: a negative errno, and the file that it is about;
 * of -ENOMEM nothing else. Returns EXIT_FAILED.
 */
int options_failed(int err, const char *path);

void options_version(void);

#endif
