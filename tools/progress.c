// SPDX-License-Identifier: GPL-2.0
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* So narrow that it fits beside its word on any terminal. */
#define WIDTH 40
#define MILLE 1000

/* Not for stderr, which shows what commands a terminal: see printable.h. */
#define ERASE_LINE "\r\033[K"

void progress_begin(struct progress *progress, const char *what)
{
	*progress = (struct progress){
		.what = what,
		.shown = -1,
		.terminal = isatty(STDERR_FILENO),
	};
}

static void draw(const struct progress *progress)
{
	static const char full[WIDTH + 1] =
		"########################################";
	int length = progress->shown * WIDTH / MILLE;

	dprintf(STDERR_FILENO, ERASE_LINE "%s [%.*s%*s] %d.%d %%",
		progress->what, length, full, WIDTH - length, "",
		progress->shown / 10, progress->shown % 10);
}

void progress_show(struct progress *progress, uint64_t done, uint64_t total)
{
	int mille = total ? (int)((double)done * MILLE / (double)total) : MILLE;

	if (!progress->terminal || mille == progress->shown)
		return;
	progress->shown = mille;
	draw(progress);
}

void progress_end(struct progress *progress)
{
	if (!progress->terminal || progress->shown < 0)
		return;
	dprintf(STDERR_FILENO, ERASE_LINE);
	progress->shown = -1;
}
