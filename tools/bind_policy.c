// SPDX-License-Identifier: GPL-2.0
#include "bind_policy.h"

/* Sentences for people. */
#define BALANCING                                                              \
	"--balancing cannot be had for running processes: it is part of a process' own memory policy, which nobody can set for another one; leave it out: bind by a cpuset does not stop automatic balancing from sampling"
#define LOCAL_WITHOUT_CPUS                                                     \
	"--localalloc has no nodes of its own; say with --cpunodebind or --physcpubind where the processes shall run, and their memory is moved there"

const char *bind_policy_refusal(const struct policy *policy)
{
	if (policy->balancing)
		return BALANCING;
	if (policy->memory == POLICY_MEMORY_LOCAL && !policy->cpus)
		return LOCAL_WITHOUT_CPUS;
	return NULL;
}
