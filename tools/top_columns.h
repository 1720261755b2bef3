/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of the live screen, those first that matter most: what does not
 * fit is left out from the end.
 */
#ifndef NUMATRACE_TOP_COLUMNS_H
#define NUMATRACE_TOP_COLUMNS_H

#include "text_table.h"
#include "top_view.h"

/* Up to one without a key. */
const struct text_key *top_columns(enum top_list list);
extern const struct text_key top_node_columns[];

#endif
