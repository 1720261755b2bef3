/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What speaks against an action before it begins.
 */
#ifndef NUMATRACE_BIND_CHECKS_H
#define NUMATRACE_BIND_CHECKS_H

#include "bind.h"

/*
 * Whether a running process can be given such a policy at all; adds problems.
 * 0 or -ENOMEM.
 */
int bind_check_policy(const struct bind_request *request, struct bind *bind);

/*
 * Processes, permissions, nodes, room and limits, for a bind whose target,
 * nodes, resident memory and cpuset are known; adds problems. 0 or a negative
 * errno.
 */
int bind_check(const struct bind_request *request, struct bind *bind);

/*
 * Whether what the processes' cpuset leaves to them now is in the way, so that
 * it has to be changed before anything else.
 */
bool bind_cpuset_comes_first(const struct bind_request *request,
			     const struct bind *bind);

#endif
