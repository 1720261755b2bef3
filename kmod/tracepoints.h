/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Probes on the kernel's tracepoints, none of which is exported by name.
 */
#ifndef NUMATRACE_TRACEPOINTS_H
#define NUMATRACE_TRACEPOINTS_H

#include <linux/tracepoint.h>

/**
 * struct nt_probe - a probe
 * @name: of the tracepoint
 * @function: its probe, of the type that the tracepoint wants
 * @tracepoint: the tracepoint, once it was found
 */
struct nt_probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
};

/*
 * Registers all probes or none: -ENOENT where this kernel lacks a tracepoint.
 * When nt_tracepoints_exit() returns, nobody runs them any more.
 */
int nt_tracepoints_init(struct nt_probe *probes, unsigned int count);
void nt_tracepoints_exit(struct nt_probe *probes, unsigned int count);

#endif
