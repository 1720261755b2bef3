/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules: which processes get which policy as they start. A rule a line:
 *
 *   CONDITION... : OPTION...	# comment
 *   unit=nginx.service : --cpunodebind=0 --membind=0
 *   comm=cc1* user=build : none
 *
 * All conditions of a rule have to hold; the first rule that matches a process
 * is the only one for it. Patterns are the shell's, but "*" also takes "/".
 */
#ifndef NUMATRACE_RULES_H
#define NUMATRACE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "policy.h"
#include "subject.h"

/* Files *.conf in it are read, by name. */
#define RULES_PATH "/etc/numatrace/rules.d"

/* What a condition is about. */
enum rule_key {
	RULE_COMM,
	RULE_EXE,
	RULE_CGROUP,
	RULE_UNIT,
	RULE_USER,
	RULE_CONTAINER,
	RULE_KEYS
};

/**
 * struct rule - a rule
 * @file: where it stands
 * @line: the line there, from 1 on
 * @pattern: by enum rule_key, or NULL: no such condition
 * @uid: of RULE_USER
 * @action: the words after the colon
 * @none: such processes are left alone; there is no @policy
 * @children: see struct bind_request
 * @force: see there
 * @keep_pages: see there
 * @policy: what to apply
 */
struct rule {
	char *file;
	unsigned int line;
	char *pattern[RULE_KEYS];
	uint32_t uid;
	char *action;
	bool none;
	bool children;
	bool force;
	bool keep_pages;
	struct policy policy;
};

/**
 * struct rules - rules, and what is wrong in their files
 * @count: number of @rule
 * @rule: in their order
 * @errors: what is wrong
 */
struct rules {
	size_t count;
	struct rule *rule;
	struct conf_errors errors;
};

/*
 * Add the rules of a text; @file is its name. Lines that are wrong add errors.
 * 0 or -ENOMEM.
 */
int rules_parse(const char *text, const char *file, struct rules *rules);

/*
 * Add those of a file, or of the files of a folder; @path NULL: RULES_PATH,
 * which need not be there. 0, -ENOMEM, or a negative errno where the folder
 * cannot be read; a file that cannot be adds an error.
 */
int rules_read(const char *path, struct rules *rules);

void rules_free(struct rules *rules);

/* "comm", "exe" ... */
const char *rule_key_word(enum rule_key key);

/* The conditions, to be freed; NULL when memory is short. */
char *rule_conditions(const struct rule *rule);

/*
 * Whether rules do not hold for it, whatever it is: the first process, which
 * starts all others, and ourselves.
 */
bool rules_spare(pid_t pid);

/* The first rule that matches, or NULL. */
const struct rule *rules_match(const struct rules *rules,
			       const struct subject *subject);

/* The first condition that does not hold, or RULE_KEYS: the rule matches. */
enum rule_key rule_mismatch(const struct rule *rule,
			    const struct subject *subject);

/*
 * Where all conditions are about groups of processes: how much of the path of
 * its cgroup leads to the one in which all processes match. Else 0.
 */
size_t rule_group(const struct rule *rule, const struct subject *subject);

#endif
