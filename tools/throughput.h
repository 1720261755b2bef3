/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The throughput of a workload, by its own account: runs of a command, or a
 * counter that grows.
 */
#ifndef NUMATRACE_THROUGHPUT_H
#define NUMATRACE_THROUGHPUT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct throughput - where it comes from; all NULL: it is not known
 * @command: to be run, up to a NULL
 * @file: whose first number grows
 * @program: a shell command whose first number of output grows
 */
struct throughput {
	char *const *command;
	const char *file;
	const char *program;
};

/**
 * struct throughput_result - of one round
 * @runs: of the command
 * @known: @rate is
 * @rate: runs, or what the counter counts, per second
 */
struct throughput_result {
	uint64_t runs;
	bool known;
	double rate;
};

/*
 * Let @period ns pass, and with a command what its last run takes longer. 0;
 * -EINTR: a signal came; or another negative errno and in @why a sentence, to
 * be freed, or NULL when memory is short.
 */
int throughput_round(const struct throughput *throughput, uint64_t period,
		     struct throughput_result *result, char **why);

/* Whether it can be read at all. 0 or as above. */
int throughput_check(const struct throughput *throughput, char **why);

/* The first number of a text. False: there is none. */
bool throughput_parse(const char *text, double *number);

#endif
