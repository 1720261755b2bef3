/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What balancing costs, as a page for people or a JSON document.
 */
#ifndef NUMATRACE_COST_SHOW_H
#define NUMATRACE_COST_SHOW_H

#include "cost_reading.h"
#include "sentences.h"

struct cost_row;
struct output_object;
struct output_style;
struct process_row;
struct cost_bucket_row;
struct cost_node_row;

/* Processes and pairs of nodes that a page has at most. */
#define COST_PAGE_ROWS 10

/* All kinds of work: each has a row, also where it was not measured. */
void cost_kind_rows(const struct report_costs *costs, struct cost_row *rows);

/*
 * The others are allocated, and freed by the caller; NULL, and @count 0, when
 * memory is short.
 */
struct cost_node_row *cost_node_rows(const struct cost_reading *reading,
				     size_t *count);
/* Those that took most time first. */
struct cost_row *cost_pair_rows(const struct report_costs *costs,
				size_t *count);
/* From the first bucket that has something to the last. @most: of each kind. */
struct cost_bucket_row *cost_bucket_rows(const struct report_costs *costs,
					 uint64_t most[REPORT_COST_KINDS],
					 size_t *count);
/* Processes that took time, those that took most first. */
struct process_row *cost_process_rows(const struct report_processes *processes,
				      size_t *count);

/* Why the times of a kind of work are missing or lack some. 0 or -ENOMEM. */
int cost_note_kinds(const struct cost_reading *reading,
		    struct sentences *notes);

/* What the numbers include and lack. 0 or -ENOMEM. */
int cost_notes(const struct cost_reading *reading, struct sentences *notes);

/* Print all. 0 or -ENOMEM. */
int cost_show_text(const struct cost_reading *reading,
		   const struct output_style *style);
int cost_show_json(const struct cost_reading *reading);

#endif
