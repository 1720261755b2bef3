// SPDX-License-Identifier: GPL-2.0
#include "settings_profiles.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Made of profiles/: so there are some wherever the command is. */
static const struct {
	const char *name;
	const char *text;
} built_in[] = {
#include "built_in_profiles.h"
};

#define BUILT_IN (sizeof(built_in) / sizeof(*built_in))

/* In the order in which they count. */
static const char *const folders[] = {
	SETTINGS_PROFILES_PATH,
	"/usr/local/share/numatrace/profiles.d",
	"/usr/share/numatrace/profiles.d",
};

static void free_profile(struct settings_profile *profile)
{
	free(profile->name);
	free(profile->path);
	settings_free(&profile->settings);
}

/* Takes @profile, also where it fails. */
static int add_profile(struct settings_profiles *profiles,
		       struct settings_profile *profile)
{
	struct settings_profile *grown;

	grown = reallocarray(profiles->profile, profiles->count + 1,
			     sizeof(*grown));
	if (!grown) {
		free_profile(profile);
		return -ENOMEM;
	}
	profiles->profile = grown;
	grown[profiles->count++] = *profile;
	return 0;
}

static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return strndup(name, strlen(name) - strlen(".conf"));
}

/* One that cannot be read may still be listed, with its error. */
static int read_profile(const char *path, void *context)
{
	struct settings_profile profile = { 0 };
	int err = settings_read(path, &profile.settings);

	if (err && err != -ENOMEM)
		err = conf_add_error(&profile.settings.errors, path, 0,
				     strerror(-err));
	profile.name = name_of(path);
	profile.path = strdup(path);
	if (err || !profile.name || !profile.path) {
		free_profile(&profile);
		return -ENOMEM;
	}
	return add_profile(context, &profile);
}

static int read_folder(const char *root, const char *folder,
		       struct settings_profiles *profiles)
{
	char *path;
	int err;

	if (asprintf(&path, "%s%s", root, folder) < 0)
		return -ENOMEM;
	err = conf_each_file(path, read_profile, profiles);
	free(path);
	return err == -ENOENT ? 0 : err;
}

static int add_built_in(struct settings_profiles *profiles, size_t i)
{
	struct settings_profile profile = { .name = strdup(built_in[i].name) };
	int err = profile.name
			  ? settings_parse(built_in[i].text, built_in[i].name,
					   &profile.settings)
			  : -ENOMEM;

	if (!err)
		return add_profile(profiles, &profile);
	free_profile(&profile);
	return err;
}

/* Insertion sort: those of one name stay in their order. */
static void sort(struct settings_profiles *profiles)
{
	struct settings_profile *profile = profiles->profile;

	for (size_t i = 1; i < profiles->count; i++)
		for (size_t j = i;
		     j && strcmp(profile[j].name, profile[j - 1].name) < 0;
		     j--) {
			struct settings_profile other = profile[j];

			profile[j] = profile[j - 1];
			profile[j - 1] = other;
		}
}

int settings_profiles_read(const char *root, struct settings_profiles *profiles,
			   const char **where)
{
	int err = 0;

	*profiles = (struct settings_profiles){ 0 };
	for (size_t i = 0; !err && i < sizeof(folders) / sizeof(*folders);
	     i++) {
		*where = folders[i];
		err = read_folder(root, folders[i], profiles);
	}
	for (size_t i = 0; !err && i < BUILT_IN; i++)
		err = add_built_in(profiles, i);
	if (err)
		settings_profiles_free(profiles);
	else
		sort(profiles);
	return err;
}

void settings_profiles_free(struct settings_profiles *profiles)
{
	for (size_t i = 0; i < profiles->count; i++)
		free_profile(&profiles->profile[i]);
	free(profiles->profile);
	*profiles = (struct settings_profiles){ 0 };
}

/* The first of that name from @first on, or their number. */
static size_t find(const struct settings_profiles *profiles, const char *name,
		   size_t first)
{
	while (first < profiles->count &&
	       strcmp(profiles->profile[first].name, name))
		first++;
	return first;
}

const struct settings_profile *
settings_profiles_find(const struct settings_profiles *profiles,
		       const char *name)
{
	size_t index = find(profiles, name, 0);

	return index < profiles->count ? &profiles->profile[index] : NULL;
}

bool settings_profile_is_replaced(const struct settings_profiles *profiles,
				  size_t index)
{
	const struct settings_profile *profile = profiles->profile;

	return index && !strcmp(profile[index].name, profile[index - 1].name);
}

/* What @settings already says stays. */
static int merge(struct settings_file *settings,
		 const struct settings_file *base)
{
	unsigned int missing = base->config.set & ~settings->config.set;
	int err = conf_copy_errors(&settings->errors, &base->errors);

	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (missing & (1U << i))
			settings->config.value[i] = base->config.value[i];
	settings->config.set |= missing;
	for (size_t i = 0; !err && i < base->hooks; i++)
		if (!settings_find_hook(settings, base->hook[i].name))
			err = settings_add_hook(settings, &base->hook[i]);
	return err;
}

/* Where a profile is named, and by which one, if it is one. */
struct place {
	const struct settings_profile *profile;
	const char *path;
	unsigned int line;
	const char *name;
};

static int complain(struct settings_file *settings, const struct place *place,
		    bool found)
{
	char *why = NULL;
	int err;

	if (found)
		conf_refuse(&why, "profile = %s leads back to this line",
			    place->name);
	else
		conf_refuse(&why,
			    "there is no profile %s; numatrace profiles lists them",
			    place->name);
	err = why ? conf_add_error(&settings->errors, place->path, place->line,
				   why)
		  : -ENOMEM;
	free(why);
	return err;
}

/* One of the same name begins with the next one of that name. */
static const struct settings_profile *
named_by(const struct settings_profiles *profiles, const struct place *place)
{
	const struct settings_profile *self = place->profile;
	size_t first = 0;

	if (self && !strcmp(self->name, place->name))
		first = (size_t)(self - profiles->profile) + 1;
	first = find(profiles, place->name, first);
	return first < profiles->count ? &profiles->profile[first] : NULL;
}

static void go_on(struct place *place, const struct settings_profile *profile)
{
	place->profile = profile;
	place->path = profile->path ? profile->path : profile->name;
	place->line = profile->settings.profile_line;
	place->name = profile->settings.profile;
}

/* From the one that is named to the one that it begins with, and so on. */
static int resolve(const struct settings_profiles *profiles,
		   struct settings_file *settings, struct place place)
{
	size_t steps = 0;
	int err = 0;

	while (!err && place.name) {
		const struct settings_profile *next =
			named_by(profiles, &place);

		if (!next || steps++ == profiles->count)
			return complain(settings, &place, next);
		err = merge(settings, &next->settings);
		go_on(&place, next);
	}
	return err;
}

int settings_profiles_resolve(const struct settings_profiles *profiles,
			      struct settings_file *settings, const char *path)
{
	const struct place place = {
		.path = path,
		.line = settings->profile_line,
		.name = settings->profile,
	};

	return resolve(profiles, settings, place);
}

int settings_profiles_get(const struct settings_profiles *profiles,
			  const struct settings_profile *profile,
			  struct settings_file *settings)
{
	struct place place;
	int err = merge(settings, &profile->settings);

	go_on(&place, profile);
	return err ? err : resolve(profiles, settings, place);
}
