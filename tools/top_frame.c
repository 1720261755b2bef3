// SPDX-License-Identifier: GPL-2.0
#include "top_frame.h"

#include "locality.h"
#include "printable.h"
#include "top_columns.h"
#include "top_notices.h"
#include "top_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a screen that is small; without one, all. */
#define SCREEN_NOTICES 3

static const char *const help[] = {
	"numatrace top: who touches memory on the wrong node",
	"",
	"An access is a sampled touch of a page (a hinting fault of automatic NUMA",
	"balancing), not a load or a store. The first frame counts since the module was",
	"loaded, each later one what happened since the one before. MIGRATED, MIGR-IN",
	"and MIGR-OUT are pages. \"-\": not measured.",
	"",
	" q            quit",
	" h ?          this help",
	" p SPACE      pause: no new readings; counting goes on",
	" s > S <      sort by the next column, by the one before",
	" R L M        sort by REMOTE, LOCAL, MIGRATED",
	" r            reverse the order",
	" c            processes or cgroups",
	" i            only those that accessed memory, or all",
	" f /          filter: part of the name, command line or path; empty: all",
	" u            only processes of one user; empty: all",
	" n            nodes on or off",
	" d + -        seconds between frames: type them, twice, half",
	" arrows, page up, page down, home, end: scroll",
	" Esc          leave a question without an answer",
	"",
	"Any key goes back.",
};

static void add_line(struct top_frame *frame, enum screen_look look, char *text)
{
	struct screen_line *grown = NULL;

	if (text)
		grown = reallocarray(frame->line, frame->count + 1,
				     sizeof(*grown));
	if (!grown) {
		frame->failed = true;
		free(text);
		return;
	}
	frame->line = grown;
	grown[frame->count++] = (struct screen_line){ look, text };
}

static void add_text(struct top_frame *frame, enum screen_look look, int width,
		     const char *text)
{
	char *shown = printable(text);

	add_line(frame, look, shown ? text_fit(shown, width, false) : NULL);
	free(shown);
}

/* A line while it is made. */
static char *said;

static void add_said(struct top_frame *frame, enum screen_look look, int width,
		     int length)
{
	if (length < 0) {
		frame->failed = true;
		return;
	}
	add_text(frame, look, width, said);
	free(said);
}

#define say(frame, look, width, ...)                                           \
	add_said(frame, look, width, asprintf(&said, __VA_ARGS__))

static void add_title(struct top_frame *frame, const struct top_view *view,
		      const struct top_scene *scene)
{
	const struct top_reading *growth = scene->growth;
	char span[64] = "counts since the module was loaded";

	if (growth->error)
		snprintf(span, sizeof(span), "no counts");
	else if (growth->duration)
		snprintf(span, sizeof(span), "counts of the last %.1f s",
			 growth->duration / 1e9);
	say(frame, SCREEN_BOLD, scene->width, "numatrace top %s  %s, by %s%s%s",
	    scene->clock, span, view->sort[view->list]->name,
	    view->reverse ? " reversed" : "", view->paused ? "  PAUSED" : "");
}

/* False where a node's part is not known. */
static bool sum_nodes(const struct report_nodes *nodes, struct locality *sum)
{
	for (size_t i = 0; i < nodes->count; i++) {
		struct locality one;

		if (!locality_of_node(&nodes->node[i], &one))
			return false;
		sum->local += one.local;
		sum->remote += one.remote;
	}
	return nodes->count;
}

static void add_summary(struct top_frame *frame, const struct top_scene *scene)
{
	struct locality sum = { 0 };
	char percent[16] = "-";
	double ratio;

	if (!sum_nodes(&scene->growth->nodes, &sum)) {
		add_text(frame, SCREEN_PLAIN, scene->width,
			 "accesses (sampled page touches): -");
		return;
	}
	if (locality_ratio(sum, &ratio))
		snprintf(percent, sizeof(percent), "%.1f%%", ratio * 100);
	say(frame, SCREEN_PLAIN, scene->width,
	    "accesses (sampled page touches): local %llu, remote %llu, locality %s",
	    (unsigned long long)sum.local, (unsigned long long)sum.remote,
	    percent);
}

static void add_table(struct top_frame *frame, const struct top_rows *rows,
		      const struct text_key *keys, size_t first, size_t count,
		      int width)
{
	const char *object = (const char *)rows->rows + first * rows->size;
	struct text_table table;
	char *headings;

	text_layout(&table, rows->object, keys, object, count, rows->size,
		    width);
	headings = text_headings(&table);
	if (headings)
		add_text(frame, SCREEN_REVERSE, width, headings);
	else
		frame->failed = true;
	free(headings);
	for (; count--; object += rows->size)
		add_line(frame, SCREEN_PLAIN, text_line(&table, object));
}

static int add_nodes(struct top_frame *frame, const struct top_scene *scene)
{
	size_t all = scene->growth->nodes.count;
	size_t most = scene->height ? (size_t)scene->height / 3 : all;
	struct top_rows rows;
	int err = top_node_rows(&rows, scene->growth, most);

	if (err)
		return err;
	add_table(frame, &rows, top_node_columns, 0, rows.count, scene->width);
	if (rows.count < all)
		say(frame, SCREEN_PLAIN, scene->width,
		    "and %zu nodes with fewer remote accesses",
		    all - rows.count);
	top_free_rows(&rows);
	return 0;
}

static void add_notices(struct top_frame *frame, const struct top_view *view,
			const struct top_scene *scene)
{
	struct top_notices notices;

	top_notices(&notices, view, scene->now, scene->growth);
	for (size_t i = 0; i < notices.count; i++)
		if (!scene->height || i < SCREEN_NOTICES)
			add_text(frame, SCREEN_BOLD, scene->width,
				 notices.text[i]);
	top_free_notices(&notices);
}

/* A line stays free for the headings, and one for the keys. */
static size_t room_for_list(const struct top_frame *frame,
			    const struct top_scene *scene, size_t count)
{
	size_t used = frame->count + 2, height = scene->height;

	if (!height)
		return count;
	return height > used ? height - used : 1;
}

static int add_list(struct top_frame *frame, struct top_view *view,
		    const struct top_scene *scene)
{
	struct top_rows rows;
	size_t room, shown;
	int err = top_list_rows(&rows, view, scene->growth);

	if (err) {
		top_free_rows(&rows);
		return err;
	}
	room = room_for_list(frame, scene, rows.count);
	if (view->scroll + room > rows.count)
		view->scroll = rows.count > room ? rows.count - room : 0;
	shown = rows.count - view->scroll;
	if (shown > room)
		shown = room;
	view->page = room;
	add_table(frame, &rows, top_columns(view->list), view->scroll, shown,
		  scene->width);
	if (!rows.count)
		say(frame, SCREEN_PLAIN, scene->width,
		    "no %s to show was seen to access memory",
		    view->list == TOP_CGROUPS ? "cgroup" : "process");
	top_free_rows(&rows);
	return 0;
}

static void add_question(struct top_frame *frame, const struct top_view *view,
			 int width)
{
	static const char *const questions[] = {
		[TOP_PROMPT_NAME] = "name, command line or path has",
		[TOP_PROMPT_USER] = "user",
		[TOP_PROMPT_INTERVAL] = "seconds between frames",
	};

	say(frame, SCREEN_BOLD, width, "%s: %s_   (Enter, Esc)",
	    questions[view->prompt], view->input);
}

/* The last line of the screen: a question, a message or the keys. */
static void add_footer(struct top_frame *frame, const struct top_view *view,
		       const struct top_scene *scene)
{
	while (!frame->failed && frame->count + 1 < (size_t)scene->height)
		add_text(frame, SCREEN_PLAIN, 0, "");
	if (view->prompt)
		add_question(frame, view, scene->width);
	else if (*view->message)
		add_text(frame, SCREEN_BOLD, scene->width, view->message);
	else
		say(frame, SCREEN_REVERSE, scene->width,
		    "q quit  h help  p pause  s sort  r reverse  c %s  f filter  u user  n nodes",
		    view->list == TOP_CGROUPS ? "processes" : "cgroups");
}

static void add_help(struct top_frame *frame, int width)
{
	for (size_t i = 0; i < sizeof(help) / sizeof(*help); i++)
		add_text(frame, i ? SCREEN_PLAIN : SCREEN_BOLD, width, help[i]);
}

/* False if that is all there is to say. */
static bool fits(struct top_frame *frame, const struct top_scene *scene)
{
	if (!scene->height ||
	    (scene->width >= TOP_MIN_WIDTH && scene->height >= TOP_MIN_HEIGHT))
		return true;
	say(frame, SCREEN_BOLD, scene->width,
	    "numatrace top needs %dx%d; this is %dx%d", TOP_MIN_WIDTH,
	    TOP_MIN_HEIGHT, scene->width, scene->height);
	return false;
}

int top_frame(struct top_frame *frame, struct top_view *view,
	      const struct top_scene *scene)
{
	int err = 0;

	*frame = (struct top_frame){ 0 };
	if (!fits(frame, scene))
		return frame->failed ? -ENOMEM : 0;
	if (view->help) {
		add_help(frame, scene->width);
		return frame->failed ? -ENOMEM : 0;
	}
	add_title(frame, view, scene);
	add_summary(frame, scene);
	if (!view->hide_nodes)
		err = add_nodes(frame, scene);
	add_notices(frame, view, scene);
	if (!err)
		err = add_list(frame, view, scene);
	if (!err && scene->height)
		add_footer(frame, view, scene);
	return frame->failed ? -ENOMEM : err;
}

void top_free_frame(struct top_frame *frame)
{
	for (size_t i = 0; i < frame->count; i++)
		free(frame->line[i].text);
	free(frame->line);
	*frame = (struct top_frame){ 0 };
}
