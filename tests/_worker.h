/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that access memory when they are told to and at no other time, so
 * that a test knows whose accesses it sees.
 */
#ifndef TESTS_WORKER_H
#define TESTS_WORKER_H

#include "client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A node with CPUs and memory, and another one with memory. */
struct worker_nodes {
	int near;
	int far;
};

/* 0, or -1: there are no such nodes. */
int worker_find_nodes(struct worker_nodes *nodes);

/* The calling process itself is not sampled from here on, its children are. */
void worker_hide(void);

/* As fork(2), but the child ends with the calling process. */
pid_t worker_fork(void);

/*
 * A process that has run @prepare, which returned 0, and now does nothing until
 * it is ended; or -1.
 */
pid_t worker_prepared(int (*prepare)(const void *arg), const void *arg);
/*
 * The same with the number of a process or thread that has ended, as soon as it
 * is free; 0: any number. The kernel allows that to root, for CRIU.
 */
pid_t worker_prepared_as(pid_t number, int (*prepare)(const void *arg),
			 const void *arg);

/*
 * A process that runs @prepare, if that is given, and stops with memory on the
 * far node, ready to touch it from the near one. -1 with errno.
 */
pid_t worker_start(const struct worker_nodes *nodes, void (*prepare)(void));

/* Has it make at least @faults hinting faults; it is stopped again then. 0, -1. */
int worker_run(pid_t pid, uint64_t faults);

/*
 * The same until its row has @faults: where it runs another program, or bears
 * another number in /proc.
 */
int worker_run_row(pid_t pid, struct client *client, uint64_t faults);

/* Let it run, and stop it. */
void worker_go(pid_t pid);
int worker_stop(pid_t pid);

/* Ends and reaps it, where there is one. */
void worker_end(pid_t pid);

/*
 * A process whose memory the scanner has armed and which does not touch it: a
 * child of it makes hinting faults at once. Any number of them on one near page,
 * as long as they run on that node; one on a far page, which migrates then.
 */
struct crowd {
	char *near;
	char *far;
};

/* Small pages of each of the two. */
#define CROWD_PAGES 4094

/*
 * Runs @work in such a process. Its result, 0 to 254; 255: the scanner did not
 * come; -1: it was killed.
 */
int crowd_run(const struct worker_nodes *nodes,
	      int (*work)(const struct crowd *crowd, void *arg), void *arg);

/* Touches page @i of it. */
void crowd_touch(const char *pages, size_t i);

#endif
