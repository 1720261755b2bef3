// SPDX-License-Identifier: GPL-2.0
/*
 * What people write for processes, on the first line, and the path of a cgroup
 * that it is compared with, on the second.
 */
#include "fuzz.h"

#include "target_text.h"

static void pids(const char *text)
{
	size_t count;
	pid_t *pid = target_text_pids(text, &count);

	assert(!pid == !count);
	for (size_t i = 0; i < count; i++)
		assert(pid[i] > 0 && (!i || pid[i - 1] < pid[i]));
	free(pid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *path = text, *name;
	const char *rest;

	name = strsep(&path, "\n");
	if (target_text_kind(name, &rest) >= 0) {
		assert(rest >= name && rest <= name + strlen(name));
		pids(rest);
		if (path) {
			target_text_names(rest, path);
			target_text_is_unit(rest, path);
			assert(target_text_container(rest, path) <=
			       strlen(path));
		}
	}
	free(text);
	return 0;
}
