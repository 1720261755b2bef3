/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that have laid out their memory in some way, and then do nothing:
 * nobody but the test moves their pages.
 */
#ifndef TESTS_LAYOUTS_H
#define TESTS_LAYOUTS_H

#include <sys/types.h>

#define LAYOUT_SIZE (16UL << 20)
#define LAYOUT_PAGES (LAYOUT_SIZE / 4096)
#define LAYOUT_PINNED 16

/* Each puts LAYOUT_SIZE on the node, if nothing else is said. 0: it did. */
int lay_small(int node);
int lay_thp(int node);
int lay_file(int node);
int lay_locked(int node);
int lay_hugetlb(int node);

/* Mapped by a second process, which ends with this one. */
int lay_shared(int node);

/* LAYOUT_PINNED of the pages cannot move. */
int lay_pinned(int node);

/* As much again on the next node. */
int lay_two(int node);

/* Much more than is left on a node that has been filled. */
int lay_large(int node);

/* Leaves so little of the node that what comes next does not fit, and no less. */
int lay_all(int node);

/* Much of it is armed by balancing, which is off afterwards. */
int lay_armed(int node);

/* What is free on the node, in bytes. */
long long layout_room(int node);

/* A process with that layout, to be ended with worker_end(); or -1. */
pid_t layout_start(int (*lay_out)(int node), int node);
/* The same with that number, as worker_prepared_as(). */
pid_t layout_start_as(pid_t pid, int (*lay_out)(int node), int node);

#endif
