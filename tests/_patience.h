/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

/*
 * So many seconds is anything waited for. It only keeps what hangs from doing
 * so for ever: a machine may be as slow as it likes.
 */
#define PATIENCE 120

#endif
