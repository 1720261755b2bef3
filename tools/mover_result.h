/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What became of pages, added up.
 */
#ifndef NUMATRACE_MOVER_RESULT_H
#define NUMATRACE_MOVER_RESULT_H

#include "mover.h"

/* That pair, added if need be. NULL when memory is short. */
struct mover_pair *mover_pair(struct mover_result *result, uint32_t from,
			      uint32_t to);

/*
 * @later is another look at the same pages: what moved the first time was in
 * place then. It tells what is left, and how many there are. 0 or -ENOMEM.
 */
int mover_again(struct mover_result *result, const struct mover_result *later);

#endif
