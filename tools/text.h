/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts that may be missing.
 */
#ifndef NUMATRACE_TEXT_H
#define NUMATRACE_TEXT_H

#include <stdbool.h>
#include <string.h>

/* Whether they are alike, or both missing. */
static inline bool text_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

#endif
