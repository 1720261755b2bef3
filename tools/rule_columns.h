/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules, and how they judge a process, as lists.
 */
#ifndef NUMATRACE_RULE_COLUMNS_H
#define NUMATRACE_RULE_COLUMNS_H

#include "output.h"
#include "rules.h"

/**
 * struct rule_row - a line
 * @rules: of which @rule is one
 * @rule: what is shown
 * @subject: the process that is judged, or NULL
 */
struct rule_row {
	const struct rules *rules;
	const struct rule *rule;
	const struct subject *subject;
};

extern const struct output_object rule_object;
extern const struct output_object tried_rule_object;

#endif
