/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings of the module, by netlink.
 */
#ifndef TESTS_SETTING_H
#define TESTS_SETTING_H

#include "client.h"

#include <stdint.h>

/* One setting. 0, or -errno. */
int knob_config(struct client *client, enum config_field field, uint64_t value);

#endif
