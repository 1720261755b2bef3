// SPDX-License-Identifier: GPL-2.0
#include "systemctl.h"

#include "why.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* It shall not ask anybody for a password, as nobody may be there. */
#define SHOW                                                                   \
	"systemctl", "--no-ask-password", "--no-pager", "show",                \
		"--property=AllowedCPUs", "--property=AllowedMemoryNodes",     \
		"--property=LoadState", "--"
#define SET "systemctl", "--no-ask-password", "set-property", "--runtime", "--"

/* Output and errors go to one pipe; one of the two is empty. */
static int start(char *const argv[], int output, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err;

	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static char *read_all(int input)
{
	FILE *stream = fdopen(input, "r");
	char *text = NULL;
	size_t room = 0;

	if (!stream) {
		close(input);
		return NULL;
	}
	if (getdelim(&text, &room, '\0', stream) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(stream);
	return text;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

/* 0 or a negative errno; what it printed in @text. */
static int run(char *const argv[], char **text)
{
	int ends[2], err;
	pid_t pid;

	*text = NULL;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = start(argv, ends[1], &pid);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	*text = read_all(ends[0]);
	err = wait_for(pid);
	return *text || err ? err : -ENOMEM;
}

/* Its first line, without the full stop. */
static void explain(const char *unit, int err, char *text, char **why)
{
	size_t length;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	length = text ? strlen(text) : 0;
	if (length && text[length - 1] == '.')
		text[length - 1] = '\0';
	why_not(why, 0, "systemctl for %s failed: %s", unit,
		length ? text : strerror(-err));
}

char *systemctl_value(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, length) && text[length] == '=') {
			text += length + 1;
			return strndup(text, strcspn(text, "\n"));
		}
	}
	return NULL;
}

/* systemctl shows the defaults of what it does not find, and is content. */
static bool is_missing(const char *text)
{
	char *state = systemctl_value(text, "LoadState");
	bool missing = state && !strcmp(state, "not-found");

	free(state);
	return missing;
}

int systemctl_get(const char *unit, char **cpus, char **nodes, char **why)
{
	char *argv[10] = { SHOW, (char *)unit, NULL };
	char *text;
	int err = run(argv, &text);

	*cpus = NULL;
	*nodes = NULL;
	*why = NULL;
	if (err) {
		explain(unit, err, text, why);
	} else if (is_missing(text)) {
		err = why_not(why, -ESRCH, "there is no unit %s", unit);
	} else {
		*cpus = systemctl_value(text, "AllowedCPUs");
		*nodes = systemctl_value(text, "AllowedMemoryNodes");
	}
	free(text);
	return err;
}

static int set_words(const char *unit, char *cpus, char *nodes, char **why)
{
	char *argv[9] = { SET, (char *)unit, cpus ? cpus : nodes,
			  cpus ? nodes : NULL, NULL };
	char *text;
	int err = run(argv, &text);

	if (err)
		explain(unit, err, text, why);
	free(text);
	return err;
}

int systemctl_set(const char *unit, const char *cpus, const char *nodes,
		  char **why)
{
	char *cpus_word = NULL, *nodes_word = NULL;
	int err = -ENOMEM;

	*why = NULL;
	if (!cpus && !nodes)
		return 0;
	if ((!cpus || asprintf(&cpus_word, "AllowedCPUs=%s", cpus) >= 0) &&
	    (!nodes ||
	     asprintf(&nodes_word, "AllowedMemoryNodes=%s", nodes) >= 0))
		err = set_words(unit, cpus_word, nodes_word, why);
	free(cpus_word);
	free(nodes_word);
	return err;
}
