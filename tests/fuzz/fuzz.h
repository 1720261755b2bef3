/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the targets have in common: each gives one parser what libFuzzer makes
 * up. Sanitizers see what it reads and leaks, assert() what it returns.
 */
#ifndef NUMATRACE_FUZZ_H
#define NUMATRACE_FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The input, to its first zero at most, in memory of exactly its length. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = size ? strndup((const char *)data, size) : strdup("");

	assert(text);
	return text;
}

/* Called by libFuzzer with each input; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
