/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the scanner of balancing takes: a probe on the begin and the return
 * of task_numa_work(), while cost is measured.
 */
#ifndef NUMATRACE_SCAN_H
#define NUMATRACE_SCAN_H

#include <linux/types.h>

/* Called by cost alone, under its lock, as is nt_scan_lost(). */
void nt_scan_start(void);
void nt_scan_stop(void);

/* Why scans are not measured since the last start, or NULL. */
const char *nt_scan_unmeasured(void);
/* How many were not measured because too many ran at a time. */
u64 nt_scan_lost(void);

#endif
