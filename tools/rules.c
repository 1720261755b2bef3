// SPDX-License-Identifier: GPL-2.0
#include "rules.h"

#include "bind_policy.h"
#include "number.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct words - a line, taken apart
 * @count: number of @word
 * @word: without their quotes
 */
struct words {
	size_t count;
	char **word;
};

/* A text, and where its rules go. */
struct source {
	const char *file;
	struct rules *rules;
};

static const char *const keys[RULE_KEYS] = {
	[RULE_COMM] = "comm",	  [RULE_EXE] = "exe",
	[RULE_CGROUP] = "cgroup", [RULE_UNIT] = "unit",
	[RULE_USER] = "user",	  [RULE_CONTAINER] = "container",
};

static const char no_key[] =
	"neither comm, exe, cgroup, unit, user nor container";
static const char no_options[] =
	"after the \":\" there is nothing; \"none\" leaves such processes alone";
static const char no_colon[] =
	"not <key>=<pattern>... : <option>...: there is no \":\" by itself";
static const char no_condition[] =
	"there is no condition before the \":\"; comm=* holds for all";

const char *rule_key_word(enum rule_key key)
{
	return keys[key];
}

static void free_words(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->word[i]);
	free(words->word);
	*words = (struct words){ 0 };
}

static int add_word(struct words *words, const char *text, size_t length)
{
	char **grown =
		reallocarray(words->word, words->count + 1, sizeof(*grown));
	char *copy = strndup(text, length);

	if (grown)
		words->word = grown;
	if (!grown || !copy) {
		free(copy);
		return -ENOMEM;
	}
	grown[words->count++] = copy;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Copy the word at @text to @word without its quotes. Where it ends, or NULL:
 * a quote has no end.
 */
static const char *take_word(const char *text, char *word)
{
	bool quoted = false;

	for (; *text && (quoted || !is_blank(*text)); text++) {
		if (*text == '"')
			quoted = !quoted;
		else
			*word++ = *text;
	}
	*word = '\0';
	return quoted ? NULL : text;
}

/* A comment begins where a word could. */
static int split(const char *line, struct words *words, char **why)
{
	char *word = malloc(strlen(line) + 1);
	int err = word ? conf_check_text(line, why) : -ENOMEM;

	while (!err) {
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			break;
		line = take_word(line, word);
		if (line)
			err = add_word(words, word, strlen(word));
		else
			err = conf_refuse(why, "a quote has no end");
	}
	free(word);
	return err;
}

static enum rule_key find_key(const char *word, size_t length)
{
	enum rule_key key = 0;

	while (key < RULE_KEYS && (strlen(keys[key]) != length ||
				   strncmp(keys[key], word, length)))
		key++;
	return key;
}

static int find_user(struct rule *rule, const char *name, char **why)
{
	const struct passwd *entry = getpwnam(name);
	uint64_t uid;

	if (entry)
		uid = entry->pw_uid;
	else if (!number_parse(name, UINT32_MAX - 1, &uid))
		return conf_refuse(why, "there is no user %s", name);
	rule->uid = uid;
	return 0;
}

/* Such patterns would never match. */
static int check_pattern(struct rule *rule, enum rule_key key, char **why)
{
	const char *pattern = rule->pattern[key];

	if (!*pattern)
		return conf_refuse(why, "%s= lacks its value", keys[key]);
	if ((key == RULE_EXE || key == RULE_CGROUP) && *pattern != '/' &&
	    *pattern != '*')
		return conf_refuse(why,
				   "%s=%s: begin a path with \"/\", or with \"*\"",
				   keys[key], pattern);
	if (key == RULE_CGROUP && pattern[1] &&
	    pattern[strlen(pattern) - 1] == '/')
		return conf_refuse(why, "cgroup=%s: leave out the last \"/\"",
				   pattern);
	if (key == RULE_UNIT && !strpbrk(pattern, ".*"))
		return conf_refuse(why,
				   "unit=%s: with its ending, such as %s.service",
				   pattern, pattern);
	if (key == RULE_USER)
		return find_user(rule, pattern, why);
	return 0;
}

static int parse_condition(const char *word, struct rule *rule, char **why)
{
	size_t length = strcspn(word, "=");
	enum rule_key key = find_key(word, length);

	if (!word[length])
		return conf_refuse(why, "neither <key>=<pattern> nor \":\": %s",
				   word);
	if (key == RULE_KEYS)
		return conf_refuse(why, "%.*s: %s", (int)length, word, no_key);
	if (rule->pattern[key])
		return conf_refuse(why, "%s= is there twice", keys[key]);
	rule->pattern[key] = strdup(word + length + 1);
	return rule->pattern[key] ? check_pattern(rule, key, why) : -ENOMEM;
}

static bool is_option(const char *word, const char *name)
{
	return !strcmp(word, name) ||
	       (!strncmp(word, "--", 2) && !strcmp(word + 2, name));
}

/* Options of bind; those of the policy are left to it. */
static bool take_option(struct rule *rule, const char *word)
{
	if (is_option(word, "children"))
		rule->children = true;
	else if (is_option(word, "force"))
		rule->force = true;
	else if (is_option(word, "keep-pages"))
		rule->keep_pages = true;
	else
		return false;
	return true;
}

/* Adds @word to @text, which it replaces. */
static int append(char **text, const char *word)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *text ? *text : "", *text ? " " : "",
		     word) < 0)
		return -ENOMEM;
	free(*text);
	*text = longer;
	return 0;
}

static int check_policy(const struct policy *policy, char **why)
{
	const char *refusal = bind_policy_refusal(policy);

	return refusal ? conf_refuse(why, "%s", refusal) : 0;
}

static int parse_policy(struct rule *rule, const char *options, char **why)
{
	int err;

	if (!options && !rule->action)
		return conf_refuse(why, "%s", no_options);
	if (!options)
		return conf_refuse(why, "%s: but which CPUs or which memory",
				   rule->action);
	if (!strcmp(options, "none")) {
		rule->none = true;
		return strcmp(rule->action, "none")
			       ? conf_refuse(why, "\"none\" stands alone")
			       : 0;
	}
	err = policy_parse(options, &rule->policy, why);
	return err ? err : check_policy(&rule->policy, why);
}

static int parse_action(const struct words *words, size_t first,
			struct rule *rule, char **why)
{
	char *options = NULL;
	int err = 0;

	for (size_t i = first; !err && i < words->count; i++) {
		err = append(&rule->action, words->word[i]);
		if (!err && !take_option(rule, words->word[i]))
			err = append(&options, words->word[i]);
	}
	if (!err)
		err = parse_policy(rule, options, why);
	free(options);
	return err;
}

static int parse_words(const struct words *words, struct rule *rule, char **why)
{
	size_t i = 0;
	int err = 0;

	for (; !err && i < words->count && strcmp(words->word[i], ":"); i++)
		err = parse_condition(words->word[i], rule, why);
	if (err)
		return err;
	if (i == words->count)
		return conf_refuse(why, "%s", no_colon);
	if (!i)
		return conf_refuse(why, "%s", no_condition);
	return parse_action(words, i + 1, rule, why);
}

static void free_rule(struct rule *rule)
{
	for (int key = 0; key < RULE_KEYS; key++)
		free(rule->pattern[key]);
	free(rule->file);
	free(rule->action);
	policy_free(&rule->policy);
}

static int add_rule(struct rules *rules, const struct rule *rule)
{
	struct rule *grown =
		reallocarray(rules->rule, rules->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	rules->rule = grown;
	grown[rules->count++] = *rule;
	return 0;
}

/* A line without words is none. */
static int parse_rule(const struct words *words, const char *file,
		      unsigned int line, struct rules *rules, char **why)
{
	struct rule rule = { .line = line };
	int err = 0;

	if (!words->count)
		return 0;
	rule.file = strdup(file);
	if (!rule.file)
		err = -ENOMEM;
	if (!err)
		err = parse_words(words, &rule, why);
	if (!err)
		err = add_rule(rules, &rule);
	if (err)
		free_rule(&rule);
	return err;
}

static int parse_line(char *text, unsigned int line, void *context)
{
	const struct source *source = context;
	struct words words = { 0 };
	char *why = NULL;
	int err = split(text, &words, &why);

	if (!err)
		err = parse_rule(&words, source->file, line, source->rules,
				 &why);
	free_words(&words);
	if (why)
		err = conf_add_error(&source->rules->errors, source->file, line,
				     why);
	else if (err)
		err = -ENOMEM;
	free(why);
	return err;
}

int rules_parse(const char *text, const char *file, struct rules *rules)
{
	struct source source = { .file = file, .rules = rules };

	return conf_each_line(text, parse_line, &source);
}

/* Quoted where it has to be, so that it can be read again. */
static int append_condition(char **text, const char *key, const char *pattern)
{
	const char *quote = strpbrk(pattern, " \t#") ? "\"" : "";
	char *word;
	int err;

	if (asprintf(&word, "%s=%s%s%s", key, quote, pattern, quote) < 0)
		return -ENOMEM;
	err = append(text, word);
	free(word);
	return err;
}

char *rule_conditions(const struct rule *rule)
{
	char *text = NULL;
	int err = 0;

	for (int key = 0; !err && key < RULE_KEYS; key++)
		if (rule->pattern[key])
			err = append_condition(&text, keys[key],
					       rule->pattern[key]);
	if (!err)
		return text;
	free(text);
	return NULL;
}

void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		free_rule(&rules->rule[i]);
	free(rules->rule);
	conf_free_errors(&rules->errors);
	*rules = (struct rules){ 0 };
}
