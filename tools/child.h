/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command that we start and wait for.
 */
#ifndef NUMATRACE_CHILD_H
#define NUMATRACE_CHILD_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/**
 * struct child - a command
 * @pid: its process
 * @status: as wait(2) gives it
 * @elapsed: ns from its start to its end
 * @usage: of it, and of its children as far as it waited for them
 */
struct child {
	pid_t pid;
	int status;
	uint64_t elapsed;
	struct rusage usage;
};

/*
 * Start a command and wait for its end. @prepare is called with its pid before
 * it executes; it does not where we are killed until then. Once interrupt_begin()
 * was called, signals that somebody sends to us are passed on to it; those of the
 * terminal it gets itself. 0 or a negative errno: it could not be executed;
 * -EINTR: a signal came before.
 */
int child_run(char **argv, void (*prepare)(void *context, pid_t pid),
	      void *context, struct child *child);

/* As a shell has it: 128 and the signal where one ended it. */
int child_exit_code(const struct child *child);

#endif
