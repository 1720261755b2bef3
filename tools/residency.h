/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Residency: the memory of a process that is resident, per memory node.
 *
 * Exact: /proc/PID/numa_maps, for which the kernel walks every page, so that
 * it takes as long as the process is large and makes it wait.
 * Sampled: pages drawn at random; as fast for 100 GiB as for 1 GiB.
 */
#ifndef NUMATRACE_RESIDENCY_H
#define NUMATRACE_RESIDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct target;

/* The random numbers are those of drand48(3), which takes 48 bits. */
#define RESIDENCY_MAX_SEED 0xffffffffffffULL

/* Half width of the 95 % interval that a sample is drawn for. */
#define RESIDENCY_TARGET 0.02

/* Up to so many bytes the exact way costs less than the sampled one. */
#define RESIDENCY_SMALL (256ULL << 20)

/**
 * struct residency_node - what is resident on a node
 * @id: number of the node
 * @bytes: estimate, or the exact number
 * @error: half width of its 95 % interval, as a share (0 to 1) of all that is
 *	resident; 0 if exact
 */
struct residency_node {
	uint32_t id;
	uint64_t bytes;
	double error;
};

/**
 * struct residency_policy - what is resident under a memory policy
 * @text: the policy as numa_maps writes it, such as bind:1
 * @sampled: whether it lets automatic balancing sample the memory
 * @bytes: resident
 */
struct residency_policy {
	char *text;
	bool sampled;
	uint64_t bytes;
};

/**
 * struct residency - the resident memory of a process, per memory node
 * @sampled: drawn at random, else exact
 * @resident: bytes, mapped and present; hugetlb included
 * @hidden: of these, estimate of those whose node the kernel did not tell: on
 *	kernels before 6.6 without CAP_SYS_ADMIN, pages that automatic
 *	balancing has armed
 * @draws: pages that were drawn
 * @hits: of these, present
 * @error: the largest error of a node; 1 where nothing was found
 * @count: number of nodes
 * @node: the nodes on which anything was found, by ascending number
 * @policies: number of @policy
 * @policy: the memory policies other than the default one that mappings have
 *	of their own, or from the thread that was measured; a sample has none,
 *	it does not know them
 */
struct residency {
	bool sampled;
	uint64_t resident;
	uint64_t hidden;
	unsigned long draws;
	unsigned long hits;
	double error;
	size_t count;
	struct residency_node *node;
	size_t policies;
	struct residency_policy *policy;
};

enum residency_way {
	RESIDENCY_BY_SIZE, /* exact for small processes, else sampled */
	RESIDENCY_EXACT,
	RESIDENCY_SAMPLED,
};

/**
 * struct residency_request - how to measure
 * @way: how
 * @seeded: draw by @seed, else by chance
 * @seed: equal seeds draw equal pages of equal mappings; at most
 *	RESIDENCY_MAX_SEED
 */
struct residency_request {
	enum residency_way way;
	bool seeded;
	uint64_t seed;
};

/*
 * Measure process @pid. 0 and a residency to be freed, which is an exact
 * nothing for a kernel thread or a process that has exited; or a negative
 * errno:
 *   -ESRCH	there is no such process
 *   -EPERM	it belongs to somebody else
 *   -EOPNOTSUPP	the kernel cannot tell
 */
int residency_measure(pid_t pid, const struct residency_request *request,
		      struct residency *residency);

/*
 * Measure processes, all together; those that have ended have none. As above,
 * but for -ESRCH; and nothing to be freed where it fails.
 */
int residency_measure_all(const struct target *target, struct residency *sum);

void residency_free(struct residency *residency);

/* The node @id, added without bytes if need be. NULL when memory is short. */
struct residency_node *residency_node(struct residency *residency, uint32_t id);

/*
 * The policy @text, added without bytes if need be. NULL when memory is short.
 */
struct residency_policy *residency_policy(struct residency *residency,
					  const char *text);

/* Share of all that is resident, 0 to 1. False where nothing is resident. */
bool residency_share(const struct residency *residency,
		     const struct residency_node *node, double *share);

#endif
