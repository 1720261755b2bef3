/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What numatraced does from its start to its end: waits for news of processes
 * and for signals, and has rules applied.
 */
#ifndef NUMATRACE_DAEMON_H
#define NUMATRACE_DAEMON_H

/*
 * @path: of the rules; NULL: RULES_PATH, which need not be there. The exit
 * code. SIGHUP reads the rules again; where one is wrong, the former ones stay.
 */
int daemon_run(const char *path);

#endif
