// SPDX-License-Identifier: GPL-2.0
#include "process_filter.h"
#include "container.h"
#include "number.h"

#include <errno.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

static int add_pid(struct process_filter *filter, uint32_t pid)
{
	uint32_t *grown = reallocarray(filter->pids, filter->pid_count + 1,
				       sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	filter->pids = grown;
	grown[filter->pid_count++] = pid;
	return 0;
}

int process_filter_add_pattern(struct process_filter *filter,
			       const char *pattern)
{
	char *copy = strdup(pattern);
	char **grown = reallocarray(filter->patterns, filter->pattern_count + 1,
				    sizeof(*grown));

	if (grown)
		filter->patterns = grown;
	if (!copy || !grown) {
		free(copy);
		return -ENOMEM;
	}
	grown[filter->pattern_count++] = copy;
	return 0;
}

static int add_one(struct process_filter *filter, const char *text)
{
	uint64_t pid;

	if (!*text)
		return -EINVAL;
	if (!is_number(text))
		return process_filter_add_pattern(filter, text);
	if (!number_parse(text, UINT32_MAX, &pid) || !pid)
		return -EINVAL;
	return add_pid(filter, pid);
}

int process_filter_add_list(struct process_filter *filter, const char *list)
{
	char *copy = strdup(list), *rest = copy, *text;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (text = strsep(&rest, ",")))
		err = add_one(filter, text);
	free(copy);
	return err;
}

bool process_filter_set_user(struct process_filter *filter, const char *user)
{
	const struct passwd *entry = getpwnam(user);
	uint64_t uid;

	filter->by_user = true;
	if (entry)
		uid = entry->pw_uid;
	else if (!number_parse(user, UINT32_MAX, &uid))
		return false;
	filter->uid = uid;
	return true;
}

void process_filter_free(struct process_filter *filter)
{
	for (size_t i = 0; i < filter->pattern_count; i++)
		free(filter->patterns[i]);
	free(filter->patterns);
	free(filter->pids);
	*filter = (struct process_filter){ 0 };
}

bool process_filter_is_set(const struct process_filter *filter)
{
	return filter->pid_count || filter->pattern_count || filter->by_user ||
	       filter->cgroup;
}

bool process_filter_has_pid(const struct process_filter *filter, uint32_t pid)
{
	for (size_t i = 0; i < filter->pid_count; i++)
		if (filter->pids[i] == pid)
			return true;
	return false;
}

/* The command line, with blanks between the arguments; as much as fits. */
static void read_command_line(uint32_t pid, char *text, size_t size)
{
	char path[64];
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/cmdline", pid);
	file = fopen(path, "re");
	*text = '\0';
	if (!file)
		return;
	length = fread(text, 1, size - 1, file);
	fclose(file);
	for (size_t i = 0; i < length; i++)
		if (!text[i])
			text[i] = ' ';
	text[length] = '\0';
}

static bool matches_name(const struct process_filter *filter,
			 const struct report_process *process)
{
	char line[4096] = "";

	if (process->kind == NUMATRACE_ROW_KIND_CURRENT)
		read_command_line(process->pid, line, sizeof(line));
	for (size_t i = 0; i < filter->pattern_count; i++)
		if (strstr(process->comm, filter->patterns[i]) ||
		    strstr(line, filter->patterns[i]))
			return true;
	return false;
}

static bool matches_label(const char *pattern, const char *cgroup)
{
	struct container container;
	char *label;
	bool matches;

	if (!container_of_path(cgroup, &container))
		return false;
	label = container_label(&container);
	matches = label && strstr(label, pattern);
	free(label);
	return matches;
}

bool process_filter_cgroup(const char *pattern, const char *cgroup)
{
	if (!cgroup)
		return false;
	if (strpbrk(pattern, "*?["))
		return !fnmatch(pattern, cgroup, 0);
	return strstr(cgroup, pattern) || matches_label(pattern, cgroup);
}

bool process_filter_matches(const struct process_filter *filter,
			    const struct report_process *process,
			    const char *cgroup)
{
	if (filter->by_user && process->uid != filter->uid)
		return false;
	if (filter->cgroup && !process_filter_cgroup(filter->cgroup, cgroup))
		return false;
	if (!filter->pid_count && !filter->pattern_count)
		return true;
	if (process_filter_has_pid(filter, process->pid))
		return true;
	return filter->pattern_count && matches_name(filter, process);
}
