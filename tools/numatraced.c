// SPDX-License-Identifier: GPL-2.0
/*
 * numatraced: binds processes by rules, as they start.
 */
#include "command.h"
#include "daemon.h"
#include "printable.h"
#include "rules.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

static const struct option options[] = {
	{ "rules", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static void print_help(void)
{
	fputs("\nUsage:\n numatraced [options]\n\n"
	      "Bind processes by rules, as they start. Runs in the foreground.\n"
	      "\nOptions:\n"
	      " -r, --rules <path>   a file or folder (" RULES_PATH ")\n"
	      " -h, --help           display this help\n"
	      " -V, --version        display version\n\n"
	      "For more details see numatraced(8).\n",
	      stdout);
}

static int usage(void)
{
	fputs("Try 'numatraced --help' for more information.\n", stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	int c;

	/* Numbers in rules and in the journal are those of C. */
	setlocale(LC_CTYPE, "");
	if (printable_streams())
		return EXIT_FAILED;
	while ((c = getopt_long(argc, argv, "r:hV", options, NULL)) != -1) {
		switch (c) {
		case 'r':
			path = optarg;
			break;
		case 'h':
			print_help();
			return EXIT_DONE;
		case 'V':
			puts("numatraced " NUMATRACE_VERSION);
			return EXIT_DONE;
		default:
			return usage();
		}
	}
	if (optind == argc)
		return daemon_run(path);
	fprintf(stderr, "numatraced: unexpected argument: %s\n", argv[optind]);
	return usage();
}
