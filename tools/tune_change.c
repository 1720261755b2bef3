// SPDX-License-Identifier: GPL-2.0
#include "tune.h"

#include "file.h"
#include "number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char no_tunable[] =
	"there is no tunable %.*s; numatrace tune lists them";
static const char read_only[] =
	"%s: %s is mounted for reading only, as in containers; run it on the host";

/* The file with the words, of those that have one. */
static char *read_words(const struct tunable *tunable,
			const struct tune_file *file)
{
	size_t folder = (size_t)(strrchr(file->path, '/') - file->path);
	char *path, *text;

	if (tunable->kind == TUNABLE_CHOICE)
		return file_read(file->path);
	if (asprintf(&path, "%.*s/%s", (int)folder, file->path,
		     tunable->words) < 0)
		return NULL;
	text = file_read(path);
	free(path);
	return text;
}

/* Blanks, a line end and brackets are not part of words. */
static const char *next_word(const char *text, size_t *length)
{
	static const char others[] = " \t\n[]";

	text += strspn(text, others);
	*length = strcspn(text, others);
	return text;
}

static bool has_word(const char *words, const char *word)
{
	size_t length;

	for (words = next_word(words, &length); length;
	     words = next_word(words + length, &length))
		if (length == strlen(word) && !strncmp(words, word, length))
			return true;
	return false;
}

/* One blank between two, and none at the ends. */
static char *tidy(const char *words)
{
	char *text = NULL;
	size_t size, length;
	FILE *out = open_memstream(&text, &size);
	const char *blank = "";

	if (!out)
		return NULL;
	for (words = next_word(words, &length); length;
	     words = next_word(words + length, &length)) {
		fprintf(out, "%s%.*s", blank, (int)length, words);
		blank = " ";
	}
	fclose(out);
	return text;
}

char *tune_choices(const struct tune_reading *reading)
{
	const struct tunable *tunable = reading->tunable;
	char *text = NULL, *words;

	if (tunable->kind == TUNABLE_SWITCH)
		return strdup("true false");
	if (tunable->kind == TUNABLE_NUMBER)
		return asprintf(&text, "%ju..%ju", tunable->min, tunable->max) <
				       0
			       ? NULL
			       : text;
	words = reading->files ? read_words(tunable, reading->file) : NULL;
	text = words ? tidy(words) : NULL;
	free(words);
	return text;
}

static int parse_number(const struct tunable *tunable, const char *text,
			char **value, char **why)
{
	uint64_t number;

	if (!number_parse(text, tunable->max, &number) || number < tunable->min)
		return conf_refuse(why, "%s takes %ju to %ju, not %s",
				   tunable->name, tunable->min, tunable->max,
				   text);
	return asprintf(value, "%ju", number) < 0 ? -ENOMEM : 0;
}

static int parse_switch(const struct tunable *tunable, const char *text,
			char **value, char **why)
{
	bool yes = !strcmp(text, "true") || !strcmp(text, "1");

	if (!yes && strcmp(text, "false") && strcmp(text, "0"))
		return conf_refuse(why, "%s takes true or false, not %s",
				   tunable->name, text);
	*value = strdup(yes ? "true" : "false");
	return *value ? 0 : -ENOMEM;
}

/* Where it does not say which words it takes, it says so when it is written. */
static int parse_word(const struct tunable *tunable,
		      const struct tune_file *file, const char *text,
		      char **value, char **why)
{
	char *words = read_words(tunable, file);
	char *list = words ? tidy(words) : NULL;
	int err = 0;

	if (words && !has_word(words, text))
		err = conf_refuse(why, "%s takes one of: %s, not %s",
				  tunable->name, list ? list : "", text);
	free(list);
	free(words);
	if (err)
		return err;
	*value = strdup(text);
	return *value ? 0 : -ENOMEM;
}

static int parse_value(const struct tunable *tunable,
		       const struct tune_file *file, const char *text,
		       char **value, char **why)
{
	switch (tunable->kind) {
	case TUNABLE_NUMBER:
		return parse_number(tunable, text, value, why);
	case TUNABLE_SWITCH:
		return parse_switch(tunable, text, value, why);
	default:
		return parse_word(tunable, file, text, value, why);
	}
}

/* Takes the value of @change, also where it fails. */
static int put_change(struct tune_changes *changes,
		      const struct tune_change *change)
{
	struct tune_change *grown;

	for (size_t i = 0; i < changes->count; i++)
		if (changes->change[i].file == change->file) {
			free(changes->change[i].value);
			changes->change[i] = *change;
			return 0;
		}
	grown = reallocarray(changes->change, changes->count + 1,
			     sizeof(*grown));
	if (!grown) {
		free(change->value);
		return -ENOMEM;
	}
	changes->change = grown;
	grown[changes->count++] = *change;
	return 0;
}

static int add_change(const struct tune_reading *reading,
		      const struct tune_file *file, const char *value,
		      const char *why_changed, struct tune_changes *changes,
		      char **why)
{
	struct tune_change change = {
		.reading = reading,
		.file = file,
		.why = why_changed,
	};
	int err =
		parse_value(reading->tunable, file, value, &change.value, why);

	return err ? err : put_change(changes, &change);
}

int tune_change(const struct tune_table *table, const char *name,
		const char *value, const char *why_changed,
		struct tune_changes *changes, char **why)
{
	size_t length = strcspn(name, ".");
	const char *instance = name[length] ? name + length + 1 : NULL;
	const struct tune_reading *reading = tune_find(table, name, length);
	bool found = false;
	int err = 0;

	if (!reading) {
		conf_refuse(why, no_tunable, (int)length, name);
		return -ESRCH;
	}
	if (!reading->files) {
		conf_refuse(why, "%s: %s", reading->tunable->name,
			    reading->note);
		return reading->state == TUNE_LACKS ? -ENOENT : -EINVAL;
	}
	for (size_t i = 0; !err && i < reading->files; i++) {
		const struct tune_file *file = &reading->file[i];

		if (instance &&
		    (!file->instance || strcmp(file->instance, instance)))
			continue;
		found = true;
		err = add_change(reading, file, value, why_changed, changes,
				 why);
	}
	if (err || found)
		return err;
	conf_refuse(why, "%s has no %s here", reading->tunable->name, instance);
	return -ENOENT;
}

bool tune_differs(const struct tune_change *change)
{
	return !change->file->value ||
	       strcmp(change->file->value, change->value);
}

/* For root the mode is no obstacle, but the kernel refuses all the same. */
int tune_check(const struct tune_change *change, char **why)
{
	const char *name = change->reading->tunable->name;
	const struct tune_file *file = change->file;
	struct stat what;

	if (!tune_differs(change))
		return 0;
	if (!file->value)
		return conf_refuse(why, "%s: %s", name, change->reading->note);
	if (!stat(file->path, &what) && !(what.st_mode & 0222))
		return conf_refuse(why, "%s: %s can only be read", name,
				   file->path);
	if (!access(file->path, W_OK))
		return 0;
	if (errno == EROFS)
		return conf_refuse(why, read_only, name, file->path);
	return conf_refuse(why, "%s: needs root", name);
}

int tune_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}
