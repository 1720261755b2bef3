/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything about one process: collected, then printed for people or as
 * JSON.
 */
#ifndef NUMATRACE_SHOW_H
#define NUMATRACE_SHOW_H

#include "client.h"
#include "container.h"
#include "proc.h"
#include "residency.h"
#include "verdict.h"

/**
 * struct show - a process
 * @proc: what /proc tells
 * @info: the machine; without module version: the module is not loaded
 * @config: settings of the module
 * @row: its row in the module's table: one process, or none
 * @hidden: its row may exist, but we may not see it
 * @threads: its threads, by node of the CPU, then by number
 * @policies: whether the module told the threads, with their policies
 * @residency: where its memory is
 * @unmeasured: why @residency was not measured, a negative errno; or 0
 * @container: what its cgroup is
 * @label: short name of that, or NULL
 * @verdict: what all of it means
 */
struct show {
	struct proc proc;
	struct report_info info;
	struct report_config config;
	struct report_processes row;
	bool hidden;
	struct report_threads threads;
	bool policies;
	struct residency residency;
	int unmeasured;
	struct container container;
	char *label;
	struct verdict verdict;
};

/*
 * 0, or a negative errno: -ESRCH there is no such process, else
 * client_error() says what it is.
 */
int show_collect(struct client *client, pid_t pid,
		 const struct residency_request *request, struct show *show);
void show_free(struct show *show);

static inline const struct report_usage *show_usage(const struct show *show)
{
	return show->row.count ? &show->row.process[0].usage : NULL;
}

/* When it was started: CLOCK_BOOTTIME, ns. False where that is not known. */
bool show_started(const struct show *show, uint64_t *start);

/* Whether accesses are known by pairs of nodes, not only by their sums. */
bool show_has_matrix(const struct report_usage *usage);

/* Why the residency is not known. */
const char *show_unmeasured(const struct show *show);

/* At most @threads threads, 0 for all. 0 or -ENOMEM. */
int show_print_text(const struct show *show, size_t threads);
int show_print_json(const struct show *show);

#endif
