/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_BALANCING_H
#define NUMATRACE_BALANCING_H

/*
 * The sysctl kernel.numa_balancing (enum numatrace_balancing_mode), or a
 * negative error. Process context.
 */
int nt_balancing_mode(void);

#endif
