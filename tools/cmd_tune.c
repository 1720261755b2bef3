// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "file.h"
#include "interrupt.h"
#include "notes.h"
#include "options.h"
#include "tune.h"
#include "tune_columns.h"
#include "tune_presets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_SAVE = OPTION_OWN,
	OPTION_RESTORE,
	OPTION_PRESET,
	OPTION_DRY_RUN,
};

static const struct option own_options[] = {
	{ "save", required_argument, NULL, OPTION_SAVE },
	{ "restore", required_argument, NULL, OPTION_RESTORE },
	{ "preset", required_argument, NULL, OPTION_PRESET },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ 0 },
};

/* What the options ask for. */
static struct {
	const char *save;
	const char *restore;
	const char *preset;
	bool dry_run;
} wanted;

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_SAVE:
		wanted.save = argument;
		break;
	case OPTION_RESTORE:
		wanted.restore = argument;
		break;
	case OPTION_PRESET:
		wanted.preset = argument;
		break;
	default:
		wanted.dry_run = true;
	}
}

static int list(const struct options *options, const struct tune_table *table)
{
	tune_note_root(table->reading, table->count);
	return options_list(&cmd_tune, options, &tunable_object, table->reading,
			    table->count, sizeof(*table->reading));
}

/* Names without a value: these are shown. */
static int list_named(const struct options *options,
		      const struct tune_table *table)
{
	struct tune_reading *named =
		calloc((size_t)options->word_count, sizeof(*named));
	const struct tune_table part = {
		.count = (size_t)options->word_count,
		.reading = named,
	};
	int code = named ? -1 : options_failed(-ENOMEM, "");

	for (int i = 0; code < 0 && i < options->word_count; i++) {
		const char *name = options->words[i];
		const struct tune_reading *found =
			tune_find(table, name, strlen(name));

		if (found)
			named[i] = *found;
		else
			code = options_wrong(&cmd_tune, "no such tunable: %s",
					     name);
	}
	if (code < 0)
		code = list(options, &part);
	free(named);
	return code;
}

/*
 * A part of the values would restore a part of them. What is locked down nobody
 * can change, so that there is nothing to restore.
 */
static bool can_be_saved(const struct tune_table *table)
{
	bool all = true;

	for (size_t i = 0; i < table->count; i++) {
		const struct tune_reading *reading = &table->reading[i];

		if (reading->state == TUNE_READ || reading->state == TUNE_LACKS)
			continue;
		pr_notice("%s: %s", reading->tunable->name, reading->note);
		all &= reading->state == TUNE_LOCKED;
	}
	if (!all)
		pr_notice("%s is not written, as that would not be all",
			  wanted.save);
	return all;
}

static int save(const struct tune_table *table)
{
	char *text;
	int err;

	if (!can_be_saved(table))
		return EXIT_FAILED;
	text = tune_snapshot(table);
	err = text ? file_replace(wanted.save, text) : -ENOMEM;
	free(text);
	return err ? options_failed(err, wanted.save) : EXIT_DONE;
}

/* What is asked for, and what came of it. */
struct work {
	const struct tune_table *table;
	const struct tune_preset *preset;
	struct tune_changes changes;
	size_t refusals;
	size_t rows;
	struct tune_row *row;
};

static bool is_changed(const struct work *work, const char *name)
{
	for (size_t i = 0; i < work->changes.count; i++)
		if (!strcmp(work->changes.change[i].reading->tunable->name,
			    name))
			return true;
	return false;
}

/*
 * What this kernel does not have, or lets nobody change, is part of the advice,
 * but no obstacle.
 */
static bool is_left_out(const struct tune_table *table, const char *name)
{
	const struct tune_reading *reading =
		tune_find(table, name, strlen(name));

	return reading &&
	       (reading->state == TUNE_LACKS || reading->state == TUNE_LOCKED);
}

static int add_preset(struct work *work)
{
	const struct tune_line *line = work->preset ? work->preset->line : NULL;
	int err = 0;

	for (; !err && line && line->name; line++) {
		char *why = NULL;

		if (is_left_out(work->table, line->name))
			continue;
		err = tune_change(work->table, line->name, line->value,
				  line->why, &work->changes, &why);
		if (err && why) {
			pr_notice("%s", why);
			work->refusals++;
			err = 0;
		}
		free(why);
	}
	return err;
}

/* -1 to go on, else the exit code. */
static int add_word(struct work *work, char *word)
{
	char *equals = strchr(word, '=');
	char *why = NULL;
	int err;

	*equals = '\0';
	err = tune_change(work->table, word, equals + 1, NULL, &work->changes,
			  &why);
	*equals = '=';
	if (err == -ESRCH && why) {
		options_wrong(&cmd_tune, "%s", why);
		free(why);
		return EXIT_USAGE;
	}
	if (err && why) {
		pr_notice("%s", why);
		work->refusals++;
	}
	free(why);
	return err && !why ? options_failed(-ENOMEM, "") : -1;
}

static int add_file(struct work *work)
{
	struct conf_errors errors = { 0 }, missing = { 0 };
	char *text = NULL;
	int err = wanted.restore ? conf_read(wanted.restore, &text) : 0;

	if (err == -EINVAL)
		err = conf_add_error(&errors, wanted.restore, 0,
				     "this is no text");
	if (!err && text)
		err = tune_parse(work->table, text, wanted.restore,
				 &work->changes, &errors, &missing);
	conf_print_errors(&errors);
	conf_print_errors(&missing);
	work->refusals += errors.count;
	if (missing.count)
		pr_notice("what this kernel does not have is left out");
	conf_free_errors(&errors);
	conf_free_errors(&missing);
	free(text);
	return err;
}

static int check_all(struct work *work)
{
	for (size_t i = 0; i < work->changes.count; i++) {
		char *why = NULL;

		if (!tune_check(&work->changes.change[i], &why))
			continue;
		pr_notice("%s", why ? why : "out of memory");
		free(why);
		work->refusals++;
	}
	if (!work->refusals)
		return EXIT_DONE;
	pr_notice("nothing was changed");
	return EXIT_FAILED;
}

static int add_row(struct work *work, const struct tune_row *row)
{
	struct tune_row *grown =
		reallocarray(work->row, work->rows + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	work->row = grown;
	grown[work->rows++] = *row;
	return 0;
}

static int add_change(struct work *work, const struct tune_change *change)
{
	const struct tune_row row = {
		.name = change->reading->tunable->name,
		.change = change,
		.why = change->why,
	};

	return add_row(work, &row);
}

/* A line of a preset that changes nothing here. */
static int add_line(struct work *work, const struct tune_line *line)
{
	const struct tune_reading *reading =
		tune_find(work->table, line->name, strlen(line->name));
	const struct tune_row row = {
		.name = line->name,
		.value = line->value,
		.why = line->why,
		.note = reading ? reading->note : NULL,
	};

	return add_row(work, &row);
}

static int make_rows(struct work *work)
{
	const struct tune_line *line = work->preset ? work->preset->line : NULL;
	int err = 0;

	for (size_t i = 0; !err && i < work->changes.count; i++)
		err = add_change(work, &work->changes.change[i]);
	for (; !err && line && line->name; line++)
		if (!is_changed(work, line->name))
			err = add_line(work, line);
	return err;
}

static int print_changes(const struct options *options, struct work *work)
{
	int code;

	if (make_rows(work))
		code = options_failed(-ENOMEM, "");
	else
		code = options_list(&cmd_tune, options, &tune_row_object,
				    work->row, work->rows, sizeof(*work->row));
	free(work->row);
	return code;
}

static int apply(const struct work *work)
{
	char *why = NULL;
	int err = interrupt_begin();

	if (err)
		return options_failed(err, "");
	err = tune_apply(&work->changes, tune_write, &why);
	if (err)
		pr_notice("%s", why ? why : "out of memory");
	free(why);
	/* One that came too late has nothing to take back. */
	interrupt_end();
	return err ? EXIT_FAILED : EXIT_DONE;
}

/* ORDER: all is read and checked before anything is written. */
static int change(const struct options *options, struct work *work)
{
	int code = -1;
	int err = add_preset(work);

	if (!err)
		err = add_file(work);
	if (err)
		return options_failed(err,
				      wanted.restore ? wanted.restore : "");
	for (int i = 0; code < 0 && i < options->word_count; i++)
		code = add_word(work, options->words[i]);
	if (code >= 0)
		return code;
	if (wanted.dry_run)
		code = print_changes(options, work);
	if (code > EXIT_DONE)
		return code;
	code = check_all(work);
	if (code != EXIT_DONE || wanted.dry_run)
		return code;
	/* ORDER: what is saved is what was before. */
	if (wanted.save)
		code = save(work->table);
	if (code == EXIT_DONE)
		code = apply(work);
	if (code == EXIT_DONE && work->preset)
		code = print_changes(options, work);
	return code;
}

/* Words that are <name>=<value>, not names alone. */
static int count_values(const struct options *options)
{
	int count = 0;

	for (int i = 0; i < options->word_count; i++)
		count += !!strchr(options->words[i], '=');
	return count;
}

static int check_usage(const struct options *options,
		       const struct tune_preset *preset)
{
	int values = count_values(options);
	bool changes = wanted.preset || wanted.restore || values;

	if (wanted.preset && !preset)
		return options_wrong(&cmd_tune, "no such preset: %s",
				     wanted.preset);
	if (values != options->word_count &&
	    (changes || wanted.save || wanted.dry_run))
		return options_wrong(&cmd_tune,
				     "either show tunables or change some");
	if (wanted.preset && wanted.restore)
		return options_wrong(&cmd_tune, "either --preset or --restore");
	if (wanted.save && changes && wanted.dry_run)
		return options_wrong(&cmd_tune,
				     "--save with --dry-run: what for?");
	if (wanted.dry_run && !changes)
		return options_wrong(&cmd_tune, "--dry-run: of what?");
	return -1;
}

static int act(const struct options *options, const struct tune_table *table,
	       const struct tune_preset *preset)
{
	struct work work = { .table = table, .preset = preset };
	int code;

	if (preset || wanted.restore || count_values(options))
		code = change(options, &work);
	else if (options->word_count)
		code = list_named(options, table);
	else
		code = wanted.save ? save(table) : list(options, table);
	tune_free_changes(&work.changes);
	return code;
}

static int run(const struct options *options)
{
	const struct tune_preset *preset =
		wanted.preset ? tune_preset_find(wanted.preset) : NULL;
	struct tune_table table;
	int code = check_usage(options, preset);

	if (code >= 0)
		return code;
	if (tune_read("", &table))
		return options_failed(-ENOMEM, "");
	code = act(options, &table, preset);
	tune_free(&table);
	return code;
}

static const struct output_object *const listed[] = {
	&tunable_object,
	&tune_row_object,
	NULL,
};

const struct command cmd_tune = {
	.name = "tune",
	.arguments = "[<name>... | <name>[.<instance>]=<value>...]",
	.summary =
		"List the kernel's tunables that matter for locality, or set some.",
	.notes =
		"All that is asked for is checked first and then set, or nothing. What is set\n"
		"stays until reboot. With --save before it: what was before, for --restore.\n"
		"Presets are a beginning, not a result: measure before and after.",
	.objects = listed,
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --preset <name>  set what suits compute, memory, database, web or ml\n"
		"     --dry-run        show what would be set, and set nothing\n"
		"     --save <file>    write the values that there are now to a file\n"
		"     --restore <file> set the values that a file has\n",
	.set_option = set_option,
	.run = run,
};
