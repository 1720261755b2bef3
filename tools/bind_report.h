/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything about an action that was planned or carried out: for people, or
 * as JSON.
 */
#ifndef NUMATRACE_BIND_REPORT_H
#define NUMATRACE_BIND_REPORT_H

#include "bind.h"
#include "output.h"
#include "proof.h"

/**
 * struct bind_report - an action
 * @request: what was asked for
 * @policy: the same as options
 * @bind: the plan, and what became of it
 * @err: why it failed or was refused, or 0
 * @dry_run: it was only planned
 * @window: length of the windows before and after, ns; 0: none
 * @proofs: how many of @before and @after are known
 * @before: the window before
 * @after: the window after
 * @verdict: where both are known
 * @margin: that it has to improve by, percentage points
 * @auto_undo: it was to be undone where it did not
 * @undone: it was
 * @undo_err: that failed
 * @undo: what became of that
 */
struct bind_report {
	const struct bind_request *request;
	char *policy;
	struct bind bind;
	int err;
	bool dry_run;
	uint64_t window;
	int proofs;
	struct proof before;
	struct proof after;
	struct proof_verdict verdict;
	double margin;
	bool auto_undo;
	bool undone;
	int undo_err;
	struct bind_undone undo;
};

/* "planned", "refused", "done" ...: [a-z_]. */
const char *bind_report_state(const struct bind_report *report);

/* What the comparison means: sentences, to be freed; NULL: memory is short. */
char *bind_report_verdict(const struct bind_report *report);

/* How future memory is covered: a sentence, to be freed. */
char *bind_report_future(const struct bind_report *report);

/* 0 or -ENOMEM. Problems are for bind_print_problems(). */
int bind_print_text(const struct bind_report *report,
		    const struct output_choice *pages,
		    const struct output_style *style);
int bind_print_json(const struct bind_report *report);

/* On stderr, one a line. */
void bind_print_problems(const struct bind_problem *problem, size_t problems);

/* What became of an undo, in a sentence on stdout, and on stderr the rest. */
void bind_print_undone(int64_t id, const struct bind_undone *undone, int err);
struct json_object *bind_undone_json(int64_t id,
				     const struct bind_undone *undone, int err);

#endif
