// SPDX-License-Identifier: GPL-2.0
#include "residency_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pages of the kernel itself: they are on no list of a process's memory. */
static bool is_special(const char *name)
{
	return !strncmp(name, "[vdso]", 6) || !strncmp(name, "[vvar", 5) ||
	       !strncmp(name, "[vsyscall]", 10);
}

bool residency_parse_maps(const char *line, struct sample_range *range)
{
	unsigned long long start, end, inode;
	char access[5];
	int name = 0;

	if (sscanf(line, "%llx-%llx %4s %*x %*x:%*x %llu %n", &start, &end,
		   access, &inode, &name) < 4)
		return false;
	if (start >= end || (name && is_special(line + name)))
		return false;
	range->start = start;
	range->end = end;
	range->anonymous = !inode && access[3] == 'p';
	range->unit = 0;
	return true;
}

/* "N3=512": a node and its pages. */
static bool parse_pages(const char *word, unsigned int *node,
			unsigned long long *pages)
{
	int length = 0;

	return sscanf(word, "N%u=%llu%n", node, pages, &length) == 2 &&
	       !word[length];
}

/* The kernel escapes blanks and "=" in the names of files. */
static unsigned long long unit_of(const char *line)
{
	static const char key[] = " kernelpagesize_kB=";
	const char *found = strstr(line, key);

	return found ? strtoull(found + strlen(key), NULL, 10) * 1024 : 0;
}

/*
 * The policy, which is the second word, or the second and the third where the
 * second one promises more: "prefer (many):0-1", "weighted interleave:0-1".
 */
static char *policy_of(const char *line)
{
	const char *policy = strchr(line, ' ');
	size_t length;

	if (!policy)
		return NULL;
	length = strcspn(++policy, "\n ");
	if (!strncmp(policy, "prefer (many)", 13) ||
	    !strncmp(policy, "weighted interleave", 19))
		length += 1 + strcspn(policy + length + 1, "\n ");
	return strndup(policy, length);
}

/*
 * Of the policies that a mapping can have, only those with that flag let
 * balancing sample it. There are kernels that leave out its name.
 */
static bool lets_sample(const char *policy)
{
	const char *flags = strchr(policy, '=');

	return flags && (strstr(flags, "balancing") || flags[1] == ':');
}

static int add_pages(struct residency *residency, const char *word,
		     unsigned long long unit, unsigned long long *bytes)
{
	unsigned long long pages;
	struct residency_node *node;
	unsigned int id;

	if (!parse_pages(word, &id, &pages))
		return 0;
	if (!unit)
		return -EINVAL;
	node = residency_node(residency, id);
	if (!node)
		return -ENOMEM;
	node->bytes += pages * unit;
	*bytes += pages * unit;
	return 0;
}

static int add_policy(struct residency *residency, const char *line,
		      unsigned long long bytes)
{
	char *text = policy_of(line);
	struct residency_policy *policy;
	bool ordinary = text && !strcmp(text, "default");

	if (!bytes || ordinary) {
		free(text);
		return 0;
	}
	policy = text ? residency_policy(residency, text) : NULL;
	if (policy) {
		policy->sampled = lets_sample(text);
		policy->bytes += bytes;
	}
	free(text);
	return policy ? 0 : -ENOMEM;
}

int residency_parse_numa_maps(const char *line, struct residency *residency)
{
	unsigned long long unit = unit_of(line), bytes = 0;
	char *copy, *rest, *word;
	int err = 0;

	if (strspn(line, "0123456789abcdef") < 8)
		return -EINVAL;
	copy = strdup(line);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while (!err && (word = strsep(&rest, "\n ")))
		err = add_pages(residency, word, unit, &bytes);
	free(copy);
	residency->resident += bytes;
	return err ? err : add_policy(residency, line, bytes);
}

/* Each is in kB, and stands at the start of a line. */
static bool kilobytes(const char *text, const char *key, uint64_t *sum)
{
	const char *found = strstr(text, key);

	if (!found)
		return false;
	*sum += strtoull(found + strlen(key), NULL, 10) * 1024;
	return true;
}

bool residency_parse_status(const char *text, uint64_t *bytes)
{
	*bytes = 0;
	if (!kilobytes(text, "\nVmRSS:", bytes))
		return false;
	/* Kernels without hugetlb do not have this one. */
	kilobytes(text, "\nHugetlbPages:", bytes);
	return true;
}
