/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How automatic balancing is set, and what it does.
 */
#ifndef NUMATRACE_BALANCING_STATE_H
#define NUMATRACE_BALANCING_STATE_H

#include "cost_reading.h"
#include "output.h"
#include "tune.h"

#define BALANCING_SETTINGS 7

/*
 * The readings of the tunables that are about balancing, the mode first. What
 * is in them stays that of @table.
 */
void balancing_settings_find(const struct tune_table *table,
			     struct tune_reading settings[BALANCING_SETTINGS]);

/* What the mode says in words, or why it is not known. */
const char *balancing_words(const struct tune_reading *mode);

/**
 * struct balancing_activity - a number of what balancing did
 * @what: words for it
 * @key: the same for JSON
 * @ratio: the numbers are shares
 * @duration: they are ns
 * @lately_known: @lately was measured
 * @lately: in the last second
 * @total_known: @total was measured
 * @total: since the module was loaded
 */
struct balancing_activity {
	const char *what;
	const char *key;
	bool ratio;
	bool duration;
	bool lately_known;
	double lately;
	bool total_known;
	double total;
};

#define BALANCING_ACTIVITIES 9

/* @lately is a growth. */
void balancing_activity_fill(const struct cost_reading *total,
			     const struct cost_reading *lately,
			     struct balancing_activity *activities);

/* "off", "normal", "memory tiering" or both. */
const char *balancing_mode_words(uint64_t mode);

extern const struct output_object balancing_activity_object;

#endif
