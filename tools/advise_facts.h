/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Collects what advice is made of: two readings of the whole machine, and all
 * about the processes in question.
 */
#ifndef NUMATRACE_ADVISE_FACTS_H
#define NUMATRACE_ADVISE_FACTS_H

#include "advise.h"
#include "client.h"
#include "cpu_time.h"

/**
 * struct advise_watch - a process in question
 * @pid: its number
 * @known: whether @ticks is
 * @ticks: that it had used at the first reading
 * @busy: CPUs that it kept busy between the readings; negative: not known
 */
struct advise_watch {
	pid_t pid;
	bool known;
	uint64_t ticks;
	double busy;
};

/**
 * struct advise_facts - two readings, and what happened in between
 * @topology: the nodes
 * @profile: as it was saved
 * @machine: of both
 * @info: the module and its machine; without version: it is not loaded
 * @config: its settings
 * @now: rows of processes
 * @recent: the same, what happened between the readings
 * @seconds: between them
 * @watched: number of @watch
 * @watch: the processes in question
 */
struct advise_facts {
	struct topology topology;
	struct profile profile;
	struct advise_machine machine;
	struct report_info info;
	struct report_config config;
	struct report_processes now;
	struct report_processes recent;
	double seconds;
	size_t watched;
	struct advise_watch *watch;
};

/*
 * Take both readings, @period ns apart. The processes in question are @pids;
 * without any, those that have remote accesses, but for ourselves. 0 or a
 * negative errno, as the getters of client.h; the module not being loaded is
 * none.
 */
int advise_facts_collect(struct client *client, const pid_t *pids, size_t count,
			 uint64_t period, struct advise_facts *facts);

/* Order @watch: the most remote accesses first. */
void advise_facts_sort(struct advise_facts *facts);

/* Its row, or NULL. */
const struct report_process *
advise_facts_row(const struct report_processes *processes, pid_t pid);

void advise_facts_free(struct advise_facts *facts);

#endif
