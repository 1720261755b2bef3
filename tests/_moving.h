/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moving pages of a process from node 1 to node 0, while nothing else does.
 */
#ifndef TESTS_MOVING_H
#define TESTS_MOVING_H

#include "mover.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MOVING_ANY UINT32_MAX

/**
 * struct moving - what is moved
 * @balancing: whether automatic balancing was on before
 * @from: node 1
 * @to: node 0
 * @request: from one to the other, of no process yet
 * @result: of it
 * @pid: the process, or 0
 * @process: the same, open
 */
struct moving {
	long balancing;
	struct bitmask *from;
	struct bitmask *to;
	struct mover_request request;
	struct mover_result result;
	pid_t pid;
	struct target_process process;
};

/* Also for those who skip it: moving_end() does no harm then. */
#define MOVING_BEGIN(moving)                                                   \
	do {                                                                   \
		memset(moving, 0, sizeof(*(moving)));                          \
		(moving)->balancing = -1;                                      \
		if (numa_node_size64(1, NULL) <= 0)                            \
			SKIP(return, "node 1 has no memory");                  \
		ASSERT_EQ(0, moving_begin(moving));                            \
	} while (0)

/* Switches balancing off. 0 or -1. */
int moving_begin(struct moving *moving);
void moving_end(struct moving *moving);

/* Starts a process with such a layout on node 1, whose pages are to be moved. */
#define MOVING_START(moving, lay_out)                                          \
	do {                                                                   \
		(moving)->pid = layout_start(lay_out, 1);                      \
		ASSERT_LT(0, (moving)->pid);                                   \
		ASSERT_TRUE(moving_take(moving));                              \
	} while (0)

/* Of the process that now runs. */
bool moving_take(struct moving *moving);

/* As mover_run() does. */
int moving_run(struct moving *moving);

/* By /proc/PID/numa_maps; on any node where @id is MOVING_ANY. */
uint64_t moving_pages_on(const struct moving *moving, uint32_t id);

/*
 * Those that are on other nodes than @id, and that move_pages(2) does not see:
 * armed by balancing, and the kernel is older than Linux 6.6. Meanwhile nothing
 * may happen to the process.
 */
uint64_t moving_hidden_outside(const struct moving *moving, uint32_t id);

/* What went that way; zeros where nothing did. */
const struct mover_pair *moving_pair(const struct moving *moving, uint32_t from,
				     uint32_t to);

/* Every page that was looked at is accounted for. */
#define EXPECT_WHOLE(result)                                                   \
	EXPECT_EQ((result)->looked_at, (result)->in_place +                    \
					       mover_moved(result) +           \
					       mover_left(result))

#define LOG(result)                                                             \
	for (size_t _i = 0; _i < (result)->count; _i++) {                       \
		const struct mover_pair *_p = &(result)->pair[_i];              \
		TH_LOG("%d -> %d: moved %lu, left %lu %lu %lu %lu %lu %lu %lu", \
		       (int)_p->from, (int)_p->to, (unsigned long)_p->moved,    \
		       (unsigned long)_p->left[0], (unsigned long)_p->left[1],  \
		       (unsigned long)_p->left[2], (unsigned long)_p->left[3],  \
		       (unsigned long)_p->left[4], (unsigned long)_p->left[5],  \
		       (unsigned long)_p->left[6]);                             \
	}

#endif
