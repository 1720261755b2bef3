/* SPDX-License-Identifier: GPL-2.0 */
/*
 * These headers give the module's arithmetic what it takes of the kernel's, so
 * that it can be tested without one.
 */
#ifndef NUMATRACE_TEST_TYPES_H
#define NUMATRACE_TEST_TYPES_H

#include_next <linux/types.h>

#include <stdbool.h>
#include <stddef.h>

typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

#endif
