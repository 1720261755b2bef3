/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why current migrates pages.
 *
 * folio_migrate_flags(), where a migration is counted, does not know; but the
 * kernel's migrate_pages(), which calls it, announces its reason in the
 * tracepoint mm_migrate_pages_start and its end in mm_migrate_pages. Both run
 * in the task that migrates, which may sleep and change CPUs in between, and
 * may migrate for a second reason (compaction) while it allocates for the first.
 */
#ifndef NUMATRACE_REASON_H
#define NUMATRACE_REASON_H

#include <linux/types.h>

#define NT_REASON_UNKNOWN (-1)

/* enum migrate_reason of what current is doing, or NT_REASON_UNKNOWN. */
int nt_reason(void);

/*
 * Begin and end to listen, with the hook that asks. False: that failed, and
 * reasons are unknown. What is under way at the start has no reason either.
 */
bool nt_reason_start(void);
void nt_reason_stop(void);

#endif
