// SPDX-License-Identifier: GPL-2.0
#include "show.h"

#include "locality.h"
#include "matrix_grid.h"
#include "output.h"
#include "printable.h"
#include "show_text.h"
#include "topology.h"
#include "usage_values.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct output_style style = { .format = OUTPUT_TABLE };

#define print_line(name, format, ...)                                          \
	printf("%-20s " format "\n", name, ##__VA_ARGS__)

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_user(uint32_t uid)
{
	const struct passwd *user = getpwuid(uid);

	if (user)
		print_line("User:", "%s", user->pw_name);
	else
		print_line("User:", "%u", uid);
}

static void print_cgroup(const struct show *show)
{
	const struct proc *proc = &show->proc;
	char *label = printable(show->label);
	char *cgroup = printable(proc->cgroup);

	if (label)
		print_line(container_contains(&show->container) ? "Container:"
								: "Unit:",
			   "%s", label);
	print_line("Cgroup:", "%s", or_dash(cgroup));
	free(label);
	free(cgroup);
	print_line("Cgroup's cpuset:", "CPUs %s, nodes %s",
		   or_dash(proc->cpuset_cpus), or_dash(proc->cpuset_nodes));
}

static void print_moment(const char *name, int clock, bool known, uint64_t ns)
{
	char *local = known ? usage_moment(clock, ns) : NULL;

	print_line(name, "%s", or_dash(local));
	free(local);
}

static void print_accesses(const struct report_usage *usage)
{
	struct locality locality;
	double ratio;

	if (!usage) {
		print_line("Accesses:", "-");
		return;
	}
	locality = locality_of_usage(usage, LOCALITY_EVENTS);
	if (locality_ratio(locality, &ratio))
		print_line("Accesses:",
			   "%llu sampled (hinting faults), %.1f%% local",
			   (unsigned long long)(locality.local +
						locality.remote),
			   ratio * 100);
	else
		print_line("Accesses:", "0 sampled (hinting faults)");
	if (usage->outcomes)
		print_line("Balancing:",
			   "moved %llu pages, failed to move %llu",
			   (unsigned long long)usage->migrated_pages,
			   (unsigned long long)usage->failed_pages);
	else
		print_line("Balancing:", "moved - pages, failed to move -");
	print_moment("First access:", CLOCK_MONOTONIC, usage->accessed,
		     usage->first_access);
	print_moment("Last access:", CLOCK_MONOTONIC, usage->accessed,
		     usage->last_access);
}

static void print_head(const struct show *show)
{
	const struct proc *proc = &show->proc;
	uint64_t start;
	bool started = show_started(show, &start);
	char *comm = printable(proc->comm);

	print_line("Process:", "%d %s", proc->pid, or_dash(comm));
	free(comm);
	print_user(proc->uid);
	print_line("State:", "%c, %u thread%s", proc->state, proc->threads,
		   proc->threads == 1 ? "" : "s");
	print_moment("Started:", CLOCK_BOOTTIME, started, start);
	print_line("CPUs allowed:", "%s", or_dash(proc->cpus));
	print_line("Nodes allowed:", "%s", or_dash(proc->nodes));
	print_cgroup(show);
	print_accesses(show_usage(show));
}

static int add_cell(struct report_matrix *matrix, uint32_t row, uint32_t column,
		    uint64_t faults, uint64_t pages)
{
	struct report_cell *cell = report_add_cell(matrix);

	if (!cell)
		return -ENOMEM;
	*cell = (struct report_cell){
		.row = row,
		.column = column,
		.events = faults,
		.pages = pages,
	};
	return 0;
}

static bool has_share(const struct report_usage *usage, uint32_t row,
		      uint32_t column)
{
	for (size_t i = 0; i < usage->shares; i++)
		if (usage->share[i].cpu_node == row &&
		    usage->share[i].memory_node == column)
			return true;
	return false;
}

/* The row leaves out what is zero; a grid shows it. */
static int add_zeros(struct report_matrix *matrix,
		     const struct report_usage *usage,
		     const struct report_info *info)
{
	unsigned int *rows = NULL, *columns = NULL;
	size_t height = 0, width = 0;
	int err = topology_parse_list(info->nodes_cpu, &rows, &height);

	if (!err)
		err = topology_parse_list(info->nodes_memory, &columns, &width);
	for (size_t i = 0; !err && i < height * width; i++) {
		unsigned int row = rows[i / width];
		unsigned int column = columns[i % width];

		if (!has_share(usage, row, column))
			err = add_cell(matrix, row, column, 0, 0);
	}
	free(rows);
	free(columns);
	return err;
}

static int fill_matrix(struct report_matrix *matrix,
		       const struct report_usage *usage,
		       const struct report_info *info)
{
	int err = add_zeros(matrix, usage, info);

	for (size_t i = 0; !err && i < usage->shares; i++) {
		const struct report_share *share = &usage->share[i];

		err = add_cell(matrix, share->cpu_node, share->memory_node,
			       share->faults, share->pages);
	}
	if (!err && !report_sort_matrix(matrix))
		err = -EBADMSG;
	return err;
}

static int print_matrix(const struct show *show)
{
	const struct report_usage *usage = show_usage(show);
	struct report_matrix matrix = { 0 };
	const struct matrix_grid grid = {
		.matrix = &matrix,
		.unit = LOCALITY_EVENTS,
		.corner = "CPU-NODE",
		.rows = show->info.nodes_cpu,
		.columns = show->info.nodes_memory,
		.locality = true,
	};
	int err = fill_matrix(&matrix, usage, &show->info);

	puts("\naccesses (sampled hinting faults), CPU node by row, memory node by column");
	if (!err)
		err = matrix_grid_print(&grid, &style);
	report_free_matrix(&matrix);
	return err;
}

int show_text_list(const struct output_object *object, const void *objects,
		   size_t count, size_t size)
{
	struct output_choice choice;
	char *unknown;
	int err = output_choose(object, NULL, false, &choice, &unknown);

	if (err)
		return err;
	err = output_list(object, &choice, &style, objects, count, size);
	output_free_choice(&choice);
	return err;
}

enum {
	SHARE_CPU,
	SHARE_MEMORY,
};

static char *show_sum_node(const struct output_style *unused,
			   const void *object, int side)
{
	const struct report_share *share = object;
	uint32_t node =
		side == SHARE_CPU ? share->cpu_node : share->memory_node;

	return node == REPORT_ALL_NODES ? NULL : output_count(node);
}

static char *show_sum_faults(const struct output_style *unused,
			     const void *object, int field)
{
	const struct report_share *share = object;

	return output_count(share->faults);
}

static const struct output_column sum_columns[] = {
	{
		.name = "CPU-NODE",
		.key = "cpu_node",
		.number = true,
		.field = SHARE_CPU,
		.value = show_sum_node,
	},
	{
		.name = "MEMORY-NODE",
		.key = "memory_node",
		.number = true,
		.field = SHARE_MEMORY,
		.value = show_sum_node,
	},
	{
		.name = "ACCESSES",
		.key = "faults",
		.number = true,
		.value = show_sum_faults,
	},
	{ 0 },
};

static const struct output_object sum_object = {
	.name = "accesses",
	.columns = sum_columns,
};

static int print_usage(const struct show *show)
{
	const struct report_usage *usage = show_usage(show);

	if (!usage || !usage->shares)
		return 0;
	if (show_has_matrix(usage))
		return print_matrix(show);
	puts("\naccesses (sampled hinting faults), summed by CPU node and by memory node");
	return show_text_list(&sum_object, usage->share, usage->shares,
			      sizeof(*usage->share));
}

/* A node's line, with the whole that its share is of. */
struct resident_row {
	const struct residency *residency;
	const struct residency_node *node;
};

enum {
	RESIDENT_NODE,
	RESIDENT_BYTES,
	RESIDENT_SHARE,
	RESIDENT_ERROR,
};

static char *show_resident(const struct output_style *how, const void *object,
			   int field)
{
	const struct resident_row *row = object;
	double share;
	char *text;

	switch (field) {
	case RESIDENT_NODE:
		return output_count(row->node->id);
	case RESIDENT_BYTES:
		return output_size(how, row->node->bytes);
	case RESIDENT_SHARE:
		return residency_share(row->residency, row->node, &share)
			       ? output_ratio(how, share)
			       : NULL;
	default:
		if (!row->residency->sampled)
			return strdup("exact");
		return asprintf(&text, "+-%.1f%%", row->node->error * 100) < 0
			       ? NULL
			       : text;
	}
}

static const struct output_column resident_columns[] = {
	{
		.name = "NODE",
		.key = "node",
		.number = true,
		.field = RESIDENT_NODE,
		.value = show_resident,
	},
	{
		.name = "RESIDENT",
		.key = "bytes",
		.number = true,
		.field = RESIDENT_BYTES,
		.value = show_resident,
	},
	{
		.name = "SHARE",
		.key = "share",
		.number = true,
		.field = RESIDENT_SHARE,
		.value = show_resident,
	},
	{
		.name = "ERROR",
		.key = "error",
		.number = true,
		.field = RESIDENT_ERROR,
		.value = show_resident,
	},
	{ 0 },
};

static const struct output_object resident_object = {
	.name = "residency",
	.columns = resident_columns,
};

static int print_nodes(const struct residency *residency)
{
	struct resident_row *rows = calloc(residency->count, sizeof(*rows));
	int err;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < residency->count; i++) {
		rows[i].residency = residency;
		rows[i].node = &residency->node[i];
	}
	err = show_text_list(&resident_object, rows, residency->count,
			     sizeof(*rows));
	free(rows);
	return err;
}

static void print_method(const struct residency *residency)
{
	char *resident = output_size(&style, residency->resident);

	printf("\nresident memory (%s) per node, ", or_dash(resident));
	if (residency->sampled)
		printf("by %lu of %lu random pages (95 %% interval)\n",
		       residency->hits, residency->draws);
	else
		puts("exact (numa_maps)");
	free(resident);
}

/* What cannot be told is said beside the numbers that it is missing from. */
static void print_doubts(const struct residency *residency)
{
	char *hidden = output_size(&style, residency->hidden);

	if (residency->hidden)
		printf("%s of it is on an unknown node: balancing has armed it; see --exact\n",
		       or_dash(hidden));
	else if (residency->sampled && residency->error > RESIDENCY_TARGET)
		puts("its mappings are too sparse for a closer estimate; --exact tells");
	free(hidden);
}

static int print_residency(const struct show *show)
{
	const struct residency *residency = &show->residency;
	int err = 0;

	if (show->unmeasured) {
		printf("\nresident memory per node: %s\n",
		       show_unmeasured(show));
		return 0;
	}
	if (!residency->resident && !residency->sampled) {
		puts("\nresident memory per node: none");
		return 0;
	}
	print_method(residency);
	if (residency->count)
		err = print_nodes(residency);
	print_doubts(residency);
	return err;
}

static void print_verdict(const struct verdict *verdict)
{
	putchar('\n');
	for (size_t i = 0; i < verdict->count; i++)
		puts(verdict->sentence[i]);
}

int show_print_text(const struct show *show, size_t threads)
{
	int err;

	print_head(show);
	err = print_usage(show);
	if (!err)
		err = show_text_threads(&show->threads, threads);
	if (!err)
		err = print_residency(show);
	if (!err)
		print_verdict(&show->verdict);
	return err;
}
