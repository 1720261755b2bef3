/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What this process may do.
 */
#ifndef TESTS_CAPS_H
#define TESTS_CAPS_H

#include <stdbool.h>

/*
 * Gives up CAP_SYS_ADMIN, or takes it back. Without it the numbers of page
 * frames are not to be seen, so on Linux before 6.6 the kernel does not tell
 * where pages are that balancing has armed. 0, or -1 with errno.
 */
int caps_set_sys_admin(bool on);

#endif
