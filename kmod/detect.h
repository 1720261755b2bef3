/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detectors: problems that two samples show, some time apart.
 *
 * A problem is found once for each kind, or for each kind and node, and lasts
 * until a sample shows that it is over, or none has shown anything for three
 * windows.
 */
#ifndef NUMATRACE_DETECT_H
#define NUMATRACE_DETECT_H

#include "judge.h"

struct nt_sample;

/**
 * struct nt_finding - a problem that was found
 * @kind: what it is
 * @severity: how bad it is
 * @timestamp: of the newest sample that shows it, CLOCK_MONOTONIC, ns
 * @since: of the first, CLOCK_MONOTONIC, ns
 * @threshold: as was set then, in hundredths of a percent
 * @evidence: what the newest sample says of it
 */
struct nt_finding {
	enum numatrace_finding_kind kind;
	enum numatrace_finding_severity severity;
	u64 timestamp;
	u64 since;
	u64 threshold;
	struct nt_evidence evidence;
};

int nt_detect_init(void);
void nt_detect_exit(void);

/* Bytes that the findings take. */
size_t nt_detect_memory(void);

/*
 * Judges the machine by the growth from @then to @now, and tells subscribers
 * what changed. Called by the sampler alone, after each sample; @then is the
 * newest sample that is at least detect-window-ms older, or NULL where the
 * history does not reach back so far or generations differ: then nothing is
 * judged, and what was found stays until it lapses, unless its detector is off.
 * Allocates nothing but messages. Context: holds nt_sampling.
 */
void nt_detect(const struct nt_sample *now, const struct nt_sample *then);

/*
 * Copies the first finding in the slots from *@slot on, and sets that to what
 * comes after it: by kind, then by node. False: there are no more.
 */
bool nt_finding_next(unsigned int *slot, struct nt_finding *finding);
/* Not what it was: the machine was judged anew. */
u32 nt_findings_sequence(void);

/*
 * Bit n of @judged is set where kind n could be judged by the sample of the
 * moment @judged_at, CLOCK_MONOTONIC, ns; 0: none was.
 */
void nt_findings_judged(u32 *judged, u64 *judged_at);

#endif
