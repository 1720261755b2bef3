// SPDX-License-Identifier: GPL-2.0
#include "rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* All of a file in @text, to be freed. 0, or -EINVAL: a byte in it is zero. */
static int read_text(FILE *file, char **text)
{
	size_t room = 0;
	ssize_t length = getdelim(text, &room, '\0', file);

	/* Of an empty file there is a buffer, but nothing in it. */
	if (length < 0) {
		free(*text);
		*text = NULL;
		return ferror(file) ? -errno : 0;
	}
	return (size_t)length == strlen(*text) ? 0 : -EINVAL;
}

static int read_file(const char *path, struct rules *rules)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	int err = file ? read_text(file, &text) : -errno;

	if (file)
		fclose(file);
	if (err == -ENOMEM)
		;
	else if (err)
		err = rules_add_error(rules, path, 0,
				      err == -EINVAL ? "this is no text"
						     : strerror(-err));
	else if (text)
		err = rules_parse(text, path, rules);
	free(text);
	return err;
}

static int is_rules(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return *entry->d_name != '.' && end && !strcmp(end, ".conf");
}

/* By bytes: the order shall not depend on somebody's language. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_entry(const char *folder, const char *name, struct rules *rules)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	err = read_file(path, rules);
	free(path);
	return err;
}

static int read_folder(const char *folder, struct rules *rules)
{
	struct dirent **entry;
	int count = scandir(folder, &entry, is_rules, by_name);
	int err = count < 0 ? -errno : 0;

	for (int i = 0; i < count; i++) {
		if (!err)
			err = read_entry(folder, entry[i]->d_name, rules);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	return err;
}

int rules_read(const char *path, struct rules *rules)
{
	struct stat what;

	if (stat(path ? path : RULES_PATH, &what))
		return errno == ENOENT && !path ? 0 : -errno;
	if (!path)
		path = RULES_PATH;
	return S_ISDIR(what.st_mode) ? read_folder(path, rules)
				     : read_file(path, rules);
}
