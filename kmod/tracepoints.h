/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Probes on the kernel's tracepoints, none of which is exported by name.
 */
#ifndef NUMATRACE_TRACEPOINTS_H
#define NUMATRACE_TRACEPOINTS_H

#include <linux/tracepoint.h>

/* The function, if the tracepoint calls such a one in this kernel, or else @or. */
#define NT_PROBE_OR(tracepoint, function, or)                                      \
	__builtin_choose_expr(__same_type(&check_trace_callback_type_##tracepoint, \
					  (void (*)(typeof(function) *))NULL),     \
			      (void *)(function), or)

/*
 * Where none of them fits: without what needs it, or, with STRICT=1 and where all
 * needs it, there is nothing to build.
 */
#define NT_PROBE_NEEDED ((void)0)
#ifdef NUMATRACE_STRICT
#define NT_PROBE_OPTIONAL NT_PROBE_NEEDED
#else
#define NT_PROBE_OPTIONAL NULL
#endif

/* A probe, of which there is one for each prototype that the tracepoint had. */
#define NT_PROBE_1(tracepoint, a, none)                                        \
	{                                                                      \
		.name = #tracepoint,                                           \
		.function = NT_PROBE_OR(tracepoint, a, none)                   \
	}
#define NT_PROBE_2(tracepoint, a, b, none)                                     \
	{                                                                      \
		.name = #tracepoint,                                           \
		.function = NT_PROBE_OR(tracepoint, a,                         \
					NT_PROBE_OR(tracepoint, b, none))      \
	}
#define NT_PROBE_3(tracepoint, a, b, c, none)                                  \
	{                                                                      \
		.name = #tracepoint,                                           \
		.function = NT_PROBE_OR(tracepoint, a,                         \
					NT_PROBE_OR(tracepoint, b,             \
						    NT_PROBE_OR(tracepoint, c, \
								none)))        \
	}

/**
 * struct nt_probe - a probe
 * @name: of the tracepoint
 * @function: its probe, or NULL where this kernel has changed what it calls
 * @tracepoint: the tracepoint, once it was found
 */
struct nt_probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
};

/*
 * Registers all probes or none: -ENOENT where this kernel lacks a tracepoint,
 * -EPROTOTYPE where it calls something else with it.
 * When nt_tracepoints_exit() returns, nobody runs them any more.
 */
int nt_tracepoints_init(struct nt_probe *probes, unsigned int count);
void nt_tracepoints_exit(struct nt_probe *probes, unsigned int count);

#endif
