// SPDX-License-Identifier: GPL-2.0
#include "profile.h"

#include "file.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

int profile_write(const struct profile *profile, const char *path)
{
	const int flags =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *json = profile_json(profile);
	const char *text = json_object_to_json_string_ext(json, flags);
	int err = text ? file_replace(path, text) : -ENOMEM;

	json_object_put(json);
	return err;
}

int profile_read(const char *path, struct profile *profile, char **why)
{
	char *text;
	int err;

	*profile = (struct profile){ 0 };
	*why = NULL;
	errno = 0;
	text = file_read(path);
	if (!text && !errno)
		text = strdup("");
	if (!text)
		return errno ? -errno : -ENOMEM;
	err = profile_parse(text, profile, why);
	free(text);
	return err;
}
