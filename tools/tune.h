/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the kernel's tunables, and changes some, all that is asked for or
 * nothing.
 */
#ifndef NUMATRACE_TUNE_H
#define NUMATRACE_TUNE_H

#include "conf.h"
#include "tunables.h"

/**
 * struct tune_file - a file of a tunable
 * @path: where it is
 * @instance: which of several, such as "node0", or NULL
 * @value: what is in force, or NULL: it cannot be read
 * @err: why not, a negative errno; 0: there is none in it
 */
struct tune_file {
	char *path;
	char *instance;
	char *value;
	int err;
};

/* Whether there is a value, and why not. */
enum tune_state {
	TUNE_READ,
	TUNE_LACKS, /* this kernel does not have it */
	TUNE_NO_DEBUGFS,
	TUNE_NEEDS_ROOT,
	TUNE_LOCKED, /* for root, too, as with Secure Boot */
	TUNE_UNREADABLE,
};

/* Of a file that could not be read, by the negative errno. */
enum tune_state tune_state_of(int err, bool root);

/**
 * struct tune_reading - a tunable, now
 * @tunable: which one
 * @files: number of @file
 * @file: its files, by instance
 * @state: whether there is a value
 * @note: why there is none, in words, or NULL
 */
struct tune_reading {
	const struct tunable *tunable;
	size_t files;
	struct tune_file *file;
	enum tune_state state;
	const char *note;
};

/**
 * struct tune_table - all tunables, in their order
 * @count: number of @reading
 * @reading: the tunables
 */
struct tune_table {
	size_t count;
	struct tune_reading *reading;
};

/* Read all that are below the folder @root, "" for this system. 0 or -ENOMEM. */
int tune_read(const char *root, struct tune_table *table);
void tune_free(struct tune_table *table);

/* NULL if there is none of that name. Hyphens do for underscores. */
const struct tune_reading *tune_find(const struct tune_table *table,
				     const char *name, size_t length);

/*
 * What is in force in a file, to be freed; NULL, and errno, where it cannot be
 * read, or 0 there where it has no value.
 */
char *tune_read_value(const struct tunable *tunable, const char *path);

/* Whether this kernel has it, as far as we can see. */
static inline bool tune_has(const struct tune_reading *reading)
{
	return reading->files;
}

/*
 * The value, to be freed; where several differ, such as
 * "node0=1 node1..node3=2". NULL: not known, or no memory.
 */
char *tune_value(const struct tune_reading *reading);

/* The values that it takes, to be freed; NULL: not known, or no memory. */
char *tune_choices(const struct tune_reading *reading);

/**
 * struct tune_change - what shall be written to a file
 * @reading: its tunable
 * @file: which file
 * @value: what to write
 * @why: why, or NULL
 */
struct tune_change {
	const struct tune_reading *reading;
	const struct tune_file *file;
	char *value;
	const char *why;
};

/**
 * struct tune_changes - what shall be changed
 * @count: number of @change
 * @change: one for each file
 */
struct tune_changes {
	size_t count;
	struct tune_change *change;
};

void tune_free_changes(struct tune_changes *changes);

/*
 * Add the changes for @value of @name, which may end in ".INSTANCE"; they take
 * the place of others of the same file. 0, -ENOMEM, -ENOENT where this kernel
 * lacks the tunable, -ESRCH where there is none of that name, or -EINVAL; of
 * the latter three @why is a sentence, to be freed.
 */
int tune_change(const struct tune_table *table, const char *name,
		const char *value, const char *why_changed,
		struct tune_changes *changes, char **why);

/* Whether it changes anything. */
bool tune_differs(const struct tune_change *change);

/* 0, or refuses what cannot be written to, before anything is. */
int tune_check(const struct tune_change *change, char **why);

/* Writes a text to a file; 0 or a negative errno. */
typedef int tune_writer(const char *path, const char *text);

int tune_write(const char *path, const char *text);

/*
 * Make all changes. If one fails, or a signal came (interrupt.h), those before
 * it are taken back: -EINVAL and a sentence in @why, to be freed.
 */
int tune_apply(const struct tune_changes *changes, tune_writer *writer,
	       char **why);

/*
 * What restores the tunables that have a value, a line each, to be freed; NULL
 * when memory is short.
 */
char *tune_snapshot(const struct tune_table *table);

/*
 * Add the changes of a snapshot. What is wrong is added to @errors, what this
 * kernel lacks to @missing. 0 or -ENOMEM.
 */
int tune_parse(const struct tune_table *table, const char *text,
	       const char *file, struct tune_changes *changes,
	       struct conf_errors *errors, struct conf_errors *missing);

#endif
