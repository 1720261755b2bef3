/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Columns of profiles, and of what one changes.
 */
#ifndef NUMATRACE_SETTINGS_COLUMNS_H
#define NUMATRACE_SETTINGS_COLUMNS_H

#include "output.h"
#include "settings_profiles.h"

/**
 * struct profile_row - a profile
 * @profile: as its file says
 * @settings: with those of the profile that it begins with
 * @known: whether @in_force is
 * @in_force: the module is so now
 */
struct profile_row {
	const struct settings_profile *profile;
	struct settings_file settings;
	bool known;
	bool in_force;
};

extern const struct output_object profile_object;

/* A setting or a hook of a profile, and how it is now. */
struct profile_change {
	char *name;
	char *now;
	char *then;
	const char *note;
};

extern const struct output_object profile_change_object;

#endif
