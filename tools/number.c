// SPDX-License-Identifier: GPL-2.0
#include "number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

bool number_parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	size_t length = strspn(text, "0123456789");
	const char *unit = text[length] ? strchr(units, text[length]) : NULL;
	int shift = unit ? 10 * (int)(unit - units + 1) : 0;
	uint64_t number;
	char digits[24];

	if (length >= sizeof(digits) || text[length + (unit ? 1 : 0)])
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!number_parse(digits, UINT64_MAX >> shift, &number))
		return false;
	*bytes = number << shift;
	return true;
}
