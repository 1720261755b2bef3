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
 * @last: the nodes that were named last, as text: what "same" means; or NULL
 */
struct policy {
	bool all;
	struct bitmask *cpus;
	enum policy_memory memory;
	struct bitmask *nodes;
	bool balancing;
	char *last;
};

/*
 * The options, for getopt_long(); the end has no name. Their values are their
 * letters. Their help: lines in the layout of util-linux.
 */
extern const struct option policy_options[];
#define POLICY_LETTERS "ai:w:m:lp:P:bN:c:C:"
#define POLICY_HELP                                                                    \
	" -N, --cpunodebind <nodes>\n"                                                 \
	"                      run on the CPUs of these nodes\n"                       \
	" -C, --physcpubind <cpus>\n"                                                  \
	"                      run on these CPUs\n"                                    \
	" -m, --membind <nodes>\n"                                                     \
	"                      allocate from these nodes only\n"                       \
	" -p, --preferred <node>\n"                                                    \
	"                      allocate from this node while it has free memory\n"     \
	" -P, --preferred-many <nodes>\n"                                              \
	"                      the same with several nodes, the nearest first\n"       \
	" -i, --interleave <nodes>\n"                                                  \
	"                      allocate from these nodes by turns\n"                   \
	" -w, --weighted-interleave <nodes>\n"                                         \
	"                      the same by the weights in sysfs (Linux 6.9)\n"         \
	" -l, --localalloc     allocate from the node of the CPU that asks\n"          \
	" -b, --balancing      with --membind: let automatic balancing sample the\n"   \
	"                      memory, and move it between the nodes\n"                \
	" -a, --all            before others: the cpuset does not limit what can be\n" \
	"                      named\n"

extern const char policy_help[]; /* is POLICY_HELP */

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
 * journal have them; also without the leading "--", and with letters. It is
 * checked as by policy_check(), and an empty one is refused.
 */
int policy_parse(const char *text, struct policy *policy, char **why);

/*
 * The options that make this policy, with absolute numbers: "--physcpubind=0-1
 * --membind=0". To be freed; NULL when memory is short.
 */
char *policy_text(const struct policy *policy);

/* Whether it asks for anything. */
bool policy_is_empty(const struct policy *policy);

/* Of Linux 6.9; libnuma does not know it before 2.0.17. */
#define POLICY_MODE_WEIGHTED_INTERLEAVE 6

/* What the kernel calls it, with flags; for a policy that places memory. */
int policy_mode(const struct policy *policy);

/* Whether --balancing has an effect: it goes with --membind. */
bool policy_balances(const struct policy *policy);

/* What libnuma had to say on this thread in policy_set(), or NULL. */
const char *policy_warning(void);

/* Apply it to the calling thread, for what it then executes. As policy_set(). */
int policy_apply(const struct policy *policy, char **why);

void policy_free(struct policy *policy);

/* A mask as a list such as 0-3,8, to be freed; NULL when memory is short. */
char *policy_list(const struct bitmask *mask);

#endif
