/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The journal of actions: one JSON object a line, on disk before anything is
 * changed and again afterwards, so that whatever was done can be undone later,
 * also after a crash in the middle.
 *
 * A line: {"id": 7, "time": "2026-01-31T12:00:00Z", "event": ..., ...}. Events
 * of an action, in their order:
 *   begin	what was asked for: "command", "boot_id", "target", "policy",
 *		"processes": [{"pid", "start_time", "comm"}]
 *   before	a step that comes now, with what was before it: "step", ...
 *   after	what came of that step: "step", "result": 0 or a negative errno, ...
 *   end	"state": "done", "undone" or "failed", "left": true where a part
 *		of it could not be taken back
 * An action without "end" was interrupted, or is under way.
 */
#ifndef NUMATRACE_JOURNAL_H
#define NUMATRACE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

#define JOURNAL_PATH "/var/lib/numatrace/journal"

struct journal;

/*
 * Open it to write; makes its folder. @path NULL: JOURNAL_PATH. NULL and errno
 * where that cannot be. What it tells is done: it has to be a regular file of
 * our own that nobody else may write to.
 */
struct journal *journal_open(const char *path);
void journal_close(struct journal *journal);

/* In words, why it could not be opened or read. */
const char *journal_error(int err);

/* Where it is. */
const char *journal_path(const struct journal *journal);

/*
 * Begin an action: adds "id", "time", "event", "boot_id" and "by", who does it,
 * to @fields, which it frees. Its id, from 1 on, or a negative errno. The line
 * is on disk when it returns. Two programs at once get different ids.
 *
 * A journal that has grown large, and has doubled since that was last done,
 * loses the actions that have no effect any more.
 */
int64_t journal_begin(struct journal *journal, struct json_object *fields);

/* Another event of action @id; frees @fields. 0 or a negative errno. */
int journal_write(struct journal *journal, int64_t id, const char *event,
		  struct json_object *fields);

/* What became of an action. */
enum journal_state {
	JOURNAL_RUNNING,     /* whoever began it is still at it */
	JOURNAL_INTERRUPTED, /* ended in the middle, by a crash */
	JOURNAL_DONE,
	JOURNAL_UNDONE,
	JOURNAL_FAILED, /* and all of it was taken back */
	JOURNAL_PARTLY, /* failed, and a part of it could not be taken back */
};

/**
 * struct journal_action - what the journal has of an action
 * @id: its number
 * @begin: the line that began it
 * @steps: number of @step
 * @step: the lines "before" and "after", in their order
 * @end: the last line "end", or NULL: it was interrupted
 * @this_boot: whether it was begun since the machine was booted: pids and
 *	affinities of another boot mean nothing
 */
struct journal_action {
	int64_t id;
	struct json_object *begin;
	size_t steps;
	struct json_object **step;
	struct json_object *end;
	bool this_boot;
};

/**
 * struct journal_actions - the whole journal
 * @count: number of actions
 * @action: by ascending id
 * @damaged: lines that are no such objects: a crash can cut the last one, or
 *	leave zeros, each row of which counts as one
 */
struct journal_actions {
	size_t count;
	struct journal_action *action;
	size_t damaged;
};

enum journal_state journal_state(const struct journal_action *action);
/* "done", "undone" ...: for tables and JSON, [a-z_]. */
const char *journal_state_word(enum journal_state state);

/* NULL where something is left of it that can be undone, else why not. */
const char *journal_final(const struct journal_action *action);

/*
 * Whether it is under way, or one of its processes or cpusets is still there:
 * else undoing it would change nothing.
 */
bool journal_has_effect(const struct journal_action *action);

/* NULL where the journal does not have it. */
const struct journal_action *journal_find(const struct journal_actions *actions,
					  int64_t id);

/* 0, also where there is none yet; or a negative errno. */
int journal_read(const char *path, struct journal_actions *actions);
/* The same of what a file has, and of a text, for tests. */
int journal_parse_bytes(const char *text, size_t size,
			struct journal_actions *actions);
int journal_parse(const char *text, struct journal_actions *actions);
void journal_free(struct journal_actions *actions);

#endif
