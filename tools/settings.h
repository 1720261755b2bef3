/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of the module's settings without asking it: their names and
 * what they may be. The module has the last word; see config in
 * uapi/numatrace.yaml.
 */
#ifndef NUMATRACE_SETTINGS_H
#define NUMATRACE_SETTINGS_H

#include "report.h"

/**
 * struct setting - a setting
 * @name: as people write it
 * @what: what it does
 * @min: smallest value
 * @max: largest value
 * @preset: value when the module is loaded
 */
struct setting {
	const char *name;
	const char *what;
	uint64_t min;
	uint64_t max;
	uint64_t preset;
};

/* By enum config_field. */
extern const struct setting known_settings[CONFIG_FIELDS];

/* By name, with hyphens or underscores; CONFIG_FIELDS where there is none. */
enum config_field settings_find(const char *name, size_t length);

static inline bool setting_takes(const struct setting *setting, uint64_t value)
{
	return value >= setting->min && value <= setting->max;
}

/* "100 to 3600000", "0 or 1" or the like, to be freed; NULL: no memory. */
char *setting_range(const struct setting *setting);

#endif
