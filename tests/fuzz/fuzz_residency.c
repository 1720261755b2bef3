// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID/maps, numa_maps and status: names of files are anybody's.
 */
#include "fuzz.h"

#include "residency_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *rest = text, *line;
	struct residency residency = { 0 };
	struct sample_range range;
	uint64_t bytes;

	residency_parse_status(text, &bytes);
	while ((line = strsep(&rest, "\n"))) {
		if (residency_parse_maps(line, &range))
			assert(range.start < range.end);
		residency_parse_numa_maps(line, &residency);
	}
	for (size_t i = 0; i < residency.policies; i++)
		assert(residency.policy[i].text);
	residency_free(&residency);
	free(text);
	return 0;
}
