// SPDX-License-Identifier: GPL-2.0
#include "top_view.h"
#include "cgroup_columns.h"
#include "interval.h"
#include "process_columns.h"
#include "screen.h"
#include "top_columns.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_PERIOD 2000000000ULL

#define CTRL_U 21

const struct output_object *top_object(enum top_list list)
{
	return list == TOP_CGROUPS ? &cgroup_object : &process_object;
}

void top_view_init(struct top_view *view)
{
	*view = (struct top_view){ .period = DEFAULT_PERIOD };
	for (int list = 0; list < TOP_LISTS; list++)
		view->sort[list] =
			output_find(top_object(list), "remote_faults");
}

bool top_view_sort(struct top_view *view, const char *name)
{
	const struct output_column *column =
		output_find(top_object(view->list), name);

	if (column)
		view->sort[view->list] = column;
	return column;
}

/* To a neighbour of the column, among those that a wide screen shows. */
static void sort_by_next(struct top_view *view, int step)
{
	const struct text_key *keys = top_columns(view->list);
	const char *key = view->sort[view->list]->key;
	int count = 0, at = 0;

	for (; keys[count].key; count++)
		if (!strcmp(keys[count].key, key))
			at = count;
	top_view_sort(view, keys[(at + step + count) % count].key);
	view->scroll = 0;
}

static void change_period(struct top_view *view, bool longer)
{
	uint64_t period = longer ? view->period * 2 : view->period / 2;

	if (period >= TOP_MIN_PERIOD && period <= TOP_MAX_PERIOD)
		view->period = period;
	snprintf(view->message, sizeof(view->message), "every %g s",
		 view->period / 1e9);
}

/* Both have the same size. */
static void copy_text(char *to, const char *from)
{
	memmove(to, from, strlen(from) + 1);
}

static void ask(struct top_view *view, enum top_prompt prompt)
{
	view->prompt = prompt;
	*view->input = '\0';
	if (prompt == TOP_PROMPT_NAME)
		copy_text(view->input, view->name);
	else if (prompt == TOP_PROMPT_USER)
		copy_text(view->input, view->user);
}

static void ask_for_user(struct top_view *view)
{
	if (view->list == TOP_PROCESSES)
		ask(view, TOP_PROMPT_USER);
	else
		snprintf(view->message, sizeof(view->message),
			 "a cgroup belongs to no user");
}

static void answer_user(struct top_view *view)
{
	struct process_filter filter = { 0 };

	if (*view->input && !process_filter_set_user(&filter, view->input)) {
		snprintf(view->message, sizeof(view->message),
			 "no such user: %s", view->input);
		return;
	}
	copy_text(view->user, view->input);
	view->uid = filter.uid;
}

static void answer_interval(struct top_view *view)
{
	struct interval interval;

	if (interval_parse(&interval, view->input, NULL))
		view->period = interval.period;
	else if (*view->input)
		snprintf(view->message, sizeof(view->message),
			 "not a number of seconds: %s", view->input);
}

static enum top_action answer(struct top_view *view)
{
	enum top_prompt prompt = view->prompt;

	view->prompt = TOP_NO_PROMPT;
	view->scroll = 0;
	if (prompt == TOP_PROMPT_NAME)
		copy_text(view->name, view->input);
	else if (prompt == TOP_PROMPT_USER)
		answer_user(view);
	else
		answer_interval(view);
	return TOP_DRAW;
}

/* A character may be several bytes; all but its first begin with bits 10. */
static void drop_character(char *text)
{
	size_t length = strlen(text);

	while (length && (text[--length] & 0xc0) == 0x80)
		;
	text[length] = '\0';
}

static enum top_action prompt_key(struct top_view *view, int key)
{
	size_t length = strlen(view->input);

	switch (key) {
	case SCREEN_ENTER:
		return answer(view);
	case SCREEN_ESCAPE:
		view->prompt = TOP_NO_PROMPT;
		break;
	case SCREEN_BACKSPACE:
		drop_character(view->input);
		break;
	case CTRL_U:
		*view->input = '\0';
		break;
	default:
		if (key < ' ' || key > 255 || length + 1 >= TOP_TEXT_SIZE)
			break;
		view->input[length] = key;
		view->input[length + 1] = '\0';
	}
	return TOP_DRAW;
}

/* The frame keeps @scroll within the list. */
static bool scroll_key(struct top_view *view, int key)
{
	size_t page = view->page ? view->page : 1;
	size_t back = key == SCREEN_UP ? 1 : page;

	switch (key) {
	case SCREEN_UP:
	case SCREEN_PAGE_UP:
		view->scroll = view->scroll > back ? view->scroll - back : 0;
		return true;
	case SCREEN_DOWN:
		view->scroll++;
		return true;
	case SCREEN_PAGE_DOWN:
		view->scroll += page;
		return true;
	case SCREEN_HOME:
		view->scroll = 0;
		return true;
	case SCREEN_END:
		view->scroll = SIZE_MAX / 2;
		return true;
	default:
		return false;
	}
}

static bool sort_key(struct top_view *view, int key)
{
	switch (key) {
	case 's':
	case '>':
		sort_by_next(view, 1);
		return true;
	case 'S':
	case '<':
		sort_by_next(view, -1);
		return true;
	case 'R':
		top_view_sort(view, "remote_faults");
		return true;
	case 'L':
		top_view_sort(view, "local_faults");
		return true;
	case 'M':
		top_view_sort(view, "migrated_pages");
		return true;
	case 'r':
		view->reverse = !view->reverse;
		return true;
	default:
		return false;
	}
}

static bool toggle_key(struct top_view *view, int key)
{
	switch (key) {
	case 'c':
		view->list = !view->list;
		view->scroll = 0;
		return true;
	case 'i':
		view->busy = !view->busy;
		view->scroll = 0;
		return true;
	case 'n':
		view->hide_nodes = !view->hide_nodes;
		return true;
	case 'h':
	case '?':
		view->help = true;
		return true;
	default:
		return false;
	}
}

static enum top_action plain_key(struct top_view *view, int key)
{
	switch (key) {
	case 'q':
	case 'Q':
		return TOP_QUIT;
	case 'p':
	case ' ':
		view->paused = !view->paused;
		return view->paused ? TOP_DRAW : TOP_READ;
	case '/':
	case 'f':
		ask(view, TOP_PROMPT_NAME);
		break;
	case 'u':
		ask_for_user(view);
		break;
	case 'd':
		ask(view, TOP_PROMPT_INTERVAL);
		break;
	case '+':
	case '-':
		change_period(view, key == '+');
		break;
	}
	return TOP_DRAW;
}

enum top_action top_key(struct top_view *view, int key)
{
	if (key == SCREEN_RESIZED || key == SCREEN_NONE)
		return TOP_DRAW;
	*view->message = '\0';
	if (view->prompt)
		return prompt_key(view, key);
	if (view->help) {
		view->help = false;
		return TOP_DRAW;
	}
	if (scroll_key(view, key) || sort_key(view, key) ||
	    toggle_key(view, key))
		return TOP_DRAW;
	return plain_key(view, key);
}
