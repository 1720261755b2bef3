/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The accesses to memory that are timed.
 */
#ifndef NUMATRACE_BENCH_WORK_H
#define NUMATRACE_BENCH_WORK_H

#include <stddef.h>
#include <stdint.h>

/* Distance of the loads of a chain: no two are in one line of a cache. */
#define BENCH_LINE 64

/* Loads of a chain in a pass. */
#define BENCH_CHASE 4096

/*
 * Link the lines of the memory to one cycle in random order, by Sattolo's
 * algorithm: no load can begin before the one before it has ended, and no
 * prefetcher guesses where it goes.
 */
void bench_link(void *start, size_t size);

/* Follow it, BENCH_CHASE loads a pass. */
void bench_chase(void *start, size_t size, uint64_t passes);

/* Read or write all of it, or copy its first half onto its second. */
void bench_read(void *start, size_t size, uint64_t passes);
void bench_write(void *start, size_t size, uint64_t passes);
void bench_copy(void *start, size_t size, uint64_t passes);

#endif
