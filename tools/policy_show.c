// SPDX-License-Identifier: GPL-2.0
#include "policy_show.h"

#include <errno.h>
#include <numaif.h>
#include <stdio.h>

#include "policy.h"

const char *policy_mode_word(int mode)
{
	static const char *const words[] = {
		[MPOL_DEFAULT] = "default",
		[MPOL_PREFERRED] = "preferred",
		[MPOL_BIND] = "bind",
		[MPOL_INTERLEAVE] = "interleave",
		[MPOL_LOCAL] = "local",
		[MPOL_PREFERRED_MANY] = "preferred-many",
		[POLICY_MODE_WEIGHTED_INTERLEAVE] = "weighted interleave",
	};
	size_t bare = (size_t)(mode & ~MPOL_F_NUMA_BALANCING);

	return bare < sizeof(words) / sizeof(*words) ? words[bare] : "unknown";
}

void policy_print_mask(const char *name, const struct bitmask *mask)
{
	printf("%s: ", name);
	for (unsigned int i = 0; i < mask->size; i++)
		if (numa_bitmask_isbitset(mask, i))
			printf("%u ", i);
	putchar('\n');
}

static unsigned int first_of(const struct bitmask *mask)
{
	unsigned int i = 0;

	while (i < mask->size && !numa_bitmask_isbitset(mask, i))
		i++;
	return i < mask->size ? i : 0;
}

/* For the local policy numactl does not even end the line. */
static void print_preferred(int mode, const struct bitmask *nodes, int next)
{
	fputs("preferred node: ", stdout);
	switch (mode) {
	case MPOL_DEFAULT:
		puts("current");
		break;
	case MPOL_PREFERRED:
	case MPOL_BIND:
		printf("%u\n", first_of(nodes));
		break;
	case MPOL_INTERLEAVE:
		printf("%d (interleave next)\n", next);
		break;
	case POLICY_MODE_WEIGHTED_INTERLEAVE:
		printf("%d (weighted interleave next)\n", next);
		break;
	case MPOL_PREFERRED_MANY:
		printf("%d (preferred-many)\n", next);
		break;
	}
}

static void print_cpus(void)
{
	struct bitmask *cpus = numa_allocate_cpumask();

	if (numa_sched_getaffinity(0, cpus) < 0)
		perror("sched_get_affinity");
	else
		policy_print_mask("physcpubind", cpus);
	numa_bitmask_free(cpus);
}

static void print_nodes_of_cpus(void)
{
	struct bitmask *nodes = numa_get_run_node_mask();

	policy_print_mask("cpubind", nodes);
	policy_print_mask("nodebind", nodes);
	numa_bitmask_free(nodes);
}

int policy_show(void)
{
	struct bitmask *nodes;
	int mode = 0, next = 0;

	if (numa_available() < 0) {
		print_cpus();
		puts("No NUMA support available on this system.");
		return -EOPNOTSUPP;
	}
	nodes = numa_allocate_nodemask();
	if (get_mempolicy(&mode, nodes->maskp, nodes->size + 1, NULL, 0))
		perror("get_mempolicy");
	if (get_mempolicy(&next, NULL, 0, NULL, MPOL_F_NODE))
		next = 0;
	mode &= ~MPOL_F_NUMA_BALANCING;
	printf("policy: %s\n", policy_mode_word(mode));
	print_preferred(mode, nodes, next);
	if (mode == MPOL_INTERLEAVE ||
	    mode == POLICY_MODE_WEIGHTED_INTERLEAVE) {
		policy_print_mask("interleavemask", nodes);
		printf("interleavenode: %d\n", next);
	}
	print_cpus();
	print_nodes_of_cpus();
	policy_print_mask("membind",
			  mode == MPOL_BIND ? nodes : numa_all_nodes_ptr);
	policy_print_mask("preferred", nodes);
	numa_bitmask_free(nodes);
	return 0;
}
