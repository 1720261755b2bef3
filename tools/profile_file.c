// SPDX-License-Identifier: GPL-2.0
#include "profile.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_text(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t written = write(fd, text, left);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			text += written;
			left -= (size_t)written;
		}
	}
	return 0;
}

/* With those that it lies in. */
static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		int failed;

		*slash = '\0';
		failed = mkdir(path, 0755) && errno != EEXIST;
		*slash = '/';
		if (failed)
			return -errno;
	}
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

static int make_folder(const char *path, char folder[PATH_MAX])
{
	char copy[PATH_MAX];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return -ENAMETOOLONG;
	snprintf(folder, PATH_MAX, "%s", dirname(copy));
	return make_folders(folder);
}

/* The name is on disk once its folder is. */
static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static int write_file(int fd, const char *text)
{
	int err = write_text(fd, text);

	if (!err)
		err = write_text(fd, "\n");
	if (!err && (fchmod(fd, 0644) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* ORDER: complete and on disk under another name before it gets its own. */
static int replace(const char *text, const char *path)
{
	char folder[PATH_MAX], other[PATH_MAX + 16];
	int err = make_folder(path, folder);
	int fd;

	if (err)
		return err;
	snprintf(other, sizeof(other), "%s.XXXXXX", path);
	fd = mkostemp(other, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write_file(fd, text);
	if (!err && rename(other, path))
		err = -errno;
	if (err)
		unlink(other);
	return err ? err : sync_folder(folder);
}

int profile_write(const struct profile *profile, const char *path)
{
	const int flags =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *json = profile_json(profile);
	const char *text = json_object_to_json_string_ext(json, flags);
	int err = text ? replace(text, path) : -ENOMEM;

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
