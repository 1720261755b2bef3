/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sysctl kernel.numa_balancing, switched for a while.
 */
#ifndef NUMATRACE_BALANCING_SWITCH_H
#define NUMATRACE_BALANCING_SWITCH_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct balancing_switch - the switch
 * @fd: the sysctl, locked against others of us
 * @found: its text before anything was changed
 * @mode: the same, bits of enum numatrace_balancing_mode
 * @changed: something was written
 * @last: what was written last
 */
struct balancing_switch {
	int fd;
	char found[16];
	uint32_t mode;
	bool changed;
	uint32_t last;
};

/*
 * Changes nothing. 0, or a negative errno and in @why a sentence to be freed,
 * or NULL when memory is short.
 */
int balancing_open(struct balancing_switch *balancing, char **why);

/* 0 or a negative errno. */
int balancing_set(struct balancing_switch *balancing, uint32_t mode);

/*
 * Whether it is as we set it or, before that, as it was found. 1; 0: somebody
 * else has changed it; or a negative errno.
 */
int balancing_is_ours(const struct balancing_switch *balancing);

/*
 * Restore what was found, unless nothing was changed, and close it. 0; 1:
 * somebody else has changed it meanwhile, and it was left so; or a negative
 * errno.
 */
int balancing_close(struct balancing_switch *balancing);

#endif
