/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sentences on stderr: what is the case, and what to do about it.
 */
#ifndef NUMATRACE_NOTES_H
#define NUMATRACE_NOTES_H

#include "client.h"
#include "report.h"

/* One line, whatever is in it, as printable() makes it. */
void pr_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Why there may be no accesses, or fewer than there were. */
void note_accesses(const struct report_info *info);

/* Why the matrix of that name is missing or has gaps. */
void note_hook(const struct report_info *info, const char *name);

/* What this kernel does not count of nodes: of that column, or in all. */
void note_uncounted(const struct report_info *info, const char *column);

/* Which nodes are gone, so that nobody looks for them. */
void note_gone(const struct report_info *info);

/* Why processes or cgroups, by CONFIG_TRACK_*, have no accesses. */
void note_tracking(const struct report_config *config, enum config_field field);

/*
 * True, and says so, if the module was loaded anew between two readings: all
 * that the newer one counts then happened in between.
 */
bool note_reload(const struct report_info *now,
		 const struct report_info *before);

/* What was read changed again and again while it was. */
void note_interruption(struct client *client);

/* Between the two readings of an interval, something was switched. */
void note_generation(uint32_t now, uint32_t before);

#endif
