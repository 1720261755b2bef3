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

/**
 * struct nt_findings - the problems there are
 * @judged: bit n is set where kind n could be judged
 * @judged_at: the sample that was judged, CLOCK_MONOTONIC, ns; 0: none was
 * @count: number of elements of @finding
 * @finding: by kind, then by node
 */
struct nt_findings {
	u32 judged;
	u64 judged_at;
	unsigned int count;
	struct nt_finding finding[];
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
 * A copy of what there is now, which then belongs to the caller: kvfree() it.
 * NULL if memory is short. May sleep.
 */
struct nt_findings *nt_findings_take(void);

/* Which kinds could be judged, and by which sample, as in struct nt_findings. */
void nt_findings_judged(u32 *judged, u64 *judged_at);

#endif
