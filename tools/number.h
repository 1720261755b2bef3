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

/*
 * Bytes, with K, M, G or T for powers of 1024 behind them if wanted. False as
 * above.
 */
bool number_parse_size(const char *text, uint64_t *bytes);

/*
 * How far a number is to be shifted for its unit, one of @units, the first of
 * which is 1024 and each other one 1024 of the one before; 0: it is none.
 */
int number_shift(char unit, const char *units);

#endif
