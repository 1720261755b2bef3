// SPDX-License-Identifier: GPL-2.0
#include "reply.h"
#include "reply_set.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

static const struct nla_policy hook_policy[NUMATRACE_A_HOOK_MAX + 1] = {
	[NUMATRACE_A_HOOK_NAME] = { .type = NLA_STRING },
	[NUMATRACE_A_HOOK_FUNCTION] = { .type = NLA_STRING },
	[NUMATRACE_A_HOOK_STATE] = { .type = NLA_U32 },
	[NUMATRACE_A_HOOK_REASON] = { .type = NLA_STRING },
	[NUMATRACE_A_HOOK_EVENTS] = { .type = NLA_U64 },
	[NUMATRACE_A_HOOK_MISSED] = { .type = NLA_U64 },
};

static const struct attribute_set hook_set = {
	.policy = hook_policy,
	.max = NUMATRACE_A_HOOK_MAX,
	.required = BIT(NUMATRACE_A_HOOK_NAME) |
		    BIT(NUMATRACE_A_HOOK_FUNCTION) |
		    BIT(NUMATRACE_A_HOOK_STATE) | BIT(NUMATRACE_A_HOOK_EVENTS) |
		    BIT(NUMATRACE_A_HOOK_MISSED),
};

static const struct nla_policy uncounted_policy[NUMATRACE_A_UNCOUNTED_MAX + 1] = {
	[NUMATRACE_A_UNCOUNTED_NAME] = { .type = NLA_STRING },
	[NUMATRACE_A_UNCOUNTED_REASON] = { .type = NLA_STRING },
};

static const struct attribute_set uncounted_set = {
	.policy = uncounted_policy,
	.max = NUMATRACE_A_UNCOUNTED_MAX,
	.required = BIT(NUMATRACE_A_UNCOUNTED_NAME) |
		    BIT(NUMATRACE_A_UNCOUNTED_REASON),
};

static const struct nla_policy info_policy[NUMATRACE_A_INFO_MAX + 1] = {
	[NUMATRACE_A_INFO_MODULE_VERSION] = { .type = NLA_STRING },
	[NUMATRACE_A_INFO_INTERFACE_VERSION] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_INFO_START_TIME] = { .type = NLA_U64 },
	[NUMATRACE_A_INFO_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_PAGE_SIZE] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_NODES_POSSIBLE] = { .type = NLA_STRING },
	[NUMATRACE_A_INFO_NODES_ONLINE] = { .type = NLA_STRING },
	[NUMATRACE_A_INFO_NODES_MEMORY] = { .type = NLA_STRING },
	[NUMATRACE_A_INFO_NODES_CPU] = { .type = NLA_STRING },
	[NUMATRACE_A_INFO_CPUS_POSSIBLE] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_CPUS_ONLINE] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_HOOK] = { .type = NLA_NESTED },
	[NUMATRACE_A_INFO_NODES_GONE] = { .type = NLA_STRING },
	[NUMATRACE_A_INFO_UNCOUNTED] = { .type = NLA_NESTED },
	[NUMATRACE_A_INFO_MEMORY] = { .type = NLA_U64 },
	[NUMATRACE_A_INFO_SAMPLE_INTERVAL] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_SAMPLES] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_LAST_SEQUENCE] = { .type = NLA_U64 },
	[NUMATRACE_A_INFO_JUDGED] = { .type = NLA_U32 },
	[NUMATRACE_A_INFO_JUDGED_AT] = { .type = NLA_U64 },
};

static const struct attribute_set info_set = {
	.policy = info_policy,
	.max = NUMATRACE_A_INFO_MAX,
	/* All but those that may be absent, and those that came later. */
	.required = (BIT(NUMATRACE_A_INFO_CPUS_ONLINE + 1) - 1) & ~BIT(0),
};

/* The remaining attributes of a node are its fields: see reply_node_policy(). */
static const struct attribute_set node_set = {
	.max = NUMATRACE_A_NODE_MAX,
	.required = BIT(NUMATRACE_A_NODE_TIMESTAMP) |
		    BIT(NUMATRACE_A_NODE_GENERATION) |
		    BIT(NUMATRACE_A_NODE_ID) | BIT(NUMATRACE_A_NODE_STATE) |
		    BIT(NUMATRACE_A_NODE_CPUS),
};

const struct nla_policy reply_cell_policy[NUMATRACE_A_CELL_MAX + 1] = {
	[NUMATRACE_A_CELL_COLUMN] = { .type = NLA_U32 },
	[NUMATRACE_A_CELL_EVENTS] = { .type = NLA_U64 },
	[NUMATRACE_A_CELL_PAGES] = { .type = NLA_U64 },
};

static const struct attribute_set cell_set = {
	.policy = reply_cell_policy,
	.max = NUMATRACE_A_CELL_MAX,
	/* Of tasks there are no pages. */
	.required = BIT(NUMATRACE_A_CELL_COLUMN) | BIT(NUMATRACE_A_CELL_EVENTS),
};

static const struct nla_policy matrix_policy[NUMATRACE_A_MATRIX_MAX + 1] = {
	[NUMATRACE_A_MATRIX_KIND] = { .type = NLA_U32 },
	[NUMATRACE_A_MATRIX_TIMESTAMP] = { .type = NLA_U64 },
	[NUMATRACE_A_MATRIX_GENERATION] = { .type = NLA_U32 },
	[NUMATRACE_A_MATRIX_ROW] = { .type = NLA_U32 },
	[NUMATRACE_A_MATRIX_CELL] = { .type = NLA_NESTED },
	[NUMATRACE_A_MATRIX_REASON] = { .type = NLA_U32 },
};

static const struct attribute_set matrix_set = {
	.policy = matrix_policy,
	.max = NUMATRACE_A_MATRIX_MAX,
	.required = BIT(NUMATRACE_A_MATRIX_KIND) |
		    BIT(NUMATRACE_A_MATRIX_TIMESTAMP) |
		    BIT(NUMATRACE_A_MATRIX_GENERATION) |
		    BIT(NUMATRACE_A_MATRIX_ROW),
};

static const struct nla_policy extack_policy[NLMSGERR_ATTR_MSG + 1] = {
	[NLMSGERR_ATTR_MSG] = { .type = NLA_STRING },
};

static int parse_hook(struct nlattr *nest, struct report_info *info)
{
	struct nlattr *table[NUMATRACE_A_HOOK_MAX + 1];
	struct report_hook *hook;
	int err = reply_parse_nest(&hook_set, table, nest);

	if (err)
		return err;
	hook = report_add_hook(info);
	if (!hook)
		return -ENOMEM;
	hook->state = nla_get_u32(table[NUMATRACE_A_HOOK_STATE]);
	hook->events = nla_get_u64(table[NUMATRACE_A_HOOK_EVENTS]);
	hook->missed = nla_get_u64(table[NUMATRACE_A_HOOK_MISSED]);
	err = reply_copy_string(&hook->name, table[NUMATRACE_A_HOOK_NAME]);
	if (!err)
		err = reply_copy_string(&hook->function,
					table[NUMATRACE_A_HOOK_FUNCTION]);
	if (!err && table[NUMATRACE_A_HOOK_REASON])
		err = reply_copy_string(&hook->reason,
					table[NUMATRACE_A_HOOK_REASON]);
	return err;
}

static int parse_uncounted(struct nlattr *nest, struct report_info *info)
{
	struct nlattr *table[NUMATRACE_A_UNCOUNTED_MAX + 1];
	struct report_uncounted *uncounted;
	int err = reply_parse_nest(&uncounted_set, table, nest);

	if (err)
		return err;
	uncounted = report_add_uncounted(info);
	if (!uncounted)
		return -ENOMEM;
	err = reply_copy_string(&uncounted->name,
				table[NUMATRACE_A_UNCOUNTED_NAME]);
	if (!err)
		err = reply_copy_string(&uncounted->reason,
					table[NUMATRACE_A_UNCOUNTED_REASON]);
	return err;
}

/* What there may be several of. */
static int parse_lists(struct nlmsghdr *message, struct report_info *info)
{
	struct nlattr *attribute;
	int rest, err = 0;

	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest) {
		if (nla_type(attribute) == NUMATRACE_A_INFO_HOOK)
			err = parse_hook(attribute, info);
		else if (nla_type(attribute) == NUMATRACE_A_INFO_UNCOUNTED)
			err = parse_uncounted(attribute, info);
		if (err)
			return err;
	}
	return 0;
}

static int copy_info_strings(struct nlattr **table, struct report_info *info)
{
	const struct {
		char **copy;
		int type;
	} strings[] = {
		{ &info->module_version, NUMATRACE_A_INFO_MODULE_VERSION },
		{ &info->nodes_possible, NUMATRACE_A_INFO_NODES_POSSIBLE },
		{ &info->nodes_online, NUMATRACE_A_INFO_NODES_ONLINE },
		{ &info->nodes_memory, NUMATRACE_A_INFO_NODES_MEMORY },
		{ &info->nodes_cpu, NUMATRACE_A_INFO_NODES_CPU },
		{ &info->nodes_gone, NUMATRACE_A_INFO_NODES_GONE },
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(strings) / sizeof(*strings); i++)
		if (table[strings[i].type])
			err = reply_copy_string(strings[i].copy,
						table[strings[i].type]);
	return err;
}

static void parse_sampler(struct nlattr **table, struct report_info *info)
{
	struct nlattr *interval = table[NUMATRACE_A_INFO_SAMPLE_INTERVAL];
	struct nlattr *samples = table[NUMATRACE_A_INFO_SAMPLES];
	struct nlattr *last = table[NUMATRACE_A_INFO_LAST_SEQUENCE];

	if (!interval || !samples || !last)
		return;
	info->sample_interval = nla_get_u32(interval);
	info->samples = nla_get_u32(samples);
	info->last_sequence = nla_get_u64(last);
}

static void parse_judged(struct nlattr **table, struct report_info *info)
{
	struct nlattr *judged = table[NUMATRACE_A_INFO_JUDGED];
	struct nlattr *at = table[NUMATRACE_A_INFO_JUDGED_AT];

	if (!judged || !at)
		return;
	info->judged = nla_get_u32(judged);
	info->judged_at = nla_get_u64(at);
}

int reply_info(struct nlmsghdr *message, struct report_info *info)
{
	struct nlattr *table[NUMATRACE_A_INFO_MAX + 1];
	int err = reply_parse_message(&info_set, table, message);

	if (err)
		return err;
	info->interface_version =
		nla_get_u32(table[NUMATRACE_A_INFO_INTERFACE_VERSION]);
	info->timestamp = nla_get_u64(table[NUMATRACE_A_INFO_TIMESTAMP]);
	info->start_time = nla_get_u64(table[NUMATRACE_A_INFO_START_TIME]);
	info->generation = nla_get_u32(table[NUMATRACE_A_INFO_GENERATION]);
	info->page_size = nla_get_u32(table[NUMATRACE_A_INFO_PAGE_SIZE]);
	info->cpus_possible =
		nla_get_u32(table[NUMATRACE_A_INFO_CPUS_POSSIBLE]);
	info->cpus_online = nla_get_u32(table[NUMATRACE_A_INFO_CPUS_ONLINE]);
	if (table[NUMATRACE_A_INFO_MEMORY])
		info->memory = nla_get_u64(table[NUMATRACE_A_INFO_MEMORY]);
	parse_sampler(table, info);
	parse_judged(table, info);
	err = copy_info_strings(table, info);
	return err ? err : parse_lists(message, info);
}

/* Fields and attributes of a node are in the same order. */
static int field_attribute(int field)
{
	return NUMATRACE_A_NODE_MEM_TOTAL + field;
}

static_assert(NUMATRACE_A_NODE_MEM_TOTAL + NODE_FIELDS ==
		      NUMATRACE_A_NODE_MAX + 1,
	      "a field for each attribute");

void reply_node_policy(struct nla_policy *policy)
{
	policy[NUMATRACE_A_NODE_TIMESTAMP].type = NLA_U64;
	policy[NUMATRACE_A_NODE_GENERATION].type = NLA_U32;
	policy[NUMATRACE_A_NODE_ID].type = NLA_U32;
	policy[NUMATRACE_A_NODE_STATE].type = NLA_U32;
	policy[NUMATRACE_A_NODE_CPUS].type = NLA_STRING;
	for (int i = 0; i < NODE_FIELDS; i++)
		policy[field_attribute(i)].type = NLA_U64;
}

void reply_node_fields(struct nlattr **table, struct report_node *node)
{
	for (int i = 0; i < NODE_FIELDS; i++) {
		struct nlattr *attribute = table[field_attribute(i)];

		if (!attribute)
			continue;
		node->value[i] = nla_get_u64(attribute);
		node->measured |= BIT(i);
	}
}

int reply_node(struct nlmsghdr *message, struct report_nodes *nodes)
{
	struct nla_policy policy[NUMATRACE_A_NODE_MAX + 1] = { 0 };
	struct nlattr *table[NUMATRACE_A_NODE_MAX + 1];
	struct attribute_set set = node_set;
	struct report_node *node;
	uint32_t id;
	int err;

	reply_node_policy(policy);
	set.policy = policy;
	err = reply_parse_message(&set, table, message);
	if (err)
		return err;
	id = nla_get_u32(table[NUMATRACE_A_NODE_ID]);
	if (id >= REPORT_MAX_NODES)
		return -EBADMSG;

	node = report_add_node(nodes);
	if (!node)
		return -ENOMEM;
	nodes->timestamp = nla_get_u64(table[NUMATRACE_A_NODE_TIMESTAMP]);
	nodes->generation = nla_get_u32(table[NUMATRACE_A_NODE_GENERATION]);
	node->id = id;
	node->state = nla_get_u32(table[NUMATRACE_A_NODE_STATE]);
	reply_node_fields(table, node);
	return reply_copy_string(&node->cpus, table[NUMATRACE_A_NODE_CPUS]);
}

static bool has_pages(uint32_t kind)
{
	return kind < NUMATRACE_MATRIX_KIND_TASK_MOVE;
}

static int parse_cell(struct nlattr *nest, uint32_t kind, uint32_t row,
		      struct report_matrix *matrix)
{
	struct nlattr *table[NUMATRACE_A_CELL_MAX + 1];
	struct report_cell *cell;
	uint32_t column;
	int err = reply_parse_nest(&cell_set, table, nest);

	if (err)
		return err;
	column = nla_get_u32(table[NUMATRACE_A_CELL_COLUMN]);
	if (column >= REPORT_MAX_NODES ||
	    (has_pages(kind) && !table[NUMATRACE_A_CELL_PAGES]))
		return -EBADMSG;
	cell = report_add_cell(matrix);
	if (!cell)
		return -ENOMEM;
	cell->row = row;
	cell->column = column;
	cell->events = nla_get_u64(table[NUMATRACE_A_CELL_EVENTS]);
	if (has_pages(kind))
		cell->pages = nla_get_u64(table[NUMATRACE_A_CELL_PAGES]);
	return 0;
}

static int parse_cells(struct nlmsghdr *message, uint32_t kind, uint32_t row,
		       struct report_matrix *matrix)
{
	struct nlattr *attribute;
	int rest, err;

	nlmsg_for_each_attr(attribute, message, GENL_HDRLEN, rest) {
		if (nla_type(attribute) != NUMATRACE_A_MATRIX_CELL)
			continue;
		err = parse_cell(attribute, kind, row, matrix);
		if (err)
			return err;
	}
	return 0;
}

int reply_matrix(struct nlmsghdr *message, uint32_t kind,
		 struct report_matrix *matrix)
{
	struct nlattr *table[NUMATRACE_A_MATRIX_MAX + 1];
	uint32_t row;
	int err = reply_parse_message(&matrix_set, table, message);

	if (err)
		return err;
	row = nla_get_u32(table[NUMATRACE_A_MATRIX_ROW]);
	if (row >= REPORT_MAX_NODES ||
	    nla_get_u32(table[NUMATRACE_A_MATRIX_KIND]) != kind)
		return -EBADMSG;
	matrix->timestamp = nla_get_u64(table[NUMATRACE_A_MATRIX_TIMESTAMP]);
	matrix->generation = nla_get_u32(table[NUMATRACE_A_MATRIX_GENERATION]);
	return parse_cells(message, kind, row, matrix);
}

/*
 * Where the extack attributes begin in the payload: after the errno, and in
 * an error also after the request, or its header alone if it was capped.
 */
static int extack_offset(struct nlmsghdr *message)
{
	const struct nlmsgerr *error = nlmsg_data(message);

	if (message->nlmsg_type != NLMSG_ERROR)
		return NLMSG_ALIGN(sizeof(int));
	if (nlmsg_datalen(message) < (int)sizeof(*error))
		return -EBADMSG;
	if (message->nlmsg_flags & NLM_F_CAPPED)
		return NLMSG_ALIGN(sizeof(*error));
	if (error->msg.nlmsg_len < NLMSG_HDRLEN ||
	    error->msg.nlmsg_len > message->nlmsg_len)
		return -EBADMSG;
	return sizeof(error->error) + NLMSG_ALIGN(error->msg.nlmsg_len);
}

static char *extack_text(struct nlmsghdr *message)
{
	const struct attribute_set set = {
		.policy = extack_policy,
		.max = NLMSGERR_ATTR_MSG,
	};
	struct nlattr *table[NLMSGERR_ATTR_MSG + 1];
	int offset = extack_offset(message);

	if (offset < 0)
		return NULL;
	if (reply_parse(&set, table, nlmsg_attrdata(message, offset),
			nlmsg_attrlen(message, offset)))
		return NULL;
	/* There may be only an offset, or a cookie. */
	if (!table[NLMSGERR_ATTR_MSG])
		return NULL;
	return nla_strdup(table[NLMSGERR_ATTR_MSG]);
}

int reply_verdict(struct nlmsghdr *message, char **text)
{
	int error;

	*text = NULL;
	if (nlmsg_datalen(message) < (int)sizeof(error))
		return -EBADMSG;
	memcpy(&error, nlmsg_data(message), sizeof(error));
	if (error > 0 || error < -4095)
		return -EBADMSG;
	if (message->nlmsg_flags & NLM_F_ACK_TLVS)
		*text = extack_text(message);
	return error;
}
