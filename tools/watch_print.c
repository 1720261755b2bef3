// SPDX-License-Identifier: GPL-2.0
#include "watch_print.h"
#include "clock.h"
#include "findings.h"
#include "printable.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME_WIDTH 12
#define NODE_WIDTH 4
#define LEAST_WIDTH 9

static int column_width(const struct metric *metric)
{
	int width = strlen(metric->name);

	return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

void watch_print_headings(const struct history_choice *choice)
{
	bool cgroups = choice->cgroups.pattern;

	printf("%-*s", TIME_WIDTH, "TIME");
	if (!cgroups)
		printf(" %*s", NODE_WIDTH, "NODE");
	for (size_t i = 0; i < choice->metrics; i++) {
		const struct metric *metric = choice->metric[i];

		printf(" %*s", column_width(metric) - (int)strlen(metric->name),
		       "");
		for (const char *c = metric->name; *c; c++)
			putchar(toupper((unsigned char)*c));
	}
	puts(cgroups ? "  CGROUP" : "");
}

static void print_value(const struct history_value *value)
{
	const struct output_style style = { .format = OUTPUT_TABLE };
	char *text = NULL;

	if (value->defined)
		text = history_text(&style, value->key.metric->unit,
				    value->value);
	printf(" %*s", column_width(value->key.metric), text ? text : "-");
	free(text);
}

static void print_node(uint32_t node)
{
	if (node == REPORT_ALL_NODES)
		printf(" %*s", NODE_WIDTH, "all");
	else
		printf(" %*u", NODE_WIDTH, node);
}

/* Its path comes last, as nobody knows how long the others will be. */
static int print_cgroup(const struct history_cgroup *cgroup)
{
	char *path;

	if (!cgroup->path) {
		printf("  -\n");
		return 0;
	}
	path = printable(cgroup->path);
	if (!path)
		return -ENOMEM;
	printf("  %s\n", path);
	free(path);
	return 0;
}

/* A line: @count metrics of a node or a cgroup. */
static int print_line(const struct history_value *values, size_t count)
{
	const struct history_key *key = &values->key;
	char *clock = moment_clock(values->growth->timestamp, &values->now);

	if (!clock)
		return -ENOMEM;
	printf("%-*s", TIME_WIDTH, clock);
	free(clock);
	if (!key->cgroup)
		print_node(key->node);
	for (size_t i = 0; i < count; i++)
		print_value(&values[i]);
	if (key->cgroup)
		return print_cgroup(key->cgroup);
	putchar('\n');
	return 0;
}

int watch_print_lines(const struct history_view *view,
		      const struct history_value *values)
{
	size_t each = view->choice.metrics;
	int err = 0;

	for (size_t i = 0; !err && i < view->nodes; i++)
		err = print_line(values + i * each, each);
	return err;
}

/* What it was like is of no interest when it is over. */
static void print_over(const char *clock, const struct report_finding *finding)
{
	printf("%-*s over: %s", TIME_WIDTH, clock,
	       finding_kind_word(finding->kind));
	if (finding->node != REPORT_ALL_NODES)
		printf(" of node %u", finding->node);
	printf(", after %.0f s\n",
	       (double)(finding->timestamp - finding->since) / NSEC_PER_SEC);
}

int watch_print_finding(const struct report_finding *finding,
			const struct moment_now *now)
{
	char *clock = moment_clock(finding->timestamp, now);
	char *what = finding_what(finding);
	int err = clock && what ? 0 : -ENOMEM;

	if (!err && finding->ended)
		print_over(clock, finding);
	else if (!err)
		printf("%-*s %s: %s: %s (threshold %.1f%%)\n", TIME_WIDTH,
		       clock, finding_severity_word(finding->severity),
		       finding_kind_word(finding->kind), what,
		       finding_ratio(finding->threshold) * 100);
	free(clock);
	free(what);
	return err;
}
