/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options before a command, or about shared memory, as numactl(8) has
 * them. They are taken one by one: their order matters.
 */
#ifndef NUMATRACE_RUN_OPTIONS_H
#define NUMATRACE_RUN_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include "policy.h"
#include "shm.h"

/**
 * struct run_options - what they have asked for up to now
 * @program: for messages about shared memory
 * @policy: for the command, or for shared memory
 * @shm: shared memory
 * @shm_option: an option that only makes sense for shared memory that comes
 *	after it, or NULL
 * @strict: --strict
 * @wrong: differences that --verify has found
 */
struct run_options {
	const char *program;
	struct policy policy;
	struct shm shm;
	const char *shm_option;
	bool strict;
	unsigned long wrong;
};

/* Those about shared memory, and their help; as policy_options. */
extern const struct option run_shm_options[];
#define RUN_SHM_LETTERS "S:f:o:L:tM:dDI:uTV"
#define RUN_SHM_HELP                                                                    \
	" -S, --shm <file>     of the System V segment that has this key file\n"        \
	" -f, --file <file>    of this file in tmpfs or hugetlbfs\n"                    \
	" -I, --shmid <id>     before --shm: the id for the key (0)\n"                  \
	" -L, --length <size>  before them: length of the range, and of what is made\n" \
	" -o, --offset <size>  before them: where the range begins\n"                   \
	" -M, --shmmode <mode> before them: permissions of what is made (0600)\n"       \
	" -u, --huge           before --shm: make it of huge pages\n"                   \
	" -t, --strict         fail where pages already are elsewhere\n"                \
	" -T, --touch          have the pages allocated\n"                              \
	" -V, --verify         the same, and compare them with the policy\n"            \
	" -d, --dump           print the policies of the range\n"                       \
	" -D, --dump-nodes     print the nodes of its pages\n"

/*
 * Take option @c, of those above or of a policy, and do at once what is about
 * shared memory. 0 or a negative errno, -EINVAL where the usage is wrong, and
 * in @why a sentence without a full stop, to be freed, or NULL when memory is
 * short.
 */
int run_take_option(struct run_options *run, int c, const char *argument,
		    char **why);

/* Whether @c is an option of a policy. */
bool run_is_policy_option(int c);

#endif
