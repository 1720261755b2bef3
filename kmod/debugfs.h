/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_DEBUGFS_H
#define NUMATRACE_DEBUGFS_H

#include <linux/fs.h>

/*
 * /sys/kernel/debug/numatrace/{info,nodes,access,migration,hooks}: the
 * snapshot, aligned for people; processes and cgroups, for root only; and a
 * file for each setting. Not an ABI: programs use generic netlink.
 */
void nt_debugfs_init(void);
void nt_debugfs_exit(void);

/* debugfs_history.c: the samples, a line for each node of each. */
extern const struct file_operations nt_history_fops;

/* debugfs_findings.c: the problems that the last samples show. */
extern const struct file_operations nt_findings_fops;

#endif
