/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The terminal: lines of text, their looks, and keys. Only here is ncurses.
 */
#ifndef NUMATRACE_SCREEN_H
#define NUMATRACE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* Keys that are not a byte of text. */
enum screen_key {
	SCREEN_NONE = -1,
	SCREEN_RESIZED = 256,
	SCREEN_UP,
	SCREEN_DOWN,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_HOME,
	SCREEN_END,
	SCREEN_ENTER,
	SCREEN_ESCAPE,
	SCREEN_BACKSPACE,
	SCREEN_OTHER,
};

/* None of them needs colours. */
enum screen_look {
	SCREEN_PLAIN,
	SCREEN_BOLD,
	SCREEN_REVERSE,
};

/**
 * struct screen_line - one line
 * @look: how it looks, over the whole width
 * @text: no wider than the screen; may be NULL
 */
struct screen_line {
	enum screen_look look;
	char *text;
};

/*
 * Take the terminal over, and the signals: see interrupt.h. 0; -ENOTTY where there
 * is none; -EINVAL where its type, TERM, is not known; or another negative errno.
 * screen_close() gives it back as it was.
 */
int screen_open(void);
void screen_close(void);

void screen_size(int *width, int *height);
void screen_draw(const struct screen_line *lines, size_t count);

/*
 * The next key, or SCREEN_NONE after @timeout ms or a signal that ends the
 * command.
 */
int screen_key(int timeout);

#endif
