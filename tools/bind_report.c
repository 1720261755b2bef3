// SPDX-License-Identifier: GPL-2.0
#include "bind_report.h"

#include "notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define NOT_LIMITED                                                            \
	"what is allocated from now on is not covered: each process decides by its own policy"
#define UNTOUCHED "not asked for: all of it stays as it is"
#define UNKNOWN                                                                \
	"Whether it helped is not known: neither locality nor residency was measured both before and after. Nothing was undone."
#define FALLBACK                                                               \
	" Locality was not measured both times, so that it was judged by residency."
#define BY_SYSTEMD                                                             \
	"what is allocated from now on comes from node %s%s: AllowedMemoryNodes= of %s, until reboot"
#define BY_CGROUP                                                              \
	"what is allocated from now on comes from node %s%s: cpuset of the cgroup %s"
#define BY_OWN_CGROUP                                                          \
	"what is allocated from now on comes from node %s%s: cpuset of a cgroup of our own, %s"

const char *bind_report_state(const struct bind_report *report)
{
	if (report->undone)
		return report->undo_err ? "partly_undone" : "undone";
	if (!report->err)
		return report->dry_run ? "planned" : "done";
	if (!report->bind.id)
		return "refused";
	return report->bind.left ? "partly_undone" : "failed";
}

static const char *means_of(const struct proof_verdict *verdict)
{
	return verdict->measure == PROOF_LOCALITY
		       ? "locality"
		       : "the share of memory on the nodes where the threads run";
}

static const char *outcome_of(const struct bind_report *report)
{
	double points = proof_points(&report->verdict);

	if (points >= report->margin)
		return "It helped";
	if (points <= -report->margin)
		return "It got worse";
	return "It made no clear difference";
}

static const char *fate_of(const struct bind_report *report)
{
	if (report->undone)
		return report->undo_err ? " It was undone, but not all of it."
					: " It was undone.";
	if (report->auto_undo || proof_points(&report->verdict) > 0)
		return "";
	return " To take it back: numatrace undo.";
}

/* The windows are equally long: the two shares can be compared. */
char *bind_report_verdict(const struct bind_report *report)
{
	const struct proof_verdict *verdict = &report->verdict;
	char *text;
	int length;

	if (verdict->measure == PROOF_NOTHING)
		return strdup(UNKNOWN);
	length =
		asprintf(&text,
			 "%s: %s went from %.1f %% to %.1f %% (%+.1f points).%s%s",
			 outcome_of(report), means_of(verdict),
			 verdict->before * 100, verdict->after * 100,
			 proof_points(verdict),
			 verdict->measure == PROOF_RESIDENCY ? FALLBACK : "",
			 fate_of(report));
	return length < 0 ? NULL : text;
}

static int describe_cpuset(const struct cpuset_plan *plan, bool numbered,
			   const char *nodes, bool cpus, char **text)
{
	const char *both = cpus ? ", and new processes run on these CPUs" : "";

	switch (plan->way) {
	case CPUSET_SYSTEMD:
		return asprintf(text, BY_SYSTEMD, nodes, both, plan->unit);
	case CPUSET_DELEGATED:
		return asprintf(text, BY_CGROUP, nodes, both, plan->cgroup);
	case CPUSET_OWN:
		return asprintf(text, BY_OWN_CGROUP, nodes, both,
				numbered ? plan->cgroup : CPUSET_ROOT "/ID");
	default:
		return asprintf(text, "%s",
				plan->why ? plan->why : "no cpuset");
	}
}

char *bind_report_future(const struct bind_report *report)
{
	const struct bind *bind = &report->bind;
	char *nodes, *text;
	int length;

	if (!bind->limited)
		return strdup(bind->nodes ? NOT_LIMITED : UNTOUCHED);
	nodes = policy_list(bind->nodes);
	if (!nodes)
		return NULL;
	length = describe_cpuset(&bind->cpuset, bind->id, nodes,
				 report->request->policy->cpus, &text);
	free(nodes);
	return length < 0 ? NULL : text;
}

void bind_print_problems(const struct bind_problem *problem, size_t problems)
{
	for (size_t i = 0; i < problems; i++)
		pr_notice("%s", problem[i].text);
}
