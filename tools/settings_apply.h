/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Brings the module to what settings say, all of it or nothing.
 */
#ifndef NUMATRACE_SETTINGS_APPLY_H
#define NUMATRACE_SETTINGS_APPLY_H

#include "client.h"
#include "settings_file.h"

/**
 * struct settings_state - how the module is
 * @config: its settings
 * @info: its hooks
 */
struct settings_state {
	struct report_config config;
	struct report_info info;
};

/* 0 or a negative errno, which client_error() explains. */
int settings_state_read(struct client *client, struct settings_state *state);
void settings_state_free(struct settings_state *state);

/* Whether a hook counts. One that cannot be attached neither does nor does not. */
bool settings_hook_is_known(const struct report_hook *hook);
bool settings_hook_is_on(const struct report_hook *hook);

/* Whether the module is as @settings say, wherever it can be so. */
bool settings_in_force(const struct settings_file *settings,
		       const struct settings_state *state);

/*
 * Add errors for hooks and settings that this module does not have. 0 or
 * -ENOMEM.
 */
int settings_check(struct settings_file *settings, const char *path,
		   const struct settings_state *state);

/*
 * Change what is not as @settings say. 0, or a negative errno with a sentence
 * in @why, to be freed; then all is as in @state, or @why says what is not.
 */
int settings_apply(struct client *client, const struct settings_file *settings,
		   const struct settings_state *state, char **why);

/*
 * Fill @settings, which are empty, with what is so now. 0 or -ENOMEM. Hooks that
 * cannot be attached are left out.
 */
int settings_of_state(struct settings_file *settings,
		      const struct settings_state *state);

#endif
