/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles: settings that belong together, under a name. Each is a file
 * NAME.conf; of several of one name that of the first folder counts, which may
 * begin with the one that it takes the place of: "profile = NAME".
 */
#ifndef NUMATRACE_SETTINGS_PROFILES_H
#define NUMATRACE_SETTINGS_PROFILES_H

#include "settings_file.h"

/* The administrator's; those of packages come after them. */
#define SETTINGS_PROFILES_PATH "/etc/numatrace/profiles.d"

/**
 * struct settings_profile - a profile
 * @name: its name
 * @path: its file, or NULL: it is built in
 * @settings: what the file says
 */
struct settings_profile {
	char *name;
	char *path;
	struct settings_file settings;
};

/**
 * struct settings_profiles - all profiles
 * @count: number of @profile
 * @profile: by name, and of one name in the order in which they count
 */
struct settings_profiles {
	size_t count;
	struct settings_profile *profile;
};

/*
 * Read all that are below the folder @root, "" for those of this system, and
 * add those that are built in. What is wrong is in the profiles. 0, -ENOMEM or
 * a negative errno, with the folder in @where.
 */
int settings_profiles_read(const char *root, struct settings_profiles *profiles,
			   const char **where);

void settings_profiles_free(struct settings_profiles *profiles);

/* The one that counts, or NULL. */
const struct settings_profile *
settings_profiles_find(const struct settings_profiles *profiles,
		       const char *name);

/* Whether one of that name comes before it, and counts in its place. */
bool settings_profile_is_replaced(const struct settings_profiles *profiles,
				  size_t index);

/*
 * Add to @settings, which are in the file @path, what their profile says and
 * they do not. What is wrong, there or in the profile, is added to the errors.
 * 0 or -ENOMEM.
 */
int settings_profiles_resolve(const struct settings_profiles *profiles,
			      struct settings_file *settings, const char *path);

/*
 * Fill @settings, which are empty, with all that a profile says, and with its
 * errors. 0 or -ENOMEM.
 */
int settings_profiles_get(const struct settings_profiles *profiles,
			  const struct settings_profile *profile,
			  struct settings_file *settings);

#endif
