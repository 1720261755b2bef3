/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Drops the privileges that numatraced does not need.
 */
#ifndef NUMATRACE_DAEMON_PRIVILEGES_H
#define NUMATRACE_DAEMON_PRIVILEGES_H

/*
 * Keep, of what we have:
 *   CAP_SYS_NICE	CPUs of threads and pages of other users
 *   CAP_SYS_PTRACE	to learn of their programs and pages
 *   CAP_DAC_OVERRIDE	cgroups that were delegated to others
 * Never get any other, also not by executing something. 0 or a negative errno.
 */
int daemon_drop_privileges(void);

#endif
