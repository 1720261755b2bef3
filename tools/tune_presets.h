/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to begin with for a kind of workload: data.
 */
#ifndef NUMATRACE_TUNE_PRESETS_H
#define NUMATRACE_TUNE_PRESETS_H

#include <stddef.h>

/**
 * struct tune_line - a line of a preset
 * @name: of the tunable; the end has none
 * @value: its value
 * @why: why
 */
struct tune_line {
	const char *name;
	const char *value;
	const char *why;
};

/**
 * struct tune_preset - for a kind of workload
 * @name: of the workload
 * @line: what to set
 */
struct tune_preset {
	const char *name;
	const struct tune_line *line;
};

/* The end has no name. */
extern const struct tune_preset tune_presets[];

/* NULL if there is none. */
const struct tune_preset *tune_preset_find(const char *name);

#endif
