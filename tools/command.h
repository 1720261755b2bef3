/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a subcommand is. Each lives in a file of its own, which has its name,
 * options and help.
 */
#ifndef NUMATRACE_COMMAND_H
#define NUMATRACE_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

#include "interval.h"
#include "output.h"

/* Exit codes of the command. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

/* First value for the options of a single subcommand. */
#define OPTION_OWN 512

/**
 * struct options - what the options that all subcommands share ask for
 * @style: how to print
 * @columns: argument of --output, or NULL
 * @all_columns: --output-all
 * @interval: INTERVAL and COUNT
 * @argument: the first argument of subcommands that take one, or NULL
 * @word_count: number of @words
 * @words: arguments of subcommands that take words
 */
struct options {
	struct output_style style;
	const char *columns;
	bool all_columns;
	struct interval interval;
	const char *argument;
	int word_count;
	char **words;
};

/**
 * struct command - a subcommand
 * @name: its name
 * @arguments: after the options, for the usage line
 * @summary: one sentence
 * @notes: text after the options in --help, or NULL
 * @objects: kinds of objects it lists, up to a NULL; NULL: none, and no
 *	option about lists
 * @prints_sizes: whether some of their columns are sizes, which --bytes is for;
 *	with others it is taken and has no effect, for who lists many kinds
 * @takes_argument: whether it has an argument before INTERVAL, of what values
 * @takes_words: whether it takes any number of arguments that do not begin
 *	with a digit, before INTERVAL
 * @takes_operands: whether it takes any number of arguments of any kind
 * @stops_at_operand: its options end at the first argument, as what follows is
 *	a command line
 * @takes_interval: whether it takes INTERVAL and COUNT
 * @own_options: options that only it has, or NULL; the end has no name. The
 *	value of one with a short form is its letter, which it then has before
 *	an option of all subcommands
 * @more_options: further tables of such options, up to a NULL; or NULL
 * @own_letters: the short forms, as getopt() takes them, or NULL
 * @own_help: their help, lines in the layout of util-linux
 * @set_option: takes one of @own_options; @c is its value
 * @run: does the work; the exit code
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *notes;
	const struct output_object *const *objects;
	bool prints_sizes;
	const char *takes_argument;
	bool takes_words;
	bool takes_operands;
	bool stops_at_operand;
	bool takes_interval;
	const struct option *own_options;
	const struct option *const *more_options;
	const char *own_letters;
	const char *own_help;
	void (*set_option)(int c, const char *argument);
	int (*run)(const struct options *options);
};

extern const struct command cmd_nodes;
extern const struct command cmd_matrix;
extern const struct command cmd_cost;
extern const struct command cmd_balancing;
extern const struct command cmd_ps;
extern const struct command cmd_top;
extern const struct command cmd_show;
extern const struct command cmd_cgroups;
extern const struct command cmd_run;
extern const struct command cmd_bind;
extern const struct command cmd_migrate;
extern const struct command cmd_advise;
extern const struct command cmd_actions;
extern const struct command cmd_undo;
extern const struct command cmd_rules;
extern const struct command cmd_bench;
extern const struct command cmd_check;
extern const struct command cmd_info;
extern const struct command cmd_hardware;
extern const struct command cmd_hooks;
extern const struct command cmd_config;
extern const struct command cmd_profiles;
extern const struct command cmd_tune;
extern const struct command cmd_history;
extern const struct command cmd_watch;

#endif
