// SPDX-License-Identifier: GPL-2.0
/*
 * A journal without what is of no use any more.
 */
#include "journal_parts.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool print_line(FILE *stream, struct json_object *line)
{
	const char *text =
		json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN);

	return text && fprintf(stream, "%s\n", text) > 0;
}

static bool print_action(FILE *stream, const struct journal_action *action)
{
	bool printed = print_line(stream, action->begin);

	for (size_t i = 0; printed && i < action->steps; i++)
		printed = print_line(stream, action->step[i]);
	return printed && (!action->end || print_line(stream, action->end));
}

/* Drop what has no effect. The last one stays: ids are given once. */
static size_t choose_wanted(const struct journal_actions *actions, bool *wanted)
{
	size_t dropped = 0;

	for (size_t i = 0; i < actions->count; i++) {
		wanted[i] = i + 1 == actions->count ||
			    journal_has_effect(&actions->action[i]);
		dropped += !wanted[i];
	}
	return dropped;
}

static bool print_wanted(FILE *stream, const struct journal_actions *actions,
			 const bool *wanted)
{
	bool printed = true;

	for (size_t i = 0; printed && i < actions->count; i++)
		if (wanted[i])
			printed = print_action(stream, &actions->action[i]);
	return !fclose(stream) && printed;
}

/* To be freed; NULL where nothing can be left out, or memory is short. */
static char *shorter_text(const struct journal_actions *actions)
{
	bool *wanted = calloc(actions->count + 1, sizeof(*wanted));
	size_t dropped = wanted ? choose_wanted(actions, wanted) : 0, size;
	char *text = NULL;
	FILE *stream = dropped ? open_memstream(&text, &size) : NULL;

	if (stream && !print_wanted(stream, actions, wanted)) {
		free(text);
		text = NULL;
	}
	free(wanted);
	return text;
}

/* A file of @text at @path, locked by us, or a negative errno. */
static int make_locked(const char *path, const char *text)
{
	int fd, err = 0;

	/* A crash can have left one. */
	unlink(path);
	fd = journal_open_trusted(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL);
	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX))
		err = -errno;
	if (!err)
		err = journal_append(fd, text);
	if (!err)
		return fd;
	unlink(path);
	close(fd);
	return err;
}

/* The new file, or a negative errno. Who may read it may do so on. */
static int replace(const char *path, const char *text)
{
	struct stat old;
	char *name;
	int fd, err;

	if (stat(path, &old))
		return -errno;
	if (asprintf(&name, "%s.new", path) < 0)
		return -ENOMEM;
	fd = make_locked(name, text);
	err = fd < 0 ? fd : file_resemble(fd, &old);
	if (!err && rename(name, path))
		err = -errno;
	if (err && fd >= 0) {
		unlink(name);
		close(fd);
		fd = err;
	}
	free(name);
	return fd;
}

int journal_compact(const char *path, const struct journal_actions *actions,
		    off_t *size)
{
	char *text = shorter_text(actions);
	int fd = text ? replace(path, text) : -ENODATA;

	if (fd >= 0)
		*size = (off_t)strlen(text);
	free(text);
	return fd;
}
