// SPDX-License-Identifier: GPL-2.0
#include "cost_show.h"

#include "clock.h"
#include "cost_columns.h"
#include "output_array.h"
#include "process_columns.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Of the columns of a process those that matter here. */
#define PROCESS_COLUMNS                                                        \
	"PID,STATE,COMM,FAULT-TIME,SCAN-TIME,MIGRATION-TIME,MIGRATED"

/**
 * struct section - a list of the page
 * @object: its kind
 * @title: of the page
 * @columns: which, or NULL
 * @missing: why there is none, or NULL
 * @none: a sentence where it is empty, or NULL
 * @most: lines of the page, or 0: all
 * @empty: whether an object says nothing to people, or NULL
 * @rows: the objects
 * @owned: @rows is to be freed
 * @count: number of @rows
 * @size: of each, bytes
 */
struct section {
	const struct output_object *object;
	const char *title;
	const char *columns;
	const char *missing;
	const char *none;
	size_t most;
	bool (*empty)(const void *object);
	void *rows;
	bool owned;
	size_t count;
	size_t size;
};

enum {
	SECTION_KINDS,
	SECTION_NODES,
	SECTION_HISTOGRAM,
	SECTION_PAIRS,
	SECTION_PROCESSES,
	SECTION_REASONS,
	SECTION_TASKS,
	SECTION_BOUNCES,
	SECTION_SKIPS,
	SECTIONS
};

/* All sections, and what their rows point to. */
struct page {
	struct cost_row kinds[REPORT_COST_KINDS];
	struct cost_task_row tasks[COST_STICKS - COST_MOVES + 1];
	struct cost_bounce_row bounce;
	uint64_t most[REPORT_COST_KINDS];
	struct section section[SECTIONS];
};

static const char *why_no_times(const struct cost_reading *reading)
{
	if (reading->measured_time)
		return NULL;
	return reading->missing[COST_TIMES] ? reading->missing[COST_TIMES]
					    : "measure_cost was 0";
}

static void add_times(const struct cost_reading *reading, struct page *page)
{
	struct section *section = page->section;

	cost_kind_rows(&reading->costs, page->kinds);
	section[SECTION_KINDS] = (struct section){
		.object = &cost_object,
		.title = "Time",
		.missing = why_no_times(reading),
		.rows = page->kinds,
		.count = REPORT_COST_KINDS,
		.size = sizeof(*page->kinds),
	};
	section[SECTION_NODES] = (struct section){
		.object = &cost_node_object,
		.title = "CPU time of each node that balancing takes",
		.missing = why_no_times(reading),
		.owned = true,
		.size = sizeof(struct cost_node_row),
	};
	section[SECTION_NODES].rows =
		cost_node_rows(reading, &section[SECTION_NODES].count);
}

static void add_histogram(const struct cost_reading *reading, struct page *page)
{
	struct section *section = &page->section[SECTION_HISTOGRAM];

	*section = (struct section){
		.object = &cost_bucket_object,
		.title = "Durations",
		.missing = why_no_times(reading),
		.none = "none",
		.owned = true,
		.size = sizeof(struct cost_bucket_row),
	};
	section->rows =
		cost_bucket_rows(&reading->costs, page->most, &section->count);
}

/* Whose time it was, the longest first. */
static void add_shares(const struct cost_reading *reading, struct page *page)
{
	struct section *pairs = &page->section[SECTION_PAIRS];
	struct section *processes = &page->section[SECTION_PROCESSES];

	*pairs = (struct section){
		.object = &cost_pair_object,
		.title = "Time by nodes",
		.missing = why_no_times(reading),
		.none = "none",
		.most = COST_PAGE_ROWS,
		.owned = true,
		.size = sizeof(struct cost_row),
	};
	pairs->rows = cost_pair_rows(&reading->costs, &pairs->count);
	*processes = (struct section){
		.object = &process_object,
		.title = "Processes that took most time",
		.columns = PROCESS_COLUMNS,
		.missing = why_no_times(reading),
		.none = "none",
		.most = COST_PAGE_ROWS,
		.owned = true,
		.size = sizeof(struct process_row),
	};
	processes->rows =
		cost_process_rows(&reading->processes, &processes->count);
}

static void fill_tasks(const struct cost_reading *reading, struct page *page)
{
	static const char *const events[] = { "move", "swap", "stick" };

	for (int i = 0; i <= COST_STICKS - COST_MOVES; i++) {
		const struct report_matrix *matrix =
			&reading->matrix[COST_MOVES + i];

		page->tasks[i] = (struct cost_task_row){
			.event = events[i],
			.measured = !reading->missing[COST_MOVES + i],
			.tasks =
				cost_matrix_sum(matrix, LOCALITY_EVENTS, false),
			.between =
				cost_matrix_sum(matrix, LOCALITY_EVENTS, true),
		};
	}
}

static void fill_bounces(const struct cost_reading *reading, struct page *page)
{
	const struct report_matrix *bounces = &reading->matrix[COST_BOUNCES];
	const struct report_matrix *all = &reading->matrix[COST_MIGRATIONS];

	page->bounce = (struct cost_bounce_row){
		.folios = cost_matrix_sum(bounces, LOCALITY_EVENTS, false),
		.pages = cost_matrix_sum(bounces, LOCALITY_PAGES, false),
		.migrated = !reading->missing[COST_MIGRATIONS],
		.migrated_pages = cost_matrix_sum(all, LOCALITY_PAGES, false),
	};
}

static bool no_migration(const void *object)
{
	const struct report_reason *reason = object;

	return !reason->calls && !reason->migrated_pages &&
	       !reason->failed_pages;
}

static bool no_skip(const void *object)
{
	const struct report_skip *skip = object;

	return !skip->count;
}

static void add_events(const struct cost_reading *reading, struct page *page)
{
	struct section *section = page->section;

	fill_tasks(reading, page);
	fill_bounces(reading, page);
	section[SECTION_REASONS] = (struct section){
		.object = &cost_reason_object,
		.title = "Migrations by reason, pages",
		.missing = reading->missing[COST_REASONS],
		.none = "none",
		.empty = no_migration,
		.rows = reading->reasons.reason,
		.count = reading->reasons.count,
		.size = sizeof(*reading->reasons.reason),
	};
	section[SECTION_TASKS] = (struct section){
		.object = &cost_task_object,
		.title = "Tasks that balancing tried to move",
		.missing = reading->missing[COST_MOVES],
		.rows = page->tasks,
		.count = COST_STICKS - COST_MOVES + 1,
		.size = sizeof(*page->tasks),
	};
	section[SECTION_BOUNCES] = (struct section){
		.object = &cost_bounce_object,
		.title = "Pages that migrated back",
		.missing = reading->missing[COST_BOUNCES],
		.rows = &page->bounce,
		.count = 1,
		.size = sizeof(page->bounce),
	};
	section[SECTION_SKIPS] = (struct section){
		.object = &cost_skip_object,
		.title = "Mappings that the scanner passed over",
		.missing = reading->missing[COST_SKIPS],
		.none = "none",
		.empty = no_skip,
		.rows = reading->skips.skip,
		.count = reading->skips.count,
		.size = sizeof(*reading->skips.skip),
	};
}

static int make_page(const struct cost_reading *reading, struct page *page)
{
	add_times(reading, page);
	add_histogram(reading, page);
	add_shares(reading, page);
	add_events(reading, page);
	for (int i = 0; i < SECTIONS; i++)
		if (page->section[i].owned && !page->section[i].rows)
			return -ENOMEM;
	return 0;
}

static void free_page(struct page *page)
{
	for (int i = 0; i < SECTIONS; i++)
		if (page->section[i].owned)
			free(page->section[i].rows);
}

static int choose(const struct section *section, struct output_choice *choice)
{
	char *unknown;

	return output_choose(section->object, section->columns, false, choice,
			     &unknown);
}

/* A copy of the rows that say something; NULL when memory is short. */
static char *copy_rows(const struct section *section, size_t *count)
{
	char *copy = malloc((section->count + 1) * section->size);
	const char *row = section->rows;

	*count = 0;
	for (size_t i = 0; copy && i < section->count;
	     i++, row += section->size)
		if (!section->empty || !section->empty(row))
			memcpy(copy + (*count)++ * section->size, row,
			       section->size);
	return copy;
}

static int print_rows(const struct section *section,
		      const struct output_style *style, const void *rows,
		      size_t count)
{
	size_t shown =
		section->most && count > section->most ? section->most : count;
	struct output_choice choice;
	int err;

	if (!count && section->none) {
		printf("%s: %s\n", section->title, section->none);
		return 0;
	}
	err = choose(section, &choice);
	if (err)
		return err;
	printf("%s:\n", section->title);
	err = output_list(section->object, &choice, style, rows, shown,
			  section->size);
	output_free_choice(&choice);
	if (!err && shown < count)
		printf("and %zu more, see --json\n", count - shown);
	return err;
}

static int print_section(const struct section *section,
			 const struct output_style *style)
{
	size_t count;
	char *rows;
	int err;

	if (section->missing) {
		printf("%s: not measured\n", section->title);
		return 0;
	}
	rows = copy_rows(section, &count);
	err = rows ? print_rows(section, style, rows, count) : -ENOMEM;
	free(rows);
	return err;
}

static void print_title(const struct cost_reading *reading)
{
	if (reading->elapsed)
		printf("What balancing cost in %.1f seconds\n",
		       clock_seconds(reading->elapsed));
	else
		puts("What balancing has cost since the module was loaded");
}

static void print_notes(const struct sentences *notes)
{
	putchar('\n');
	for (size_t i = 0; i < notes->count; i++)
		puts(notes->text[i]);
}

/* Where no time was measured one line says so for all of these. */
static bool is_shown(const struct page *page, int i)
{
	return !page->section[i].missing || i > SECTION_PROCESSES ||
	       i == SECTION_KINDS;
}

int cost_show_text(const struct cost_reading *reading,
		   const struct output_style *style)
{
	struct sentences notes = { 0 };
	struct page page = { 0 };
	int err = make_page(reading, &page);

	if (!err)
		err = cost_notes(reading, &notes);
	if (!err)
		print_title(reading);
	for (int i = 0; !err && i < SECTIONS; i++) {
		if (!is_shown(&page, i))
			continue;
		putchar('\n');
		err = print_section(&page.section[i], style);
	}
	if (!err)
		print_notes(&notes);
	free_page(&page);
	sentences_free(&notes);
	return err;
}

/* null where it was not measured, which "notes" explains. */
static int add_array(struct json_object *json, const struct section *section)
{
	struct json_object *array = NULL;
	struct output_choice choice;
	int err = 0;

	/* Those of all kinds say themselves what they are. */
	if (!section->missing && section->columns) {
		err = choose(section, &choice);
		if (err)
			return err;
		array = output_array(section->object, &choice, section->rows,
				     section->count, section->size);
		output_free_choice(&choice);
	} else if (!section->missing) {
		array = output_array(section->object, NULL, section->rows,
				     section->count, section->size);
	}
	json_object_object_add(json, section->object->name, array);
	return err;
}

static struct json_object *duration(uint64_t ns)
{
	return ns ? json_object_new_uint64(ns) : NULL;
}

int cost_show_json(const struct cost_reading *reading)
{
	struct json_object *json = json_object_new_object();
	struct sentences notes = { 0 };
	struct page page = { 0 };
	int err = json ? make_page(reading, &page) : -ENOMEM;

	if (!err)
		err = cost_notes(reading, &notes);
	if (!err) {
		json_object_object_add(json, "elapsed",
				       duration(reading->elapsed));
		json_object_object_add(json, "measured_time",
				       duration(reading->measured_time));
	}
	for (int i = 0; !err && i < SECTIONS; i++)
		err = add_array(json, &page.section[i]);
	if (!err)
		json_object_object_add(json, "notes", sentences_json(&notes));
	free_page(&page);
	sentences_free(&notes);
	if (!err)
		return output_json(json);
	json_object_put(json);
	return err;
}
