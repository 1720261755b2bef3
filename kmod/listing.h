/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A listing: the rows of processes or of cgroups, as far as somebody may see
 * them, one after the other. It is the only reader of the ledgers, and the only
 * thing that generic netlink and debugfs see of them.
 *
 * It remembers where it is and the sums of what it did not list, but no row:
 * whoever asks for one and does not go on holds no more memory than that, and
 * no lock. Rows that were moved in between are counted twice or not at all;
 * nt_listing_sequence() tells.
 */
#ifndef NUMATRACE_LISTING_H
#define NUMATRACE_LISTING_H

#include "ledger.h"

#include <linux/numatrace.h>

/**
 * struct nt_filter - which processes to list one by one
 * @pid: only this one, unless 0
 * @by_uid: only those of @uid
 * @uid: real user
 * @cgroup: only those of the cgroup with this id, unless 0
 * @min_remote: only those with so many remote accesses
 */
struct nt_filter {
	pid_t pid;
	bool by_uid;
	kuid_t uid;
	u64 cgroup;
	u64 min_remote;
};

/**
 * struct nt_record - a row, as it was
 * @kind: what it stands for; a single process or cgroup only if current or
 *	ended
 * @count: how many it stands for
 * @left_out: how many of those the viewer may not see
 * @pid: in the viewer's PID namespace
 * @threads: of the process; 0 if it ended
 * @owner: the process
 * @id: of the cgroup
 * @path: of the cgroup, or NULL where it is not known; the record's own
 * @first: first access, CLOCK_MONOTONIC, ns; 0 if there was none
 * @last: last access
 * @local: accesses to memory of the CPU's node
 * @remote: accesses to memory of another node
 * @outcome: what balancing did for it
 * @time: what it took in time, ns, by enum numatrace_cost_kind
 * @cells: nt_row_cells() cells, see nt_row_access()
 */
struct nt_record {
	enum numatrace_row_kind kind;
	u32 count;
	u32 left_out;
	pid_t pid;
	u32 threads;
	struct nt_owner owner;
	u64 id;
	char *path;
	u64 first;
	u64 last;
	struct nt_cell local;
	struct nt_cell remote;
	struct nt_outcome outcome;
	u64 time[NT_NR_COSTS];
	struct nt_cell cells[];
};

/**
 * struct nt_moment - when rows are read, and what is measured then
 * @timestamp: CLOCK_MONOTONIC, ns
 * @jiffies: the same
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @outcomes: whether outcomes are counted
 * @costs: BIT() of each kind of which the time is measured
 */
struct nt_moment {
	u64 timestamp;
	unsigned long jiffies;
	u32 generation;
	bool outcomes;
	unsigned int costs;
};

struct nt_listing;

/* Begins with the first row; nt_listing_end() it. NULL if memory is short. */
struct nt_listing *nt_listing_begin(struct nt_ledger *ledger);
void nt_listing_end(struct nt_listing *listing);

/*
 * Reads the next row that the viewer may see and the filter of processes lets
 * through, then those that stand for many: 1; 0 if there are no more, or
 * -ENOMEM. It stays the next one until nt_listing_advance(). Context: of the
 * viewer, may sleep.
 */
int nt_listing_next(struct nt_listing *listing, const struct nt_viewer *viewer,
		    const struct nt_filter *filter, struct nt_record *record);
void nt_listing_advance(struct nt_listing *listing,
			const struct nt_record *record);

/* When it began. */
const struct nt_moment *nt_listing_moment(const struct nt_listing *listing);
/* Not what it was: rows were moved, or settings changed. */
u32 nt_listing_sequence(const struct nt_listing *listing);

/*
 * Looks up the row of a process that lives by its number. 0 or
 * -ESRCH: it has none, or the viewer may not see it. Context: of the viewer.
 */
int nt_read_process(pid_t pid, const struct nt_viewer *viewer,
		    struct nt_moment *moment, struct nt_record *record);

/* Room for one row, charged to the caller. NULL if memory is short. */
struct nt_record *nt_record_alloc(void);
void nt_record_free(struct nt_record *record);

/* Lists leave out, one by one, what has fewer accesses. */
void nt_listing_set_min_faults(u64 min_faults);
u64 nt_listing_min_faults(void);

#endif
