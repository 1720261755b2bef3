// SPDX-License-Identifier: GPL-2.0
#include "config_file.h"

#include "command.h"
#include "file.h"
#include "interrupt.h"
#include "notes.h"
#include "options.h"
#include "settings_profiles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int read_state(struct client *client, struct settings_state *state)
{
	*state = (struct settings_state){ 0 };
	if (!settings_state_read(client, state))
		return EXIT_DONE;
	pr_notice("%s", client_error(client));
	return EXIT_FAILED;
}

/* All that is wrong is told at once. */
static int complete(struct settings_file *settings, const char *path,
		    const struct settings_state *state)
{
	struct settings_profiles profiles;
	const char *where = "";
	int err = settings_profiles_read("", &profiles, &where);

	if (err)
		return options_failed(err, where);
	err = settings_profiles_resolve(&profiles, settings, path);
	settings_profiles_free(&profiles);
	if (!err)
		err = settings_check(settings, path, state);
	if (err)
		return options_failed(err, path);
	if (!settings->errors.count)
		return EXIT_DONE;
	conf_print_errors(&settings->errors);
	pr_notice("nothing was changed; correct what is wrong in %s", path);
	return EXIT_FAILED;
}

/* What is wanted and this kernel does not have is told. */
static void note_hooks(const struct settings_file *settings,
		       const struct settings_state *state)
{
	for (size_t i = 0; i < settings->hooks; i++) {
		const struct report_hook *hook =
			report_find_hook(&state->info, settings->hook[i].name);

		if (settings->hook[i].on && !settings_hook_is_known(hook))
			pr_notice("hook %s cannot be attached here: %s",
				  hook->name,
				  hook->reason ? hook->reason : "unknown why");
	}
}

int config_apply(struct client *client, const struct settings_file *settings,
		 const struct settings_state *state)
{
	char *why;
	int err = interrupt_begin();

	if (err)
		return options_failed(err, "");
	if (settings_apply(client, settings, state, &why)) {
		pr_notice("%s", why ? why : "out of memory");
		free(why);
		err = -EIO;
	} else {
		note_hooks(settings, state);
	}
	interrupt_end();
	return err ? EXIT_FAILED : EXIT_DONE;
}

static int apply_file(struct client *client, struct settings_file *settings,
		      const char *path)
{
	struct settings_state state;
	int code = read_state(client, &state);

	if (code != EXIT_DONE)
		return code;
	code = complete(settings, path, &state);
	if (code == EXIT_DONE)
		code = config_apply(client, settings, &state);
	settings_state_free(&state);
	return code;
}

/* That nobody wrote any settings is fine. */
int config_load(struct client *client, const char *path)
{
	struct settings_file settings = { 0 };
	int err = settings_read(path ? path : SETTINGS_PATH, &settings);
	int code;

	if (err == -ENOENT && !path)
		code = EXIT_DONE;
	else if (err)
		code = options_failed(err, path ? path : SETTINGS_PATH);
	else
		code = apply_file(client, &settings,
				  path ? path : SETTINGS_PATH);
	settings_free(&settings);
	return code;
}

/* The profile that the file names stays, if it is what is so now. */
static int keep_profile(const struct settings_file *old,
			const struct settings_state *state,
			struct settings_file *now)
{
	struct settings_file whole = { .profile = old->profile };
	struct settings_profiles profiles;
	const char *where;
	int err = old->profile ? settings_profiles_read("", &profiles, &where)
			       : -ENOENT;

	if (err)
		return err == -ENOMEM ? err : 0;
	err = settings_profiles_resolve(&profiles, &whole, "");
	if (!err && !whole.errors.count && settings_in_force(&whole, state)) {
		now->profile = strdup(old->profile);
		err = now->profile ? 0 : -ENOMEM;
	}
	whole.profile = NULL;
	settings_free(&whole);
	settings_profiles_free(&profiles);
	return err;
}

/* What is there, for its comments: in @text, NULL where there is nothing. */
static int read_old(const char *path, struct settings_file *old, char **text)
{
	int err = settings_read(path, old);

	*text = NULL;
	if (!err && !old->errors.count)
		err = conf_read(path, text);
	return err == -ENOENT ? 0 : err;
}

static int write_file(const char *path, const struct settings_state *state,
		      const struct settings_file *old, const char *old_text)
{
	struct settings_file now = { 0 };
	char *text = NULL;
	int err = settings_of_state(&now, state);

	if (!err)
		err = keep_profile(old, state, &now);
	if (!err)
		text = settings_write(old_text, &now);
	if (!err)
		err = text ? file_replace(path, text) : -ENOMEM;
	free(text);
	settings_free(&now);
	return err;
}

static int save_state(const char *path, const struct settings_state *state,
		      bool force)
{
	struct settings_file old = { 0 };
	char *text = NULL;
	int err = force ? 0 : read_old(path, &old, &text);

	if (!err && old.errors.count) {
		conf_print_errors(&old.errors);
		pr_notice("%s is left as it is: correct it, or replace it with --force",
			  path);
		err = -EINVAL;
	} else {
		if (!err)
			err = write_file(path, state, &old, text);
		if (err)
			options_failed(err, path);
	}
	free(text);
	settings_free(&old);
	return err ? EXIT_FAILED : EXIT_DONE;
}

int config_save(struct client *client, const char *path, bool force)
{
	struct settings_state state;
	int code = read_state(client, &state);

	if (code == EXIT_DONE)
		code = save_state(path ? path : SETTINGS_PATH, &state, force);
	settings_state_free(&state);
	return code;
}
