// SPDX-License-Identifier: GPL-2.0
#include "rule_columns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *show_file(const struct output_style *style, const void *object,
		       int field)
{
	const struct rule_row *row = object;

	return strdup(row->rule->file);
}

static char *show_line(const struct output_style *style, const void *object,
		       int field)
{
	const struct rule_row *row = object;

	return output_count(row->rule->line);
}

static char *show_conditions(const struct output_style *style,
			     const void *object, int field)
{
	const struct rule_row *row = object;

	return rule_conditions(row->rule);
}

static char *show_options(const struct output_style *style, const void *object,
			  int field)
{
	const struct rule_row *row = object;

	return strdup(row->rule->action);
}

/* What the process has where the rule asks for something else. */
static const char *value_of(const struct subject *subject, enum rule_key key)
{
	switch (key) {
	case RULE_COMM:
		return subject->comm;
	case RULE_EXE:
		return subject->exe;
	case RULE_USER:
		return NULL;
	default:
		return subject->cgroup;
	}
}

static char *explain_mismatch(const struct subject *subject, enum rule_key key)
{
	const char *value = value_of(subject, key);
	const char *word = rule_key_word(key);
	char *text;
	int length;

	if (key == RULE_USER)
		length = asprintf(&text, "%s: it is %u", word, subject->uid);
	else if (!value)
		length = asprintf(&text, "%s: not known", word);
	else if (key == RULE_COMM || key == RULE_EXE)
		length = asprintf(&text, "%s: it is %s", word, value);
	else
		length = asprintf(&text, "%s: it is in %s", word, value);
	return length < 0 ? NULL : text;
}

static bool is_mismatch(const struct rule_row *row, enum rule_key *key)
{
	*key = rule_mismatch(row->rule, row->subject);
	return *key != RULE_KEYS;
}

static char *show_result(const struct output_style *style, const void *object,
			 int field)
{
	const struct rule_row *row = object;
	enum rule_key key;

	if (is_mismatch(row, &key))
		return strdup("no");
	return strdup(rules_match(row->rules, row->subject) == row->rule
			      ? "match"
			      : "late");
}

static char *show_reason(const struct output_style *style, const void *object,
			 int field)
{
	const struct rule_row *row = object;
	const struct rule *first;
	enum rule_key key;
	char *text;

	if (is_mismatch(row, &key))
		return explain_mismatch(row->subject, key);
	first = rules_match(row->rules, row->subject);
	if (first == row->rule)
		return strdup("all conditions hold");
	return asprintf(&text, "%s:%u matched before", first->file,
			first->line) < 0
		       ? NULL
		       : text;
}

/* How it judges comes first, and what all lists have last. */
#define JUDGEMENTS 2

static const struct output_column columns[] = {
	{
		.name = "RESULT",
		.key = "result",
		.help = "match; no; or late: one before it matched",
		.value = show_result,
	},
	{
		.name = "REASON",
		.key = "reason",
		.help = "which condition does not hold, and what is the case",
		.value = show_reason,
	},
	{
		.name = "FILE",
		.key = "file",
		.help = "where the rule stands",
		.value = show_file,
	},
	{
		.name = "LINE",
		.key = "line",
		.number = true,
		.help = "the line there",
		.value = show_line,
	},
	{
		.name = "CONDITIONS",
		.key = "conditions",
		.help = "what a process has to be",
		.value = show_conditions,
	},
	{
		.name = "OPTIONS",
		.key = "options",
		.help = "the policy it then gets",
		.value = show_options,
	},
	{ 0 },
};

const struct output_object rule_object = {
	.name = "rules",
	.title = "list",
	.columns = columns + JUDGEMENTS,
};

const struct output_object tried_rule_object = {
	.name = "rules",
	.title = "test",
	.columns = columns,
};
