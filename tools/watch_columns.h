/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What JSON has of what happens while it is watched: problems that began or
 * ended, and samples that were missed.
 */
#ifndef NUMATRACE_WATCH_COLUMNS_H
#define NUMATRACE_WATCH_COLUMNS_H

#include "finding_columns.h"
#include "moment.h"

/**
 * struct watch_event - a problem that began, changed or ended
 * @row: as it is listed
 * @now: to tell the time
 */
struct watch_event {
	struct finding_row row;
	struct moment_now now;
};

/* Print a document of type "missed": so many samples were. 0 or -ENOMEM. */
int watch_missed_line(uint64_t samples);

/* When, whether it is over, and all columns of a finding. 0 or -ENOMEM. */
int watch_event_columns(struct output_choice *choice);

#endif
