/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of a process, and those of what it did, which cgroups have too.
 */
#ifndef NUMATRACE_PROCESS_COLUMNS_H
#define NUMATRACE_PROCESS_COLUMNS_H

#include "output.h"
#include "report.h"

/**
 * struct process_row - a process, or many of them, as it is printed
 * @process: the row of the report
 * @cgroup: path of its cgroup, or NULL
 */
struct process_row {
	const struct report_process *process;
	const char *cgroup;
};

/* Prints struct process_row. */
extern const struct output_object process_object;

/* Whether the row is about one process, not about many. */
bool process_is_single(const struct report_process *process);

/*
 * "live", "exited", and for many: "exited-total", "unlisted", "unattributed".
 */
const char *process_state_word(const struct report_process *process);

/* Name of the user, or the number of one without; to be freed. */
char *process_user(uint32_t uid);

/* Whether a column needs the path of the cgroup. */
bool process_shows_cgroup(const struct output_column *column);

/* Whether a column needs what the hook outcome counts. */
bool process_shows_outcomes(const struct output_column *column);

#endif
