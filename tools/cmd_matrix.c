// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "matrix_grid.h"
#include "notes.h"
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	OPTION_FAULTS = OPTION_OWN,
	OPTION_FOLIOS,
	OPTION_PAGES,
	OPTION_REASON,
};

static const struct option own_options[] = {
	{ "faults", no_argument, NULL, OPTION_FAULTS },
	{ "folios", no_argument, NULL, OPTION_FOLIOS },
	{ "pages", no_argument, NULL, OPTION_PAGES },
	{ "reason", required_argument, NULL, OPTION_REASON },
	{ 0 },
};

/* The last of --faults, --folios and --pages, or 0. */
static int unit_option;
/* Argument of --reason, or NULL. */
static const char *reason_option;

static void set_option(int c, const char *argument)
{
	if (c == OPTION_REASON)
		reason_option = argument;
	else
		unit_option = c;
}

static char *show_row(const struct output_style *style, const void *object,
		      int field)
{
	const struct report_cell *cell = object;

	return output_count(cell->row);
}

static char *show_column(const struct output_style *style, const void *object,
			 int field)
{
	const struct report_cell *cell = object;

	return output_count(cell->column);
}

static char *show_number(const struct output_style *style, const void *object,
			 int field)
{
	return output_count(locality_cell(object, field));
}

static const struct output_column access_columns[] = {
	{
		.name = "CPU-NODE",
		.key = "cpu_node",
		.number = true,
		.help = "node of the CPU that accessed",
		.value = show_row,
	},
	{
		.name = "MEMORY-NODE",
		.key = "memory_node",
		.number = true,
		.help = "node that held the page then",
		.value = show_column,
	},
	{
		.name = "FAULTS",
		.key = "faults",
		.number = true,
		.help = "accesses (hook mpol_misplaced; sum: NUMA_HINT_FAULTS)",
		.field = LOCALITY_EVENTS,
		.value = show_number,
	},
	{
		.name = "PAGES",
		.key = "pages",
		.number = true,
		.help = "the same, each weighed by the size of its folio",
		.field = LOCALITY_PAGES,
		.value = show_number,
	},
	{ 0 },
};

static const struct output_object access_object = {
	.name = "matrix",
	.title = "access",
	.columns = access_columns,
};

static const struct output_column migration_columns[] = {
	{
		.name = "FROM-NODE",
		.key = "from_node",
		.number = true,
		.help = "node that the folio left",
		.value = show_row,
	},
	{
		.name = "TO-NODE",
		.key = "to_node",
		.number = true,
		.help = "node that it arrived on",
		.value = show_column,
	},
	{
		.name = "FOLIOS",
		.key = "folios",
		.number = true,
		.help = "folios that moved (hook folio_migrate_flags)",
		.field = LOCALITY_EVENTS,
		.value = show_number,
	},
	{
		.name = "PAGES",
		.key = "pages",
		.number = true,
		.help = "pages that moved (sum: PGMIGRATE_SUCCESS)",
		.field = LOCALITY_PAGES,
		.value = show_number,
	},
	{ 0 },
};

static const struct output_object migration_object = {
	.name = "matrix",
	.title = "migration",
	.columns = migration_columns,
};

static const struct output_object bounce_object = {
	.name = "matrix",
	.title = "bounce, a part of migration",
	.columns = migration_columns,
};

static const struct output_column task_columns[] = {
	{
		.name = "FROM-NODE",
		.key = "from_node",
		.number = true,
		.help = "node of the CPU where the task was",
		.value = show_row,
	},
	{
		.name = "TO-NODE",
		.key = "to_node",
		.number = true,
		.help = "node of the CPU where it was to go, or that it prefers",
		.value = show_column,
	},
	{
		.name = "TASKS",
		.key = "tasks",
		.number = true,
		.help = "tasks (sched_move_numa, sched_swap_numa, sched_stick_numa)",
		.field = LOCALITY_EVENTS,
		.value = show_number,
	},
	{ 0 },
};

static const struct output_object task_object = {
	.name = "matrix",
	.title = "task-move, task-swap, task-stick",
	.columns = task_columns,
};

/*
 * One of the matrices, and how to show it. @hook: the hook that fills it, if
 * one does; @events_option: 0 where there is only one unit.
 */
struct view {
	const char *name;
	const char *hook;
	enum numatrace_matrix_kind kind;
	const struct output_object *object;
	int events_option;
	int default_option;
	const char *corner;
	const char *events_title;
	const char *pages_title;
	const char *units;
};

static const struct view views[] = {
	{
		.name = "access",
		.hook = "access",
		.kind = NUMATRACE_MATRIX_KIND_ACCESS,
		.object = &access_object,
		.events_option = OPTION_FAULTS,
		.default_option = OPTION_FAULTS,
		.corner = "CPU-NODE",
		.events_title =
			"accesses (sampled hinting faults), CPU node by row, memory node by column",
		.pages_title =
			"accesses (sampled hinting faults) in pages, CPU node by row, memory node by column",
		.units = "accesses are counted in --faults or --pages",
	},
	{
		.name = "migration",
		.hook = "migration",
		.kind = NUMATRACE_MATRIX_KIND_MIGRATION,
		.object = &migration_object,
		.events_option = OPTION_FOLIOS,
		.default_option = OPTION_PAGES,
		.corner = "FROM-NODE",
		.events_title =
			"migrated folios, from node by row, to node by column",
		.pages_title =
			"migrated pages, from node by row, to node by column",
		.units = "migrations are counted in --folios or --pages",
	},
	{
		.name = "bounce",
		.hook = "migration",
		.kind = NUMATRACE_MATRIX_KIND_BOUNCE,
		.object = &bounce_object,
		.events_option = OPTION_FOLIOS,
		.default_option = OPTION_PAGES,
		.corner = "FROM-NODE",
		.events_title =
			"folios that migrated back within bounce_window_ms, from node by row, to node by column",
		.pages_title =
			"pages that migrated back within bounce_window_ms, from node by row, to node by column",
		.units = "bounces are counted in --folios or --pages",
	},
	{
		.name = "task-move",
		.kind = NUMATRACE_MATRIX_KIND_TASK_MOVE,
		.object = &task_object,
		.corner = "FROM-NODE",
		.events_title =
			"tasks that balancing tried to move, from node by row, to node by column",
		.units = "tasks have no other unit",
	},
	{
		.name = "task-swap",
		.kind = NUMATRACE_MATRIX_KIND_TASK_SWAP,
		.object = &task_object,
		.corner = "FROM-NODE",
		.events_title =
			"tasks that balancing tried to swap, from node by row, to node by column",
		.units = "tasks have no other unit",
	},
	{
		.name = "task-stick",
		.kind = NUMATRACE_MATRIX_KIND_TASK_STICK,
		.object = &task_object,
		.corner = "FROM-NODE",
		.events_title =
			"tasks that balancing could not move, from node by row, to node by column",
		.units = "tasks have no other unit",
	},
};

struct context {
	const struct options *options;
	const struct view *view;
	enum locality_unit unit;
	/* Only what migrated for it, where --reason says so. */
	uint32_t reason;
	struct output_style style;
	struct output_choice choice;
	struct client *client;
	struct report_info info;
	struct report_matrix before;
	bool attached;
	bool attached_before;
	unsigned long reports;
};

static const struct view *find_view(const char *name)
{
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++)
		if (!strcmp(views[i].name, name))
			return &views[i];
	return NULL;
}

static void print_title(const struct context *context)
{
	const struct view *view = context->view;

	printf("%s", context->unit == LOCALITY_PAGES ? view->pages_title
						     : view->events_title);
	if (reason_option)
		printf(", for the reason %s",
		       report_reason_word(context->reason));
	putchar('\n');
}

/* Tasks run where CPUs are. */
static const char *find_columns(const struct context *context)
{
	return context->view->object == &task_object
		       ? context->info.nodes_cpu
		       : context->info.nodes_memory;
}

static int print_grid(const struct context *context,
		      const struct report_matrix *matrix)
{
	const struct view *view = context->view;
	bool access = view->kind == NUMATRACE_MATRIX_KIND_ACCESS;
	const struct matrix_grid grid = {
		.matrix = matrix,
		.unit = context->unit,
		.corner = view->corner,
		.rows = access ? context->info.nodes_cpu
			       : find_columns(context),
		.columns = find_columns(context),
		.gone = context->info.nodes_gone,
		.locality = access,
	};

	if (!context->style.noheadings)
		print_title(context);
	return matrix_grid_print(&grid, &context->style);
}

/* People see a grid, programs a list of cells, and so who asks for columns. */
static int print(struct context *context, const struct report_matrix *matrix)
{
	const struct options *options = context->options;

	output_next(&context->style, context->reports++);
	if (options->style.format == OUTPUT_TABLE && !options->columns &&
	    !options->all_columns)
		return print_grid(context, matrix);
	return output_list(context->view->object, &context->choice,
			   &context->style, matrix->cell, matrix->count,
			   sizeof(*matrix->cell));
}

/*
 * Print what happened since the reading before. Where the hook was off, that
 * is not known: there are then no cells.
 */
static int print_growth(struct context *context,
			const struct report_matrix *now, bool reloaded)
{
	struct report_matrix growth = { 0 };
	int err = 0;

	if (!reloaded)
		note_generation(now->generation, context->before.generation);
	if (context->attached && context->attached_before)
		err = report_copy_matrix(&growth, now);
	if (!err && !reloaded)
		locality_subtract_matrix(&growth, &context->before);
	if (!err)
		err = print(context, &growth);
	report_free_matrix(&growth);
	return err;
}

static void note_gaps(const struct context *context)
{
	if (context->view->kind == NUMATRACE_MATRIX_KIND_ACCESS)
		note_accesses(&context->info);
	if (context->view->hook)
		note_hook(&context->info, context->view->hook);
	note_gone(&context->info);
}

/* Whether it is counted at the moment; not by a hook: always. */
static bool is_attached(const struct context *context,
			const struct report_info *info)
{
	const char *hook = context->view->hook;

	return !hook || report_hook_attached(info, hook);
}

/* Replace what was known of the module. */
static int update_info(struct context *context, bool *reloaded)
{
	struct report_info info;
	int err = client_info(context->client, &info);

	if (err)
		return err;
	*reloaded = context->info.module_version &&
		    note_reload(&info, &context->info);
	report_free_info(&context->info);
	context->info = info;
	context->attached_before = context->attached;
	context->attached = is_attached(context, &info);
	return 0;
}

static int take_matrix(const struct context *context,
		       struct report_matrix *matrix)
{
	if (reason_option)
		return client_migrations(context->client, context->reason,
					 matrix);
	return client_matrix(context->client, context->view->kind, matrix);
}

static int report(void *arg, bool show)
{
	struct context *context = arg;
	struct report_matrix now = { 0 };
	bool reloaded;
	int err = update_info(context, &reloaded);

	if (!err)
		err = take_matrix(context, &now);
	if (!err && show)
		err = context->options->interval.period
			      ? print_growth(context, &now, reloaded)
			      : print(context, &now);
	if ((!err && show && context->reports < 2) || err == -EOPNOTSUPP)
		note_gaps(context);
	report_free_matrix(&context->before);
	context->before = now;
	return err;
}

/* -1 to go on, else the exit code. */
static int choose_reason(struct context *context)
{
	if (!reason_option)
		return -1;
	if (context->view->kind != NUMATRACE_MATRIX_KIND_MIGRATION)
		return options_wrong(&cmd_matrix,
				     "--reason goes with migration only");
	if (!report_reason_number(reason_option, &context->reason))
		return options_wrong(&cmd_matrix, "no such reason: %s",
				     reason_option);
	return -1;
}

static int choose_unit(const struct view *view, enum locality_unit *unit)
{
	int option = unit_option ? unit_option : view->default_option;

	*unit = LOCALITY_EVENTS;
	if (unit_option && !view->events_option)
		return options_wrong(&cmd_matrix, "%s", view->units);
	if (option != OPTION_PAGES && option != view->events_option)
		return options_wrong(&cmd_matrix, "%s", view->units);
	if (option == OPTION_PAGES)
		*unit = LOCALITY_PAGES;
	return -1;
}

static int run(const struct options *options)
{
	struct context context = {
		.options = options,
		.view = find_view(options->argument),
		.style = options->style,
	};
	int code, err;

	if (!context.view)
		return options_wrong(&cmd_matrix, "no such matrix: %s",
				     options->argument);
	code = choose_unit(context.view, &context.unit);
	if (code < 0)
		code = choose_reason(&context);
	if (code < 0)
		code = options_columns(&cmd_matrix, context.view->object,
				       options, &context.choice);
	if (code >= 0)
		return code;
	context.client = client_new();
	err = interval_run(&options->interval, report, &context);
	if (err)
		pr_notice("%s", client_error(context.client));
	report_free_info(&context.info);
	report_free_matrix(&context.before);
	note_interruption(context.client);
	client_free(context.client);
	output_free_choice(&context.choice);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&access_object, &migration_object, &bounce_object, &task_object, NULL,
};

const struct command cmd_matrix = {
	.name = "matrix",
	.arguments =
		"access|migration|bounce|task-move|task-swap|task-stick [<interval> [<count>]]",
	.summary =
		"Show accesses, migrations or tasks to be moved, node by node.",
	.notes =
		"An access is a sampled touch of a page (a hinting fault of automatic NUMA\n"
		"balancing), not a load or a store. JSON, raw output and --output list cells.\n"
		"bounce: pages that migrated back to the node from which they had come less than\n"
		"bounce_window_ms before. task-move, task-swap: tasks that balancing tried to move,\n"
		"or to let change places; task-stick: those that it could not move after all.\n"
		"Reasons: compaction, memory_failure, memory_hotplug, syscall (and cpusets),\n"
		"mempolicy_mbind, numa_misplaced (balancing), contig_range, longterm_pin,\n"
		"demotion, damon, unknown.",
	.objects = listed,
	.takes_argument =
		"access, migration, bounce, task-move, task-swap or task-stick",
	.takes_interval = true,
	.own_options = own_options,
	.own_help =
		"     --faults         count accesses in faults (default)\n"
		"     --folios         count migrations in folios\n"
		"     --pages          count in pages (default for migrations)\n"
		"     --reason <name>  only migrations for this reason\n",
	.set_option = set_option,
	.run = run,
};
