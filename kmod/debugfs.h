/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_DEBUGFS_H
#define NUMATRACE_DEBUGFS_H

/*
 * /sys/kernel/debug/numatrace/{info,nodes,access,migration,hooks}: the
 * snapshot, aligned for people; processes and cgroups, for root only; and a
 * file for each setting. Not an ABI: programs use generic netlink.
 */
void nt_debugfs_init(void);
void nt_debugfs_exit(void);

#endif
