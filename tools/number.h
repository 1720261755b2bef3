/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that people type.
 */
#ifndef NUMATRACE_NUMBER_H
#define NUMATRACE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Decimal digits and nothing else. False, and @number untouched, where it is
 * not that or beyond @most.
 */
bool number_parse(const char *text, uint64_t most, uint64_t *number);

#endif
