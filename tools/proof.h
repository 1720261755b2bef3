/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether an action helped: where processes access memory, and where their
 * memory is, in a window before it and in one as long after it.
 */
#ifndef NUMATRACE_PROOF_H
#define NUMATRACE_PROOF_H

#include "client.h"
#include "locality.h"
#include "residency.h"
#include "target.h"

/**
 * struct proof_reading - what the module counts at one moment
 * @err: why it is not known, a negative errno; or 0
 */
struct proof_reading {
	int err;
	struct report_info info;
	struct report_config config;
	struct report_processes processes;
};

/**
 * struct proof - processes in a window
 * @locality: their accesses in it; none: see @unsampled
 * @unsampled: why there are none: a sentence without a full stop; or NULL
 * @residency: where their memory was at its end
 * @unmeasured: why that is not known, a negative errno; or 0
 * @placed: whether @near is known
 * @near: share of their memory that is on the nodes where their threads ran,
 *	each thread being one part of the whole, 0 to 1
 */
struct proof {
	struct locality locality;
	const char *unsampled;
	struct residency residency;
	int unmeasured;
	bool placed;
	double near;
};

/* By what an action is judged. */
enum proof_measure {
	PROOF_LOCALITY,
	PROOF_RESIDENCY, /* share of memory near the threads */
	PROOF_NOTHING,	 /* neither was measured both times */
};

/**
 * struct proof_verdict - two windows compared
 * @measure: by what
 * @before: that share, 0 to 1
 * @after: the same
 */
struct proof_verdict {
	enum proof_measure measure;
	double before;
	double after;
};

/* -ENOMEM, else 0: that it cannot be read is a result, too. */
int proof_read(struct client *client, struct proof_reading *reading);
void proof_free_reading(struct proof_reading *reading);

/*
 * The window between two readings, which takes the residency of now. 0 or
 * -ENOMEM.
 */
int proof_of(const struct target *target, const struct proof_reading *now,
	     const struct proof_reading *before, struct proof *proof);
void proof_free(struct proof *proof);

void proof_compare(const struct proof *before, const struct proof *after,
		   struct proof_verdict *verdict);

/* In percentage points; only where something was measured. */
static inline double proof_points(const struct proof_verdict *verdict)
{
	return (verdict->after - verdict->before) * 100;
}

const char *proof_measure_word(enum proof_measure measure);

#endif
