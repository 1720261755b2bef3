// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of numastat(8).
 */
#include "numastat.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "names.h"
#include "notes.h"

#define DEFAULT_WIDTH 80
#define LEAST_WIDTH 32
#define MOST_WIDTH 10000000

/* The parts that can be asked for, and processes. */
struct parts {
	struct numastat_pids pids;
	bool system;
	bool counters;
};

static int print_usage(void)
{
	fputs("usage: numastat [-c] [-m] [-n] [-p pid|pattern] [-s[node]] [-v] [-V] [-z]\n"
	      "                [pid|pattern]...\n"
	      " -c              narrow columns\n"
	      " -m              memory of the nodes by its use, as in meminfo\n"
	      " -n              allocation counters of the nodes, in MB\n"
	      " -p pid|pattern  memory of processes by number, or by a part of their command\n"
	      " -s[node]        largest rows first, by their total or by a node\n"
	      " -v              a table for each process\n"
	      " -V              version\n"
	      " -z              leave out rows and columns of zeros\n"
	      "Without arguments: allocation counters of the nodes, in pages.\n",
	      stderr);
	return EXIT_FAILED;
}

static int terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return MOST_WIDTH;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return DEFAULT_WIDTH;
	return size.ws_col;
}

static int screen_width(void)
{
	const char *text = getenv("NUMASTAT_WIDTH");
	int width = text ? atoi(text) : terminal_width();

	if (width < 1 || width > MOST_WIDTH)
		width = DEFAULT_WIDTH;
	return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

int numastat_table(const struct numastat *asked, size_t rows,
		   struct numastat_table *table)
{
	size_t nodes = asked->topology.count;
	int err = numastat_table_init(table, rows, nodes + 1);

	if (err)
		return err;
	table->plain = asked->plain;
	table->decimals = asked->plain || asked->look.compact ? 0 : 2;
	for (size_t i = 0; i < nodes; i++)
		snprintf(table->column[i].name, sizeof(table->column[i].name),
			 asked->plain ? "node%u" : "Node %u",
			 asked->topology.node[i].id);
	snprintf(table->column[nodes].name, sizeof(table->column[nodes].name),
		 "Total");
	return 0;
}

/* The column of the node to sort by, or of the total. */
static size_t sort_column(const struct numastat *asked)
{
	size_t count = asked->topology.count;

	for (size_t i = 0; i < count; i++)
		if ((int)asked->topology.node[i].id == asked->sort_node)
			return i;
	return count;
}

void numastat_show(const struct numastat *asked, size_t sorted_rows,
		   struct numastat_table *table)
{
	if (asked->sort)
		numastat_table_sort(table, sorted_rows, sort_column(asked));
	/* There, the total is not shown. */
	if (asked->plain)
		table->columns--;
	numastat_table_print(table, &asked->look);
}

static void ask_to_sort(struct numastat *asked, const char *node)
{
	asked->sort = true;
	if (node && isdigit((unsigned char)*node))
		asked->sort_node = atoi(node);
}

/* 0, or a negative errno; -EINVAL for what numastat does not know. */
static int take_option(int c, struct numastat *asked, struct parts *parts)
{
	switch (c) {
	case 'c':
		asked->look.compact = true;
		return 0;
	case 'm':
		parts->system = true;
		return 0;
	case 'n':
		parts->counters = true;
		return 0;
	case 'p':
		return numastat_add_pids(&parts->pids, optarg);
	case 's':
		ask_to_sort(asked, optarg);
		return 0;
	case 'v':
		asked->verbose = true;
		return 0;
	case 'z':
		asked->look.hide_zeros = true;
		return 0;
	default:
		return -EINVAL;
	}
}

/* In this order, one below the other, whatever the options' order. */
static int show(const struct numastat *asked, struct parts *parts)
{
	int code = EXIT_DONE;

	if (parts->pids.count)
		code |= numastat_processes(asked, &parts->pids);
	if (parts->system)
		code |= numastat_meminfo(asked);
	if (parts->counters || (!parts->pids.count && !parts->system))
		code |= numastat_counters(asked);
	return code;
}

static int show_all(struct numastat *asked, struct parts *parts)
{
	int code, err = topology_read("", &asked->topology);

	if (err) {
		pr_notice("no nodes in /sys/devices/system/node: %s",
			  strerror(-err));
		return EXIT_FAILED;
	}
	code = show(asked, parts);
	topology_free(&asked->topology);
	return code;
}

static void print_version(void)
{
	printf("numastat version: numatrace %s\n", NUMATRACE_VERSION);
}

static int parse(int argc, char **argv, struct numastat *asked,
		 struct parts *parts)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, '?' },
		{ 0 },
	};
	int c = 0, err = 0;

	while (!err && c != -1) {
		c = getopt_long(argc, argv, "cmnp:s::vVz?", options, NULL);
		if (c == 'V') {
			print_version();
			exit(EXIT_DONE);
		}
		if (c != -1)
			err = take_option(c, asked, parts);
	}
	for (; !err && optind < argc; optind++)
		err = numastat_add_pids(&parts->pids, argv[optind]);
	return err;
}

int numastat_main(int argc, char **argv)
{
	struct numastat asked = {
		.plain = argc == 1,
		.sort_node = -1,
		.look = { .screen = screen_width() },
	};
	struct parts parts = { 0 };
	int code, err = parse(argc, argv, &asked, &parts);

	if (err == -EINVAL)
		code = print_usage();
	else if (err)
		code = EXIT_FAILED;
	else
		code = show_all(&asked, &parts);
	numastat_free_pids(&parts.pids);
	return code;
}
