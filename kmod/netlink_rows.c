// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "listing.h"
#include "task.h"
#include "compat/compat.h"

#include <linux/cred.h>
#include <linux/user_namespace.h>
#include <net/sock.h>

/* Upper bounds of what a row takes: all but its cells, and one cell. */
#define ROW_BYTES 512
#define CELL_BYTES                                                             \
	(NLA_HDRLEN + 2 * nla_total_size(sizeof(u32)) +                        \
	 2 * nla_total_size_64bit(sizeof(u64)))

/**
 * struct nt_row_message - what a message about a row says
 * @moment: when the row was read
 * @record: the row
 * @user_ns: user namespace in which users are numbered
 */
struct nt_row_message {
	const struct nt_moment *moment;
	const struct nt_record *record;
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

/* The listing of a dump is kept in its callback. */
static struct nt_listing **dump_listing(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_listing *) > sizeof(cb->ctx));
	return (struct nt_listing **)cb->ctx;
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
		     const struct nt_moment *moment,
		     const struct nt_record *record)
{
	if (nt_put_u64(skb, attrs->timestamp, moment->timestamp) ||
	    nla_put_u32(skb, attrs->generation, moment->generation) ||
	    nla_put_u32(skb, attrs->kind, record->kind) ||
	    nt_put_u64(skb, attrs->local_faults, record->local.events) ||
	    nt_put_u64(skb, attrs->remote_faults, record->remote.events) ||
	    nt_put_u64(skb, attrs->local_pages, record->local.pages) ||
	    nt_put_u64(skb, attrs->remote_pages, record->remote.pages))
		return -EMSGSIZE;
	if (moment->outcomes &&
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

static int put_process(struct sk_buff *skb, const void *data)
{
	const struct nt_row_message *message = data;
	const struct nt_record *record = message->record;
	int ret;

	if (is_single(record))
		ret = put_owner(skb, record, message->user_ns);
	else
		ret = put_process_sum(skb, record);
	if (!ret)
		ret = put_times(skb, message->moment->costs, record->time);
	return ret ?: put_usage(skb, &process_attrs, message->moment, record);
}

static int put_cgroup(struct sk_buff *skb, const void *data)
{
	const struct nt_row_message *message = data;
	const struct nt_record *record = message->record;

	if (is_single(record) &&
	    (nt_put_u64(skb, NUMATRACE_A_CGROUP_ID, record->id) ||
	     (record->path &&
	      nla_put_string(skb, NUMATRACE_A_CGROUP_PATH, record->path))))
		return -EMSGSIZE;
	if (!is_single(record) &&
	    record->kind != NUMATRACE_ROW_KIND_UNATTRIBUTED &&
	    nla_put_u32(skb, NUMATRACE_A_CGROUP_CGROUPS, record->count))
		return -EMSGSIZE;
	return put_usage(skb, &cgroup_attrs, message->moment, record);
}

static size_t row_bytes(void)
{
	return ROW_BYTES + nt_row_cells() * CELL_BYTES;
}

/* Room for any row, so that none has to be split. */
int nt_processes_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = row_bytes();
	return 0;
}

/* Whoever may not see them gets a refusal, which needs no room. */
int nt_cgroups_start(struct netlink_callback *cb)
{
	struct nt_viewer viewer;

	nt_netlink_viewer(cb->skb, &viewer);
	if (viewer.privileged)
		cb->min_dump_alloc = row_bytes() + PATH_MAX;
	return 0;
}

int nt_rows_done(struct netlink_callback *cb)
{
	nt_listing_end(*dump_listing(cb));
	return 0;
}

static struct nt_listing *begin(struct netlink_callback *cb,
				struct nt_ledger *ledger)
{
	struct nt_listing *listing = nt_listing_begin(ledger);

	if (listing)
		cb->prev_seq = nt_listing_sequence(listing) + 1;
	*dump_listing(cb) = listing;
	return listing;
}

/* Rows that were moved meanwhile make the dump an interrupted one. */
static int dump_rows(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     struct nt_listing *listing, const struct nt_viewer *viewer,
		     const struct nt_filter *filter,
		     int (*put)(struct sk_buff *skb, const void *data))
{
	struct nt_record *record = nt_record_alloc();
	struct nt_row_message message = {
		.moment = nt_listing_moment(listing),
		.record = record,
		.user_ns = sk_user_ns(NETLINK_CB(cb->skb).sk),
	};
	int ret = record ? 0 : -ENOMEM;

	while (!ret) {
		ret = nt_listing_next(listing, viewer, filter, record);
		cb->seq = nt_listing_sequence(listing) + 1;
		if (ret <= 0)
			break;
		ret = nt_dump_message(skb, cb, cmd, put, &message);
		if (!ret)
			nt_listing_advance(listing, record);
	}
	nt_record_free(record);
	return ret ?: skb->len;
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
int nt_process_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_listing *listing =
		*dump_listing(cb) ?: begin(cb, &nt_processes);
	struct nt_filter filter = { 0 };
	struct nt_viewer viewer;

	if (!listing)
		return -ENOMEM;
	nt_netlink_viewer(cb->skb, &viewer);
	read_filter(nt_dump_attrs(cb), &filter,
		    sk_user_ns(NETLINK_CB(cb->skb).sk));
	return dump_rows(skb, cb, NUMATRACE_CMD_PROCESS_GET, listing, &viewer,
			 &filter, put_process);
}

int nt_cgroup_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_listing *listing = *dump_listing(cb);
	struct nt_viewer viewer;

	nt_netlink_viewer(cb->skb, &viewer);
	if (!viewer.privileged) {
		NL_SET_ERR_MSG_MOD(cb->extack, NT_NEEDS_PRIVILEGE);
		return -EPERM;
	}
	if (!listing)
		listing = begin(cb, &nt_cgroups);
	if (!listing)
		return -ENOMEM;
	return dump_rows(skb, cb, NUMATRACE_CMD_CGROUP_GET, listing, &viewer,
			 NULL, put_cgroup);
}

static int reply_process(struct sk_buff *request, struct genl_info *info,
			 struct nt_record *record)
{
	struct nlattr *pid = info->attrs[NUMATRACE_A_PROCESS_PID];
	struct nt_moment moment;
	struct nt_row_message message = {
		.moment = &moment,
		.record = record,
		.user_ns = sk_user_ns(NETLINK_CB(request).sk),
	};
	struct nt_viewer viewer;
	int ret;

	nt_netlink_viewer(request, &viewer);
	ret = nt_read_process(nla_get_u32(pid), &viewer, &moment, record);
	if (ret) {
		NL_SET_ERR_MSG_ATTR(info->extack, pid,
				    "no access of such a process was seen");
		return ret;
	}
	return nt_reply(info, NUMATRACE_CMD_PROCESS_GET, row_bytes(),
			put_process, &message);
}

int nt_process_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nt_record *record;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, NUMATRACE_A_PROCESS_PID)) {
		NL_SET_ERR_MSG_MOD(info->extack, "missing attribute pid");
		return -EINVAL;
	}
	record = nt_record_alloc();
	if (!record)
		return -ENOMEM;
	ret = reply_process(skb, info, record);
	nt_record_free(record);
	return ret;
}

const struct nla_policy nt_process_policy[] = {
	[NUMATRACE_A_PROCESS_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[NUMATRACE_A_PROCESS_UID] = { .type = NLA_U32 },
	[NUMATRACE_A_PROCESS_CGROUP_ID] = { .type = NLA_U64 },
	[NUMATRACE_A_PROCESS_MIN_REMOTE] = { .type = NLA_U64 },
};
