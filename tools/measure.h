/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a command did with memory, from its start to its end.
 */
#ifndef NUMATRACE_MEASURE_H
#define NUMATRACE_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "child.h"
#include "report.h"
#include "sentences.h"

/**
 * struct measure - the result
 * @child: the command
 * @all: @usage, @user and @system are those of all its descendants; else of
 *	its own process, and the times also of children that it waited for
 * @measured: whether its accesses were measured
 * @usage: its accesses, and what balancing moved for it
 * @user: CPU time, ns
 * @system: CPU time, ns
 * @timed: @migration_time was measured
 * @migration_time: that it migrated pages, ns; a part of @system or more, as it
 *	is time of the clock
 * @notes: what the numbers leave out, and what to do about it
 */
struct measure {
	struct child child;
	bool all;
	bool measured;
	struct report_usage usage;
	uint64_t user;
	uint64_t system;
	bool timed;
	uint64_t migration_time;
	struct sentences notes;
};

/*
 * Run a command, whose policy we have ourselves, and measure it. 0; a negative
 * errno where it could not be executed; or -ENOMEM after it ended.
 */
int measure_run(char **argv, struct measure *measure);
void measure_free(struct measure *measure);

/* Print it. 0 or -ENOMEM. */
int measure_print_text(const struct measure *measure, char *const *argv,
		       FILE *file);
int measure_print_json(const struct measure *measure, char *const *argv,
		       FILE *file);

#endif
