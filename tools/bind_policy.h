/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which policies processes can be given while they run.
 */
#ifndef NUMATRACE_BIND_POLICY_H
#define NUMATRACE_BIND_POLICY_H

#include "policy.h"

/* NULL, or why they cannot have it: a sentence without a full stop. */
const char *bind_policy_refusal(const struct policy *policy);

#endif
