/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of numatraced: on stderr, each with its level in front ("<4>"), as
 * the journal of systemd reads it; on a terminal without.
 */
#ifndef NUMATRACE_DAEMON_LOG_H
#define NUMATRACE_DAEMON_LOG_H

#include <syslog.h>

/* One line; @level is of syslog. Control characters in it are made visible. */
void daemon_log(int level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
