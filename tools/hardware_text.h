/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The nodes of a machine as numactl --hardware prints them, to the byte.
 */
#ifndef NUMATRACE_HARDWARE_TEXT_H
#define NUMATRACE_HARDWARE_TEXT_H

#include "topology.h"

void hardware_text_print(const struct topology *topology);

#endif
