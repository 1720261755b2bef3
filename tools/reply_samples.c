// SPDX-License-Identifier: GPL-2.0
/*
 * Samples and findings, of a dump or as the module tells them.
 */
#include "reply.h"
#include "reply_set.h"

#include <errno.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

static const struct nla_policy sample_policy[NUMATRACE_A_SAMPLE_MAX + 1] = {
	[NUMATRACE_A_SAMPLE_SEQUENCE] = { .type = NLA_U64 },
	[NUMATRACE_A_SAMPLE_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_SAMPLE_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_SAMPLE_INTERVAL] = { .type = NLA_U32 },
	[NUMATRACE_A_SAMPLE_MESSAGES] = { .type = NLA_U32 },
	[NUMATRACE_A_SAMPLE_NODE] = { .type = NLA_NESTED },
	[NUMATRACE_A_SAMPLE_ACCESS] = { .type = NLA_NESTED },
	[NUMATRACE_A_SAMPLE_MIGRATION] = { .type = NLA_NESTED },
	[NUMATRACE_A_SAMPLE_CGROUP] = { .type = NLA_NESTED },
};

static const struct attribute_set sample_set = {
	.policy = sample_policy,
	.max = NUMATRACE_A_SAMPLE_MAX,
	.required = BIT(NUMATRACE_A_SAMPLE_SEQUENCE) |
		    BIT(NUMATRACE_A_SAMPLE_TIMESTAMP) |
		    BIT(NUMATRACE_A_SAMPLE_GENERATION) |
		    BIT(NUMATRACE_A_SAMPLE_INTERVAL) |
		    BIT(NUMATRACE_A_SAMPLE_MESSAGES),
};

/* A node in a sample is one of node-get without what the sample says itself. */
static const struct attribute_set node_set = {
	.max = NUMATRACE_A_NODE_MAX,
	.required = BIT(NUMATRACE_A_NODE_ID) | BIT(NUMATRACE_A_NODE_STATE),
};

/* Of a cgroup it has the counters alone. */
static const struct attribute_set cgroup_set = {
	.policy = reply_cgroup_policy,
	.max = NUMATRACE_A_CGROUP_MAX,
	.required = BIT(NUMATRACE_A_CGROUP_ID) |
		    BIT(NUMATRACE_A_CGROUP_LOCAL_FAULTS) |
		    BIT(NUMATRACE_A_CGROUP_REMOTE_FAULTS) |
		    BIT(NUMATRACE_A_CGROUP_LOCAL_PAGES) |
		    BIT(NUMATRACE_A_CGROUP_REMOTE_PAGES),
};

static const struct nla_policy finding_policy[NUMATRACE_A_FINDING_MAX + 1] = {
	[NUMATRACE_A_FINDING_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_FINDING_KIND] = { .type = NLA_U32 },
	[NUMATRACE_A_FINDING_SEVERITY] = { .type = NLA_U32 },
	[NUMATRACE_A_FINDING_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_FINDING_OTHER_NODE] = { .type = NLA_U32 },
	[NUMATRACE_A_FINDING_SINCE] = { .type = NLA_U64 },
	[NUMATRACE_A_FINDING_VALUE] = { .type = NLA_U64 },
	[NUMATRACE_A_FINDING_THRESHOLD] = { .type = NLA_U64 },
	[NUMATRACE_A_FINDING_EVENTS] = { .type = NLA_U64 },
	[NUMATRACE_A_FINDING_ENDED] = { .type = NLA_U32 },
};

static const struct attribute_set finding_set = {
	.policy = finding_policy,
	.max = NUMATRACE_A_FINDING_MAX,
	.required = BIT(NUMATRACE_A_FINDING_TIMESTAMP) |
		    BIT(NUMATRACE_A_FINDING_KIND) |
		    BIT(NUMATRACE_A_FINDING_SEVERITY) |
		    BIT(NUMATRACE_A_FINDING_SINCE) |
		    BIT(NUMATRACE_A_FINDING_VALUE) |
		    BIT(NUMATRACE_A_FINDING_THRESHOLD),
};

static int parse_node(struct nlattr *nest, struct report_nodes *nodes,
		      uint32_t *id)
{
	struct nla_policy policy[NUMATRACE_A_NODE_MAX + 1] = { 0 };
	struct nlattr *table[NUMATRACE_A_NODE_MAX + 1];
	struct attribute_set set = node_set;
	struct report_node *node;
	int err;

	reply_node_policy(policy);
	set.policy = policy;
	err = reply_parse_nest(&set, table, nest);
	if (err)
		return err;
	*id = nla_get_u32(table[NUMATRACE_A_NODE_ID]);
	if (*id >= REPORT_MAX_NODES)
		return -EBADMSG;
	node = report_add_node(nodes);
	if (!node)
		return -ENOMEM;
	node->id = *id;
	node->state = nla_get_u32(table[NUMATRACE_A_NODE_STATE]);
	reply_node_fields(table, node);
	return 0;
}

/* Of a cell only what its matrix counts is sent: events, or pages. */
static int parse_cell(struct nlattr *nest, uint32_t row, int counted,
		      struct report_matrix *matrix)
{
	const struct attribute_set set = {
		.policy = reply_cell_policy,
		.max = NUMATRACE_A_CELL_MAX,
		.required = BIT(NUMATRACE_A_CELL_COLUMN) | BIT(counted),
	};
	struct nlattr *table[NUMATRACE_A_CELL_MAX + 1];
	struct report_cell *cell;
	uint32_t column;
	int err = reply_parse_nest(&set, table, nest);

	if (err)
		return err;
	column = nla_get_u32(table[NUMATRACE_A_CELL_COLUMN]);
	if (column >= REPORT_MAX_NODES)
		return -EBADMSG;
	cell = report_add_cell(matrix);
	if (!cell)
		return -ENOMEM;
	cell->row = row;
	cell->column = column;
	cell->events = reply_u64(table[NUMATRACE_A_CELL_EVENTS]);
	cell->pages = reply_u64(table[NUMATRACE_A_CELL_PAGES]);
	return 0;
}

static int parse_cells(struct nlmsghdr *message, uint32_t row,
		       struct report_sample *sample)
{
	struct nlattr *attribute;
	int rest, err = 0;

	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest) {
		if (nla_type(attribute) == NUMATRACE_A_SAMPLE_ACCESS)
			err = parse_cell(attribute, row,
					 NUMATRACE_A_CELL_EVENTS,
					 &sample->access);
		else if (nla_type(attribute) == NUMATRACE_A_SAMPLE_MIGRATION)
			err = parse_cell(attribute, row, NUMATRACE_A_CELL_PAGES,
					 &sample->migration);
		if (err)
			return err;
	}
	return 0;
}

static int parse_cgroup(struct nlattr *nest, struct report_cgroups *cgroups)
{
	struct nlattr *table[NUMATRACE_A_CGROUP_MAX + 1];
	struct report_cgroup *cgroup;
	int err = reply_parse_nest(&cgroup_set, table, nest);

	if (err)
		return err;
	cgroup = report_add_cgroup(cgroups);
	if (!cgroup)
		return -ENOMEM;
	cgroup->kind = NUMATRACE_ROW_KIND_CURRENT;
	cgroup->id = nla_get_u64(table[NUMATRACE_A_CGROUP_ID]);
	reply_usage(table + NUMATRACE_A_CGROUP_LOCAL_FAULTS, &cgroup->usage);
	return 0;
}

/*
 * The sample that a message belongs to. Samples come one after the other, by
 * number: what is older than the last one is nothing that the module sends.
 */
static struct report_sample *find_sample(struct report_samples *samples,
					 uint64_t sequence, int *err)
{
	struct report_sample *last, *added;

	*err = 0;
	last = samples->count ? &samples->sample[samples->count - 1] : NULL;
	if (last && last->sequence == sequence)
		return last;
	if (last && last->sequence > sequence) {
		*err = -EBADMSG;
		return NULL;
	}
	added = report_add_sample(samples);
	if (added)
		added->sequence = sequence;
	else
		*err = -ENOMEM;
	return added;
}

static int parse_parts(struct nlmsghdr *message, struct nlattr **table,
		       struct report_sample *sample)
{
	struct nlattr *cgroup = table[NUMATRACE_A_SAMPLE_CGROUP];
	struct nlattr *node = table[NUMATRACE_A_SAMPLE_NODE];
	uint32_t id;
	int err;

	if (cgroup)
		return parse_cgroup(cgroup, &sample->cgroups);
	/* Of a kind that is newer than we are. */
	if (!node)
		return 0;
	err = parse_node(node, &sample->nodes, &id);
	return err ? err : parse_cells(message, id, sample);
}

int reply_sample(struct nlmsghdr *message, struct report_samples *samples)
{
	struct nlattr *table[NUMATRACE_A_SAMPLE_MAX + 1];
	struct report_sample *sample;
	int err = reply_parse_message(&sample_set, table, message);

	if (err)
		return err;
	sample = find_sample(samples,
			     nla_get_u64(table[NUMATRACE_A_SAMPLE_SEQUENCE]),
			     &err);
	if (!sample)
		return err;
	sample->timestamp = nla_get_u64(table[NUMATRACE_A_SAMPLE_TIMESTAMP]);
	sample->generation = nla_get_u32(table[NUMATRACE_A_SAMPLE_GENERATION]);
	sample->interval = nla_get_u32(table[NUMATRACE_A_SAMPLE_INTERVAL]);
	sample->messages = nla_get_u32(table[NUMATRACE_A_SAMPLE_MESSAGES]);
	sample->received++;
	return parse_parts(message, table, sample);
}

int reply_finding(struct nlmsghdr *message, struct report_findings *findings)
{
	struct nlattr *table[NUMATRACE_A_FINDING_MAX + 1];
	struct nlattr *ended;
	struct report_finding *finding;
	uint32_t node, other;
	int err = reply_parse_message(&finding_set, table, message);

	if (!err)
		err = reply_node_id(table[NUMATRACE_A_FINDING_NODE], &node);
	if (!err)
		err = reply_node_id(table[NUMATRACE_A_FINDING_OTHER_NODE],
				    &other);
	if (err)
		return err;
	finding = report_add_finding(findings);
	if (!finding)
		return -ENOMEM;
	ended = table[NUMATRACE_A_FINDING_ENDED];
	*finding = (struct report_finding){
		.timestamp = nla_get_u64(table[NUMATRACE_A_FINDING_TIMESTAMP]),
		.kind = nla_get_u32(table[NUMATRACE_A_FINDING_KIND]),
		.severity = nla_get_u32(table[NUMATRACE_A_FINDING_SEVERITY]),
		.node = node,
		.other_node = other,
		.since = nla_get_u64(table[NUMATRACE_A_FINDING_SINCE]),
		.value = nla_get_u64(table[NUMATRACE_A_FINDING_VALUE]),
		.threshold = nla_get_u64(table[NUMATRACE_A_FINDING_THRESHOLD]),
		.counted = table[NUMATRACE_A_FINDING_EVENTS],
		.events = reply_u64(table[NUMATRACE_A_FINDING_EVENTS]),
		.ended = ended && nla_get_u32(ended),
	};
	return 0;
}
