// SPDX-License-Identifier: GPL-2.0
#include "bind_report.h"

#include "clock.h"
#include "mover_columns.h"
#include "notes.h"
#include "printable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More of them are only counted. */
#define FEW 8

static void print_target(const struct bind_report *report)
{
	const struct target *target = &report->bind.target;

	printf("Processes: %zu", target->count);
	for (size_t i = 0; i < target->count && i < FEW; i++) {
		char *comm = printable(target->process[i].comm);

		printf("%s%d %s", i ? ", " : " (", target->process[i].pid,
		       comm ? comm : "");
		free(comm);
	}
	puts(target->count > FEW ? ", ...)" : target->count ? ")" : "");
}

static int print_cpus(const struct bind_report *report)
{
	const struct bitmask *cpus = report->request->policy->cpus;
	char *list;

	if (!cpus)
		return 0;
	list = policy_list(cpus);
	if (!list)
		return -ENOMEM;
	if (report->dry_run)
		printf("CPUs:      %s, for all threads\n", list);
	else
		printf("CPUs:      %s, for %zu threads\n", list,
		       report->bind.threads);
	free(list);
	return 0;
}

static int print_future(const struct bind_report *report)
{
	char *text = bind_report_future(report);

	if (!text)
		return -ENOMEM;
	printf("Memory:    %s\n", text);
	free(text);
	return 0;
}

static unsigned long long number(uint64_t value)
{
	return value;
}

static void print_sentence(const struct mover_result *moved)
{
	printf("%llu pages looked at, %llu of them in place; %llu slices, the longest %.1f ms\n",
	       number(moved->looked_at), number(moved->in_place),
	       number(moved->slices), (double)moved->longest / NSEC_PER_MSEC);
}

static int print_plan_of_pages(const struct bind_report *report,
			       const struct output_style *style)
{
	const struct bind *bind = &report->bind;
	char *nodes = policy_list(bind->nodes), *size = NULL;

	if (nodes && !bind->unmeasured)
		size = output_size(style, bind->to_move);
	if (nodes)
		printf("Pages:     %s are to be moved to node %s\n",
		       size ? size : "-", nodes);
	free(size);
	free(nodes);
	return nodes ? 0 : -ENOMEM;
}

static int print_pages(const struct bind_report *report,
		       const struct output_choice *choice,
		       const struct output_style *style)
{
	const struct bind *bind = &report->bind;
	int err = 0;

	if (!bind->nodes)
		return 0;
	if (report->request->keep_pages) {
		puts("Pages:     stay where they are");
		return 0;
	}
	if (report->dry_run)
		return print_plan_of_pages(report, style);
	putchar('\n');
	if (bind->moved.count)
		err = mover_list(choice, style, &bind->moved);
	print_sentence(&bind->moved);
	mover_explain(&bind->moved);
	return err;
}

static void print_locality(const char *when, const struct proof *proof,
			   double seconds)
{
	double ratio;

	printf("%-7s locality ", when);
	if (locality_ratio(proof->locality, &ratio))
		printf("%.1f%% of %llu accesses sampled in %g s", ratio * 100,
		       number(proof->locality.local + proof->locality.remote),
		       seconds);
	else
		printf("-");
}

static void print_residency(const struct proof *proof,
			    const struct output_style *style)
{
	const struct residency *residency = &proof->residency;

	if (proof->unmeasured) {
		printf("; memory -\n");
		return;
	}
	printf("; memory");
	for (size_t i = 0; i < residency->count; i++) {
		char *size = output_size(style, residency->node[i].bytes);

		printf("%s node %u %s", i ? "," : "", residency->node[i].id,
		       size ? size : "-");
		free(size);
	}
	puts(residency->sampled ? " (sampled)" : "");
}

static void explain(const struct proof *proof)
{
	if (proof->unsampled)
		pr_notice("locality was not measured: %s", proof->unsampled);
}

static int print_proof(const struct bind_report *report,
		       const struct output_style *style)
{
	double seconds = (double)report->window / NSEC_PER_SEC;
	char *verdict;

	if (report->proofs < 2)
		return 0;
	putchar('\n');
	print_locality("Before:", &report->before, seconds);
	print_residency(&report->before, style);
	print_locality("After:", &report->after, seconds);
	print_residency(&report->after, style);
	explain(report->before.unsampled ? &report->before : &report->after);
	verdict = bind_report_verdict(report);
	if (!verdict)
		return -ENOMEM;
	puts(verdict);
	free(verdict);
	return 0;
}

static void print_head(const struct bind_report *report)
{
	if (report->dry_run)
		printf("Plan, nothing was changed: %s\n", report->policy);
	else
		printf("Action %lld: %s\n", (long long)report->bind.id,
		       report->policy);
	print_target(report);
}

int bind_print_text(const struct bind_report *report,
		    const struct output_choice *pages,
		    const struct output_style *style)
{
	int err;

	/* What did not happen was said on stderr. */
	if (report->err && (!report->dry_run || !report->bind.target.count))
		return 0;
	print_head(report);
	err = print_cpus(report);
	if (!err)
		err = print_future(report);
	if (!err)
		err = print_pages(report, pages, style);
	return err ? err : print_proof(report, style);
}

static void print_moved_back(const struct bind_undone *undone)
{
	if (undone->moved.page_size)
		printf(", %llu pages moved back",
		       number(mover_moved(&undone->moved)));
}

void bind_print_undone(int64_t id, const struct bind_undone *undone, int err)
{
	printf("Action %lld was %sundone: CPUs of %zu threads%s", (long long)id,
	       err ? "partly " : "", undone->threads,
	       undone->cpuset ? ", cpuset" : "");
	print_moved_back(undone);
	if (undone->ended)
		printf("; %zu processes have ended", undone->ended);
	putchar('\n');
	bind_print_problems(undone->problem, undone->problems);
}
