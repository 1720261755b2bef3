/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What firmware says of the nodes (SLIT, HMAT) beside what was measured. Pure.
 */
#ifndef NUMATRACE_BENCH_FIRMWARE_H
#define NUMATRACE_BENCH_FIRMWARE_H

#include "profile.h"
#include "sentences.h"
#include "topology.h"

/*
 * Where firmware ranks two nodes one way, and what was measured ranks them the
 * other way by more than the spread of both: a sentence each. Nodes that it
 * ranks as equal, and measurements that may be equal or whose spread is large,
 * contradict nothing. 0 or -ENOMEM.
 */
int bench_firmware_check(const struct profile *profile,
			 const struct topology *topology,
			 struct sentences *wrong);

#endif
