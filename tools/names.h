/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other names of the command: called by one of them, it takes the command line
 * of the program of that name, prints what that prints and exits as it does.
 */
#ifndef NUMATRACE_NAMES_H
#define NUMATRACE_NAMES_H

int numactl_main(int argc, char **argv);

#endif
