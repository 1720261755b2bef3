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

int number_shift(char unit, const char *units)
{
	const char *found = unit ? strchr(units, unit) : NULL;

	return found ? 10 * (int)(found - units + 1) : 0;
}

bool number_parse_size(const char *text, uint64_t *bytes)
{
	size_t length = strspn(text, "0123456789");
	int shift = number_shift(text[length], "KMGT");
	uint64_t number;
	char digits[24];

	if (length >= sizeof(digits) || text[length + (shift ? 1 : 0)])
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!number_parse(digits, UINT64_MAX >> shift, &number))
		return false;
	*bytes = number << shift;
	return true;
}
