/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the live screen shows of a reading, and how keys change that. Pure but
 * for the names of users.
 */
#ifndef NUMATRACE_TOP_VIEW_H
#define NUMATRACE_TOP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"
#include "process_filter.h"

#define TOP_TEXT_SIZE 64

/* Longest and shortest time between two frames that keys lead to. */
#define TOP_MAX_PERIOD 3600000000000ULL
#define TOP_MIN_PERIOD 250000000ULL

enum top_list {
	TOP_PROCESSES,
	TOP_CGROUPS,
	TOP_LISTS
};

enum top_prompt {
	TOP_NO_PROMPT,
	TOP_PROMPT_NAME,
	TOP_PROMPT_USER,
	TOP_PROMPT_INTERVAL,
};

/**
 * struct top_view - what to show
 * @list: below the nodes
 * @sort: by which column, for each list
 * @reverse: the other way round
 * @busy: only what accessed memory
 * @hide_nodes: without the nodes
 * @paused: no new readings
 * @help: the help in place of all
 * @scroll: how many lines of the list are above the screen
 * @page: how many lines of the list the last frame showed
 * @period: ns between two readings
 * @name: only what has this in its name, command line or path, or ""
 * @user: only processes of this user, or ""
 * @uid: number of @user
 * @prompt: what is being asked
 * @input: what was typed as an answer
 * @message: to be shown until the next key
 */
struct top_view {
	enum top_list list;
	const struct output_column *sort[TOP_LISTS];
	bool reverse;
	bool busy;
	bool hide_nodes;
	bool paused;
	bool help;
	size_t scroll;
	size_t page;
	uint64_t period;
	char name[TOP_TEXT_SIZE];
	char user[TOP_TEXT_SIZE];
	uint32_t uid;
	enum top_prompt prompt;
	char input[TOP_TEXT_SIZE];
	char message[TOP_TEXT_SIZE + 32];
};

enum top_action {
	TOP_WAIT,
	TOP_DRAW,
	TOP_READ,
	TOP_QUIT,
};

/* By remote accesses, a reading every two seconds. */
void top_view_init(struct top_view *view);

/* False: what is listed has no such column. */
bool top_view_sort(struct top_view *view, const char *column);

/* What to do after a key, see enum screen_key. */
enum top_action top_key(struct top_view *view, int key);

/* Kinds of objects in the two lists. */
const struct output_object *top_object(enum top_list list);

#endif
