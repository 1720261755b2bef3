/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sentences above the list of the live screen: what is missing, and why.
 */
#ifndef NUMATRACE_TOP_NOTICES_H
#define NUMATRACE_TOP_NOTICES_H

#include "top_reading.h"
#include "top_view.h"

/* Room for every sentence there is. */
#define TOP_MAX_NOTICES 13

/**
 * struct top_notices - the most important one first
 * @count: number of sentences
 * @text: the sentences
 */
struct top_notices {
	size_t count;
	char *text[TOP_MAX_NOTICES];
};

/*
 * @growth is what is shown of @now. Where memory is short, sentences are
 * missing.
 */
void top_notices(struct top_notices *notices, const struct top_view *view,
		 const struct top_reading *now,
		 const struct top_reading *growth);
void top_free_notices(struct top_notices *notices);

#endif
