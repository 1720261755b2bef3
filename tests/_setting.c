// SPDX-License-Identifier: GPL-2.0
#include "_setting.h"

int knob_config(struct client *client, enum config_field field, uint64_t value)
{
	struct report_config config = { .set = 1U << field };

	config.value[field] = value;
	return client_set_config(client, &config);
}
