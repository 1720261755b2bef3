/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The setting measure_cost of the module, switched on for a while.
 */
#ifndef NUMATRACE_MEASURE_COST_H
#define NUMATRACE_MEASURE_COST_H

#include <stdbool.h>

#include "report.h"

struct client;

/* Whether the time of faults, scans and migrations is measured now. */
static inline bool measure_cost_is_on(const struct report_config *config)
{
	return config->set & (1U << CONFIG_MEASURE_COST) &&
	       config->value[CONFIG_MEASURE_COST];
}

/* Whether it was at both ends of an interval. */
static inline bool measure_cost_was_on(const struct report_config *now,
				       const struct report_config *before)
{
	return measure_cost_is_on(now) && measure_cost_is_on(before);
}

/**
 * struct measure_cost - one who needs it on
 * @fd: a file, by whose locks several of us know of each other; -1: it cannot
 *	be opened
 * @switched: it was off when this one began
 */
struct measure_cost {
	int fd;
	bool switched;
};

/*
 * Switch it on, unless it is. 0, and measure_cost_end() is due; or an error of
 * the client, which says why.
 */
int measure_cost_begin(struct client *client, struct measure_cost *cost);

/*
 * Switch it off again if one of us switched it on and nobody else of us needs
 * it. 0, also where the module is gone; or an error of the client.
 */
int measure_cost_end(struct client *client, struct measure_cost *cost);

#endif
