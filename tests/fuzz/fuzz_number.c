// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers, sizes and intervals that people type: two words.
 */
#include "fuzz.h"

#include "interval.h"
#include "number.h"
#include "shm.h"

static void number(const char *text, uint64_t most)
{
	uint64_t value;

	if (number_parse(text, most, &value))
		assert(value <= most && strspn(text, "0123456789") > 0);
}

/* A size without a unit is a number. */
static void size_of(const char *text)
{
	uint64_t bytes, value;

	shm_parse_size(text, &bytes);
	if (!number_parse_size(text, &bytes))
		return;
	assert(strspn(text, "0123456789") > 0);
	if (number_parse(text, UINT64_MAX, &value))
		assert(bytes == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char *second = text, *first = strsep(&second, " ");
	struct interval interval;

	number(first, UINT64_MAX);
	number(first, 1024);
	size_of(first);
	if (interval_parse(&interval, first, second))
		assert(interval.period && (!second || interval.count));
	free(text);
	return 0;
}
