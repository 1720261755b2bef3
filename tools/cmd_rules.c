// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "rule_columns.h"
#include "rules.h"
#include "subject.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A file or folder; NULL: RULES_PATH. */
static const char *rules_argument;

static const char refused[] =
	"numatraced does not start with such rules, nor reloads them";

static const struct option own_options[] = {
	{ "rules", required_argument, NULL, OPTION_OWN },
	{ 0 },
};

static void set_option(int c, const char *argument)
{
	rules_argument = argument;
}

static int check(const struct options *options)
{
	const char *path = rules_argument;
	struct rules rules = { 0 };
	int err, i = 0, code = EXIT_FAILED;

	do {
		if (i < options->word_count)
			path = options->words[i];
		err = rules_read(path, &rules);
	} while (!err && ++i < options->word_count);
	conf_print_errors(&rules.errors);
	if (err)
		options_failed(err, path ? path : RULES_PATH);
	else if (rules.errors.count)
		pr_notice("%s", refused);
	else
		code = EXIT_DONE;
	rules_free(&rules);
	return code;
}

/* What is wrong is told; what is right is shown all the same. */
static int read_rules(struct rules *rules)
{
	int err = rules_read(rules_argument, rules);

	if (err)
		return options_failed(err, rules_argument ? rules_argument
							  : RULES_PATH);
	conf_print_errors(&rules->errors);
	if (!rules->count && !rules->errors.count)
		pr_notice("there are no rules in %s",
			  rules_argument ? rules_argument : RULES_PATH);
	return EXIT_DONE;
}

static int print(const struct options *options, const struct rule_row *row,
		 size_t count, const struct output_object *object)
{
	struct output_choice choice;
	int code = options_columns(&cmd_rules, object, options, &choice);

	if (code >= 0)
		return code;
	code = EXIT_DONE;
	if (output_list(object, &choice, &options->style, row, count,
			sizeof(*row)))
		code = options_failed(-ENOMEM, "");
	output_free_choice(&choice);
	return code;
}

static int print_rules(const struct options *options, const struct rules *rules,
		       const struct subject *subject)
{
	struct rule_row *row = calloc(rules->count + 1, sizeof(*row));
	int code;

	if (!row)
		return options_failed(-ENOMEM, "");
	for (size_t i = 0; i < rules->count; i++)
		row[i] = (struct rule_row){
			.rules = rules,
			.rule = &rules->rule[i],
			.subject = subject,
		};
	code = print(options, row, rules->count,
		     subject ? &tried_rule_object : &rule_object);
	free(row);
	return code;
}

static int list(const struct options *options)
{
	struct rules rules = { 0 };
	int code;

	if (options->word_count)
		return options_wrong(&cmd_rules, "unexpected argument: %s",
				     options->words[0]);
	code = read_rules(&rules);
	if (code == EXIT_DONE)
		code = print_rules(options, &rules, NULL);
	if (code == EXIT_DONE && rules.errors.count)
		code = EXIT_FAILED;
	rules_free(&rules);
	return code;
}

static void explain(const struct rules *rules, const struct subject *subject)
{
	const struct rule *rule = rules_match(rules, subject);

	if (rules_spare(subject->pid))
		pr_notice("process %d starts all others: it is left alone",
			  subject->pid);
	else if (!rule)
		pr_notice("no rule matches process %d (%s): it is left alone",
			  subject->pid, subject->comm);
	else if (rule->none)
		pr_notice("process %d (%s) is left alone by %s:%u",
			  subject->pid, subject->comm, rule->file, rule->line);
	else
		pr_notice("process %d (%s) gets %s from %s:%u", subject->pid,
			  subject->comm, rule->action, rule->file, rule->line);
}

static int test_rules(const struct options *options,
		      const struct subject *subject)
{
	struct rules rules = { 0 };
	int code = read_rules(&rules);

	if (code == EXIT_DONE)
		code = print_rules(options, &rules, subject);
	if (code == EXIT_DONE)
		explain(&rules, subject);
	if (code == EXIT_DONE && rules.errors.count)
		code = EXIT_FAILED;
	rules_free(&rules);
	return code;
}

static int test_process(const struct options *options)
{
	struct subject subject;
	uint64_t pid;
	int err, code;

	if (options->word_count != 1 ||
	    !number_parse(options->words[0], INT_MAX, &pid) || !pid)
		return options_wrong(&cmd_rules,
				     "test: the number of one process");
	err = subject_read((pid_t)pid, &subject);
	if (err == -ESRCH) {
		pr_notice("there is no process %d, or it has no memory",
			  (int)pid);
		return EXIT_FAILED;
	}
	if (err)
		return options_failed(err, "/proc");
	code = test_rules(options, &subject);
	subject_free(&subject);
	return code;
}

static int run(const struct options *options)
{
	const char *what = options->argument;

	if (!strcmp(what, "check"))
		return check(options);
	if (!strcmp(what, "list"))
		return list(options);
	if (!strcmp(what, "test"))
		return test_process(options);
	return options_wrong(&cmd_rules, "neither check, list nor test: %s",
			     what);
}

static const struct output_object *const listed[] = {
	&rule_object,
	&tried_rule_object,
	NULL,
};

const struct command cmd_rules = {
	.name = "rules",
	.arguments = "check [<path>...] | list | test <pid>",
	.summary = "Check and show the rules that numatraced applies.",
	.notes =
		"check reads the rules, or those of files and folders that are given, and says\n"
		"what is wrong in which line. list shows them in their order. test tells which\n"
		"one holds for a process, and why those before it do not. numatraced(8) has the\n"
		"format.",
	.objects = listed,
	.takes_argument = "check, list or test",
	.takes_operands = true,
	.own_options = own_options,
	.own_help = "     --rules <path>   a file or folder (" RULES_PATH ")\n",
	.set_option = set_option,
	.run = run,
};
