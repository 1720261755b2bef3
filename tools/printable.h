/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What strangers choose, such as the names of processes, cgroups and files, is
 * shown and not obeyed. Each byte of these becomes \xHH: control characters (C0
 * but for our own line breaks, DEL, C1), those that change the direction or the
 * line (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069), what is not
 * UTF-8, what the locale does not know, and all but ASCII where it has another
 * encoding. A backslash stays: units of systemd have many, and --raw and --json
 * tell one from the other.
 */
#ifndef NUMATRACE_PRINTABLE_H
#define NUMATRACE_PRINTABLE_H

#include <stdio.h>

/* A copy, on one line, to be freed; NULL when memory is short or of NULL. */
char *printable(const char *text);

/* The same, but only what is not UTF-8 is changed, which JSON cannot have. */
char *printable_utf8(const char *text);

/*
 * Print a JSON document, with a line break at its end. The same characters are
 * escaped as JSON escapes them, so that they are not lost. 0 or -ENOMEM.
 */
int printable_json(const char *json, FILE *file);

/*
 * From now on all that is written to stdout and stderr, by whomever, passes
 * here; only line breaks are left alone. Whoever commands the terminal on
 * purpose writes to the descriptors. 0 or -ENOMEM.
 *
 * ORDER: after setlocale(), and before anything is written.
 */
int printable_streams(void);

#endif
