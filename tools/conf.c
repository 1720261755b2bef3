// SPDX-License-Identifier: GPL-2.0
#include "conf.h"

#include "printable.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t";

/* Takes @text, also where it fails. */
static int add_text(struct conf_errors *errors, char *text)
{
	char **grown =
		reallocarray(errors->error, errors->count + 1, sizeof(*grown));

	if (!grown) {
		free(text);
		return -ENOMEM;
	}
	errors->error = grown;
	grown[errors->count++] = text;
	return 0;
}

int conf_add_error(struct conf_errors *errors, const char *file,
		   unsigned int line, const char *why)
{
	char place[16] = "", *text;

	if (line)
		snprintf(place, sizeof(place), "%u:", line);
	if (asprintf(&text, "%s:%s %s", file, place, why) < 0)
		return -ENOMEM;
	return add_text(errors, text);
}

int conf_copy_errors(struct conf_errors *errors, const struct conf_errors *more)
{
	int err = 0;

	for (size_t i = 0; !err && i < more->count; i++) {
		char *text = strdup(more->error[i]);

		err = text ? add_text(errors, text) : -ENOMEM;
	}
	return err;
}

void conf_print_errors(const struct conf_errors *errors)
{
	fflush(stdout);
	for (size_t i = 0; i < errors->count; i++) {
		char *line = printable(errors->error[i]);

		fprintf(stderr, "%s\n", line ? line : "out of memory");
		free(line);
	}
}

void conf_free_errors(struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++)
		free(errors->error[i]);
	free(errors->error);
	*errors = (struct conf_errors){ 0 };
}

int conf_refuse(char **why, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(why, format, arguments) < 0)
		*why = NULL;
	va_end(arguments);
	return -EINVAL;
}

int conf_check_text(const char *line, char **why)
{
	for (; *line; line++)
		if ((unsigned char)*line < ' ' && *line != '\t')
			return conf_refuse(why,
					   "the control character 0x%02x is no text",
					   (unsigned char)*line);
	return 0;
}

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

int conf_read(const char *path, char **text)
{
	FILE *file = fopen(path, "re");
	int err;

	*text = NULL;
	if (!file)
		return -errno;
	err = read_text(file, text);
	fclose(file);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

int conf_each_line(const char *text,
		   int (*take)(char *line, unsigned int number, void *context),
		   void *context)
{
	unsigned int number = 1;
	int err = 0;

	for (; !err && *text; number++) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);

		err = line ? take(line, number, context) : -ENOMEM;
		free(line);
		text += length + (text[length] == '\n');
	}
	return err;
}

static int is_conf(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return *entry->d_name != '.' && end && !strcmp(end, ".conf");
}

/* By bytes: the order shall not depend on somebody's language. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int take_entry(const char *folder, const char *name,
		      int (*take)(const char *path, void *context),
		      void *context)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	err = take(path, context);
	free(path);
	return err;
}

int conf_each_file(const char *folder,
		   int (*take)(const char *path, void *context), void *context)
{
	struct dirent **entry;
	int count = scandir(folder, &entry, is_conf, by_name);
	int err = count < 0 ? -errno : 0;

	for (int i = 0; i < count; i++) {
		if (!err)
			err = take_entry(folder, entry[i]->d_name, take,
					 context);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	return err;
}

bool conf_same_name(const char *name, const char *text, size_t length)
{
	if (strlen(name) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (name[i] != (text[i] == '-' ? '_' : text[i]))
			return false;
	return true;
}

/* A comment begins where a word could. */
static size_t before_comment(const char *text)
{
	size_t length = 0;

	while (text[length] && (text[length] != '#' ||
				(length && !strchr(blanks, text[length - 1]))))
		length++;
	return length;
}

static size_t without_blanks(const char *text, size_t length)
{
	while (length && strchr(blanks, text[length - 1]))
		length--;
	return length;
}

struct conf_pair conf_split(const char *text)
{
	size_t length = before_comment(text);
	struct conf_pair line = { 0 };
	const char *equals = memchr(text, '=', length);
	const char *end = text + length;

	line.name = text + strspn(text, blanks);
	if (line.name < end)
		line.name_length =
			without_blanks(line.name,
				       (equals ? equals : end) - line.name);
	if (!equals)
		return line;
	line.value = equals + 1;
	line.value += strspn(line.value, blanks);
	if (line.value < end)
		line.value_length =
			without_blanks(line.value, end - line.value);
	return line;
}

int conf_take_pair(const char *line, char **name, char **value, char **why)
{
	const struct conf_pair pair = conf_split(line);
	int err = conf_check_text(line, why);

	*name = NULL;
	*value = NULL;
	if (err || (!pair.value && !pair.name_length))
		return err;
	if (!pair.value || !pair.name_length)
		return conf_refuse(why, "not <name> = <value>");
	if (!pair.value_length)
		return conf_refuse(why, "%.*s = lacks its value",
				   (int)pair.name_length, pair.name);
	*name = strndup(pair.name, pair.name_length);
	*value = strndup(pair.value, pair.value_length);
	return *name && *value ? 0 : -ENOMEM;
}
