/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Detectors: problems that two samples show, some time apart.
 */
#ifndef NUMATRACE_DETECT_H
#define NUMATRACE_DETECT_H

struct nt_sample;

/*
 * Judges the machine by the growth from @then to @now, and tells subscribers
 * what changed. Called by the sampler alone, after each sample; @then is the
 * newest sample that is at least detect-window-ms older, or NULL where the
 * history does not reach back so far or generations differ: then nothing is
 * judged, and what was found stays. May sleep, allocates nothing but messages.
 */
void nt_detect(const struct nt_sample *now, const struct nt_sample *then);

#endif
