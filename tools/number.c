// SPDX-License-Identifier: GPL-2.0
#include "number.h"

#include <errno.h>
#include <stdlib.h>

bool number_parse(const char *text, uint64_t most, uint64_t *number)
{
	unsigned long long value;
	char *end;

	/* strtoull() would take a sign and a blank. */
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end || errno || value > most)
		return false;
	*number = value;
	return true;
}
