/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that go back: a table of the page frames on which folios arrived
 * lately, with the node that they left and when.
 *
 * A folio that migrates from a remembered frame to the node that it had left,
 * within bounce-window-ms, bounces, and is counted in the matrix of that name.
 * The table forgets: each frame has one place in it, which the next frame of
 * the same place takes. So it counts too few, the more the faster pages
 * migrate. It counts one too many where a remembered folio was freed in the
 * meantime, and the frame is that of another which migrates to the same node.
 */
#ifndef NUMATRACE_BOUNCE_H
#define NUMATRACE_BOUNCE_H

#include <linux/types.h>

struct folio;

/* A folio of @pages migrates. Context: the hooks. */
void nt_bounce(const struct folio *from, const struct folio *to,
	       unsigned long pages);

int nt_bounce_init(void);
/* The hooks are detached. */
void nt_bounce_exit(void);
/* Bytes that it takes. */
size_t nt_bounce_memory(void);

#endif
