/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The CPUs that all threads of a process may run on.
 */
#ifndef NUMATRACE_AFFINITY_H
#define NUMATRACE_AFFINITY_H

#include <numa.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "target_process.h"

/**
 * struct affinity_thread - a thread whose affinity is set
 * @tid: its number
 * @start_time: CLOCK_BOOTTIME, ns, to the tick
 * @before: the CPUs it had
 */
struct affinity_thread {
	pid_t tid;
	uint64_t start_time;
	struct bitmask *before;
};

/**
 * struct affinity_change - a process whose affinity is set
 * @pid: the process
 * @count: number of threads
 * @thread: the threads that were found, the leader first
 * @stranger: the number of a thread that ended while its CPUs were set, and that
 *	another thread has, which may have got them; or 0
 */
struct affinity_change {
	pid_t pid;
	size_t count;
	struct affinity_thread *thread;
	pid_t stranger;
};

/*
 * Give all threads of @process the CPUs @cpus, again until no pass finds a thread
 * that has others: threads that are created while it works inherit either. A
 * thread that has them already counts as set; one that ends in between is none.
 * Before a pass changes anything, @before_pass is called with the threads that
 * it found new, which end the array of @change: a journal writes them down. It
 * returns 0, or a negative errno that ends the work.
 *
 * 0; -ESRCH the process has ended; -ESTALE it is not what it was found by any
 * more; -EAGAIN it made threads faster than we could follow; -EPERM, -EINVAL
 * (none of the CPUs is left to it by its cpuset), or -ENOMEM; @change then has
 * what was changed so far.
 */
int affinity_set(const struct target_process *process,
		 const struct bitmask *cpus,
		 int (*before_pass)(void *context,
				    const struct affinity_change *change,
				    size_t first_new),
		 void *context, struct affinity_change *change);

/* Only look at the threads of @process. 0, -ESRCH, -ESTALE or -ENOMEM. */
int affinity_read(const struct target_process *process,
		  struct affinity_change *change);

/*
 * Give @thread of @process the CPUs @cpus. -ESRCH: it has ended; where
 * another thread has its number and seems to have got them, @stranger is that
 * number, which was given back what it had right before.
 */
int affinity_set_thread(const struct target_process *process,
			const struct affinity_thread *thread,
			const struct bitmask *cpus, pid_t *stranger);

/*
 * Give them back what they had. Threads that came later and have what was set,
 * @cpus, get what their leader had. How many threads were restored, or a
 * negative errno as above; threads that have ended need nothing.
 */
int affinity_restore(const struct target_process *process,
		     struct affinity_change *change,
		     const struct bitmask *cpus);

void affinity_free(struct affinity_change *change);

#endif
