// SPDX-License-Identifier: GPL-2.0
#include "shm.h"

#include <errno.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_show.h"
#include "why.h"

/**
 * struct look - what the kernel tells of a page
 * @mode: its policy
 * @nodes: of its policy
 */
struct look {
	int mode;
	struct bitmask *nodes;
};

static int say_look(char **why)
{
	return why_not(why, -errno, "cannot read the policy of a page: %s",
		       strerror(errno));
}

static bool look_at(const struct shm *shm, uint64_t at, struct look *look)
{
	return !get_mempolicy(&look->mode, look->nodes->maskp,
			      look->nodes->size + 1, shm->start + at,
			      MPOL_F_ADDR);
}

/* This allocates the page where it is missing. */
static bool node_of(const struct shm *shm, uint64_t at, int *node)
{
	return !get_mempolicy(node, NULL, 0, shm->start + at,
			      MPOL_F_ADDR | MPOL_F_NODE);
}

static void print_range(const struct shm *shm, uint64_t from, uint64_t to)
{
	printf("%016llx-%016llx: ", (unsigned long long)(shm->offset + from),
	       (unsigned long long)(shm->offset + to));
}

static void print_policy(const struct shm *shm, const struct look *look,
			 uint64_t from, uint64_t to)
{
	if (look->mode == MPOL_DEFAULT)
		return;
	print_range(shm, from, to);
	printf("%s ", policy_mode_word(look->mode));
	policy_print_mask("", look->nodes);
}

static bool alike(const struct look *a, const struct look *b)
{
	return a->mode == b->mode && numa_bitmask_equal(a->nodes, b->nodes);
}

/* A range ends where the policy, or its nodes, change. */
static int dump_policies(const struct shm *shm, struct look *look, char **why)
{
	uint64_t from = 0, at;
	int now = 0;

	if (!look_at(shm, 0, &look[0]))
		return say_look(why);
	for (at = shm->page_size; at < shm->length; at += shm->page_size) {
		if (!look_at(shm, at, &look[!now]))
			return say_look(why);
		if (alike(&look[0], &look[1]))
			continue;
		print_policy(shm, &look[now], from, at);
		now = !now;
		from = at;
	}
	print_policy(shm, &look[now], from, at);
	return 0;
}

int shm_dump(const struct shm *shm, char **why)
{
	struct look look[2] = {
		{ .nodes = numa_allocate_nodemask() },
		{ .nodes = numa_allocate_nodemask() },
	};
	int err = dump_policies(shm, look, why);

	numa_bitmask_free(look[0].nodes);
	numa_bitmask_free(look[1].nodes);
	return err;
}

int shm_dump_nodes(const struct shm *shm, char **why)
{
	int node = 0, before = 0;
	uint64_t from = 0, at;

	for (at = 0; at < shm->length; at += shm->page_size) {
		if (!node_of(shm, at, &node))
			return say_look(why);
		if (at && node != before) {
			print_range(shm, from, at);
			printf("%d\n", before);
			from = at;
		}
		before = node;
	}
	print_range(shm, from, at);
	printf("%d\n", before);
	return 0;
}

/**
 * struct check - a comparison on its way
 * @shm: of what
 * @program: who prints
 * @policy: what it should have
 * @next: for interleaving: the node that comes now, or -1
 * @wrong: how many differences were printed
 */
struct check {
	const struct shm *shm;
	const char *program;
	const struct policy *policy;
	int next;
	unsigned long wrong;
};

/* So many differences are printed; the rest is counted. */
#define MAX_SHOWN 10

/* A line that says which page, and what is wrong with it: whether it is. */
#define print_wrong(check, at, format, ...)                                    \
	({                                                                     \
		bool _shown = print_page(check, at);                           \
		if (_shown)                                                    \
			printf(format "\n", ##__VA_ARGS__);                    \
		_shown;                                                        \
	})

static bool print_page(struct check *check, uint64_t at)
{
	if (check->wrong++ >= MAX_SHOWN)
		return false;
	printf("%s verify %lx(%llx): ", check->program,
	       (unsigned long)(check->shm->start + at), (unsigned long long)at);
	return true;
}

static int node_after(const struct bitmask *nodes, int node)
{
	do
		node = (node + 1) % (int)nodes->size;
	while (!numa_bitmask_isbitset(nodes, (unsigned int)node));
	return node;
}

/* By turns, from wherever the kernel began. */
static void check_turn(struct check *check, uint64_t at,
		       const struct bitmask *nodes, int node)
{
	if (check->next >= 0 && check->next != node)
		print_wrong(check, at, "expected interleave node %d, got %d",
			    check->next, node);
	check->next = node_after(nodes, node);
}

static void check_node(struct check *check, uint64_t at,
		       const struct bitmask *nodes, int node)
{
	if (check->policy->memory == POLICY_MEMORY_LOCAL)
		return;
	if (!numa_bitmask_isbitset(nodes, (unsigned int)node)) {
		if (print_wrong(check, at, "unexpected node %d", node))
			policy_print_mask("expected", nodes);
	} else if (check->policy->memory == POLICY_MEMORY_INTERLEAVE) {
		check_turn(check, at, nodes, node);
	}
}

/* A wrong policy is one for the rest, too: 1 ends it. */
static int check_page(struct check *check, uint64_t at, struct look *look,
		      char **why)
{
	int mode = policy_mode(check->policy) & ~MPOL_F_NUMA_BALANCING;
	int node;

	if (!look_at(check->shm, at, look) || !node_of(check->shm, at, &node))
		return say_look(why);
	if (look->mode != mode) {
		print_wrong(check, at, "wrong policy %s, expected %s",
			    policy_mode_word(look->mode),
			    policy_mode_word(mode));
		return 1;
	}
	if (check->policy->nodes &&
	    !numa_bitmask_equal(look->nodes, check->policy->nodes)) {
		if (print_wrong(check, at, "mismatched node mask")) {
			policy_print_mask("expected", check->policy->nodes);
			policy_print_mask("real", look->nodes);
		}
	}
	check_node(check, at, look->nodes, node);
	return 0;
}

int shm_verify(const struct shm *shm, const char *program,
	       const struct policy *policy, unsigned long *wrong, char **why)
{
	struct look look = { .nodes = numa_allocate_nodemask() };
	struct check check = {
		.shm = shm,
		.program = program,
		.policy = policy,
		.next = -1,
	};
	int result = 0;

	for (uint64_t at = 0; at < shm->length && !result; at += shm->page_size)
		result = check_page(&check, at, &look, why);
	numa_bitmask_free(look.nodes);
	if (check.wrong > MAX_SHOWN)
		printf("%s verify: %lu more\n", program,
		       check.wrong - MAX_SHOWN);
	*wrong += check.wrong;
	return result < 0 ? result : 0;
}
