// SPDX-License-Identifier: GPL-2.0
#include "tune.h"

#include "file.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEBUGFS "/sys/kernel/debug"

static const char *const notes[] = {
	[TUNE_READ] = NULL,
	[TUNE_LACKS] = "not in this kernel",
	[TUNE_NO_DEBUGFS] = "debugfs is not mounted",
	[TUNE_NEEDS_ROOT] = "needs root",
	[TUNE_LOCKED] = "locked down by the kernel",
	[TUNE_UNREADABLE] = "cannot be read",
};

enum tune_state tune_state_of(int err, bool root)
{
	if (err == -EPERM && root)
		return TUNE_LOCKED;
	return err == -EACCES || err == -EPERM ? TUNE_NEEDS_ROOT
					       : TUNE_UNREADABLE;
}

/* Between brackets; NULL where there are none, or no memory. */
static char *chosen(const char *text)
{
	const char *begin = strchr(text, '[');
	const char *end = begin ? strchr(begin, ']') : NULL;

	return end ? strndup(begin + 1, (size_t)(end - begin - 1)) : NULL;
}

static char *parse_value(const struct tunable *tunable, char *text)
{
	text[strcspn(text, "\n")] = '\0';
	return tunable->kind == TUNABLE_CHOICE ? chosen(text) : strdup(text);
}

char *tune_read_value(const struct tunable *tunable, const char *path)
{
	char *text, *value = NULL;

	errno = 0;
	text = file_read(path);
	if (text)
		value = parse_value(tunable, text);
	free(text);
	return value;
}

/* The folder or file of @path that its pattern has a "*" for. */
static char *instance_of(const char *pattern, const char *path)
{
	const char *star = strchr(pattern, '*');
	int depth = 0;

	if (!star)
		return NULL;
	for (const char *c = pattern; c < star; c++)
		depth += *c == '/';
	while (depth--)
		path = strchr(path, '/') + 1;
	return strndup(path, strcspn(path, "/"));
}

static void free_file(struct tune_file *file)
{
	free(file->path);
	free(file->instance);
	free(file->value);
}

static int add_file(struct tune_reading *reading, const char *pattern,
		    const char *root, const char *path)
{
	struct tune_file file = {
		.path = strdup(path),
		.instance = instance_of(pattern, path + strlen(root)),
	};
	struct tune_file *grown;

	grown = reallocarray(reading->file, reading->files + 1, sizeof(*grown));
	if (grown)
		reading->file = grown;
	if (!grown || !file.path || (strchr(pattern, '*') && !file.instance)) {
		free_file(&file);
		return -ENOMEM;
	}
	grown[reading->files] = file;
	grown += reading->files++;
	grown->value = tune_read_value(reading->tunable, path);
	grown->err = grown->value ? 0 : -errno;
	return 0;
}

/* policy2 comes before policy10. */
static int by_number(const void *a, const void *b)
{
	const struct tune_file *x = a, *y = b;

	return strverscmp(x->path, y->path);
}

/* A folder that we may not enter is no proof that there is nothing in it. */
static int look_for(struct tune_reading *reading, const char *root,
		    const char *pattern)
{
	char *path;
	glob_t found;
	int err = 0;

	if (asprintf(&path, "%s%s", root, pattern) < 0)
		return -ENOMEM;
	if (!glob(path, GLOB_NOSORT, NULL, &found)) {
		for (size_t i = 0; !err && i < found.gl_pathc; i++)
			err = add_file(reading, pattern, root,
				       found.gl_pathv[i]);
		globfree(&found);
	} else if (access(path, F_OK) && errno == EACCES) {
		reading->state = TUNE_NEEDS_ROOT;
	}
	free(path);
	if (!err && reading->files)
		qsort(reading->file, reading->files, sizeof(*reading->file),
		      by_number);
	return err;
}

static bool debugfs_is_empty(const char *root)
{
	char *path;
	bool empty;

	if (asprintf(&path, "%s" DEBUGFS "/sched", root) < 0)
		return false;
	empty = access(path, F_OK) && errno == ENOENT;
	free(path);
	return empty;
}

/* Why there is no value. */
static void explain(struct tune_reading *reading, const char *root)
{
	const char *path = reading->tunable->path[0];

	if (!reading->files && reading->state == TUNE_READ)
		reading->state =
			!strncmp(path, DEBUGFS "/", strlen(DEBUGFS "/")) &&
					debugfs_is_empty(root)
				? TUNE_NO_DEBUGFS
				: TUNE_LACKS;
	/* An older place does for one that may not be entered. */
	else if (reading->files)
		reading->state = TUNE_READ;
	for (size_t i = 0; i < reading->files; i++)
		if (!reading->file[i].value)
			reading->state =
				tune_state_of(reading->file[i].err, !geteuid());
	reading->note = notes[reading->state];
}

static int read_one(const char *root, struct tune_reading *reading)
{
	int err = 0;

	for (int i = 0; !err && !reading->files && i < TUNABLE_PATHS; i++)
		if (reading->tunable->path[i])
			err = look_for(reading, root,
				       reading->tunable->path[i]);
	explain(reading, root);
	return err;
}

int tune_read(const char *root, struct tune_table *table)
{
	int err = 0;

	*table = (struct tune_table){ .count = tunable_count };
	table->reading = calloc(tunable_count, sizeof(*table->reading));
	if (!table->reading)
		return -ENOMEM;
	for (size_t i = 0; i < tunable_count; i++)
		table->reading[i].tunable = &tunables[i];
	for (size_t i = 0; !err && i < tunable_count; i++)
		err = read_one(root, &table->reading[i]);
	if (err)
		tune_free(table);
	return err;
}

void tune_free(struct tune_table *table)
{
	for (size_t i = 0; table->reading && i < table->count; i++) {
		struct tune_reading *reading = &table->reading[i];

		for (size_t j = 0; j < reading->files; j++)
			free_file(&reading->file[j]);
		free(reading->file);
	}
	free(table->reading);
	*table = (struct tune_table){ 0 };
}

const struct tune_reading *tune_find(const struct tune_table *table,
				     const char *name, size_t length)
{
	const struct tunable *tunable = tunable_find(name, length);

	for (size_t i = 0; i < table->count; i++)
		if (table->reading[i].tunable == tunable)
			return &table->reading[i];
	return NULL;
}

static bool has_values(const struct tune_reading *reading)
{
	for (size_t i = 0; i < reading->files; i++)
		if (!reading->file[i].value)
			return false;
	return reading->files;
}

/* How many from @first on have its value. */
static size_t run_of(const struct tune_reading *reading, size_t first)
{
	size_t end = first + 1;

	while (end < reading->files &&
	       !strcmp(reading->file[end].value, reading->file[first].value))
		end++;
	return end - first;
}

static void put_mixed(const struct tune_reading *reading, FILE *out)
{
	size_t length;

	for (size_t i = 0; i < reading->files; i += length) {
		const struct tune_file *file = &reading->file[i];

		length = run_of(reading, i);
		fprintf(out, "%s%s", i ? " " : "", file->instance);
		if (length > 1)
			fprintf(out, "..%s", file[length - 1].instance);
		fprintf(out, "=%s", file->value);
	}
}

char *tune_value(const struct tune_reading *reading)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!has_values(reading))
		return NULL;
	if (run_of(reading, 0) == reading->files)
		return strdup(reading->file->value);
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	put_mixed(reading, out);
	fclose(out);
	return text;
}

static void free_change(struct tune_change *change)
{
	free(change->value);
}

void tune_free_changes(struct tune_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free_change(&changes->change[i]);
	free(changes->change);
	*changes = (struct tune_changes){ 0 };
}

static bool is_mixed(const struct tune_reading *reading)
{
	return run_of(reading, 0) != reading->files;
}

static void put_reading(const struct tune_reading *reading, FILE *out)
{
	const char *name = reading->tunable->name;

	if (!has_values(reading))
		return;
	if (!is_mixed(reading)) {
		fprintf(out, "%s = %s\n", name, reading->file->value);
		return;
	}
	for (size_t i = 0; i < reading->files; i++)
		fprintf(out, "%s.%s = %s\n", name, reading->file[i].instance,
			reading->file[i].value);
}

char *tune_snapshot(const struct tune_table *table)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("# Tunables of the kernel; numatrace tune --restore sets them again.\n",
	      out);
	for (size_t i = 0; i < table->count; i++)
		put_reading(&table->reading[i], out);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}
