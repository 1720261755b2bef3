// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "history.h"
#include "hooks.h"
#include "listing.h"
#include "table.h"
#include "compat/compat.h"

/* A cell, with its column and one number. */
#define CELL_BYTES (NLA_HDRLEN + 8 + 16)

/**
 * struct nt_samples_dump - state of a dump, kept in its callback
 * @sample: a copy of the one that is being sent
 * @next: number of the first sample that comes after it
 * @last: number of the newest sample when the dump began, where it ends
 * @pos: the next node of @sample; after nr_node_ids of them, the next cgroup
 * @cgroups: whether whoever asks may see cgroups
 */
struct nt_samples_dump {
	struct nt_sample *sample;
	u64 next;
	u64 last;
	unsigned int pos;
	bool cgroups;
};

/**
 * struct nt_part - what one message is about
 * @sample: the sample
 * @pos: as in struct nt_samples_dump
 * @messages: how many the sample has in all
 */
struct nt_part {
	const struct nt_sample *sample;
	unsigned int pos;
	unsigned int messages;
};

static struct nt_samples_dump *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nt_samples_dump) > sizeof(cb->ctx));
	return (struct nt_samples_dump *)cb->ctx;
}

/* The row of a matrix, whose cells count @counted. */
static int put_cells(struct sk_buff *skb, int attr, int counted, const u64 *row)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < nr_node_ids; i++) {
		if (!row[i])
			continue;
		nest = nla_nest_start(skb, attr);
		if (!nest)
			return -EMSGSIZE;
		if (nla_put_u32(skb, NUMATRACE_A_CELL_COLUMN, i) ||
		    nt_put_u64(skb, counted, row[i])) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_node(struct sk_buff *skb, const struct nt_sample *sample,
		    int nid)
{
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_SAMPLE_NODE);

	if (!nest)
		return -EMSGSIZE;
	if (nt_put_node(skb, nid, &sample->nodes[nid], &sample->online,
			&sample->memory, &sample->cpu)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	if (!nt_has_matrix())
		return 0;
	if (put_cells(skb, NUMATRACE_A_SAMPLE_ACCESS, NUMATRACE_A_CELL_EVENTS,
		      sample->access + nid * nr_node_ids) ||
	    put_cells(skb, NUMATRACE_A_SAMPLE_MIGRATION, NUMATRACE_A_CELL_PAGES,
		      sample->migration + nid * nr_node_ids))
		return -EMSGSIZE;
	return 0;
}

static int put_usage(struct sk_buff *skb, const struct nt_top *top)
{
	if (nt_put_u64(skb, NUMATRACE_A_CGROUP_ID, top->id) ||
	    nt_put_u64(skb, NUMATRACE_A_CGROUP_LOCAL_FAULTS,
		       top->local.events) ||
	    nt_put_u64(skb, NUMATRACE_A_CGROUP_REMOTE_FAULTS,
		       top->remote.events) ||
	    nt_put_u64(skb, NUMATRACE_A_CGROUP_LOCAL_PAGES, top->local.pages) ||
	    nt_put_u64(skb, NUMATRACE_A_CGROUP_REMOTE_PAGES, top->remote.pages))
		return -EMSGSIZE;
	if (!nt_hook_counted(NT_HOOK_OUTCOME))
		return 0;
	if (nt_put_u64(skb, NUMATRACE_A_CGROUP_MIGRATED_PAGES,
		       top->outcome.migrated) ||
	    nt_put_u64(skb, NUMATRACE_A_CGROUP_FAILED_PAGES,
		       top->outcome.failed))
		return -EMSGSIZE;
	return 0;
}

static int put_cgroup(struct sk_buff *skb, const struct nt_top *top)
{
	struct nlattr *nest = nla_nest_start(skb, NUMATRACE_A_SAMPLE_CGROUP);

	if (!nest)
		return -EMSGSIZE;
	if (put_usage(skb, top)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_part(struct sk_buff *skb, const void *data)
{
	const struct nt_part *part = data;
	const struct nt_sample *sample = part->sample;

	if (nt_put_u64(skb, NUMATRACE_A_SAMPLE_SEQUENCE, sample->sequence) ||
	    nt_put_u64(skb, NUMATRACE_A_SAMPLE_TIMESTAMP, sample->timestamp) ||
	    nla_put_u32(skb, NUMATRACE_A_SAMPLE_GENERATION,
			sample->generation) ||
	    nla_put_u32(skb, NUMATRACE_A_SAMPLE_INTERVAL, sample->interval) ||
	    nla_put_u32(skb, NUMATRACE_A_SAMPLE_MESSAGES, part->messages))
		return -EMSGSIZE;
	if (part->pos < nr_node_ids)
		return put_node(skb, sample, part->pos);
	return put_cgroup(skb, &sample->cgroups[part->pos - nr_node_ids]);
}

/* Not the dump's start: in 6.1 what is refused there carries no message. */
static int begin(struct netlink_callback *cb)
{
	struct nlattr *from = nt_dump_attrs(cb)[NUMATRACE_A_SAMPLE_SEQUENCE];
	struct nt_samples_dump *dump = dump_state(cb);
	struct nt_viewer viewer;

	nt_netlink_viewer(cb->skb, &viewer);
	dump->cgroups = viewer.privileged;
	dump->next = from ? nla_get_u64(from) : 1;
	nt_history_count(&dump->last);
	dump->sample = nt_sample_alloc();
	if (!dump->sample)
		return -ENOMEM;
	/* None is at hand: that is what the position after the last says. */
	dump->pos = nr_node_ids;
	return 0;
}

static unsigned int end_of(const struct nt_samples_dump *dump)
{
	return nr_node_ids + (dump->cgroups ? dump->sample->cgroup_count : 0);
}

/* Goes on to what the next message is about; false: the dump is complete. */
static bool find_part(struct nt_samples_dump *dump)
{
	while (dump->pos < nr_node_ids &&
	       !node_isset(dump->pos, dump->sample->online))
		dump->pos++;
	while (dump->pos >= end_of(dump)) {
		if (!nt_history_copy(dump->next, dump->last, dump->sample))
			return false;
		dump->next = dump->sample->sequence + 1;
		dump->pos = first_node(dump->sample->online);
	}
	return true;
}

int nt_samples_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_samples_dump *dump = dump_state(cb);
	int ret = dump->sample ? 0 : begin(cb);
	struct nt_part part;

	if (ret)
		return ret;
	for (; find_part(dump); dump->pos++) {
		part.sample = dump->sample;
		part.pos = dump->pos;
		part.messages = nodes_weight(dump->sample->online) +
				end_of(dump) - nr_node_ids;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_SAMPLE_GET,
				      put_part, &part);
		if (ret)
			return ret;
	}
	return skb->len;
}

int nt_samples_done(struct netlink_callback *cb)
{
	nt_sample_free(dump_state(cb)->sample);
	return 0;
}

/*
 * Upper bound of what the message of a node takes. Close: the kernel copies one
 * that wastes room, for each network namespace.
 */
static size_t sample_bytes(void)
{
	size_t node = NLA_HDRLEN + 2 * 8 +
		      (NUMATRACE_A_NODE_MAX - NT_NODE_FIRST_VALUE + 1) * 16;

	return 2 * 16 + 3 * 8 + node +
	       (nt_has_matrix() ? 2 * nr_node_ids * CELL_BYTES : 0);
}

void nt_samples_notify(const struct nt_sample *sample)
{
	struct nt_part part = {
		.sample = sample,
		.messages = nodes_weight(sample->online),
	};

	if (!nt_has_subscribers())
		return;
	for_each_node_mask(part.pos, sample->online)
		nt_notify(NUMATRACE_CMD_SAMPLE_NTF, sample_bytes(), put_part,
			  &part);
}

const struct nla_policy nt_samples_policy[] = {
	[NUMATRACE_A_SAMPLE_SEQUENCE] = { .type = NLA_U64 },
};
