// SPDX-License-Identifier: GPL-2.0
/*
 * The processes that numastat(8) is asked for.
 */
#include "numastat.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_number(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

static int add(struct numastat_pids *pids, pid_t pid)
{
	pid_t *grown = reallocarray(pids->pid, pids->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	pids->pid = grown;
	grown[pids->count++] = pid;
	return 0;
}

/* Bytes of a file with spaces for the zeros in it; "" where there is none. */
static char *read_words(const char *pid, const char *name)
{
	char path[300], *text = NULL;
	size_t room = 0;
	ssize_t length;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	file = fopen(path, "re");
	/* There is no such byte in either file: this reads to the end. */
	length = file ? getdelim(&text, &room, 0xff, file) : 0;
	if (file)
		fclose(file);
	if (length <= 0) {
		free(text);
		return strdup("");
	}
	for (ssize_t i = 0; i < length; i++)
		if (!text[i])
			text[i] = ' ';
	return text;
}

/* Looks through the name and the command line as one. */
static bool contains(const char *pid, const char *pattern)
{
	char *comm = read_words(pid, "comm"), *all = NULL;
	char *command = read_words(pid, "cmdline");
	bool found = false;

	if (comm && command) {
		comm[strcspn(comm, "\n")] = '\0';
		if (asprintf(&all, "%s %s", comm, command) >= 0)
			found = strstr(all, pattern);
	}
	free(all);
	free(comm);
	free(command);
	return found;
}

static int add_matches(struct numastat_pids *pids, const char *pattern)
{
	DIR *dir = opendir("/proc");
	size_t before = pids->count;
	struct dirent *entry;
	int err = 0;

	while (dir && !err && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (is_number(name) && atoi(name) != getpid() &&
		    contains(name, pattern))
			err = add(pids, atoi(name));
	}
	if (dir)
		closedir(dir);
	if (!err && pids->count == before)
		printf("Found no processes containing pattern: \"%s\"\n",
		       pattern);
	return err;
}

int numastat_add_pids(struct numastat_pids *pids, const char *text)
{
	if (is_number(text))
		return add(pids, atoi(text));
	return add_matches(pids, text);
}

void numastat_free_pids(struct numastat_pids *pids)
{
	free(pids->pid);
}
