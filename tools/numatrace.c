// SPDX-License-Identifier: GPL-2.0
/*
 * numatrace: NUMA locality, as the module of the same name measures it.
 */
#include "command.h"
#include "names.h"
#include "options.h"
#include "printable.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
	&cmd_nodes,    &cmd_matrix, &cmd_ps,	    &cmd_top,	   &cmd_show,
	&cmd_cgroups,  &cmd_cost,   &cmd_balancing, &cmd_history,  &cmd_watch,
	&cmd_check,    &cmd_run,    &cmd_bind,	    &cmd_migrate,  &cmd_advise,
	&cmd_actions,  &cmd_undo,   &cmd_rules,	    &cmd_bench,	   &cmd_info,
	&cmd_hardware, &cmd_hooks,  &cmd_config,    &cmd_profiles, &cmd_tune,
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* Names of other programs, which links to this one may have. */
static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
} names[] = {
	{ "numactl", numactl_main },
	{ "numastat", numastat_main },
	{ "migratepages", migratepages_main },
};

static void print_help(void)
{
	fputs("\nUsage:\n numatrace [<command>] [options]\n\n"
	      "Measure where memory is accessed from the wrong NUMA node.\n\n"
	      "Commands:\n",
	      stdout);
	for (size_t i = 0; i < COMMANDS; i++)
		printf(" %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\nOptions:\n"
	      " -h, --help           display this help, after a command its help\n"
	      " -V, --version        display version\n\n"
	      "Without a command: nodes.\n"
	      "For more details see numatrace(1).\n",
	      stdout);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	int code = options_parse(command, argc, argv, &options);

	if (code >= 0)
		return code;
	/* Whatever the language, a number in JSON has a decimal point. */
	if (options.style.format == OUTPUT_JSON)
		setlocale(LC_NUMERIC, "C");
	return command->run(&options);
}

static bool is_option(const char *word, const char *letter, const char *name)
{
	return !strcmp(word, letter) || !strcmp(word, name);
}

static int dispatch(int argc, char **argv)
{
	const struct command *command;

	/* Options or an interval alone are those of the node overview. */
	if (argc < 2)
		return run(&cmd_nodes, argc, argv);
	if (is_option(argv[1], "-h", "--help")) {
		print_help();
		return EXIT_DONE;
	}
	if (is_option(argv[1], "-V", "--version")) {
		options_version();
		return EXIT_DONE;
	}
	if (argv[1][0] == '-' || (argv[1][0] >= '0' && argv[1][0] <= '9'))
		return run(&cmd_nodes, argc, argv);

	command = find(argv[1]);
	if (command)
		return run(command, argc - 1, argv + 1);
	pr_notice("no such command: %s", argv[1]);
	fputs("Try 'numatrace --help' for the list of commands.\n", stderr);
	return EXIT_USAGE;
}

static int dispatch_name(int argc, char **argv)
{
	const char *name = argc ? basename(argv[0]) : "";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i].name, name))
			return names[i].main(argc, argv);
	return dispatch(argc, argv);
}

int main(int argc, char **argv)
{
	int code;

	setlocale(LC_ALL, "");
	if (printable_streams())
		return EXIT_FAILED;
	code = dispatch_name(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		perror("numatrace: standard output");
		return EXIT_FAILED;
	}
	return code;
}
