/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_NETLINK_H
#define NUMATRACE_NETLINK_H

/* The generic-netlink family that uapi/numatrace.yaml describes. */
int nt_netlink_init(void);
void nt_netlink_exit(void);

#endif
