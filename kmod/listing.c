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

/* The records that stand for many, in their order. */
enum {
	ENDED_TOTAL,
	UNLISTED,
	UNATTRIBUTED,
	FIRST_SINGLE
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

static unsigned int count_rows(const struct nt_table *table)
{
	unsigned int i, count = 0;

	for (i = 0; i < table->size; i++)
		count += test_bit(NT_ROW_USED, &nt_table_row(table, i)->state);
	cond_resched();
	return count;
}

/* Charged to the caller: anybody may ask. One more record to try rows in. */
static struct nt_listing *alloc_listing(const struct nt_table *table)
{
	struct nt_listing *listing =
		NT_MAY_FAIL(kzalloc(sizeof(*listing), GFP_KERNEL_ACCOUNT),
			    NULL);

	if (!listing)
		return NULL;
	listing->room = FIRST_SINGLE + count_rows(table) + NT_RECENT;
	listing->records =
		NT_MAY_FAIL(kvcalloc(listing->room + 1, nt_record_size(),
				     GFP_KERNEL_ACCOUNT),
			    NULL);
	if (!listing->records) {
		kfree(listing);
		return NULL;
	}
	return listing;
}

void nt_listing_free(struct nt_listing *listing)
{
	unsigned int i;

	if (IS_ERR_OR_NULL(listing))
		return;
	for (i = FIRST_SINGLE; i < listing->count; i++)
		kfree(nt_record(listing, i)->path);
	kvfree(listing->records);
	kfree(listing);
}

static void start_listing(struct nt_listing *listing)
{
	listing->costs = nt_cost_kinds();
	listing->outcomes = nt_hook_counted(NT_HOOK_OUTCOME);
	listing->timestamp = ktime_get_ns();
	listing->now = jiffies;
	listing->generation = nt_snapshot_generation();
	nt_record(listing, ENDED_TOTAL)->kind = NUMATRACE_ROW_KIND_ENDED_TOTAL;
	nt_record(listing, UNLISTED)->kind = NUMATRACE_ROW_KIND_UNLISTED;
	nt_record(listing, UNATTRIBUTED)->kind =
		NUMATRACE_ROW_KIND_UNATTRIBUTED;
	listing->count = FIRST_SINGLE;
}

/* A row that counts on may have been accessed after the listing began. */
static u64 jiffies_to_time(const struct nt_listing *listing, unsigned long then)
{
	if (time_after(then, listing->now))
		return listing->timestamp;
	return listing->timestamp - jiffies64_to_nsecs(listing->now - then);
}

static void add_time(struct nt_record *record, const struct nt_row *row)
{
	int kind;

	for (kind = 0; kind < NT_NR_COSTS; kind++)
		record->time[kind] += atomic64_read(&row->time[kind]);
}

static void read_row(const struct nt_listing *listing, struct nt_record *record,
		     const struct nt_row *row)
{
	nt_row_add_cells(row, record->cells);
	record->outcome.migrated = atomic64_read(&row->migrated);
	record->outcome.failed = atomic64_read(&row->failed);
	add_time(record, row);
	record->owner = row->owner;
	record->id = row->key;
	record->first = jiffies_to_time(listing, row->first);
	record->last = jiffies_to_time(listing, READ_ONCE(row->last));
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
	to->count++;
}

static bool has_enough(const struct nt_record *record)
{
	return record->local.events + record->remote.events >=
	       nt_listing_min_faults();
}

/* The record after the last, in which a row is tried. */
static struct nt_record *next_record(const struct nt_listing *listing)
{
	struct nt_record *record = nt_record(listing, listing->count);

	memset(record, 0, nt_record_size());
	return record;
}

/* Lists what was tried, or adds it to those that are not. */
static void settle(struct nt_listing *listing, struct nt_record *record,
		   bool listed)
{
	if (listed && listing->count < listing->room)
		listing->count++;
	else if (record->kind == NUMATRACE_ROW_KIND_CURRENT)
		add_record(nt_record(listing, UNLISTED), record);
}

/* What was not listed is not kept until the reader has read the rest. */
static void trim(struct nt_listing *listing)
{
	size_t size = listing->count * nt_record_size();
	void *records =
		NT_MAY_FAIL(kvmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN),
			    NULL);

	if (!records)
		return;
	memcpy(records, listing->records, size);
	kvfree(listing->records);
	listing->records = records;
}

static int list_sums(struct nt_listing *listing, struct nt_ledger *ledger)
{
	struct nt_record *nobody = nt_record(listing, UNATTRIBUTED);
	struct nt_record *ended = nt_record(listing, ENDED_TOTAL);
	unsigned int i;
	int ret;

	ret = nt_ledger_add_unattributed(ledger, nobody->cells,
					 &nobody->outcome);
	if (ret)
		return ret;
	nt_cost_add_unattributed(nobody->time);
	add_time(nobody, ledger->evicted);
	nt_row_add_cells(ledger->total, ended->cells);
	add_time(ended, ledger->total);
	ended->outcome.migrated = atomic64_read(&ledger->total->migrated);
	ended->outcome.failed = atomic64_read(&ledger->total->failed);
	ended->count = ledger->ended;
	for (i = 0; i < FIRST_SINGLE; i++)
		sum_cells(nt_record(listing, i));
	trim(listing);
	return 0;
}

/* Who it is now. A process that is gone without having ended its row does so. */
static void identify(struct nt_record *record, const struct nt_row *row,
		     const struct nt_viewer *viewer)
{
	struct task_struct *leader;

	rcu_read_lock();
	leader = nt_task_find(row);
	if (leader) {
		nt_task_describe(&record->owner, leader);
		record->pid = task_tgid_nr_ns(leader, viewer->pid_ns);
		record->threads = get_nr_threads(leader);
	} else {
		nt_ledger_end(&nt_processes, row->key, NULL, NULL);
	}
	rcu_read_unlock();
	if (!leader && viewer->pid_ns == &init_pid_ns)
		record->pid = row->owner.tgid;
}

static bool may_see(const struct nt_record *record,
		    const struct nt_viewer *viewer)
{
	const struct nt_owner *owner = &record->owner;

	return record->pid &&
	       (viewer->privileged ||
		(owner->plain && uid_eq(owner->uid, viewer->uid)));
}

static bool matches(const struct nt_record *record,
		    const struct nt_filter *filter)
{
	const struct nt_owner *owner = &record->owner;

	return (filter->even_few || has_enough(record)) &&
	       (!filter->pid || filter->pid == record->pid) &&
	       (!filter->by_uid || uid_eq(filter->uid, owner->uid)) &&
	       (!filter->cgroup || filter->cgroup == owner->cgroup) &&
	       record->remote.events >= filter->min_remote;
}

static void list_process(struct nt_listing *listing, const struct nt_row *row,
			 const struct nt_viewer *viewer,
			 const struct nt_filter *filter)
{
	struct nt_record *record = next_record(listing);
	bool seen;

	read_row(listing, record, row);
	sum_cells(record);
	record->kind = NUMATRACE_ROW_KIND_CURRENT;
	identify(record, row, viewer);
	seen = may_see(record, viewer);
	if (!seen)
		nt_record(listing, UNLISTED)->left_out++;
	settle(listing, record, seen && matches(record, filter));
}

static void list_ended_process(struct nt_listing *listing,
			       const struct nt_row *row,
			       const struct nt_viewer *viewer,
			       const struct nt_filter *filter)
{
	struct nt_record *record = next_record(listing);

	read_row(listing, record, row);
	sum_cells(record);
	record->kind = NUMATRACE_ROW_KIND_ENDED;
	if (viewer->pid_ns == &init_pid_ns)
		record->pid = row->owner.tgid;
	settle(listing, record,
	       may_see(record, viewer) && matches(record, filter));
}

static struct nt_listing *list_all_processes(const struct nt_table *table,
					     const struct nt_viewer *viewer,
					     const struct nt_filter *filter)
{
	struct nt_listing *listing = alloc_listing(table);
	const struct nt_row *row;
	unsigned int i;

	if (!listing)
		return NULL;
	start_listing(listing);
	for (i = 0; i < table->size; i++) {
		row = nt_table_row(table, i);
		if (test_bit_acquire(NT_ROW_USED, &row->state))
			list_process(listing, row, viewer, filter);
		cond_resched();
	}
	for (i = 0; i < NT_RECENT; i++) {
		row = nt_ledger_recent(&nt_processes, i);
		if (row->key)
			list_ended_process(listing, row, viewer, filter);
	}
	if (list_sums(listing, &nt_processes)) {
		nt_listing_free(listing);
		return NULL;
	}
	return listing;
}

struct nt_listing *nt_list_processes(const struct nt_viewer *viewer,
				     const struct nt_filter *filter)
{
	struct nt_table *table = nt_ledger_lock(&nt_processes);
	struct nt_listing *listing;

	listing = list_all_processes(table, viewer, filter);
	nt_ledger_unlock(&nt_processes);
	return listing;
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

static void list_cgroup(struct nt_listing *listing, const struct nt_row *row,
			enum numatrace_row_kind kind)
{
	struct nt_record *record = next_record(listing);
	unsigned int count = listing->count;

	read_row(listing, record, row);
	sum_cells(record);
	record->kind = kind;
	settle(listing, record, has_enough(record));
	if (listing->count == count)
		return;
	record->path = kind == NUMATRACE_ROW_KIND_CURRENT
			       ? path_of(row->key)
			       : kstrdup(row->path, GFP_KERNEL_ACCOUNT);
}

static struct nt_listing *list_all_cgroups(const struct nt_table *table)
{
	struct nt_listing *listing = alloc_listing(table);
	const struct nt_row *row;
	unsigned int i;

	if (!listing)
		return NULL;
	start_listing(listing);
	for (i = 0; i < table->size; i++) {
		row = nt_table_row(table, i);
		if (test_bit_acquire(NT_ROW_USED, &row->state))
			list_cgroup(listing, row, NUMATRACE_ROW_KIND_CURRENT);
		cond_resched();
	}
	for (i = 0; i < NT_RECENT; i++) {
		row = nt_ledger_recent(&nt_cgroups, i);
		if (row->key)
			list_cgroup(listing, row, NUMATRACE_ROW_KIND_ENDED);
	}
	if (list_sums(listing, &nt_cgroups)) {
		nt_listing_free(listing);
		return NULL;
	}
	return listing;
}

struct nt_listing *nt_list_cgroups(void)
{
	struct nt_table *table = nt_ledger_lock(&nt_cgroups);
	struct nt_listing *listing = list_all_cgroups(table);

	nt_ledger_unlock(&nt_cgroups);
	return listing;
}
