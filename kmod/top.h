/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cgroups with most accesses.
 */
#ifndef NUMATRACE_TOP_H
#define NUMATRACE_TOP_H

#include "counters.h"

/* At most so many, see sample-cgroups. */
#define NT_MAX_TOP 64

/**
 * struct nt_top - what one cgroup did
 * @id: of the cgroup
 * @local: accesses to memory of the CPU's node
 * @remote: accesses to memory of another node
 * @outcome: what balancing did for it
 */
struct nt_top {
	u64 id;
	struct nt_cell local;
	struct nt_cell remote;
	struct nt_outcome outcome;
};

/*
 * Fills up to @room elements, the one with most accesses first, and returns how
 * many. It waits for no reader of the ledger, and allocates nothing.
 * Context: holds nt_sampling, so that the table of cgroups stays.
 */
unsigned int nt_top_cgroups(struct nt_top *top, unsigned int room);

#endif
