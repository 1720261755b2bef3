// SPDX-License-Identifier: GPL-2.0
#include "screen.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Long enough for the bytes of a key to arrive over a slow line. */
#define ESCAPE_DELAY_MS 100

#define CTRL_L 12
#define DELETE 127

static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

#define ENDING_SIGNALS (sizeof(ending_signals) / sizeof(*ending_signals))

static SCREEN *screen;
/* stdout would show what commands the terminal: see printable.h. */
static FILE *terminal;
static atomic_int ending;
static struct sigaction actions_outside[ENDING_SIGNALS];
static sigset_t mask_outside;

static void on_signal(int number)
{
	ending = number;
}

/*
 * What is blocked arrives while screen_key() waits, and at no other time. What
 * is ignored, as under nohup, stays so.
 */
static void take_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGWINCH);
	for (size_t i = 0; i < ENDING_SIGNALS; i++) {
		struct sigaction *old = &actions_outside[i];

		sigaction(ending_signals[i], NULL, old);
		if (old->sa_handler == SIG_IGN)
			continue;
		sigaction(ending_signals[i], &action, NULL);
		sigaddset(&mask, ending_signals[i]);
	}
	sigprocmask(SIG_BLOCK, &mask, &mask_outside);
}

static void give_signals_back(void)
{
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		sigaction(ending_signals[i], &actions_outside[i], NULL);
	sigprocmask(SIG_SETMASK, &mask_outside, NULL);
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
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	terminal = open_terminal();
	if (!terminal)
		return -ENOMEM;
	/* ORDER: ncurses leaves handlers alone that are there before it. */
	take_signals();
	screen = newterm(NULL, terminal, stdin);
	if (!screen) {
		fclose(terminal);
		give_signals_back();
		return -EINVAL;
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
	give_signals_back();
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
		ending = SIGHUP;
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
		if (waited || ending)
			return SCREEN_NONE;
		wait_for_input(timeout);
		waited = true;
	}
}

int screen_signal(void)
{
	return ending;
}
