// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "finding_columns.h"
#include "findings.h"
#include "notes.h"
#include "options.h"
#include "output_array.h"
#include "usage_values.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

/**
 * struct reading - what the module says
 * @info: of itself and the machine
 * @config: its settings
 * @findings: the problems it found
 */
struct reading {
	struct report_info info;
	struct report_config config;
	struct report_findings findings;
};

static void free_reading(struct reading *reading)
{
	report_free_info(&reading->info);
	report_free_findings(&reading->findings);
}

static int read_all(struct client *client, struct reading *reading)
{
	int err = client_findings(client, &reading->findings);

	if (!err)
		err = client_info(client, &reading->info);
	if (!err)
		err = client_config(client, &reading->config);
	if (err)
		pr_notice("%s", client_error(client));
	return err;
}

static int print_sentences(const struct report_finding *finding)
{
	char *what = finding_what(finding), *action = finding_action(finding);
	int err = what && action ? 0 : -ENOMEM;

	if (!err)
		printf("\n%s: %s.\n    To do: %s.\n",
		       finding_kind_word(finding->kind), what, action);
	free(what);
	free(action);
	return err;
}

static struct finding_row *make_rows(const struct reading *reading)
{
	const struct report_findings *findings = &reading->findings;
	struct finding_row *rows = calloc(findings->count + 1, sizeof(*rows));

	for (size_t i = 0; rows && i < findings->count; i++) {
		rows[i].finding = &findings->finding[i];
		rows[i].now = reading->info.timestamp;
	}
	return rows;
}

static int print_list(const struct options *options,
		      const struct output_choice *choice,
		      const struct reading *reading)
{
	struct finding_row *rows = make_rows(reading);
	int err = -ENOMEM;

	if (rows)
		err = output_list(&finding_object, choice, &options->style,
				  rows, reading->findings.count, sizeof(*rows));
	free(rows);
	return err;
}

static struct json_object *list_json(const struct output_choice *choice,
				     const struct reading *reading)
{
	struct finding_row *rows = make_rows(reading);
	struct json_object *array = NULL;

	if (rows)
		array = output_array(&finding_object, choice, rows,
				     reading->findings.count, sizeof(*rows));
	free(rows);
	return array;
}

static struct json_object *judged_json(const struct report_info *info)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int kind = 0; array && kind < finding_kinds; kind++) {
		const char *word = finding_kind_word(kind);

		if (findings_judged(info, kind))
			json_object_array_add(array,
					      json_object_new_string(word));
	}
	return array;
}

/* That nothing was found says nothing without what was looked for. */
static int print_json(const struct output_choice *choice,
		      const struct reading *reading,
		      const struct sentences *not_judged)
{
	const struct report_info *info = &reading->info;
	struct json_object *json = json_object_new_object();
	struct json_object *list = list_json(choice, reading);
	char *moment = info->judged_at
			       ? usage_moment(CLOCK_MONOTONIC, info->judged_at)
			       : NULL;

	if (!json || !list || (info->judged_at && !moment)) {
		json_object_put(json);
		json_object_put(list);
		free(moment);
		return -ENOMEM;
	}
	json_object_object_add(json, "findings", list);
	json_object_object_add(json, "judged_at",
			       moment ? json_object_new_string(moment) : NULL);
	json_object_object_add(json, "judged", judged_json(info));
	json_object_object_add(json, "not_judged", sentences_json(not_judged));
	free(moment);
	return output_json(json);
}

/* A table for people goes with sentences, unless they chose its columns. */
static int print(const struct options *options,
		 const struct output_choice *choice,
		 const struct reading *reading)
{
	const struct report_findings *findings = &reading->findings;
	bool table = options->style.format == OUTPUT_TABLE;
	int err = 0;

	if (table && !findings->count) {
		if (findings_any_judged(&reading->info))
			puts("No problem was found.");
		return 0;
	}
	err = print_list(options, choice, reading);
	if (!table || options->columns || options->all_columns)
		return err;
	for (size_t i = 0; !err && i < findings->count; i++)
		err = print_sentences(&findings->finding[i]);
	return err;
}

static int print_all(const struct options *options,
		     const struct output_choice *choice,
		     const struct reading *reading)
{
	struct sentences not_judged = { 0 };
	int err = findings_not_judged(&reading->info, &reading->config,
				      &reading->findings, &not_judged);

	if (!err)
		err = options->style.format == OUTPUT_JSON
			      ? print_json(choice, reading, &not_judged)
			      : print(options, choice, reading);
	for (size_t i = 0; !err && i < not_judged.count; i++)
		pr_notice("%s", not_judged.text[i]);
	sentences_free(&not_judged);
	return err;
}

static int check(const struct options *options,
		 const struct output_choice *choice)
{
	struct client *client = client_new();
	struct reading reading = { 0 };
	bool fine = false;
	int err = read_all(client, &reading);

	if (!err) {
		fine = findings_any_judged(&reading.info) &&
		       !findings_warn(&reading.findings);
		err = print_all(options, choice, &reading);
		if (err)
			pr_notice("out of memory");
	}
	free_reading(&reading);
	note_interruption(client);
	client_free(client);
	return err || !fine ? EXIT_FAILED : EXIT_DONE;
}

/* A program gets the sentences as well. */
static int run(const struct options *options)
{
	struct options wanted = *options;
	struct output_choice choice;
	int code;

	if (options->style.format == OUTPUT_JSON && !options->columns)
		wanted.all_columns = true;
	code = options_columns(&cmd_check, &finding_object, &wanted, &choice);
	if (code >= 0)
		return code;
	code = check(&wanted, &choice);
	output_free_choice(&choice);
	return code;
}

static const struct output_object *const listed[] = {
	&finding_object,
	NULL,
};

const struct command cmd_check = {
	.name = "check",
	.arguments = "",
	.summary =
		"List the problems that the last samples show, and what to do.",
	.notes =
		"The exit status is 1 if one of them is a warning, if no kind of problem could\n"
		"be looked for, or on failure; 0 if there is none, or notices only. What was not\n"
		"looked for is told on stderr, and in JSON.",
	.objects = listed,
	.run = run,
};
