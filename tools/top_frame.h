/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live screen as lines of text. Pure: the same lines go to a terminal, to
 * a file and to the tests.
 */
#ifndef NUMATRACE_TOP_FRAME_H
#define NUMATRACE_TOP_FRAME_H

#include "screen.h"
#include "top_reading.h"
#include "top_view.h"

/* The smallest screen. */
#define TOP_MIN_WIDTH 80
#define TOP_MIN_HEIGHT 24

/**
 * struct top_frame - lines from the top
 * @failed: memory was short, lines are missing
 * @count: number of lines
 * @line: the lines
 */
struct top_frame {
	bool failed;
	size_t count;
	struct screen_line *line;
};

/**
 * struct top_scene - what a frame is made from
 * @now: the reading
 * @growth: what of it is shown
 * @clock: time of day of the reading, as text
 * @width: of the screen
 * @height: of the screen; 0: there is none, so no line about keys and no end
 */
struct top_scene {
	const struct top_reading *now;
	const struct top_reading *growth;
	const char *clock;
	int width;
	int height;
};

/* Adjusts where the view is scrolled to. 0 or -ENOMEM. */
int top_frame(struct top_frame *frame, struct top_view *view,
	      const struct top_scene *scene);
void top_free_frame(struct top_frame *frame);

#endif
