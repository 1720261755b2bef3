/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of attributes in a message: what reply.c and reply_rows.c have in
 * common. All return 0, -EBADMSG or -ENOMEM, as in reply.h.
 */
#ifndef NUMATRACE_REPLY_SET_H
#define NUMATRACE_REPLY_SET_H

#include <stdbool.h>
#include <stdint.h>

struct nla_policy;
struct nlattr;
struct nlmsghdr;

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

int reply_copy_string(char **copy, const struct nlattr *attribute);

#endif
