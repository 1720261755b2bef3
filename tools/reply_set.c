// SPDX-License-Identifier: GPL-2.0
#include "reply_set.h"
#include "report.h"

#include <errno.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

/* nla_parse() ignores what does not make up an attribute at the end. */
static bool whole(struct nlattr *head, int length)
{
	struct nlattr *attribute;
	int rest;

	nla_for_each_attr(attribute, head, length, rest)
		;
	return rest <= 0;
}

bool reply_has(struct nlattr *const *table, int max, uint64_t required)
{
	for (int i = 1; i <= max; i++)
		if (required & BIT(i) && !table[i])
			return false;
	return true;
}

int reply_parse(const struct attribute_set *set, struct nlattr **table,
		struct nlattr *head, int length)
{
	if (length < 0 || !whole(head, length))
		return -EBADMSG;
	if (nla_parse(table, set->max, head, length, set->policy) < 0)
		return -EBADMSG;
	return reply_has(table, set->max, set->required) ? 0 : -EBADMSG;
}

int reply_parse_nest(const struct attribute_set *set, struct nlattr **table,
		     struct nlattr *nest)
{
	return reply_parse(set, table, nla_data(nest), nla_len(nest));
}

int reply_parse_message(const struct attribute_set *set, struct nlattr **table,
			struct nlmsghdr *message)
{
	struct genlmsghdr *header;

	if (!genlmsg_valid_hdr(message, 0))
		return -EBADMSG;
	header = genlmsg_hdr(message);
	return reply_parse(set, table, genlmsg_attrdata(header, 0),
			   genlmsg_attrlen(header, 0));
}

uint64_t reply_u64(struct nlattr *attribute)
{
	return attribute ? nla_get_u64(attribute) : 0;
}

int reply_node_id(struct nlattr *attribute, uint32_t *node)
{
	*node = attribute ? nla_get_u32(attribute) : REPORT_ALL_NODES;
	return attribute && *node >= REPORT_MAX_NODES ? -EBADMSG : 0;
}

int reply_copy_string(char **copy, const struct nlattr *attribute)
{
	*copy = nla_strdup(attribute);
	return *copy ? 0 : -ENOMEM;
}
