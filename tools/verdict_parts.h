/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of a verdict have in common. Those that say something return
 * 0 or -ENOMEM.
 */
#ifndef NUMATRACE_VERDICT_PARTS_H
#define NUMATRACE_VERDICT_PARTS_H

#include <string.h>

#include "sentences.h"
#include "verdict.h"

/* From this share on it is "its memory", not a part of it. */
#define VERDICT_NEARLY_ALL 0.9
/* Up to this share a node or a flow is not worth a word. */
#define VERDICT_SLIGHT 0.05

#define say sentences_add

/**
 * struct verdict_bound - memory that has policies of its own
 * @share: of all that is resident, 0 to 1
 * @unsampled: the same, of what balancing does not sample
 * @most: the policy that most of it has; NULL where there is none
 */
struct verdict_bound {
	double share;
	double unsampled;
	const struct residency_policy *most;
};

/* Nothing where the policies of mappings are not known. */
struct verdict_bound verdict_find_bound(const struct verdict_facts *facts);

/*
 * Of its threads the first one with a memory policy of its own, or with one
 * that keeps balancing from sampling. NULL: there is none.
 */
const struct report_thread *
verdict_first_with_policy(const struct verdict_facts *facts, bool unscanned);

int verdict_say_accesses(struct sentences *said,
			 const struct report_usage *usage);
int verdict_say_outcomes(struct sentences *said,
			 const struct report_usage *usage);
int verdict_say_memory(struct sentences *said,
		       const struct residency *residency);
int verdict_say_binding(struct sentences *said,
			const struct verdict_facts *facts);

/* Whether a list such as 0-3,8 has more than one number. */
static inline bool verdict_is_list(const char *list)
{
	return strpbrk(list, "-,");
}

static inline const char *verdict_have(size_t count)
{
	return count == 1 ? "has" : "have";
}

#endif
