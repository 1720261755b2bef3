// SPDX-License-Identifier: GPL-2.0
#include "screen.h"

#include "interrupt.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

/* Long enough for the bytes of a key to arrive over a slow line. */
#define ESCAPE_DELAY_MS 100

#define CTRL_L 12
#define DELETE 127

static SCREEN *screen;
/* stdout would show what commands the terminal: see printable.h. */
static FILE *terminal;
static sigset_t mask_outside;

/* What is blocked arrives while screen_key() waits, and at no other time. */
static int take_signals(void)
{
	sigset_t mask;

	interrupt_set(&mask);
	sigaddset(&mask, SIGWINCH);
	sigprocmask(SIG_BLOCK, &mask, &mask_outside);
	return interrupt_begin();
}

static FILE *open_terminal(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file && fd >= 0)
		close(fd);
	return file;
}

int screen_open(void)
{
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	terminal = open_terminal();
	if (!terminal)
		return -ENOMEM;
	/* ORDER: ncurses leaves handlers alone that are there before it. */
	err = take_signals();
	if (!err) {
		screen = newterm(NULL, terminal, stdin);
		err = screen ? 0 : -EINVAL;
	}
	if (err) {
		fclose(terminal);
		sigprocmask(SIG_SETMASK, &mask_outside, NULL);
		return err;
	}
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_DELAY_MS);
	return 0;
}

void screen_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	fclose(terminal);
	sigprocmask(SIG_SETMASK, &mask_outside, NULL);
}

void screen_size(int *width, int *height)
{
	getmaxyx(stdscr, *height, *width);
}

void screen_draw(const struct screen_line *lines, size_t count)
{
	static const attr_t looks[] = {
		[SCREEN_PLAIN] = A_NORMAL,
		[SCREEN_BOLD] = A_BOLD,
		[SCREEN_REVERSE] = A_REVERSE,
	};

	erase();
	for (size_t i = 0; i < count && (int)i < LINES; i++) {
		attrset(looks[lines[i].look]);
		move(i, 0);
		if (lines[i].text)
			addstr(lines[i].text);
	}
	attrset(A_NORMAL);
	refresh();
}

static int meaning(int c)
{
	switch (c) {
	case KEY_RESIZE:
		return SCREEN_RESIZED;
	case KEY_UP:
		return SCREEN_UP;
	case KEY_DOWN:
		return SCREEN_DOWN;
	case KEY_PPAGE:
		return SCREEN_PAGE_UP;
	case KEY_NPAGE:
		return SCREEN_PAGE_DOWN;
	case KEY_HOME:
		return SCREEN_HOME;
	case KEY_END:
		return SCREEN_END;
	case KEY_ENTER:
	case '\r':
	case '\n':
		return SCREEN_ENTER;
	case KEY_BACKSPACE:
	case KEY_DC:
	case '\b':
	case DELETE:
		return SCREEN_BACKSPACE;
	case '\033':
		return SCREEN_ESCAPE;
	case CTRL_L:
		clearok(curscr, TRUE);
		return SCREEN_RESIZED;
	default:
		return c > 0 && c < 256 ? c : SCREEN_OTHER;
	}
}

/* A terminal that went away is as good as a hangup. */
static void wait_for_input(int timeout)
{
	const struct timespec time = {
		.tv_sec = timeout / 1000,
		.tv_nsec = timeout % 1000 * 1000000L,
	};
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int count = ppoll(&input, 1, &time, &mask_outside);

	if (count > 0 && input.revents & (POLLERR | POLLHUP | POLLNVAL))
		interrupt_note(SIGHUP);
}

int screen_key(int timeout)
{
	bool waited = false;
	int c;

	for (;;) {
		/* ncurses may have read ahead, or have seen a new size. */
		c = getch();
		if (c != ERR)
			return meaning(c);
		if (waited || interrupt_signal())
			return SCREEN_NONE;
		wait_for_input(timeout);
		waited = true;
	}
}
