/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own tunables that matter for where memory is: data.
 */
#ifndef NUMATRACE_TUNABLES_H
#define NUMATRACE_TUNABLES_H

#include <stddef.h>
#include <stdint.h>

/* How its file looks. */
enum tunable_kind {
	TUNABLE_NUMBER,
	TUNABLE_SWITCH, /* true or false */
	TUNABLE_CHOICE, /* all words, the one in force in brackets */
	TUNABLE_WORD,	/* a word; another file has all */
};

#define TUNABLE_PATHS 2

/**
 * struct tunable - a tunable of the kernel
 * @name: as the kernel calls it, or nearly so
 * @kind: how its file looks
 * @path: where it is, by the age of the kernel, the newest first; a "*" stands
 *	for several of the kind, such as those of each node
 * @words: the file beside it with the words that it takes
 * @min: smallest number
 * @max: largest number
 * @preset: the kernel's default, or NULL: the kernel works it out, or its
 *	configuration says so
 * @what: what it does
 */
struct tunable {
	const char *name;
	enum tunable_kind kind;
	const char *path[TUNABLE_PATHS];
	const char *words;
	uint64_t min;
	uint64_t max;
	const char *preset;
	const char *what;
};

extern const struct tunable tunables[];
extern const size_t tunable_count;

/* NULL if there is none. Hyphens do for underscores. */
const struct tunable *tunable_find(const char *name, size_t length);

#endif
