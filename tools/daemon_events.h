/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that execute a program, or change their name or their user, as the
 * kernel's process connector tells of them. Not by the notifications of our
 * module: the connector is there without it, and stays when it is reloaded.
 *
 * A fork is not told: the child has the CPUs and the cgroup of its parent.
 */
#ifndef NUMATRACE_DAEMON_EVENTS_H
#define NUMATRACE_DAEMON_EVENTS_H

#include <sys/types.h>

/*
 * Begin to listen. A file descriptor to poll, or a negative errno: -EPERM needs
 * CAP_NET_ADMIN, -EPROTONOSUPPORT the kernel lacks the connector, -ETIMEDOUT it
 * does not tell us, as it does in the first pid and user namespace only.
 */
int daemon_events_open(void);

/*
 * Call @changed with each process that there is news of, until there is none.
 * 0; or a negative errno, of which -ENOBUFS says that some were lost.
 */
int daemon_events_read(int fd, void (*changed)(void *context, pid_t pid),
		       void *context);

#endif
