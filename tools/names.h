/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other names of the command: called by one of them, it takes the command line
 * of the program of that name, prints what that prints and exits as it does.
 */
#ifndef NUMATRACE_NAMES_H
#define NUMATRACE_NAMES_H

int numactl_main(int argc, char **argv);

/* But a process that is missing, or cannot be read, makes it exit with 1. */
int numastat_main(int argc, char **argv);

/* But pages that did not move are reported and make it exit with 1. */
int migratepages_main(int argc, char **argv);

#endif
