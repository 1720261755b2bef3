// SPDX-License-Identifier: GPL-2.0
#include "rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int read_file(const char *path, void *context)
{
	struct rules *rules = context;
	char *text;
	int err = conf_read(path, &text);

	if (err && err != -ENOMEM)
		err = conf_add_error(&rules->errors, path, 0,
				     err == -EINVAL ? "this is no text"
						    : strerror(-err));
	else if (text)
		err = rules_parse(text, path, rules);
	free(text);
	return err;
}

int rules_read(const char *path, struct rules *rules)
{
	struct stat what;

	if (stat(path ? path : RULES_PATH, &what))
		return errno == ENOENT && !path ? 0 : -errno;
	if (!path)
		path = RULES_PATH;
	return S_ISDIR(what.st_mode) ? conf_each_file(path, read_file, rules)
				     : read_file(path, rules);
}
