// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "history.h"
#include "hooks.h"
#include "table.h"
#include "viewer.h"
#include "compat/compat.h"

/* A cell, with its column and one number. */
#define CELL_BYTES (NLA_HDRLEN + 8 + 16)

/**
 * struct nt_samples_dump - state of a dump, kept in its callback
 * @sequence: number of the sample that is being sent; 0: none is
 * @next: number of the first sample that comes after it
 * @last: number of the newest sample when the dump began, where it ends
 * @pos: the next node of the sample; after nr_node_ids of them, the next cgroup
 * @lost: how many samples left the history while they were being sent
 * @begun: the rest is there
 */
struct nt_samples_dump {
	u64 sequence;
	u64 next;
	u64 last;
	unsigned int pos;
	u32 lost;
	bool begun;
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

static void begin(struct netlink_callback *cb, struct nt_samples_dump *dump)
{
	struct nlattr *from = nt_dump_attrs(cb)[NUMATRACE_A_SAMPLE_SEQUENCE];

	dump->next = from ? nla_get_u64(from) : 1;
	nt_history_count(&dump->last);
	dump->begun = true;
}

static unsigned int end_of(const struct nt_sample *sample, bool cgroups)
{
	return nr_node_ids + (cgroups ? sample->cgroup_count : 0);
}

/* Goes on to the first message of the next sample; false: there is none. */
static bool next_sample(struct nt_samples_dump *dump, struct nt_sample *sample)
{
	dump->sequence = 0;
	if (!nt_history_copy(dump->next, dump->last, sample))
		return false;
	dump->sequence = sample->sequence;
	dump->next = sample->sequence + 1;
	dump->pos = first_node(sample->online);
	return true;
}

/* Goes on to what the next message is about; false: the dump is complete. */
static bool find_part(struct nt_samples_dump *dump, struct nt_sample *sample,
		      bool cgroups)
{
	while (dump->pos < nr_node_ids &&
	       !node_isset(dump->pos, sample->online))
		dump->pos++;
	while (dump->pos >= end_of(sample, cgroups))
		if (!next_sample(dump, sample))
			return false;
	return true;
}

/* The sample of which the dump is in the midst, unless it is there no more. */
static bool resume(struct nt_samples_dump *dump, struct nt_sample *sample)
{
	if (!dump->sequence)
		return next_sample(dump, sample);
	if (nt_history_copy(dump->sequence, dump->sequence, sample))
		return true;
	dump->lost++;
	return next_sample(dump, sample);
}

static int dump_samples(struct sk_buff *skb, struct netlink_callback *cb,
			struct nt_samples_dump *dump, struct nt_sample *sample)
{
	struct nt_part part = { .sample = sample };
	struct nt_viewer viewer;
	bool more;
	int ret;

	nt_netlink_viewer(cb->skb, &viewer);
	more = resume(dump, sample);
	cb->seq = dump->lost + 1;
	if (!more)
		return skb->len;
	for (; find_part(dump, sample, viewer.privileged); dump->pos++) {
		part.pos = dump->pos;
		part.messages = nodes_weight(sample->online) +
				end_of(sample, viewer.privileged) - nr_node_ids;
		ret = nt_dump_message(skb, cb, NUMATRACE_CMD_SAMPLE_GET,
				      put_part, &part);
		if (ret)
			return ret;
	}
	return skb->len;
}

int nt_samples_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nt_samples_dump *dump = dump_state(cb);
	struct nt_sample *sample = nt_sample_alloc();
	int ret;

	if (!sample)
		return -ENOMEM;
	if (!dump->begun)
		begin(cb, dump);
	ret = dump_samples(skb, cb, dump, sample);
	nt_sample_free(sample);
	return ret;
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
