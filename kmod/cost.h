/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What balancing costs: durations of hinting faults, scans and migrations, see
 * cost-kind in uapi/numatrace.yaml. Off unless measure-cost is 1.
 */
#ifndef NUMATRACE_COST_H
#define NUMATRACE_COST_H

#include <linux/types.h>

/*
 * Begins or ends to measure. 0, or -ENOMEM, and then nothing has changed.
 * Called by config alone, under its lock. May sleep.
 */
int nt_cost_switch(bool on);

#endif
