// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "listing.h"
#include "snapshot.h"
#include "compat/compat.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/user_namespace.h>
#include <net/sock.h>

/* Upper bounds of what a record takes: all but its cells, and one cell. */
#define RECORD_BYTES 512
#define CELL_BYTES (NLA_HDRLEN + 2 * 8 + 2 * 16)

/**
 * struct nt_rows_dump - state of a dump, kept in its callback
 * @listing: taken when the dump starts, so that all messages show one moment
 * @pos: the next record
 * @user_ns: user namespace in which users are numbered
 */
struct nt_rows_dump {
	struct nt_listing *listing;
	unsigned int pos;
	struct user_namespace *user_ns;
};

/* Attributes that processes and cgroups have in common, by their numbers. */
struct nt_usage_attrs {
	u16 timestamp, generation, kind;
	u16 local_faults, remote_faults, local_pages, remote_pages;
	u16 migrated_pages, failed_pages;
	u16 first_access, last_access;
	u16 cell;
};

#define USAGE_ATTRS(set)                                                       \
	{                                                                      \
		.timestamp = NUMATRACE_A_##set##_TIMESTAMP,                    \
		.generation = NUMATRACE_A_##set##_GENERATION,                  \
		.kind = NUMATRACE_A_##set##_KIND,                              \
		.local_faults = NUMATRACE_A_##set##_LOCAL_FAULTS,              \
		.remote_faults = NUMATRACE_A_##set##_REMOTE_FAULTS,            \
		.local_pages = NUMATRACE_A_##set##_LOCAL_PAGES,                \
		.remote_pages = NUMATRACE_A_##set##_REMOTE_PAGES,              \
		.migrated_pages = NUMATRACE_A_##set##_MIGRATED_PAGES,          \
		.failed_pages = NUMATRACE_A_##set##_FAILED_PAGES,              \
		.first_access = NUMATRACE_A_##set##_FIRST_ACCESS,              \
		.last_access = NUMATRACE_A_##set##_LAST_ACCESS,                \
		.cell = NUMATRACE_A_##set##_CELL,                              \
	}

static const struct nt_usage_attrs process_attrs = USAGE_ATTRS(PROCESS);
static const struct nt_usage_attrs cgroup_attrs = USAGE_ATTRS(CGROUP);

static struct nt_rows_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_rows_dump) > sizeof(cb->ctx));
	return (struct nt_rows_dump *)cb->ctx;
}

static bool is_single(const struct nt_record *record)
{
	return record->kind == NUMATRACE_ROW_KIND_CURRENT ||
	       record->kind == NUMATRACE_ROW_KIND_ENDED;
}

/* A node number that does not count is negative. */
static int put_cell(struct sk_buff *skb, u16 attr, int cpu_node,
		    int memory_node, const struct nt_cell *cell)
{
	struct nlattr *nest;

	if (!cell->events)
		return 0;
	nest = nla_nest_start(skb, attr);
	if (!nest)
		return -EMSGSIZE;
	if ((cpu_node >= 0 &&
	     nla_put_u32(skb, NUMATRACE_A_ACCESS_CELL_CPU_NODE, cpu_node)) ||
	    (memory_node >= 0 &&
	     nla_put_u32(skb, NUMATRACE_A_ACCESS_CELL_MEMORY_NODE,
			 memory_node)) ||
	    nt_put_u64(skb, NUMATRACE_A_ACCESS_CELL_FAULTS, cell->events) ||
	    nt_put_u64(skb, NUMATRACE_A_ACCESS_CELL_PAGES, cell->pages)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_cells(struct sk_buff *skb, u16 attr, const struct nt_cell *cells)
{
	int i, n = nr_node_ids;

	if (nt_has_matrix()) {
		for (i = 0; i < n * n; i++)
			if (put_cell(skb, attr, i / n, i % n, &cells[i]))
				return -EMSGSIZE;
		return 0;
	}
	for (i = 0; i < n; i++)
		if (put_cell(skb, attr, i, -1, &cells[i]) ||
		    put_cell(skb, attr, -1, i, &cells[n + i]))
			return -EMSGSIZE;
	return 0;
}

static int put_usage(struct sk_buff *skb, const struct nt_usage_attrs *attrs,
		     const struct nt_listing *listing,
		     const struct nt_record *record)
{
	if (nt_put_u64(skb, attrs->timestamp, listing->timestamp) ||
	    nla_put_u32(skb, attrs->generation, listing->generation) ||
	    nla_put_u32(skb, attrs->kind, record->kind) ||
	    nt_put_u64(skb, attrs->local_faults, record->local.events) ||
	    nt_put_u64(skb, attrs->remote_faults, record->remote.events) ||
	    nt_put_u64(skb, attrs->local_pages, record->local.pages) ||
	    nt_put_u64(skb, attrs->remote_pages, record->remote.pages))
		return -EMSGSIZE;
	if (listing->outcomes &&
	    (nt_put_u64(skb, attrs->migrated_pages, record->outcome.migrated) ||
	     nt_put_u64(skb, attrs->failed_pages, record->outcome.failed)))
		return -EMSGSIZE;
	if (is_single(record) &&
	    (nt_put_u64(skb, attrs->first_access, record->first) ||
	     nt_put_u64(skb, attrs->last_access, record->last)))
		return -EMSGSIZE;
	return put_cells(skb, attrs->cell, record->cells);
}

static const u16 time_attrs[NT_NR_COSTS] = {
	[NUMATRACE_COST_KIND_FAULT] = NUMATRACE_A_PROCESS_FAULT_TIME,
	[NUMATRACE_COST_KIND_SCAN] = NUMATRACE_A_PROCESS_SCAN_TIME,
	[NUMATRACE_COST_KIND_MIGRATION] = NUMATRACE_A_PROCESS_MIGRATION_TIME,
};

static int put_times(struct sk_buff *skb, unsigned int kinds, const u64 *time)
{
	int kind;

	for (kind = 0; kind < NT_NR_COSTS; kind++)
		if (kinds & BIT(kind) &&
		    nt_put_u64(skb, time_attrs[kind], time[kind]))
			return -EMSGSIZE;
	return 0;
}

static int put_owner(struct sk_buff *skb, const struct nt_record *record,
		     struct user_namespace *user_ns)
{
	const struct nt_owner *owner = &record->owner;

	if (nla_put_u32(skb, NUMATRACE_A_PROCESS_PID, record->pid) ||
	    nt_put_u64(skb, NUMATRACE_A_PROCESS_START_TIME, owner->start) ||
	    nla_put_string(skb, NUMATRACE_A_PROCESS_COMM, owner->comm) ||
	    nla_put_u32(skb, NUMATRACE_A_PROCESS_UID,
			from_kuid_munged(user_ns, owner->uid)) ||
	    nt_put_u64(skb, NUMATRACE_A_PROCESS_CGROUP_ID, owner->cgroup))
		return -EMSGSIZE;
	if (!record->threads)
		return 0;
	return nla_put_u32(skb, NUMATRACE_A_PROCESS_THREADS, record->threads);
}

static int put_process_sum(struct sk_buff *skb, const struct nt_record *record)
{
	if (record->kind == NUMATRACE_ROW_KIND_UNATTRIBUTED)
		return 0;
	if (nla_put_u32(skb, NUMATRACE_A_PROCESS_PROCESSES, record->count))
		return -EMSGSIZE;
	if (record->kind != NUMATRACE_ROW_KIND_UNLISTED)
		return 0;
	return nla_put_u32(skb, NUMATRACE_A_PROCESS_LEFT_OUT, record->left_out);
}

static int put_process(struct sk_buff *skb, const struct nt_rows_dump *dump,
		       const struct nt_record *record)
{
	int ret;

	if (is_single(record))
		ret = put_owner(skb, record, dump->user_ns);
	else
		ret = put_process_sum(skb, record);
	if (!ret)
		ret = put_times(skb, dump->listing->costs, record->time);
	return ret ?: put_usage(skb, &process_attrs, dump->listing, record);
}

static int put_next_process(struct sk_buff *skb, const void *data)
{
	const struct nt_rows_dump *dump = data;

	return put_process(skb, dump, nt_record(dump->listing, dump->pos));
}

static int put_next_cgroup(struct sk_buff *skb, const void *data)
{
	const struct nt_rows_dump *dump = data;
	const struct nt_record *record = nt_record(dump->listing, dump->pos);

	if (is_single(record) &&
	    (nt_put_u64(skb, NUMATRACE_A_CGROUP_ID, record->id) ||
	     (record->path &&
	      nla_put_string(skb, NUMATRACE_A_CGROUP_PATH, record->path))))
		return -EMSGSIZE;
	if (!is_single(record) &&
	    record->kind != NUMATRACE_ROW_KIND_UNATTRIBUTED &&
	    nla_put_u32(skb, NUMATRACE_A_CGROUP_CGROUPS, record->count))
		return -EMSGSIZE;
	return put_usage(skb, &cgroup_attrs, dump->listing, record);
}

/* Room for any record, so that none has to be split. */
int nt_rows_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc =
		RECORD_BYTES + PATH_MAX + nt_row_cells() * CELL_BYTES;
	return 0;
}

int nt_rows_done(struct netlink_callback *cb)
{
	nt_listing_free(dump_state(cb)->listing);
	return 0;
}

/*
 * A listing shows one moment. If settings or hooks change while it is sent,
 * the next one would differ in kind: the reader is told to take that instead.
 */
static int dump_rows(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     int (*put)(struct sk_buff *skb, const void *data))
{
	struct nt_rows_dump *dump = dump_state(cb);
	int ret;

	if (!cb->prev_seq)
		cb->prev_seq = dump->listing->generation + 1;
	cb->seq = nt_snapshot_generation() + 1;
	for (; dump->pos < dump->listing->count; dump->pos++) {
		ret = nt_dump_message(skb, cb, cmd, put, dump);
		if (ret)
			return ret;
	}
	return skb->len;
}

static void read_filter(struct nlattr **attrs, struct nt_filter *filter,
			struct user_namespace *user_ns)
{
	struct nlattr *uid = attrs[NUMATRACE_A_PROCESS_UID];

	if (attrs[NUMATRACE_A_PROCESS_PID])
		filter->pid = nla_get_u32(attrs[NUMATRACE_A_PROCESS_PID]);
	if (uid) {
		filter->by_uid = true;
		filter->uid = make_kuid(user_ns, nla_get_u32(uid));
	}
	if (attrs[NUMATRACE_A_PROCESS_CGROUP_ID])
		filter->cgroup =
			nla_get_u64(attrs[NUMATRACE_A_PROCESS_CGROUP_ID]);
	if (attrs[NUMATRACE_A_PROCESS_MIN_REMOTE])
		filter->min_remote =
			nla_get_u64(attrs[NUMATRACE_A_PROCESS_MIN_REMOTE]);
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int process_begin(struct netlink_callback *cb)
{
	struct nt_rows_dump *dump = dump_state(cb);
	struct nt_filter filter = { 0 };
	struct nt_viewer viewer;

	nt_netlink_viewer(cb->skb, &viewer);
	dump->user_ns = sk_user_ns(NETLINK_CB(cb->skb).sk);
	read_filter(nt_dump_attrs(cb), &filter, dump->user_ns);
	dump->listing = nt_list_processes(&viewer, &filter);
	return dump->listing ? 0 : -ENOMEM;
}

int nt_process_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	int ret = dump_state(cb)->listing ? 0 : process_begin(cb);

	return ret
		       ?: dump_rows(skb, cb, NUMATRACE_CMD_PROCESS_GET,
				    put_next_process);
}

static int cgroup_begin(struct netlink_callback *cb)
{
	struct nt_rows_dump *dump = dump_state(cb);
	struct nt_viewer viewer;

	nt_netlink_viewer(cb->skb, &viewer);
	if (!viewer.privileged) {
		NL_SET_ERR_MSG_MOD(cb->extack, NT_NEEDS_PRIVILEGE);
		return -EPERM;
	}
	dump->listing = nt_list_cgroups();
	return dump->listing ? 0 : -ENOMEM;
}

int nt_cgroup_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	int ret = dump_state(cb)->listing ? 0 : cgroup_begin(cb);

	return ret
		       ?: dump_rows(skb, cb, NUMATRACE_CMD_CGROUP_GET,
				    put_next_cgroup);
}

/* The process itself, not one of the same number that ended before. */
static const struct nt_record *find_process(const struct nt_listing *listing)
{
	const struct nt_record *record;
	unsigned int i;

	for (i = 0; i < listing->count; i++) {
		record = nt_record(listing, i);
		if (record->kind == NUMATRACE_ROW_KIND_CURRENT)
			return record;
	}
	return NULL;
}

static int put_found(struct sk_buff *skb, const void *data)
{
	const struct nt_rows_dump *dump = data;

	return put_process(skb, dump, find_process(dump->listing));
}

static int reply_process(struct genl_info *info,
			 const struct nt_rows_dump *dump)
{
	if (!find_process(dump->listing)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[NUMATRACE_A_PROCESS_PID],
				    "no access of such a process was seen");
		return -ESRCH;
	}
	return nt_reply(info, NUMATRACE_CMD_PROCESS_GET,
			RECORD_BYTES + nt_row_cells() * CELL_BYTES, put_found,
			dump);
}

int nt_process_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nt_rows_dump dump = {
		.user_ns = sk_user_ns(NETLINK_CB(skb).sk),
	};
	struct nt_filter filter = { .even_few = true };
	struct nt_viewer viewer;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, NUMATRACE_A_PROCESS_PID)) {
		NL_SET_ERR_MSG_MOD(info->extack, "missing attribute pid");
		return -EINVAL;
	}
	nt_netlink_viewer(skb, &viewer);
	read_filter(info->attrs, &filter, dump.user_ns);
	dump.listing = nt_list_processes(&viewer, &filter);
	if (!dump.listing)
		return -ENOMEM;
	ret = reply_process(info, &dump);
	nt_listing_free(dump.listing);
	return ret;
}

const struct nla_policy nt_process_policy[] = {
	[NUMATRACE_A_PROCESS_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[NUMATRACE_A_PROCESS_UID] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_CGROUP_ID] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_MIN_REMOTE] = { .type = NLA_U64 },
};
