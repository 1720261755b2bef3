/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel writes about the mappings of a process. Pure.
 */
#ifndef NUMATRACE_RESIDENCY_TEXT_H
#define NUMATRACE_RESIDENCY_TEXT_H

#include "residency.h"
#include "residency_sample.h"

/*
 * A line of /proc/PID/maps. False for what is not one, or for a mapping whose
 * pages the kernel does not count as resident memory (vdso and the like).
 */
bool residency_parse_maps(const char *line, struct sample_range *range);

/*
 * Add a line of /proc/PID/numa_maps. 0, -ENOMEM, or -EINVAL for what is not
 * such a line.
 */
int residency_parse_numa_maps(const char *line, struct residency *residency);

/*
 * Resident bytes by the text of /proc/PID/status, those of hugetlb included.
 * False where it has none: a kernel thread.
 */
bool residency_parse_status(const char *text, uint64_t *bytes);

#endif
