/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways to make one of the kernel's counters grow on one node, and nowhere else.
 */
#ifndef TESTS_GROWING_H
#define TESTS_GROWING_H

#include "report.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * struct growing - what shall grow, and where
 * @near: the node, with CPUs and memory
 * @far: another one such, or -1
 * @slow: a node in a slower tier than @near, or -1
 * @field: the counter
 * @goal: what the kernel's sum of it has to reach
 */
struct growing {
	int near;
	int far;
	int slow;
	enum node_field field;
	uint64_t goal;
};

/* A disk with nothing on it that anybody needs. */
#define GROWING_DISK "/dev/nvme0n1"

/* Small pages, and huge ones, that most of these work on. */
#define GROWING_SIZE (16UL << 20)
#define GROWING_PAGES (GROWING_SIZE / 4096)
#define GROWING_HUGE (GROWING_SIZE >> 21)

/* The last node with CPUs and memory, and others beside it. 0, or -1: none. */
int growing_find_nodes(struct growing *growing);

/*
 * Each runs on @near, and ends when @goal is reached: 0, or -1 with errno. What
 * it changes on the machine growing_restore() sets back.
 */
int grow_by_allocating(const struct growing *growing);
int grow_by_allocating_from_afar(const struct growing *growing);
int grow_by_interleaving(const struct growing *growing);
/* The near node takes what the full far one should, or the other way round. */
int grow_by_taking_in(const struct growing *growing);
int grow_by_overflowing(const struct growing *growing);
int grow_by_reading_disk(const struct growing *growing);
int grow_by_balancing(const struct growing *growing);
int grow_by_balancing_huge(const struct growing *growing);
int grow_by_balancing_local(const struct growing *growing);
int grow_by_moving(const struct growing *growing);
int grow_by_moving_huge(const struct growing *growing);
/* Somebody else holds the pages. */
int grow_by_not_moving(const struct growing *growing);
int grow_by_not_moving_huge(const struct growing *growing);
/* The node has room, but none for a huge page. */
int grow_by_moving_in_pieces(const struct growing *growing);
int grow_by_promoting(const struct growing *growing);
int grow_by_demoting(const struct growing *growing);
int grow_by_spinning(const struct growing *growing);

/* Keeps what the machine is set to, and sets it so again. */
void growing_keep(void);
void growing_restore(void);

#endif
