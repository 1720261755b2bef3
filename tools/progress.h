/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bar on stderr that shows how far the work is, if that is a terminal.
 */
#ifndef NUMATRACE_PROGRESS_H
#define NUMATRACE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - the bar
 * @what: what is being done, in a word or two
 * @shown: what it shows, in per mille; -1 before anything was shown
 * @terminal: whether there is anybody to see it
 */
struct progress {
	const char *what;
	int shown;
	bool terminal;
};

void progress_begin(struct progress *progress, const char *what);
/* Draws only where it looks different from before. */
void progress_show(struct progress *progress, uint64_t done, uint64_t total);
/* Leaves nothing of it on the screen. */
void progress_end(struct progress *progress);

#endif
