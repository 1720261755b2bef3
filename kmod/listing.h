/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A listing: the rows of processes or of cgroups, at one moment, as far as
 * somebody may see them. It is the only reader of the ledgers, and the only
 * thing that generic netlink and debugfs see of them.
 */
#ifndef NUMATRACE_LISTING_H
#define NUMATRACE_LISTING_H

#include "table.h"

#include <linux/numatrace.h>

struct pid_namespace;

/**
 * struct nt_viewer - who reads
 * @privileged: may see every process
 * @uid: may see the processes of this user
 * @pid_ns: the PID namespace in which processes are numbered; what is not in
 *	it cannot be seen
 */
struct nt_viewer {
	bool privileged;
	kuid_t uid;
	struct pid_namespace *pid_ns;
};

/**
 * struct nt_filter - which processes to list one by one
 * @pid: only this one, unless 0
 * @by_uid: only those of @uid
 * @uid: real user
 * @cgroup: only those of the cgroup with this id, unless 0
 * @min_remote: only those with so many remote accesses
 * @even_few: also those with less than the setting min-faults
 */
struct nt_filter {
	pid_t pid;
	bool by_uid;
	kuid_t uid;
	u64 cgroup;
	u64 min_remote;
	bool even_few;
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
 * @path: of the cgroup, or NULL
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
 * struct nt_listing - rows at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: see NUMATRACE_A_INFO_GENERATION
 * @outcomes: whether the outcomes of the records were counted
 * @costs: BIT() of each kind of which their time was measured
 * @count: number of records; the first ones are those that stand for many
 * @room: number of records that there was room for
 * @now: jiffies at @timestamp
 * @records: nt_record() finds them
 */
struct nt_listing {
	u64 timestamp;
	u32 generation;
	bool outcomes;
	unsigned int costs;
	unsigned int count;
	unsigned int room;
	unsigned long now;
	void *records;
};

/*
 * List processes, or cgroups, for a viewer; nt_listing_free() it. -ENOMEM if
 * memory is short. Context: of the viewer, may sleep for a grace period.
 */
struct nt_listing *nt_list_processes(const struct nt_viewer *viewer,
				     const struct nt_filter *filter);
struct nt_listing *nt_list_cgroups(void);
void nt_listing_free(struct nt_listing *listing);

/* Lists leave out, one by one, what has fewer accesses. */
void nt_listing_set_min_faults(u64 min_faults);
u64 nt_listing_min_faults(void);

static inline size_t nt_record_size(void)
{
	return struct_size((struct nt_record *)NULL, cells, nt_row_cells());
}

static inline struct nt_record *nt_record(const struct nt_listing *listing,
					  unsigned int i)
{
	return listing->records + i * nt_record_size();
}

#endif
