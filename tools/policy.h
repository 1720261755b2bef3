/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Binding policies: where a process may run, and where its memory shall come
 * from. Options, node syntax and meaning are those of numactl(8), parsed by
 * libnuma.
 */
#ifndef NUMATRACE_POLICY_H
#define NUMATRACE_POLICY_H

#include <getopt.h>
#include <numa.h>
#include <stdbool.h>

/* Whether and how memory is placed. */
enum policy_memory {
	POLICY_MEMORY_ANY, /* not asked for: stays as it is */
	POLICY_MEMORY_LOCAL,
	POLICY_MEMORY_BIND,
	POLICY_MEMORY_INTERLEAVE,
	POLICY_MEMORY_WEIGHTED_INTERLEAVE,
	POLICY_MEMORY_PREFERRED,
	POLICY_MEMORY_PREFERRED_MANY,
};

/**
 * struct policy - what the options ask for
 * @all: nodes and CPUs outside of our own cpuset are meant as well (--all)
 * @cpus: CPUs to run on, or NULL: not asked for
 * @memory: how to place memory
 * @nodes: for @memory, or NULL where it takes no nodes
 * @balancing: memory that is bound is sampled and may move between @nodes
 *	(--balancing)
 */
struct policy {
	bool all;
	struct bitmask *cpus;
	enum policy_memory memory;
	struct bitmask *nodes;
	bool balancing;
};

/*
 * The options, for getopt_long(); the end has no name. Their values are their
 * letters. POLICY_HELP: their help, lines in the layout of util-linux.
 */
extern const struct option policy_options[];
#define POLICY_LETTERS "ai:w:m:lp:P:bN:c:C:"
extern const char policy_help[];

/*
 * Take option @c with its argument. 0; or -EINVAL or -ENOMEM and in @why a
 * sentence without a full stop, to be freed, or NULL when memory is short.
 */
int policy_set(struct policy *policy, int c, const char *argument, char **why);

/*
 * After the last option: whether they fit together, and what the kernel here
 * lacks. As policy_set(); -EOPNOTSUPP where the kernel cannot do it.
 */
int policy_check(const struct policy *policy, char **why);

/*
 * The same from words such as "--membind=0 --cpunodebind=0", as rules and the
 * journal have them; also without the leading "--". An empty policy is
 * refused.
 */
int policy_parse(const char *text, struct policy *policy, char **why);

/*
 * The options that make this policy, with absolute numbers: "--physcpubind=0-1
 * --membind=0". To be freed; NULL when memory is short.
 */
char *policy_text(const struct policy *policy);

/* Whether it asks for anything. */
bool policy_is_empty(const struct policy *policy);

/* Apply it to the calling thread, for what it then executes. As policy_set(). */
int policy_apply(const struct policy *policy, char **why);

void policy_free(struct policy *policy);

/* A mask as a list such as 0-3,8, to be freed; NULL when memory is short. */
char *policy_list(const struct bitmask *mask);

#endif
