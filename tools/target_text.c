// SPDX-License-Identifier: GPL-2.0
#include "target_text.h"

#include "container.h"
#include "number.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_ID_DIGITS 12
#define ID_DIGITS 64
#define COMM_LENGTH 15

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

static const struct {
	const char *text;
	enum target_kind kind;
} prefixes[] = {
	{ "pid:", TARGET_PIDS },
	{ "name:", TARGET_NAME },
	{ "cgroup:", TARGET_CGROUP },
	{ "unit:", TARGET_UNIT },
	{ "container:", TARGET_CONTAINER },
};

static bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);

	return length > end && !strcmp(text + length - end, suffix);
}

/* A pid has fewer digits than the shortest id of a container. */
static bool is_id(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");

	return !text[digits] && digits >= SHORT_ID_DIGITS &&
	       digits <= ID_DIGITS;
}

static enum target_kind guess(const char *text)
{
	if (*text == '/')
		return TARGET_CGROUP;
	if (is_id(text))
		return TARGET_CONTAINER;
	if (!text[strspn(text, "0123456789,")])
		return TARGET_PIDS;
	if (ends_with(text, ".service") || ends_with(text, ".scope") ||
	    ends_with(text, ".slice"))
		return TARGET_UNIT;
	return TARGET_NAME;
}

int target_text_kind(const char *text, const char **rest)
{
	int kind = *text ? (int)guess(text) : -1;

	*rest = text;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t length = strlen(prefixes[i].text);

		if (!strncmp(text, prefixes[i].text, length)) {
			*rest = text + length;
			kind = **rest ? (int)prefixes[i].kind : -1;
		}
	}
	return kind;
}

static int compare(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool parse_pids(char *text, pid_t *pids, size_t *count)
{
	uint64_t pid;
	char *word;

	while ((word = strsep(&text, ","))) {
		if (!number_parse(word, INT_MAX, &pid) || !pid)
			return false;
		pids[(*count)++] = (pid_t)pid;
	}
	return true;
}

/* In place; the number that are left. */
static size_t drop_repeated(pid_t *pids, size_t count)
{
	size_t kept = 0;

	qsort(pids, count, sizeof(*pids), compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || pids[kept - 1] != pids[i])
			pids[kept++] = pids[i];
	return kept;
}

pid_t *target_text_pids(const char *text, size_t *count)
{
	pid_t *pids = calloc(strlen(text) / 2 + 1, sizeof(*pids));
	char *copy = strdup(text);

	*count = 0;
	if (!pids || !copy) {
		free(pids);
		pids = NULL;
		*count = 1;
	} else if (parse_pids(copy, pids, count)) {
		*count = drop_repeated(pids, *count);
	} else {
		free(pids);
		pids = NULL;
		*count = 0;
	}
	free(copy);
	return pids;
}

bool target_text_names(const char *pattern, const char *comm)
{
	bool plain = !pattern[strcspn(pattern, "*?[\\")];

	if (plain && strlen(pattern) > COMM_LENGTH)
		return strlen(comm) == COMM_LENGTH &&
		       !strncmp(pattern, comm, COMM_LENGTH);
	return !fnmatch(pattern, comm, 0);
}

/*
 * systemd puts an underscore before a name that could be one of the kernel's
 * own files.
 */
bool target_text_is_unit(const char *name, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *directory = slash ? slash + 1 : path;
	size_t length = strlen(name);

	if (*directory == '_' && *name != '_')
		directory++;
	if (strncmp(directory, name, length))
		return false;
	return !directory[length] ||
	       (!strchr(name, '.') && !strcmp(directory + length, ".service"));
}

/* The id's digits in the directory's name, of which the first are known. */
static bool has_id(const char *id, const char *path, size_t length)
{
	const char *end = path + length, *slash;

	slash = memrchr(path, '/', length);
	path = slash ? slash : path;
	return memmem(path, end - path, id, strlen(id));
}

size_t target_text_container(const char *name, const char *path)
{
	struct container container;

	if (!container_of_path(path, &container) ||
	    !container_contains(&container))
		return 0;
	if (!strcmp(container.name, name))
		return container.length;
	if (container.kind != CONTAINER_CONTAINER || !is_id(name) ||
	    strncmp(container.name, name, SHORT_ID_DIGITS) ||
	    !has_id(name, path, container.length))
		return 0;
	return container.length;
}
