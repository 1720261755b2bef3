/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cpuset of a unit, by way of systemctl(1).
 */
#ifndef NUMATRACE_SYSTEMCTL_H
#define NUMATRACE_SYSTEMCTL_H

#include <stdint.h>

/* So long is it waited for, ns; tests have less time. */
extern uint64_t systemctl_patience;

/*
 * AllowedCPUs= and AllowedMemoryNodes=, to be freed: "" where they are not
 * set, NULL where this systemd does not know them. Also of a unit that does not
 * run. 0; -ESRCH: there is no such unit; or another negative errno; and in @why
 * what systemctl said.
 */
int systemctl_get(const char *unit, char **cpus, char **nodes, char **why);

/*
 * Set them until reboot; "" lifts the limit, NULL leaves it. 0, or a negative
 * errno and in @why what systemctl said.
 */
int systemctl_set(const char *unit, const char *cpus, const char *nodes,
		  char **why);

/* The rest of the line that starts with @key and "=", to be freed; or NULL. */
char *systemctl_value(const char *text, const char *key);

#endif
