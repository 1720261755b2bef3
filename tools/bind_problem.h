/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sentences about what speaks against an action, or went wrong in it.
 */
#ifndef NUMATRACE_BIND_PROBLEM_H
#define NUMATRACE_BIND_PROBLEM_H

#include <errno.h>
#include <stdio.h>

#include "bind.h"

/* Of struct affinity_change. */
#define BIND_STRANGER                                                          \
	"thread %d ended while its CPUs were set, and another one has its number by now: see taskset -p %d whether that has the CPUs that it should"

/* Takes over @text, which is NULL when memory is short. 0 or -ENOMEM. */
int bind_add_problem(struct bind_problem **problem, size_t *problems,
		     bool fatal, bool forcible, char *text);

void bind_free_problems(struct bind_problem *problem, size_t problems);

/* How bad it is: a warning, a refusal, or one that --force overrules. */
#define bind_say(object, fatal, forcible, ...)                                 \
	({                                                                     \
		__typeof__(object) _object = (object);                         \
		char *_text;                                                   \
		int _length = asprintf(&_text, __VA_ARGS__);                   \
		bind_add_problem(&_object->problem, &_object->problems, fatal, \
				 forcible, _length < 0 ? NULL : _text);        \
	})
#define bind_warn(object, ...) bind_say(object, false, false, __VA_ARGS__)
#define bind_refuse(object, ...) bind_say(object, true, false, __VA_ARGS__)
#define bind_discourage(request, object, ...)                                  \
	bind_say(object, !(request)->force, true, __VA_ARGS__)

#endif
