/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What people write for processes, and what matches it. Pure: asks nobody.
 */
#ifndef NUMATRACE_TARGET_TEXT_H
#define NUMATRACE_TARGET_TEXT_H

#include "target.h"

/*
 * What @text names, and in @rest where that begins: behind a prefix, if there
 * is one. Returns enum target_kind, or -1: nothing is named.
 */
int target_text_kind(const char *text, const char **rest);

/*
 * Numbers separated by commas, ascending and each once; to be freed. NULL and
 * @count 0 where it is not that; NULL and @count 1 when memory is short.
 */
pid_t *target_text_pids(const char *text, size_t *count);

/* Whether a process of this name is meant; its name is cut to 15 bytes. */
bool target_text_names(const char *pattern, const char *comm);

/*
 * Whether the last directory of @path is that of the unit @name: without a
 * suffix, a service.
 */
bool target_text_is_unit(const char *name, const char *path);

/*
 * How much of @path leads to the container that @name names: its id, or the
 * first 12 or more digits; the name of a machine; the uid of a pod. 0: it
 * leads to none.
 */
size_t target_text_container(const char *name, const char *path);

#endif
