// SPDX-License-Identifier: GPL-2.0
#include "bind_problem.h"

#include <stdlib.h>

int bind_add_problem(struct bind_problem **problem, size_t *problems,
		     bool fatal, bool forcible, char *text)
{
	struct bind_problem *grown = NULL;

	if (text)
		grown = reallocarray(*problem, *problems + 1, sizeof(*grown));
	if (!grown) {
		free(text);
		return -ENOMEM;
	}
	*problem = grown;
	grown[(*problems)++] = (struct bind_problem){
		.fatal = fatal,
		.forcible = forcible,
		.text = text,
	};
	return 0;
}

void bind_free_problems(struct bind_problem *problem, size_t problems)
{
	for (size_t i = 0; i < problems; i++)
		free(problem[i].text);
	free(problem);
}
