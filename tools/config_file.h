/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's settings, and those in a file, by default SETTINGS_PATH. All say
 * on stderr what is wrong and return the exit code.
 */
#ifndef NUMATRACE_CONFIG_FILE_H
#define NUMATRACE_CONFIG_FILE_H

#include "settings_apply.h"

#include <stdbool.h>

/* Have the module, which is as @state, be as @settings say. */
int config_apply(struct client *client, const struct settings_file *settings,
		 const struct settings_state *state);

/* Have the module be as the file says; @path NULL: it need not be there. */
int config_load(struct client *client, const char *path);

/*
 * Write how the module is, and keep the comments that are there; with @force
 * replace what is there, whatever it is.
 */
int config_save(struct client *client, const char *path, bool force);

#endif
