/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that do the same at the same time, each on a CPU of its own.
 */
#ifndef NUMATRACE_BENCH_TEAM_H
#define NUMATRACE_BENCH_TEAM_H

#include <stddef.h>
#include <stdint.h>

struct bench_team;

/* What a thread does; to and fro over its part of the memory, @passes times. */
typedef void (*bench_work)(void *start, size_t size, uint64_t passes);

/*
 * Start a thread on each of the CPUs that we may use, and give each an equal
 * part of the memory. 0; or a negative errno: -EINVAL we may use none of them.
 */
int bench_team_start(struct bench_team **team, const unsigned int *cpus,
		     size_t count, void *start, size_t size);

/* Number of threads, and bytes that all of them have together. */
size_t bench_team_count(const struct bench_team *team);
size_t bench_team_size(const struct bench_team *team);

/*
 * Have them work, and take the time from the first that begins to the last
 * that ends, in ns. 0, or -ESTALE: a CPU was taken from us meanwhile.
 */
int bench_team_run(struct bench_team *team, bench_work work, uint64_t passes,
		   double *ns);

void bench_team_stop(struct bench_team *team);

#endif
