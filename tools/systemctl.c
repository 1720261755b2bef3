// SPDX-License-Identifier: GPL-2.0
#include "systemctl.h"

#include "clock.h"
#include "program.h"
#include "why.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* It shall not ask anybody for a password, as nobody may be there. */
#define SHOW                                                                   \
	"systemctl", "--no-ask-password", "--no-pager", "show",                \
		"--property=AllowedCPUs", "--property=AllowedMemoryNodes",     \
		"--property=LoadState", "--"
#define SET "systemctl", "--no-ask-password", "set-property", "--runtime", "--"

/* It gives up itself after 25 s without an answer, and then says more. */
uint64_t systemctl_patience = 30 * NSEC_PER_SEC;

/* Of output and errors, one is empty. */
static int run(char *const argv[], char **text)
{
	const struct program program = {
		.argv = argv,
		.patience = systemctl_patience,
		.errors = true,
	};

	return program_read(&program, text);
}

/* Its first line, without the full stop. */
static void explain(const char *unit, int err, char *text, char **why)
{
	size_t length;

	if (err == -ETIMEDOUT) {
		why_not(why, 0, "systemctl for %s did not end within %g s",
			unit, clock_seconds(systemctl_patience));
		return;
	}
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
