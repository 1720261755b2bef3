// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_OUTPUT_ALL 256
#define OPTION_VERSION 257

#define MAX_OPTIONS 64

/* Those of every subcommand first; then those of one that lists objects. */
static const struct option general_options[] = {
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static const struct option list_options[] = {
	{ "bytes", no_argument, NULL, 'b' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "output-all", no_argument, NULL, OPTION_OUTPUT_ALL },
	{ "raw", no_argument, NULL, 'r' },
	{ 0 },
};

/* Leaves room for the end, which is zero. */
static void add_options(struct option *all, const struct option *some)
{
	size_t count = 0;

	while (all[count].name)
		count++;
	for (; some && some->name && count < MAX_OPTIONS - 1; some++)
		all[count++] = *some;
}

static bool has(const struct option *option, int c)
{
	for (; option && option->name; option++)
		if (option->val == c)
			return true;
	return false;
}

static bool is_own(const struct command *command, int c)
{
	const struct option *const *more = command->more_options;

	for (; more && *more; more++)
		if (has(*more, c))
			return true;
	return has(command->own_options, c);
}

static void print_options(const struct command *command)
{
	fputs("\nOptions:\n", stdout);
	fputs(" -J, --json           use JSON output format\n", stdout);
	if (command->prints_sizes)
		fputs(" -b, --bytes          print sizes in bytes\n", stdout);
	if (command->objects)
		fputs(" -n, --noheadings     don't print headings\n"
		      " -o, --output <list>  output columns\n"
		      "     --output-all     output all columns\n"
		      " -r, --raw            use raw output format\n",
		      stdout);
	if (command->own_help)
		fputs(command->own_help, stdout);
	fputs("\n"
	      " -h, --help           display this help\n",
	      stdout);
	printf(" %s --version        display version\n",
	       is_own(command, 'V') ? "   " : "-V,");
}

static void print_columns(const struct command *command)
{
	const struct output_object *const *object = command->objects;
	bool several = object && object[1];

	for (; object && *object; object++) {
		fputs("\nAvailable output columns", stdout);
		if (several)
			printf(" (%s)", (*object)->title);
		puts(":");
		output_help(*object, stdout);
	}
}

static void print_help(const struct command *command)
{
	printf("\nUsage:\n numatrace %s [options]%s%s\n\n%s\n", command->name,
	       *command->arguments ? " " : "", command->arguments,
	       command->summary);
	print_options(command);
	if (command->takes_interval && command->objects)
		fputs("\nWith an interval in seconds, each report shows what happened in one;\n"
		      "without, what happened since the module was loaded.\n",
		      stdout);
	if (command->notes)
		printf("\n%s\n", command->notes);
	print_columns(command);
	fputs("\nFor more details see numatrace(1).\n", stdout);
}

int options_failed(int err, const char *path)
{
	if (err == -ENOMEM)
		pr_notice("out of memory");
	else
		pr_notice("%s: %s", path, strerror(-err));
	return EXIT_FAILED;
}

void options_version(void)
{
	puts("numatrace " NUMATRACE_VERSION);
}

int options_hint(const struct command *command)
{
	fprintf(stderr, "Try 'numatrace %s --help' for more information.\n",
		command->name);
	return EXIT_USAGE;
}

static int set_format(const struct command *command, struct options *options,
		      enum output_format format)
{
	if (options->style.format != OUTPUT_TABLE &&
	    options->style.format != format)
		return options_wrong(command,
				     "--json and --raw exclude each other");
	options->style.format = format;
	return -1;
}

static int set_option(const struct command *command, struct options *options,
		      int c)
{
	switch (c) {
	case 'J':
		return set_format(command, options, OUTPUT_JSON);
	case 'r':
		return set_format(command, options, OUTPUT_RAW);
	case 'n':
		options->style.noheadings = true;
		return -1;
	case 'b':
		options->style.bytes = true;
		return -1;
	case 'o':
		options->columns = optarg;
		return -1;
	case OPTION_OUTPUT_ALL:
		options->all_columns = true;
		return -1;
	case 'h':
		print_help(command);
		return EXIT_DONE;
	case 'V':
	case OPTION_VERSION:
		options_version();
		return EXIT_DONE;
	default:
		/* getopt_long() has said what is wrong. */
		return options_hint(command);
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool takes(const struct command *command, const char *word)
{
	return command->takes_operands ||
	       (command->takes_words && !is_digit(*word));
}

static int parse_arguments(const struct command *command, int argc, char **argv,
			   struct options *options)
{
	if (command->takes_argument) {
		if (!argc)
			return options_wrong(command, "%s: which? %s",
					     command->name,
					     command->takes_argument);
		options->argument = *argv++;
		argc--;
	}
	options->words = argv;
	while (argc && takes(command, *argv)) {
		options->word_count++;
		argv++;
		argc--;
	}
	if (argc > (command->takes_interval ? 2 : 0))
		return options_wrong(command, "unexpected argument: %s",
				     argv[argc - 1]);
	if (argc && !interval_parse(&options->interval, argv[0],
				    argc > 1 ? argv[1] : NULL))
		return options_wrong(command,
				     "not an interval and a count: %s%s%s",
				     argv[0], argc > 1 ? " " : "",
				     argc > 1 ? argv[1] : "");
	return -1;
}

int options_parse(const struct command *command, int argc, char **argv,
		  struct options *options)
{
	const char *letters = command->objects ? "Jbhno:rV" : "JhV";
	const char *own = command->own_letters ? command->own_letters : "";
	const struct option *const *more = command->more_options;
	struct option all[MAX_OPTIONS] = { 0 };
	char both[128];
	int c, code;

	*options = (struct options){ 0 };
	/* ORDER: the first of two of one name is taken. */
	add_options(all, command->own_options);
	for (; more && *more; more++)
		add_options(all, *more);
	add_options(all, general_options);
	if (command->objects)
		add_options(all, list_options);

	snprintf(both, sizeof(both), "%s%s%s",
		 command->stops_at_operand ? "+" : "", own, letters);
	while ((c = getopt_long(argc, argv, both, all, NULL)) != -1) {
		if (is_own(command, c)) {
			command->set_option(c, optarg);
			continue;
		}
		code = set_option(command, options, c);
		if (code >= 0)
			return code;
	}
	return parse_arguments(command, argc - optind, argv + optind, options);
}

int options_columns(const struct command *command,
		    const struct output_object *object,
		    const struct options *options, struct output_choice *choice)
{
	char *unknown;
	int err = output_choose(object, options->columns, options->all_columns,
				choice, &unknown);

	if (!err)
		return -1;
	if (!unknown) {
		pr_notice("out of memory");
		return EXIT_FAILED;
	}
	options_wrong(command, "unknown column: %s", unknown);
	free(unknown);
	return EXIT_USAGE;
}

int options_list(const struct command *command, const struct options *options,
		 const struct output_object *object, const void *objects,
		 size_t count, size_t size)
{
	struct output_choice choice;
	int code = options_columns(command, object, options, &choice);

	if (code >= 0)
		return code;
	code = EXIT_DONE;
	if (output_list(object, &choice, &options->style, objects, count, size))
		code = options_failed(-ENOMEM, "");
	output_free_choice(&choice);
	return code;
}
