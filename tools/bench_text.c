// SPDX-License-Identifier: GPL-2.0
#include "bench_text.h"

#include "bench_series.h"
#include "matrix_grid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* So many sentences of firmware leave room for the numbers. */
#define MOST_WRONG 8

static const char no_local[] =
	"Node %u is without memory: compared with the best other (latency: node %u).\n";
static const char small_buffer[] =
	"That is less than twice the caches, and in part measures them: see --size.";
static const char large_spread[] =
	"~: the spread is large (quartiles over %.0f %% apart, or fewer than %d repeats).\n";

/* What a grid shows. */
struct view {
	const struct profile *profile;
	enum profile_metric metric;
	bool penalty;
};

static const char *const titles[PROFILE_METRICS] = {
	[PROFILE_LATENCY] =
		"latency of dependent loads in ns, CPU node by row, memory node by column",
	[PROFILE_READ] = "read bandwidth in GiB/s",
	[PROFILE_WRITE] = "write bandwidth in GiB/s",
	[PROFILE_COPY] =
		"copy bandwidth in GiB/s, what is read and what is written",
};

/* "~" where the repeats differ. */
static char *value_text(const struct view *view,
			const struct profile_value *value)
{
	bool latency = view->metric == PROFILE_LATENCY;
	double shown = latency ? value->median : value->median / (1 << 30);
	char *text;
	int length = asprintf(&text, "%s%.*f", value->steady ? "" : "~",
			      latency ? 1 : 2, shown);

	return length < 0 ? NULL : text;
}

static char *penalty_text(const struct view *view,
			  const struct profile_cell *cell)
{
	double penalty;
	char *text;
	int length;

	if (!profile_penalty(view->profile, cell, view->metric, &penalty))
		return NULL;
	length = asprintf(&text, "%+.1f%%", penalty * 100);
	return length < 0 ? NULL : text;
}

static char *cell_text(const void *context, uint32_t row, uint32_t column)
{
	const struct view *view = context;
	const struct profile_cell *cell =
		profile_find(view->profile, row, column);

	if (!cell || !cell->value[view->metric].repeats)
		return NULL;
	return view->penalty ? penalty_text(view, cell)
			     : value_text(view, &cell->value[view->metric]);
}

static bool named_before(const struct profile *profile, size_t index,
			 bool memory)
{
	const struct profile_cell *cell = profile->cell;

	for (size_t i = 0; i < index; i++)
		if (memory ? cell[i].memory_node == cell[index].memory_node
			   : cell[i].cpu_node == cell[index].cpu_node)
			return true;
	return false;
}

/* Memory nodes of a row are ascending: the rows are alike. */
static char *list_nodes(const struct profile *profile, bool memory)
{
	const char *comma = "";
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_cell *cell = &profile->cell[i];

		if (named_before(profile, i, memory))
			continue;
		fprintf(stream, "%s%u", comma,
			memory ? cell->memory_node : cell->cpu_node);
		comma = ",";
	}
	fclose(stream);
	return text;
}

static int print_grid(const struct view *view)
{
	const struct output_style style = { 0 };
	struct matrix_grid grid = {
		.corner = "CPU-NODE",
		.text = cell_text,
		.context = view,
	};
	char *rows = list_nodes(view->profile, false);
	char *columns = list_nodes(view->profile, true);
	int err = -ENOMEM;

	grid.rows = rows;
	grid.columns = columns;
	if (rows && columns)
		err = matrix_grid_print(&grid, &style);
	free(columns);
	free(rows);
	return err;
}

static bool measured(const struct profile *profile, enum profile_metric metric)
{
	for (size_t i = 0; i < profile->count; i++)
		if (profile->cell[i].value[metric].repeats)
			return true;
	return false;
}

static int print_metric(const struct profile *profile,
			enum profile_metric metric)
{
	struct view view = { .profile = profile, .metric = metric };
	int err;

	if (!measured(profile, metric))
		return 0;
	printf("\n%s\n", titles[metric]);
	err = print_grid(&view);
	if (err)
		return err;
	puts("\npenalty against local memory");
	view.penalty = true;
	return print_grid(&view);
}

/* The nodes whose penalty is against another node than their own. */
static void print_references(const struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		uint32_t node = profile->cell[i].cpu_node, nearest;

		if (named_before(profile, i, false) ||
		    profile_find(profile, node, node) ||
		    !profile_reference(profile, node, PROFILE_LATENCY,
				       &nearest))
			continue;
		printf(no_local, node, nearest);
	}
}

static bool same_reason(const struct profile_cell *a,
			const struct profile_cell *b)
{
	return a->reason && b->reason && !strcmp(a->reason, b->reason);
}

/* Each reason once, for all that have it. */
static void print_reason(const struct profile *profile, size_t first)
{
	const struct profile_cell *cell = profile->cell;
	const char *comma = "";

	for (size_t i = 0; i < first; i++)
		if (same_reason(&cell[i], &cell[first]))
			return;
	fputs("Not measured: ", stdout);
	for (size_t i = first; i < profile->count; i++)
		if (same_reason(&cell[i], &cell[first])) {
			printf("%sfrom node %u to node %u", comma,
			       cell[i].cpu_node, cell[i].memory_node);
			comma = ", ";
		}
	printf(": %s.\n", cell[first].reason);
}

static void print_reasons(const struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++)
		if (profile->cell[i].reason)
			print_reason(profile, i);
}

static void print_huge(const struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_cell *cell = &profile->cell[i];

		if (!named_before(profile, i, true) && !cell->reason)
			printf("On node %u %.0f %% of the buffer is in huge pages.\n",
			       cell->memory_node, cell->huge * 100);
	}
}

static void print_buffer(const struct profile *profile)
{
	printf("Buffer: %llu MiB on each node; caches of a node: ",
	       (unsigned long long)profile->size >> 20);
	if (profile->cache)
		printf("%.1f MiB.\n", (double)profile->cache / (1 << 20));
	else
		puts("not known.");
	if (profile->cache && profile->size < 2 * profile->cache)
		puts(small_buffer);
	print_huge(profile);
}

static void print_spread(const struct profile *profile)
{
	bool unsteady = false;

	for (size_t i = 0; i < profile->count; i++)
		for (int j = 0; j < PROFILE_METRICS; j++) {
			const struct profile_value *value =
				&profile->cell[i].value[j];

			unsteady |= value->repeats && !value->steady;
		}
	if (unsteady)
		printf(large_spread, BENCH_SPREAD * 100, BENCH_MIN_REPEATS);
}

static void print_wrong(const struct sentences *wrong)
{
	for (size_t i = 0; i < wrong->count && i < MOST_WRONG; i++)
		puts(wrong->text[i]);
	if (wrong->count > MOST_WRONG)
		printf("And %zu more such; --json has all of them.\n",
		       wrong->count - MOST_WRONG);
}

int bench_print_text(const struct profile *profile,
		     const struct sentences *wrong)
{
	int err = 0;

	print_buffer(profile);
	for (int i = 0; !err && i < PROFILE_METRICS; i++)
		err = print_metric(profile, i);
	if (err)
		return err;
	putchar('\n');
	print_spread(profile);
	print_references(profile);
	print_reasons(profile);
	print_wrong(wrong);
	return 0;
}
