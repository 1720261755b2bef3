// SPDX-License-Identifier: GPL-2.0
#include "listing.h"
#include "cost.h"
#include "hooks.h"
#include "selftest.h"
#include "snapshot.h"
#include "task.h"

#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

/* The rows that stand for many, which come last. */
enum sum {
	ENDED_TOTAL,
	UNLISTED,
	UNATTRIBUTED,
	NR_SUMS
};

/* Rows that are looked at before others get the lock. */
#define SLICE 64

/**
 * struct nt_listing - a listing under way
 * @ledger: whose rows
 * @moment: when it began
 * @row: the next row of the table
 * @recent: when these are done, the next of those that ended last
 * @sum: when these are done, the next of the sums
 * @place: the one of these three that counts what is listed now
 * @unlisted: of the rows that were passed over
 * @ended: of those in the table that ended a moment ago
 */
struct nt_listing {
	struct nt_ledger *ledger;
	struct nt_moment moment;
	unsigned int row;
	unsigned int recent;
	unsigned int sum;
	unsigned int *place;
	struct nt_record *unlisted;
	struct nt_record *ended;
};

static u64 min_faults;

void nt_listing_set_min_faults(u64 faults)
{
	WRITE_ONCE(min_faults, faults);
}

u64 nt_listing_min_faults(void)
{
	return READ_ONCE(min_faults);
}

static size_t record_size(void)
{
	return struct_size((struct nt_record *)NULL, cells, nt_row_cells());
}

struct nt_record *nt_record_alloc(void)
{
	return NT_MAY_FAIL(kvzalloc(record_size(), GFP_KERNEL_ACCOUNT), NULL);
}

void nt_record_free(struct nt_record *record)
{
	if (!record)
		return;
	kfree(record->path);
	kvfree(record);
}

static void empty_record(struct nt_record *record)
{
	kfree(record->path);
	memset(record, 0, record_size());
}

static void read_moment(struct nt_moment *moment)
{
	moment->costs = nt_cost_kinds();
	moment->outcomes = nt_hook_counted(NT_HOOK_OUTCOME);
	moment->generation = nt_snapshot_generation();
	moment->timestamp = ktime_get_ns();
	moment->jiffies = jiffies;
}

/* A row that counts on may have been accessed after the moment. */
static u64 jiffies_to_time(const struct nt_moment *moment, unsigned long then)
{
	if (time_after(then, moment->jiffies))
		return moment->timestamp;
	return moment->timestamp - jiffies64_to_nsecs(moment->jiffies - then);
}

static void add_time(struct nt_record *record, const struct nt_row *row)
{
	int kind;

	for (kind = 0; kind < NT_NR_COSTS; kind++)
		record->time[kind] += atomic64_read(&row->time[kind]);
}

static void read_row(const struct nt_moment *moment, struct nt_record *record,
		     const struct nt_row *row)
{
	empty_record(record);
	nt_row_add_cells(row, record->cells);
	record->outcome.migrated = atomic64_read(&row->migrated);
	record->outcome.failed = atomic64_read(&row->failed);
	add_time(record, row);
	record->count = 1;
	record->owner = row->owner;
	record->id = row->key;
	record->first = jiffies_to_time(moment, row->first);
	record->last = jiffies_to_time(moment, READ_ONCE(row->last));
}

/* All cells whose sum is that of all accesses, and the local ones of them. */
static void sum_cells(struct nt_record *record)
{
	unsigned int i, count = nt_has_matrix() ? nt_row_cells() : nr_node_ids;

	memset(&record->local, 0, sizeof(record->local));
	memset(&record->remote, 0, sizeof(record->remote));
	for (i = 0; i < count; i++)
		nt_add_cell(&record->remote, &record->cells[i]);
	if (nt_has_matrix())
		for (i = 0; i < nr_node_ids; i++)
			nt_add_cell(&record->local,
				    &record->cells[i * (nr_node_ids + 1)]);
	else
		nt_add_cell(&record->local, &record->cells[2 * nr_node_ids]);
	nt_take_cell(&record->remote, &record->local);
}

static void add_record(struct nt_record *to, const struct nt_record *from)
{
	unsigned int i;

	for (i = 0; i < NT_NR_COSTS; i++)
		to->time[i] += from->time[i];
	for (i = 0; i < nt_row_cells(); i++)
		nt_add_cell(&to->cells[i], &from->cells[i]);
	to->outcome.migrated += from->outcome.migrated;
	to->outcome.failed += from->outcome.failed;
	to->count += from->count;
}

static bool has_enough(const struct nt_record *record)
{
	return record->local.events + record->remote.events >=
	       nt_listing_min_faults();
}

/* Who it is now. A process that is gone without having ended its row does so. */
static void identify(struct nt_record *record, const struct nt_row *row)
{
	struct task_struct *leader;

	rcu_read_lock();
	leader = nt_task_find(row);
	if (leader) {
		nt_task_describe(&record->owner, leader);
		record->threads = get_nr_threads(leader);
	} else {
		nt_ledger_end(&nt_processes, row->key, NULL, NULL);
	}
	rcu_read_unlock();
}

static bool matches(const struct nt_record *record,
		    const struct nt_filter *filter)
{
	const struct nt_owner *owner = &record->owner;

	return (!filter->pid || filter->pid == record->pid) &&
	       (!filter->by_uid || uid_eq(filter->uid, owner->uid)) &&
	       (!filter->cgroup || filter->cgroup == owner->cgroup) &&
	       record->remote.events >= filter->min_remote;
}

/* Whether the viewer is to see the row that was read. */
static bool is_listed(const struct nt_listing *listing,
		      struct nt_record *record, const struct nt_viewer *viewer,
		      const struct nt_filter *filter)
{
	if (listing->ledger != &nt_processes)
		return has_enough(record);
	record->pid = nt_visible_pid(viewer, &record->owner);
	return record->pid && has_enough(record) && matches(record, filter);
}

/* Adds what is not listed to those that are not, or that ended. */
static void pass_over(struct nt_listing *listing,
		      const struct nt_record *record)
{
	if (record->kind == NUMATRACE_ROW_KIND_ENDED) {
		add_record(listing->ended, record);
		return;
	}
	add_record(listing->unlisted, record);
	if (listing->ledger == &nt_processes && !record->pid)
		listing->unlisted->left_out++;
}

/*
 * Reads a row of the table. One that ended a moment ago may have ended before,
 * and be among the recent ones: then it is one with that.
 */
static bool read_current(const struct nt_listing *listing,
			 const struct nt_row *row,
			 const struct nt_viewer *viewer,
			 const struct nt_filter *filter,
			 struct nt_record *record)
{
	read_row(&listing->moment, record, row);
	sum_cells(record);
	if (test_bit(NT_ROW_ENDED, &row->state)) {
		record->kind = NUMATRACE_ROW_KIND_ENDED;
		if (nt_ledger_find_recent(listing->ledger, row->key)) {
			record->count = 0;
			return false;
		}
	} else {
		record->kind = NUMATRACE_ROW_KIND_CURRENT;
		if (listing->ledger == &nt_processes)
			identify(record, row);
	}
	if (row->path)
		record->path = kstrdup(row->path, GFP_KERNEL_ACCOUNT);
	return is_listed(listing, record, viewer, filter);
}

/* In a slice of the table. Returns whether one was found, @end: it has no more. */
static bool search_slice(struct nt_listing *listing,
			 const struct nt_viewer *viewer,
			 const struct nt_filter *filter,
			 struct nt_record *record, bool *end)
{
	struct nt_table *table = nt_ledger_lock(listing->ledger);
	unsigned int stop = min(listing->row + SLICE, table->size);
	const struct nt_row *row;
	bool found = false;

	for (; listing->row < stop; listing->row++) {
		row = nt_table_row(table, listing->row);
		if (!test_bit_acquire(NT_ROW_USED, &row->state))
			continue;
		found = read_current(listing, row, viewer, filter, record);
		if (found)
			break;
		pass_over(listing, record);
	}
	*end = listing->row >= table->size;
	nt_ledger_unlock(listing->ledger);
	return found;
}

/* NULL if it is not known, as outside of the viewer's cgroup namespace. */
static char *path_of(u64 id)
{
	struct cgroup *cgroup = cgroup_get_from_id(id);
	char *path = NULL;
	char *buffer;

	if (IS_ERR(cgroup))
		return NULL;
	buffer = NT_MAY_FAIL(kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT), NULL);
	if (buffer && cgroup_path(cgroup, buffer, PATH_MAX) >= 0)
		path = kstrdup(buffer, GFP_KERNEL_ACCOUNT);
	kfree(buffer);
	cgroup_put(cgroup);
	return path;
}

static bool next_in_table(struct nt_listing *listing,
			  const struct nt_viewer *viewer,
			  const struct nt_filter *filter,
			  struct nt_record *record)
{
	bool end = false, found = false;

	while (!end && !found) {
		found = search_slice(listing, viewer, filter, record, &end);
		cond_resched();
	}
	if (found && listing->ledger == &nt_cgroups && !record->path)
		record->path = path_of(record->id);
	return found;
}

static bool next_recent(struct nt_listing *listing,
			const struct nt_viewer *viewer,
			const struct nt_filter *filter,
			struct nt_record *record)
{
	const struct nt_row *row;
	bool found = false;

	nt_ledger_lock(listing->ledger);
	for (; listing->recent < NT_RECENT; listing->recent++) {
		row = nt_ledger_recent(listing->ledger, listing->recent);
		if (!row->key)
			continue;
		read_row(&listing->moment, record, row);
		sum_cells(record);
		record->kind = NUMATRACE_ROW_KIND_ENDED;
		if (row->path)
			record->path = kstrdup(row->path, GFP_KERNEL_ACCOUNT);
		found = is_listed(listing, record, viewer, filter);
		if (found)
			break;
	}
	nt_ledger_unlock(listing->ledger);
	return found;
}

static void read_ended(const struct nt_listing *listing,
		       struct nt_record *record)
{
	const struct nt_ledger *ledger = listing->ledger;

	nt_row_add_cells(ledger->total, record->cells);
	add_time(record, ledger->total);
	record->outcome.migrated = atomic64_read(&ledger->total->migrated);
	record->outcome.failed = atomic64_read(&ledger->total->failed);
	record->count = ledger->ended;
	add_record(record, listing->ended);
}

static int read_unattributed(const struct nt_ledger *ledger,
			     struct nt_record *record)
{
	nt_cost_add_unattributed(record->time);
	add_time(record, ledger->evicted);
	return nt_ledger_add_unattributed(ledger, record->cells,
					  &record->outcome);
}

static int read_sum(const struct nt_listing *listing, struct nt_record *record)
{
	int ret = 0;

	empty_record(record);
	nt_ledger_lock(listing->ledger);
	switch (listing->sum) {
	case ENDED_TOTAL:
		record->kind = NUMATRACE_ROW_KIND_ENDED_TOTAL;
		read_ended(listing, record);
		break;
	case UNLISTED:
		record->kind = NUMATRACE_ROW_KIND_UNLISTED;
		record->left_out = listing->unlisted->left_out;
		add_record(record, listing->unlisted);
		break;
	default:
		record->kind = NUMATRACE_ROW_KIND_UNATTRIBUTED;
		ret = read_unattributed(listing->ledger, record);
	}
	nt_ledger_unlock(listing->ledger);
	sum_cells(record);
	return ret;
}

int nt_listing_next(struct nt_listing *listing, const struct nt_viewer *viewer,
		    const struct nt_filter *filter, struct nt_record *record)
{
	listing->place = &listing->row;
	if (!listing->recent && next_in_table(listing, viewer, filter, record))
		return 1;
	listing->place = &listing->recent;
	if (next_recent(listing, viewer, filter, record))
		return 1;
	listing->place = &listing->sum;
	if (listing->sum == NR_SUMS)
		return 0;
	return read_sum(listing, record) ?: 1;
}

void nt_listing_advance(struct nt_listing *listing,
			const struct nt_record *record)
{
	if (listing->place == &listing->row &&
	    record->kind == NUMATRACE_ROW_KIND_ENDED)
		add_record(listing->ended, record);
	(*listing->place)++;
}

const struct nt_moment *nt_listing_moment(const struct nt_listing *listing)
{
	return &listing->moment;
}

u32 nt_listing_sequence(const struct nt_listing *listing)
{
	return nt_snapshot_generation() + READ_ONCE(listing->ledger->changes);
}

struct nt_listing *nt_listing_begin(struct nt_ledger *ledger)
{
	struct nt_listing *listing =
		NT_MAY_FAIL(kzalloc(sizeof(*listing), GFP_KERNEL_ACCOUNT),
			    NULL);

	if (!listing)
		return NULL;
	listing->ledger = ledger;
	listing->unlisted = nt_record_alloc();
	listing->ended = nt_record_alloc();
	if (!listing->unlisted || !listing->ended) {
		nt_listing_end(listing);
		return NULL;
	}
	read_moment(&listing->moment);
	return listing;
}

void nt_listing_end(struct nt_listing *listing)
{
	if (!listing)
		return;
	nt_record_free(listing->unlisted);
	nt_record_free(listing->ended);
	kfree(listing);
}

int nt_read_process(pid_t pid, const struct nt_viewer *viewer,
		    struct nt_moment *moment, struct nt_record *record)
{
	struct task_struct *leader;
	struct nt_row *row = NULL;

	/* Not in the midst of a change of tables. */
	nt_ledger_lock(&nt_processes);
	read_moment(moment);
	rcu_read_lock();
	leader = pid_task(find_pid_ns(pid, viewer->pid_ns), PIDTYPE_TGID);
	if (leader)
		row = nt_ledger_find(&nt_processes, nt_process_key(leader));
	if (row && !test_bit(NT_ROW_ENDED, &row->state)) {
		read_row(moment, record, row);
		identify(record, row);
		record->pid = nt_visible_pid(viewer, &record->owner);
	}
	rcu_read_unlock();
	nt_ledger_unlock(&nt_processes);
	sum_cells(record);
	record->kind = NUMATRACE_ROW_KIND_CURRENT;
	return record->pid ? 0 : -ESRCH;
}
