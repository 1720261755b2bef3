// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "locality.h"
#include "node_columns.h"
#include "notes.h"
#include "options.h"
#include "topology.h"

#include <errno.h>
#include <stdlib.h>

/* All that one report shows. */
struct reading {
	struct report_info info;
	struct report_nodes nodes;
	struct report_matrix migration;
	bool migrations;
};

struct context {
	const struct options *options;
	struct output_style style;
	struct output_choice choice;
	struct client *client;
	struct reading before;
	unsigned long reports;
};

static void free_reading(struct reading *reading)
{
	report_free_info(&reading->info);
	report_free_nodes(&reading->nodes);
	report_free_matrix(&reading->migration);
}

/* With vm.numa_stat off the kernel clears these and counts no more. */
static void drop_allocations(struct report_nodes *nodes)
{
	const uint64_t dropped =
		(1ULL << NODE_CPU_TIME) - (1ULL << NODE_ALLOC_HIT);

	for (size_t i = 0; i < nodes->count; i++)
		nodes->node[i].measured &= ~dropped;
}

/* The migration matrix may be missing: its columns then are, not the rest. */
static int take_reading(struct client *client, struct reading *reading)
{
	int err = client_info(client, &reading->info);

	if (!err)
		err = client_nodes(client, &reading->nodes);
	if (err)
		return err;
	if (!topology_numa_stat())
		drop_allocations(&reading->nodes);
	err = client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION,
			    &reading->migration);
	reading->migrations = !err;
	return err == -EOPNOTSUPP ? 0 : err;
}

static void fill_row(struct node_row *row, const struct report_node *node,
		     const struct reading *reading)
{
	row->node = node;
	row->migrations = reading->migrations;
	if (!row->migrations)
		return;
	row->in = locality_column_sum(&reading->migration, node->id,
				      LOCALITY_PAGES, false);
	row->out = locality_row_sum(&reading->migration, node->id,
				    LOCALITY_PAGES, false);
}

static int print(struct context *context, const struct reading *reading)
{
	size_t count = reading->nodes.count;
	struct node_row *rows = calloc(count + 1, sizeof(*rows));
	int err;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		fill_row(&rows[i], &reading->nodes.node[i], reading);
	output_next(&context->style, context->reports++);
	err = output_list(&node_object, &context->choice, &context->style, rows,
			  count, sizeof(*rows));
	free(rows);
	return err;
}

/* What is to be known about the columns that were chosen. */
static void note_gaps(const struct context *context,
		      const struct report_info *info)
{
	bool accesses = false, migrations = false;

	for (size_t i = 0; i < context->choice.count; i++) {
		accesses |= node_shows_accesses(context->choice.column[i]);
		migrations |= node_shows_migrations(context->choice.column[i]);
		note_uncounted(info, context->choice.column[i]->key);
	}
	note_gone(info);
	if (accesses)
		note_accesses(info);
	if (migrations)
		note_hook(info, "migration");
}

/*
 * Print what happened since the reading before. What migrated is not known
 * where the hook was off at either end.
 */
static int print_growth(struct context *context, const struct reading *now)
{
	const struct reading *before = &context->before;
	struct reading growth = {
		.migrations = now->migrations && before->migrations &&
			      report_hook_attached(&now->info, "migration") &&
			      report_hook_attached(&before->info, "migration"),
	};
	int err = report_copy_nodes(&growth.nodes, &now->nodes);

	if (!err)
		err = report_copy_matrix(&growth.migration, &now->migration);
	if (!err && !note_reload(&now->info, &before->info)) {
		note_generation(now->nodes.generation,
				before->nodes.generation);
		locality_subtract_nodes(&growth.nodes, &before->nodes);
		locality_subtract_matrix(&growth.migration, &before->migration);
	}
	if (!err)
		err = print(context, &growth);
	free_reading(&growth);
	return err;
}

static int report(void *arg, bool show)
{
	struct context *context = arg;
	struct reading now = { 0 };
	int err = take_reading(context->client, &now);

	if (!err && show)
		err = context->options->interval.period
			      ? print_growth(context, &now)
			      : print(context, &now);
	if (!err && context->reports < 2 && show)
		note_gaps(context, &now.info);
	free_reading(&context->before);
	context->before = now;
	return err;
}

/* Without the module: what sysfs knows, and why it is no more. */
static void print_without_module(struct context *context)
{
	struct reading reading = { 0 };

	if (!topology_nodes(&reading.nodes))
		print(context, &reading);
	free_reading(&reading);
}

static int run(const struct options *options)
{
	struct context context = { .options = options,
				   .style = options->style };
	int code = options_columns(&cmd_nodes, &node_object, options,
				   &context.choice);
	int err;

	if (code >= 0)
		return code;
	context.client = client_new();
	err = interval_run(&options->interval, report, &context);
	if (err == -ENOENT && !context.reports)
		print_without_module(&context);
	if (err)
		pr_notice("%s", client_error(context.client));
	free_reading(&context.before);
	note_interruption(context.client);
	client_free(context.client);
	output_free_choice(&context.choice);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&node_object,
	NULL,
};

const struct command cmd_nodes = {
	.name = "nodes",
	.arguments = "[<interval> [<count>]]",
	.summary = "Show the nodes: memory, faults, accesses, migrations.",
	.notes =
		"An access is a sampled touch of a page (a hinting fault of automatic NUMA\n"
		"balancing), not a load or a store. Faults and accesses belong to the node of\n"
		"the CPU.",
	.objects = listed,
	.prints_sizes = true,
	.takes_interval = true,
	.run = run,
};
