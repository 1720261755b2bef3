/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Applies rules to processes: each once, and again where it failed.
 */
#ifndef NUMATRACE_DAEMON_APPLY_H
#define NUMATRACE_DAEMON_APPLY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon_table.h"
#include "journal.h"
#include "rules.h"

/**
 * struct applier - what is needed for it
 * @rules: the rules
 * @journal: where actions are written down
 * @table: what was acted on
 * @cleaned: CLOCK_MONOTONIC, ns, when what has ended was last cleaned up
 * @stop: not 0: we are to end
 */
struct applier {
	struct rules rules;
	struct journal *journal;
	struct handled_table table;
	uint64_t cleaned;
	const atomic_int *stop;
};

/* A process is new, or is not what it was, or is to be tried again. */
void applier_look_at(struct applier *applier, pid_t pid);

/* All processes that there are. 0 or a negative errno. */
int applier_look_at_all(struct applier *applier);

/* What is due to be tried again, or to be cleaned up. */
void applier_retry(struct applier *applier);

/* Milliseconds until something is, for poll(2); -1: nothing is. */
int applier_timeout(const struct applier *applier);

void applier_free(struct applier *applier);

#endif
