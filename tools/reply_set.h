/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of attributes in a message: what reply.c and reply_*.c have in common.
 * All return 0, -EBADMSG or -ENOMEM, as in reply.h.
 */
#ifndef NUMATRACE_REPLY_SET_H
#define NUMATRACE_REPLY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include <netlink/attr.h>

struct nlattr;
struct nlmsghdr;
struct report_node;
struct report_usage;

#define BIT(n) (1ULL << (n))

/**
 * struct attribute_set - what the interface says about a set of attributes
 * @policy: types, by number
 * @max: highest number
 * @required: bit n is set where attribute n may not be absent
 */
struct attribute_set {
	const struct nla_policy *policy;
	int max;
	uint64_t required;
};

/* Fill @table, of @set->max + 1 elements, from attributes in a row. */
int reply_parse(const struct attribute_set *set, struct nlattr **table,
		struct nlattr *head, int length);
int reply_parse_nest(const struct attribute_set *set, struct nlattr **table,
		     struct nlattr *nest);
int reply_parse_message(const struct attribute_set *set, struct nlattr **table,
			struct nlmsghdr *message);

/* Whether attribute n is there for each bit n of @required. */
bool reply_has(struct nlattr *const *table, int max, uint64_t required);

/*
 * The types of the attributes of a node, NUMATRACE_A_NODE_MAX + 1 of them; and
 * what was measured of it.
 */
void reply_node_policy(struct nla_policy *policy);
void reply_node_fields(struct nlattr **table, struct report_node *node);

/* The types of the attributes of a cell of a matrix, and of a cgroup. */
extern const struct nla_policy reply_cell_policy[];
extern const struct nla_policy reply_cgroup_policy[];

/* What a usage counts, from its first attribute, local-faults, on. */
void reply_usage(struct nlattr **part, struct report_usage *usage);

/* An absent one is 0: the caller knows whether it may be absent. */
uint64_t reply_u64(struct nlattr *attribute);

/* An absent node stands for all of them. */
int reply_node_id(struct nlattr *attribute, uint32_t *node);

int reply_copy_string(char **copy, const struct nlattr *attribute);

#endif
