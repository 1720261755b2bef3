/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time that the processes of a command migrated pages.
 */
#ifndef NUMATRACE_MEASURE_TIME_H
#define NUMATRACE_MEASURE_TIME_H

#include "report.h"

struct client;
struct run_cgroup;

/* Processes that have ended up to now; UINT64_MAX: not known. */
uint64_t measure_time_begin(struct client *client);

/*
 * The time, ns, of the processes in @cgroup and below it, or if it has no path,
 * of the last process that had the number @pid. @ended: what the function above
 * has said. False: not known, as a process has no row any more.
 */
bool measure_time_end(struct client *client, const struct run_cgroup *cgroup,
		      uint32_t pid, uint64_t ended, uint64_t *time);

#endif
