/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why rounds lack numbers.
 */
#ifndef NUMATRACE_AB_GAPS_H
#define NUMATRACE_AB_GAPS_H

#include "cost_reading.h"
#include "sentences.h"

/**
 * struct ab_interval - a round, as the module saw it
 * @now: at its end
 * @before: at its begin
 * @growth: between the two
 * @processes: its numbers are those of processes that were asked for
 * @found: and one of these has a row
 */
struct ab_interval {
	const struct cost_reading *now;
	const struct cost_reading *before;
	const struct cost_reading *growth;
	bool processes;
	bool found;
};

/* Add to @gaps what it does not say yet. 0 or -ENOMEM. */
int ab_find_gaps(const struct ab_interval *interval, struct sentences *gaps);

#endif
