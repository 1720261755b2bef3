// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#include "topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	unsigned int *numbers;
	size_t count;

	if (topology_parse_list(text, &numbers, &count)) {
		assert(!numbers && !count);
	} else {
		for (size_t i = 1; i < count; i++)
			assert(numbers[i - 1] < numbers[i]);
	}
	free(numbers);
	free(text);
	return 0;
}
