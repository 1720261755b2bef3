/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The history: a ring of the last samples.
 *
 * The sampler alone writes. Readers take no lock: each place has a sequence
 * count, by which a reader sees that the sampler was in it meanwhile, and then
 * the sample that it wanted is gone.
 */
#ifndef NUMATRACE_HISTORY_H
#define NUMATRACE_HISTORY_H

#include "sampler.h"
#include "top.h"

struct nt_ring;

/* For @size samples, each with up to @cgroups cgroups. NULL: memory is short. */
struct nt_ring *nt_ring_alloc(unsigned int size, unsigned int cgroups);
void nt_ring_free(struct nt_ring *ring);

int nt_history_init(void);
/* Nobody reads or writes any more. */
void nt_history_exit(void);

/*
 * Replaces the ring by @ring, which the history takes over, and keeps the
 * newest samples that fit. Context: holds nt_sampling, may sleep.
 */
void nt_history_replace(struct nt_ring *ring);

/* Bytes that the ring takes. */
size_t nt_history_memory(void);

/* How many samples there are, and the number of the newest, 0 if there is none. */
unsigned int nt_history_count(u64 *last);

/*
 * The next sample, for the sampler to fill in between; @cgroups is how many it
 * has room for. Context: holds nt_sampling.
 */
struct nt_sample *nt_history_begin(unsigned int *cgroups);
void nt_history_end(struct nt_sample *sample);

/*
 * The newest sample that is at least @ns older than the newest of all; where
 * the ring is full and has none, its oldest. NULL if there is none, or if their
 * generations differ. Context: holds nt_sampling.
 */
const struct nt_sample *nt_history_older(u64 ns);

/* Room for a copy of a sample, charged to the caller. NULL: memory is short. */
struct nt_sample *nt_sample_alloc(void);
void nt_sample_free(struct nt_sample *sample);

/*
 * Copies the oldest sample that there is with a number from @from to @to.
 * False: there is none. Any context but NMI.
 */
bool nt_history_copy(u64 from, u64 to, struct nt_sample *copy);

#endif
