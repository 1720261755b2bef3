// SPDX-License-Identifier: GPL-2.0
/*
 * A policy that is accepted can be written down, as the journal does, and
 * means the same when it is read back.
 */
#include "fuzz.h"

#include "policy.h"

static char *read_and_write(const char *text)
{
	struct policy policy;
	char *why, *written;

	if (policy_parse(text, &policy, &why)) {
		assert(why);
		free(why);
		return NULL;
	}
	assert(!policy_is_empty(&policy));
	written = policy_text(&policy);
	assert(written);
	policy_free(&policy);
	return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char *once = read_and_write(text);
	char *twice = once ? read_and_write(once) : NULL;

	if (once) {
		assert(twice);
		assert(!strcmp(once, twice));
	}
	free(twice);
	free(once);
	free(text);
	return 0;
}
