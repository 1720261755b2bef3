/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsing of what the module sends of costs, reasons and skips, as reply.h.
 */
#ifndef NUMATRACE_REPLY_COSTS_H
#define NUMATRACE_REPLY_COSTS_H

#include "report_costs.h"

struct nlmsghdr;

/* One message of the dump of reason-get: adds a reason. */
int reply_reason(struct nlmsghdr *message, struct report_reasons *reasons);

/*
 * One message of the dump of cost-get: adds a cost. Kinds that this version
 * does not know are passed over.
 */
int reply_cost(struct nlmsghdr *message, struct report_costs *costs);

/* One message of the dump of skip-get: adds a skip. */
int reply_skip(struct nlmsghdr *message, struct report_skips *skips);

#endif
