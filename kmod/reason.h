/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why pages migrate.
 *
 * folio_migrate_flags(), where a migration is counted, does not know; but the
 * kernel's migrate_pages(), which calls it, announces its reason in the
 * tracepoint mm_migrate_pages_start, and its end and what came of it in
 * mm_migrate_pages, next to where it adds that to /proc/vmstat. Both run in the
 * task that migrates, in pairs, and may lie within one another: memory is
 * compacted for what a migration allocates.
 *
 * Reasons are those of enum numatrace_migrate_reason.
 */
#ifndef NUMATRACE_REASON_H
#define NUMATRACE_REASON_H

#include "slots.h"

#include <linux/numatrace.h>
#include <linux/types.h>

/**
 * struct nt_reason_count - what migrate_pages() did for one reason
 * @calls: how often it was called
 * @migrated: pages that it migrated
 * @failed: pages that it could not migrate
 */
struct nt_reason_count {
	u64 calls;
	u64 migrated;
	u64 failed;
};

/* Whether this kernel has the reason, or it is unknown. */
bool nt_reason_exists(enum numatrace_migrate_reason reason);
/* Name of the reason, as the kernel's own tracepoint has it. */
const char *nt_reason_name(enum numatrace_migrate_reason reason);

/* What was counted for the reason. */
void nt_reason_read(enum numatrace_migrate_reason reason,
		    struct nt_reason_count *count);
/* Whether that was counted at some time, and whether it is now. No lock. */
bool nt_reason_counted(void);
bool nt_reason_heard(void);

/*
 * Begin and end to listen, with the hook that asks. An error: that failed, and
 * reasons are unknown. What is under way at the start has no reason either.
 */
int nt_reason_start(void);
void nt_reason_stop(void);

#endif
