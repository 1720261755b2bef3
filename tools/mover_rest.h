/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moves what move_pages(2) does not see.
 */
#ifndef NUMATRACE_MOVER_REST_H
#define NUMATRACE_MOVER_REST_H

#include "mover.h"

/*
 * Before Linux 6.6 move_pages(2) passes over pages that automatic balancing
 * has armed; migrate_pages(2) does not. But it moves all of the process's
 * pages at once, not in slices: for when the bulk has been moved and few are
 * left. What moved is to be seen afterwards; where the call is refused, nothing.
 */
void mover_rest(const struct mover_request *request);

#endif
