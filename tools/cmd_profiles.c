// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "config_file.h"
#include "notes.h"
#include "options.h"
#include "settings.h"
#include "settings_apply.h"
#include "settings_columns.h"
#include "settings_profiles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_DRY_RUN OPTION_OWN

static const struct option own_options[] = {
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ 0 },
};

static bool dry_run;

static void set_option(int c, const char *argument)
{
	dry_run = true;
}

static int read_profiles(struct settings_profiles *profiles)
{
	const char *where = "";
	int err = settings_profiles_read("", profiles, &where);

	return err ? options_failed(err, where) : EXIT_DONE;
}

static void free_rows(struct profile_row *row, size_t count)
{
	for (size_t i = 0; i < count; i++)
		settings_free(&row[i].settings);
	free(row);
}

/* The profiles that count, each with all that it says; NULL: no memory. */
static struct profile_row *make_rows(const struct settings_profiles *profiles,
				     const struct settings_state *state,
				     size_t *count)
{
	struct profile_row *row = calloc(profiles->count + 1, sizeof(*row));
	int err = row ? 0 : -ENOMEM;

	*count = 0;
	for (size_t i = 0; !err && i < profiles->count; i++) {
		struct profile_row *last = &row[*count];

		if (settings_profile_is_replaced(profiles, i))
			continue;
		*count += 1;
		last->profile = &profiles->profile[i];
		err = settings_profiles_get(profiles, last->profile,
					    &last->settings);
		last->known = state->info.module_version;
		last->in_force = last->known &&
				 settings_in_force(&last->settings, state);
	}
	if (!err)
		return row;
	free_rows(row, *count);
	return NULL;
}

/* One that is wrong is listed, and told. */
static int print_profiles(const struct options *options,
			  const struct profile_row *row, size_t count)
{
	int code = options_list(&cmd_profiles, options, &profile_object, row,
				count, sizeof(*row));

	for (size_t i = 0; code != EXIT_USAGE && i < count; i++) {
		conf_print_errors(&row[i].settings.errors);
		if (row[i].settings.errors.count)
			code = EXIT_FAILED;
	}
	return code;
}

/* Without the module there are profiles all the same. */
static int list(struct client *client, const struct options *options)
{
	struct settings_state state = { 0 };
	struct settings_profiles profiles;
	struct profile_row *row;
	size_t count;
	int code = read_profiles(&profiles);

	if (code != EXIT_DONE)
		return code;
	if (settings_state_read(client, &state))
		pr_notice("which one is in force is not known: %s",
			  client_error(client));
	row = make_rows(&profiles, &state, &count);
	code = row ? print_profiles(options, row, count)
		   : options_failed(-ENOMEM, "");
	if (row)
		free_rows(row, count);
	settings_state_free(&state);
	settings_profiles_free(&profiles);
	return code;
}

/* Texts of a change may be missing: then they are shown as not known. */
static void fill_setting(struct profile_change *change, enum config_field field,
			 const struct settings_file *settings,
			 const struct settings_state *state)
{
	uint64_t now = state->config.value[field];
	uint64_t then = settings->config.value[field];

	change->name = strdup(known_settings[field].name);
	change->now = output_count(now);
	change->then = output_count(then);
	change->note = now == then ? NULL : "changes";
}

static void fill_hook(struct profile_change *change,
		      const struct settings_hook *hook,
		      const struct settings_state *state)
{
	const struct report_hook *now =
		report_find_hook(&state->info, hook->name);
	bool known = settings_hook_is_known(now);
	bool on = settings_hook_is_on(now);

	if (asprintf(&change->name, "hook.%s", hook->name) < 0)
		change->name = NULL;
	change->now = known ? strdup(on ? "on" : "off") : NULL;
	change->then = strdup(hook->on ? "on" : "off");
	if (!known)
		change->note = "cannot be attached";
	else if (on != hook->on)
		change->note = "changes";
}

static void free_changes(struct profile_change *change, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(change[i].name);
		free(change[i].now);
		free(change[i].then);
	}
	free(change);
}

static int print_changes(const struct options *options,
			 const struct profile_change *change, size_t count)
{
	return options_list(&cmd_profiles, options, &profile_change_object,
			    change, count, sizeof(*change));
}

static int show(const struct options *options,
		const struct settings_file *settings,
		const struct settings_state *state)
{
	struct profile_change *change =
		calloc(CONFIG_FIELDS + settings->hooks, sizeof(*change));
	size_t count = 0;
	int code;

	if (!change)
		return options_failed(-ENOMEM, "");
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (settings->config.set & (1U << i))
			fill_setting(&change[count++], i, settings, state);
	for (size_t i = 0; i < settings->hooks; i++)
		fill_hook(&change[count++], &settings->hook[i], state);
	code = print_changes(options, change, count);
	free_changes(change, count);
	return code;
}

static int use(struct client *client, const struct options *options,
	       struct settings_file *settings, const char *path)
{
	struct settings_state state = { 0 };
	int code = EXIT_FAILED;

	if (settings_state_read(client, &state)) {
		pr_notice("%s", client_error(client));
		return code;
	}
	if (settings_check(settings, path, &state)) {
		options_failed(-ENOMEM, "");
	} else if (settings->errors.count) {
		conf_print_errors(&settings->errors);
		pr_notice("nothing was changed; correct the profile first");
	} else {
		code = dry_run ? show(options, settings, &state)
			       : config_apply(client, settings, &state);
	}
	settings_state_free(&state);
	return code;
}

static int use_named(struct client *client, const struct options *options,
		     const struct settings_profiles *profiles, const char *name)
{
	const struct settings_profile *profile =
		settings_profiles_find(profiles, name);
	struct settings_file settings = { 0 };
	int code;

	if (!profile) {
		pr_notice("there is no profile %s; numatrace profiles lists them",
			  name);
		return EXIT_FAILED;
	}
	if (settings_profiles_get(profiles, profile, &settings))
		code = options_failed(-ENOMEM, "");
	else
		code = use(client, options, &settings,
			   profile->path ? profile->path : profile->name);
	settings_free(&settings);
	return code;
}

static int use_profile(struct client *client, const struct options *options)
{
	struct settings_profiles profiles;
	int code = read_profiles(&profiles);

	if (code != EXIT_DONE)
		return code;
	code = use_named(client, options, &profiles, options->words[0]);
	settings_profiles_free(&profiles);
	return code;
}

static int check_usage(const struct options *options)
{
	if (options->word_count > 1)
		return options_wrong(&cmd_profiles, "one profile at a time");
	if (dry_run && !options->word_count)
		return options_wrong(&cmd_profiles,
				     "--dry-run: which profile?");
	return -1;
}

static int run(const struct options *options)
{
	struct client *client;
	int code = check_usage(options);

	if (code >= 0)
		return code;
	client = client_new();
	code = options->word_count ? use_profile(client, options)
				   : list(client, options);
	client_free(client);
	return code;
}

static const struct output_object *const listed[] = {
	&profile_object,
	&profile_change_object,
	NULL,
};

const struct command cmd_profiles = {
	.name = "profiles",
	.arguments = "[<name>]",
	.summary = "List sets of settings, or have one in force.",
	.notes =
		"A profile is a file <name>.conf in " SETTINGS_PROFILES_PATH
		",\n"
		"/usr/local/share/numatrace/profiles.d or /usr/share/numatrace/profiles.d, or\n"
		"built in; of one name the first counts.\n"
		"With a name, all of it is set, or nothing. That needs CAP_NET_ADMIN. To have\n"
		"it each time that the module is loaded, write profile = <name> to\n" SETTINGS_PATH
		".",
	.objects = listed,
	.takes_operands = true,
	.own_options = own_options,
	.own_help =
		"     --dry-run        show what would change, and change nothing\n",
	.set_option = set_option,
	.run = run,
};
