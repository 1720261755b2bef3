/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Columns of the kernel's tunables, and of what is changed of them.
 */
#ifndef NUMATRACE_TUNE_COLUMNS_H
#define NUMATRACE_TUNE_COLUMNS_H

#include "output.h"
#include "tune.h"

/* Lists struct tune_reading. */
extern const struct output_object tunable_object;

/**
 * struct tune_row - a change, or a line of a preset that cannot be set here
 * @name: of the tunable
 * @change: what is to be written, or NULL
 * @value: what the preset says
 * @why: why it does
 * @note: why it cannot be set
 */
struct tune_row {
	const char *name;
	const struct tune_change *change;
	const char *value;
	const char *why;
	const char *note;
};

extern const struct output_object tune_row_object;

/* Say on stderr that root could see more, if so. */
void tune_note_root(const struct tune_reading *readings, size_t count);

#endif
