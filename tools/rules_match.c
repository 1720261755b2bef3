// SPDX-License-Identifier: GPL-2.0
#include "rules.h"

#include "container.h"
#include "target_text.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Names of units have backslashes of their own. */
static bool matches(const char *pattern, const char *text)
{
	return text && !fnmatch(pattern, text, FNM_NOESCAPE);
}

/* Where the directory that begins at @at ends; "/" itself at the beginning. */
static size_t next_end(const char *path, size_t at)
{
	if (!at)
		return 1;
	at += path[at] == '/';
	return at + strcspn(path + at, "/");
}

/*
 * How much of @path leads to the first directory from the root on for which
 * @is_it holds, or 0. It gets the path up to there, and its last part.
 */
static size_t find_part(const char *path, const char *pattern,
			bool (*is_it)(const char *pattern, const char *part,
				      const char *name))
{
	char part[PATH_MAX];
	size_t end = 0;

	if (!path || strlen(path) >= sizeof(part))
		return 0;
	while (path[end]) {
		end = next_end(path, end);
		memcpy(part, path, end);
		part[end] = '\0';
		if (is_it(pattern, part, strrchr(part, '/') + 1))
			return end;
	}
	return 0;
}

static bool is_path(const char *pattern, const char *part, const char *name)
{
	return matches(pattern, part);
}

/* Units inside of a container are its own affair. */
static bool is_unit(const char *pattern, const char *part, const char *name)
{
	const char *ending = strrchr(name, '.');
	struct container container;

	if (!ending || (strcmp(ending, ".service") &&
			strcmp(ending, ".scope") && strcmp(ending, ".slice")))
		return false;
	container_of_path(part, &container);
	if (container_contains(&container) && container.length < strlen(part))
		return false;
	/* systemd puts it before names that could be files of the kernel. */
	return matches(pattern, name) ||
	       (*name == '_' && matches(pattern, name + 1));
}

/* By its id, also in full; by the short name that ps shows; by its pod. */
static size_t find_container(const char *path, const char *pattern)
{
	struct container container;
	char *label;
	bool found;

	if (!path || !container_of_path(path, &container) ||
	    !container_contains(&container))
		return 0;
	label = container_label(&container);
	found = matches(pattern, label) || matches(pattern, container.name) ||
		matches(pattern, container.pod) ||
		target_text_container(pattern, path);
	free(label);
	return found ? container.length : 0;
}

/* How much of its cgroup's path makes it hold, or 0. */
static size_t find_group(const struct rule *rule, enum rule_key key,
			 const char *path)
{
	const char *pattern = rule->pattern[key];

	if (key == RULE_CGROUP)
		return find_part(path, pattern, is_path);
	if (key == RULE_UNIT)
		return find_part(path, pattern, is_unit);
	return find_container(path, pattern);
}

static bool holds(const struct rule *rule, enum rule_key key,
		  const struct subject *subject)
{
	switch (key) {
	case RULE_COMM:
		return matches(rule->pattern[key], subject->comm) ||
		       target_text_names(rule->pattern[key], subject->comm);
	case RULE_EXE:
		return matches(rule->pattern[key], subject->exe);
	case RULE_USER:
		return rule->uid == subject->uid;
	default:
		return find_group(rule, key, subject->cgroup);
	}
}

enum rule_key rule_mismatch(const struct rule *rule,
			    const struct subject *subject)
{
	enum rule_key key = 0;

	while (key < RULE_KEYS &&
	       (!rule->pattern[key] || holds(rule, key, subject)))
		key++;
	return key;
}

bool rules_spare(pid_t pid)
{
	return pid == 1 || pid == getpid();
}

const struct rule *rules_match(const struct rules *rules,
			       const struct subject *subject)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rule_mismatch(&rules->rule[i], subject) == RULE_KEYS)
			return &rules->rule[i];
	return NULL;
}

/* Of several conditions the innermost cgroup satisfies all. */
size_t rule_group(const struct rule *rule, const struct subject *subject)
{
	size_t longest = 0;

	if (rule->pattern[RULE_COMM] || rule->pattern[RULE_EXE] ||
	    rule->pattern[RULE_USER])
		return 0;
	for (int key = 0; key < RULE_KEYS; key++) {
		size_t length = rule->pattern[key]
					? find_group(rule, key, subject->cgroup)
					: 0;

		if (length > longest)
			longest = length;
	}
	return longest;
}
