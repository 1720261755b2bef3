/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process from when it is found to the last thing that is done to it.
 *
 * All that can be done to another process goes by its number, and so do the
 * files of /proc; the number is given anew once it has ended. A pidfd does not
 * keep it from that, but tells for certain that the process has not ended. If
 * that holds after something was done, then the number was its own all the
 * time before: it is the check afterwards that proves what was hit, and the one
 * before that keeps all but a moment's change from being hit at all. So whoever
 * acts on a process does it between two calls of target_check(), and takes what
 * the second one refuses for not done: it puts back what a stranger may have
 * got, where that can be put back.
 *
 * Without a pidfd the start time tells, which another process can only have
 * that gets the number within the same tick.
 */
#ifndef NUMATRACE_TARGET_PROCESS_H
#define NUMATRACE_TARGET_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct target_test - by what a process was found
 * @holds: whether that still is so, or NULL: it is meant whatever it executes
 * @context: for @holds; outlives the process that is tested
 */
struct target_test {
	bool (*holds)(const void *context, pid_t pid);
	const void *context;
};

/**
 * struct target_process - a process that was meant
 * @pid: its number
 * @start_time: CLOCK_BOOTTIME, ns, to the tick: with @pid it is unique
 * @comm: its name
 * @fd: its pidfd, of whoever opened it; 0: none, @start_time has to do
 * @test: what it was found by; it can execute another program since
 */
struct target_process {
	pid_t pid;
	uint64_t start_time;
	char *comm;
	int fd;
	struct target_test test;
};

/*
 * Open its pidfd, where that can be had: not where the kernel or a filter of
 * system calls does not allow it, nor where too few descriptors would be left.
 * False: it has ended, and nothing is open.
 */
bool target_open(struct target_process *process);
/* The same with whichever process has that number. */
bool target_take(struct target_process *process, pid_t pid);
void target_close(struct target_process *process);

/* Whether it is that very process: numbers are given anew. */
static inline bool target_is(const struct target_process *process, pid_t pid,
			     uint64_t start_time)
{
	return process->pid == pid && process->start_time == start_time;
}

static inline bool target_same(const struct target_process *a,
			       const struct target_process *b)
{
	return target_is(a, b->pid, b->start_time);
}

/* Whether that very process lives. */
bool target_lives(const struct target_process *process);

/* 0; -ESRCH it has ended; -ESTALE it lives, but is not what it was found by. */
int target_check(const struct target_process *process);

#endif
