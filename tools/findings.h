/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Problems that the module found, in words. Pure: no input, no output, no
 * clock.
 */
#ifndef NUMATRACE_FINDINGS_H
#define NUMATRACE_FINDINGS_H

#include "report.h"
#include "report_samples.h"
#include "sentences.h"

/* As in the interface; "unknown" where a newer module has more. */
const char *finding_kind_word(uint32_t kind);
const char *finding_severity_word(uint32_t severity);

/* A value or a threshold as a ratio. */
static inline double finding_ratio(uint64_t hundredths)
{
	return (double)hundredths / 10000;
}

/* What is the case, in a sentence to be freed; NULL when memory is short. */
char *finding_what(const struct report_finding *finding);

/* What to do about it, likewise. */
char *finding_action(const struct report_finding *finding);

/* Whether one of them is a warning. */
bool findings_warn(const struct report_findings *findings);

/*
 * Whether any kind of problem was looked for, or there is none to look for: on
 * a machine with one node.
 */
bool findings_any_judged(const struct report_info *info);

/* Whether a kind was looked for in the last sample. */
bool findings_judged(const struct report_info *info, uint32_t kind);

/* Number of kinds, from 0 on. */
extern const unsigned int finding_kinds;

/*
 * Which kinds of problems were not looked for in the last sample, why, and what
 * to do to have them looked for; but for those that were found before. 0 or
 * -ENOMEM.
 */
int findings_not_judged(const struct report_info *info,
			const struct report_config *config,
			const struct report_findings *findings,
			struct sentences *sentences);

#endif
