/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The report of numatrace balancing --measure.
 */
#ifndef NUMATRACE_AB_SHOW_H
#define NUMATRACE_AB_SHOW_H

#include "ab_measure.h"
#include "output.h"
#include "sentences.h"

/* 0 or -ENOMEM. */
int ab_show_text(const struct ab_plan *plan, const struct ab_run *run,
		 const struct output_style *style);
int ab_show_json(const struct ab_plan *plan, const struct ab_run *run);

/* A sentence, to be freed; NULL when memory is short. */
char *ab_verdict_sentence(const struct ab_verdict *verdict);

/* What the numbers are of, and what they lack. 0 or -ENOMEM. */
int ab_notes(const struct ab_plan *plan, const struct ab_run *run,
	     struct sentences *notes);

#endif
