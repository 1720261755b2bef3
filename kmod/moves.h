/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What balancing does besides moving pages: tasks that it moves, swaps, or
 * cannot move, and mappings that its scanner passes over. Counted from the
 * scheduler's tracepoints, those that this kernel has.
 */
#ifndef NUMATRACE_MOVES_H
#define NUMATRACE_MOVES_H

#include <linux/numatrace.h>
#include <linux/types.h>

/* Whether the matrix, one of those of tasks, is counted. */
bool nt_moves_counted(enum numatrace_matrix_kind kind);

/*
 * 0 if it is counted which mappings the scanner passes over; -ENOENT where the
 * kernel does not tell; another error where it could not be asked.
 */
int nt_skips_error(void);

/**
 * struct nt_skip - mappings that were passed over for one reason
 * @name: the kernel's name of the reason
 * @count: how often since load
 */
struct nt_skip {
	const char *name;
	u64 count;
};

/* The reason of this number, from 0 on; false: there are no more. */
bool nt_skip_read(unsigned int number, struct nt_skip *skip);

void nt_moves_init(void);
void nt_moves_exit(void);

#endif
