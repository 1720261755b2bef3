/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be set, through generic netlink and debugfs alike.
 */
#ifndef NUMATRACE_CONFIG_H
#define NUMATRACE_CONFIG_H

#include <linux/compiler.h>
#include <linux/numatrace.h>
#include <linux/types.h>

/**
 * struct nt_config - settings
 * @value: indexed by NUMATRACE_A_CONFIG_*, as uapi/numatrace.yaml describes
 *	them
 */
struct nt_config {
	u64 value[NUMATRACE_A_CONFIG_MAX + 1];
};

/**
 * struct nt_setting - what a setting may be
 * @name: its name
 * @min: smallest value
 * @max: largest value
 * @preset: value when the module is loaded, of a knob
 */
struct nt_setting {
	const char *name;
	u64 min;
	u64 max;
	u64 preset;
};

/* Indexed by NUMATRACE_A_CONFIG_*. */
extern const struct nt_setting nt_settings[NUMATRACE_A_CONFIG_MAX + 1];

/* As they are between two changes. May sleep. */
void nt_config_get(struct nt_config *config);

/*
 * The knobs: settings that whoever needs them reads here, as often as they need
 * them. Any context.
 */
extern u32 nt_knobs[NUMATRACE_A_CONFIG_MAX + 1];

static inline u32 nt_knob(unsigned int attr)
{
	return READ_ONCE(nt_knobs[attr]);
}

/* Sets all knobs as they are when the module is loaded. */
void nt_config_init(void);

/*
 * Changes the settings whose bit is set in @which (BIT(NUMATRACE_A_CONFIG_*)),
 * all or none. 0, -ERANGE for a value that is not between min and max, with
 * its number in @wrong, or -ENOMEM. May sleep.
 */
int nt_config_set(const struct nt_config *config, unsigned long which,
		  unsigned int *wrong);

#endif
