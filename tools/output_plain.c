// SPDX-License-Identifier: GPL-2.0
#include "output_plain.h"

int output_plain(const struct output_object *object,
		 const struct output_style *style, const void *rows,
		 size_t count, size_t size)
{
	struct output_choice choice;
	char *unknown;
	int err = output_choose(object, NULL, false, &choice, &unknown);

	if (err)
		return err;
	err = output_list(object, &choice, style, rows, count, size);
	output_free_choice(&choice);
	return err;
}
