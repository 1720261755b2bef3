/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Columns of the rounds of numatrace balancing --measure.
 */
#ifndef NUMATRACE_AB_COLUMNS_H
#define NUMATRACE_AB_COLUMNS_H

#include "ab.h"
#include "output.h"

/**
 * struct ab_median_row - medians of the rounds of one kind
 * @on: which
 * @rounds: all of them
 */
struct ab_median_row {
	bool on;
	const struct ab_rounds *rounds;
};

/**
 * struct ab_round_row - a round
 * @number: from 1
 * @round: the round
 */
struct ab_round_row {
	size_t number;
	const struct ab_round *round;
};

extern const struct output_object ab_round_object;
extern const struct output_object ab_median_object;

#endif
