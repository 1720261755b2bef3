// SPDX-License-Identifier: GPL-2.0
#include "tune.h"

#include "interrupt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says what went wrong, and what is so now. */
struct outcome {
	char *failure;
	bool others;
	const struct tune_change *stuck;
};

static void name_file(const struct tune_change *change, FILE *out)
{
	fputs(change->reading->tunable->name, out);
	if (change->file->instance)
		fprintf(out, ".%s", change->file->instance);
}

static int write_line(const char *path, const char *value, tune_writer *writer)
{
	char *line;
	int err;

	if (asprintf(&line, "%s\n", value) < 0)
		return -ENOMEM;
	err = writer(path, line);
	free(line);
	return err;
}

/* Some values are taken, but not as they are. */
static int check_taken(const struct tune_change *change, char **why)
{
	char *now =
		tune_read_value(change->reading->tunable, change->file->path);
	int err = 0;

	if (!now)
		err = conf_refuse(why, "%s cannot be read again",
				  change->file->path);
	else if (strcmp(now, change->value))
		err = conf_refuse(why, "the kernel made %s of it", now);
	free(now);
	return err;
}

static int make(const struct tune_change *change, tune_writer *writer,
		char **why)
{
	int err = write_line(change->file->path, change->value, writer);

	if (err)
		return conf_refuse(why, "%s", strerror(-err));
	return check_taken(change, why);
}

/* Whether it is what it was before. */
static bool take_one_back(const struct tune_change *change, tune_writer *writer)
{
	struct tune_change back = *change;
	char *now = NULL, *why = NULL;
	bool done = true;

	back.value = change->file->value;
	if (check_taken(&back, &now))
		done = !make(&back, writer, &why);
	free(now);
	free(why);
	return done;
}

/*
 * Changes before @end, and that one, which may have had an effect. Taking back
 * one may change another, as a weight of a node does weighted_interleave_auto.
 */
static void take_back(const struct tune_changes *changes, size_t end,
		      tune_writer *writer, struct outcome *outcome)
{
	for (size_t i = end + 1; i--;) {
		const struct tune_change *change = &changes->change[i];

		if (!change->file->value || !tune_differs(change))
			continue;
		outcome->others |= i < end;
		take_one_back(change, writer);
	}
	for (size_t i = 0; i < changes->count; i++)
		if (changes->change[i].file->value &&
		    !take_one_back(&changes->change[i], writer))
			outcome->stuck = &changes->change[i];
}

static char *describe(const struct tune_change *change,
		      const struct outcome *outcome)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	name_file(change, out);
	fprintf(out, " = %s: %s; ", change->value,
		outcome->failure ? outcome->failure : "refused");
	if (outcome->stuck) {
		name_file(outcome->stuck, out);
		fputs(" could not be taken back", out);
	} else {
		fputs(outcome->others ? "what was set before it was taken back"
				      : "nothing was changed",
		      out);
	}
	fclose(out);
	return text;
}

/* The first that fails, or the number of changes. */
static size_t make_all(const struct tune_changes *changes, tune_writer *writer,
		       char **why)
{
	size_t i = 0;

	for (; i < changes->count; i++) {
		if (!tune_differs(&changes->change[i]))
			continue;
		if (interrupt_signal()) {
			conf_refuse(why, "a signal came");
			break;
		}
		if (make(&changes->change[i], writer, why))
			break;
	}
	return i;
}

/*
 * What another change has changed as well, as huge pages do min_free_kbytes. If
 * that is so again there is no end to it, and it stays.
 */
static size_t make_again(const struct tune_changes *changes,
			 tune_writer *writer, char **why)
{
	size_t i = 0;

	for (; i < changes->count; i++) {
		char *changed = NULL;
		bool again = check_taken(&changes->change[i], &changed);

		free(changed);
		if (again && make(&changes->change[i], writer, why))
			break;
	}
	return i;
}

int tune_apply(const struct tune_changes *changes, tune_writer *writer,
	       char **why)
{
	struct outcome outcome = { 0 };
	size_t failed = make_all(changes, writer, &outcome.failure);

	*why = NULL;
	if (failed == changes->count) {
		size_t end = make_again(changes, writer, &outcome.failure);

		if (end == changes->count)
			return 0;
		take_back(changes, changes->count - 1, writer, &outcome);
		failed = end;
	} else {
		take_back(changes, failed, writer, &outcome);
	}
	*why = describe(&changes->change[failed], &outcome);
	free(outcome.failure);
	return -EINVAL;
}

/* A snapshot, and where its lines go. */
struct source {
	const struct tune_table *table;
	const char *file;
	struct tune_changes *changes;
	struct conf_errors *errors;
	struct conf_errors *missing;
};

static int parse_text(const struct source *source, const char *text, char **why)
{
	char *name, *value;
	int err = conf_take_pair(text, &name, &value, why);

	if (!err && name)
		err = tune_change(source->table, name, value, NULL,
				  source->changes, why);
	free(name);
	free(value);
	return err;
}

static int parse_line(char *text, unsigned int number, void *context)
{
	const struct source *source = context;
	char *why = NULL;
	int err = parse_text(source, text, &why);

	if (why)
		err = conf_add_error(err == -ENOENT ? source->missing
						    : source->errors,
				     source->file, number, why);
	else if (err)
		err = -ENOMEM;
	free(why);
	return err;
}

int tune_parse(const struct tune_table *table, const char *text,
	       const char *file, struct tune_changes *changes,
	       struct conf_errors *errors, struct conf_errors *missing)
{
	struct source source = {
		.table = table,
		.file = file,
		.changes = changes,
		.errors = errors,
		.missing = missing,
	};

	return conf_each_line(text, parse_line, &source);
}
