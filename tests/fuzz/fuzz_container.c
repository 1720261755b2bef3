// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#include "container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = fuzz_text(data, size), *label;
	struct container container;
	bool known = container_of_path(path, &container);

	assert(known == (container.kind != CONTAINER_NONE));
	assert(known || !container.length);
	assert(container.length <= strlen(path));
	assert(strlen(container.name) < CONTAINER_NAME_SIZE);
	assert(strlen(container.pod) < CONTAINER_POD_SIZE);
	assert(container_kind_word(container.kind));
	label = container_label(&container);
	assert(label);
	free(label);
	free(path);
	return 0;
}
