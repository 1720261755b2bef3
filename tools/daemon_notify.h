/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells the service manager how we are, by the protocol of sd_notify(3): a
 * datagram to the socket in $NOTIFY_SOCKET. Without a manager, nothing.
 */
#ifndef NUMATRACE_DAEMON_NOTIFY_H
#define NUMATRACE_DAEMON_NOTIFY_H

void daemon_notify(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
