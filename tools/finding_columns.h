/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of a problem that was found.
 */
#ifndef NUMATRACE_FINDING_COLUMNS_H
#define NUMATRACE_FINDING_COLUMNS_H

#include "output.h"
#include "report_samples.h"

/**
 * struct finding_row - a problem and the time
 * @finding: the problem
 * @now: CLOCK_MONOTONIC, ns
 */
struct finding_row {
	const struct report_finding *finding;
	uint64_t now;
};

/* Prints struct finding_row. */
extern const struct output_object finding_object;

#endif
