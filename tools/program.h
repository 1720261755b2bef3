/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program that we run for what it prints, and do not wait for without an end.
 */
#ifndef NUMATRACE_PROGRAM_H
#define NUMATRACE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct program - what to run
 * @argv: it and its arguments; looked for in PATH
 * @patience: so long may it take, ns
 * @errors: take what it says on stderr, too
 * @interruptible: a signal that came to us ends it, see interrupt.h
 */
struct program {
	char *const *argv;
	uint64_t patience;
	bool errors;
	bool interruptible;
};

/*
 * All that it prints, to be freed, or NULL. It has no input, and the terminal
 * sends it no signals: that is up to us. 0 or a negative errno:
 *   -EIO	it failed
 *   -ETIMEDOUT	it took too long, and was killed with all that it had started
 *   -EINTR	it was killed as a signal came
 */
int program_read(const struct program *program, char **text);

#endif
