/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One process, and the advice for it.
 */
#ifndef NUMATRACE_ADVISE_CASE_H
#define NUMATRACE_ADVISE_CASE_H

#include "advise_facts.h"
#include "show.h"

/**
 * struct advise_case - a process
 * @show: everything about it
 * @advise: the advice
 * @command: the command line that follows it, or NULL
 * @applied: whether that was run
 * @code: its exit code then
 */
struct advise_case {
	struct show show;
	struct advise advise;
	char *command;
	bool applied;
	int code;
};

/*
 * 0; -ESRCH it has ended; else as show_collect(). What is promised to it is
 * taken from the machine of @facts.
 */
int advise_case_find(struct client *client, struct advise_facts *facts,
		     const struct advise_watch *watched,
		     struct advise_case *one);

/*
 * Run its command line, with auto-undo; what it prints goes to stderr where
 * @quiet. The process must still be the one that was judged.
 */
void advise_case_apply(struct advise_case *one, bool quiet);

void advise_case_print(const struct advise_case *one,
		       const struct advise_machine *machine);
struct json_object *advise_case_json(const struct advise_case *one,
				     const struct advise_machine *machine);

void advise_case_free(struct advise_case *one);

#endif
