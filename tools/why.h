/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sentences that say why something was refused.
 */
#ifndef NUMATRACE_WHY_H
#define NUMATRACE_WHY_H

#include <errno.h>
#include <stdio.h>

/*
 * Write a sentence to *@why, to be freed. The result is @err; or -ENOMEM, and
 * NULL in its place, when memory is short.
 */
#define why_not(why, err, ...)                                                 \
	({                                                                     \
		char **_why = (why);                                           \
		int _err = (err);                                              \
		if (asprintf(_why, __VA_ARGS__) < 0) {                         \
			*_why = NULL;                                          \
			_err = -ENOMEM;                                        \
		}                                                              \
		_err;                                                          \
	})

#endif
