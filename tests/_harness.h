/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's harness, for tests that wait for several things: each of them
 * with PATIENCE, which is more than its 30 seconds.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "_patience.h"

#include "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT (5 * PATIENCE)

#endif
