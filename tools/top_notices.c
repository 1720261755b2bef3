// SPDX-License-Identifier: GPL-2.0
#include "top_notices.h"

#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

/* A sentence while it is made. */
static char *said;

static void add_said(struct top_notices *notices, int length)
{
	if (length < 0)
		return;
	if (notices->count < TOP_MAX_NOTICES)
		notices->text[notices->count++] = said;
	else
		free(said);
}

#define say(notices, ...) add_said(notices, asprintf(&said, __VA_ARGS__))

static void note_hook(struct top_notices *notices,
		      const struct report_info *info, const char *name)
{
	const struct report_hook *hook = report_find_hook(info, name);

	if (!hook)
		return;
	if (hook->state == NUMATRACE_HOOK_STATE_OFF)
		say(notices,
		    "the hook %s is off; switch it on: numatrace hooks --enable %s",
		    name, name);
	else if (hook->state == NUMATRACE_HOOK_STATE_UNAVAILABLE)
		say(notices, "the hook %s is unavailable%s%s", name,
		    hook->reason ? ": " : "", hook->reason ? hook->reason : "");
}

static void note_sampling(struct top_notices *notices,
			  const struct report_info *info)
{
	if (!strpbrk(info->nodes_online, "-,"))
		say(notices,
		    "one NUMA node: every access is local, nothing is sampled");
	else if (!info->balancing)
		say(notices,
		    "no accesses are sampled: sysctl kernel.numa_balancing=1");
	else if (info->balancing < 0)
		say(notices,
		    "the sysctl kernel.numa_balancing cannot be read; where it is 0 nothing is sampled");
}

static void note_tracking(struct top_notices *notices, enum top_list list,
			  const struct report_config *config)
{
	bool cgroups = list == TOP_CGROUPS;
	int field = cgroups ? CONFIG_TRACK_CGROUPS : CONFIG_TRACK_PROCESSES;

	if (!report_tracks(config, field))
		say(notices,
		    "%s are not tracked; switch it on: numatrace config track_%s=1",
		    cgroups ? "cgroups" : "processes",
		    cgroups ? "cgroups" : "processes");
}

static void note_left_out(struct top_notices *notices, enum top_list list,
			  const struct top_reading *now)
{
	const struct report_process *unlisted =
		report_find_sum(&now->processes, NUMATRACE_ROW_KIND_UNLISTED);

	if (list == TOP_CGROUPS && now->cgroups_hidden)
		say(notices, "cgroups are for root to see; run it as root");
	else if (list == TOP_PROCESSES && unlisted && unlisted->left_out)
		say(notices,
		    "%u of other users left out; run it as root to see all",
		    unlisted->left_out);
}

static unsigned long long accesses_of(const struct top_reading *growth,
				      enum numatrace_row_kind kind)
{
	const struct report_process *sum =
		report_find_sum(&growth->processes, kind);

	return sum ? sum->usage.local_faults + sum->usage.remote_faults : 0;
}

/* So that the lines and this are all there is. */
static void note_rest(struct top_notices *notices,
		      const struct top_reading *growth)
{
	unsigned long long exited =
		accesses_of(growth, NUMATRACE_ROW_KIND_ENDED_TOTAL);
	unsigned long long unlisted =
		accesses_of(growth, NUMATRACE_ROW_KIND_UNLISTED);
	unsigned long long none =
		accesses_of(growth, NUMATRACE_ROW_KIND_UNATTRIBUTED);

	if (exited || unlisted || none)
		say(notices,
		    "not in the list: accesses of exited %llu, unlisted %llu, no process %llu",
		    exited, unlisted, none);
}

static void note_filter(struct top_notices *notices,
			const struct top_view *view)
{
	bool user = *view->user && view->list == TOP_PROCESSES;

	if (*view->name || user || view->busy)
		say(notices, "only%s%s%s%s%s%s", view->busy ? " busy" : "",
		    *view->name ? " name: " : "", view->name,
		    user ? " user: " : "", user ? view->user : "",
		    view->busy && !*view->name && !user ? " ones" : "");
}

void top_notices(struct top_notices *notices, const struct top_view *view,
		 const struct top_reading *now,
		 const struct top_reading *growth)
{
	*notices = (struct top_notices){ 0 };
	note_filter(notices, view);
	if (now->error) {
		say(notices, "%s", now->error);
		return;
	}
	note_sampling(notices, &now->info);
	note_hook(notices, &now->info, "access");
	note_tracking(notices, view->list, &now->config);
	note_left_out(notices, view->list, now);
	if (growth->changed)
		say(notices,
		    "in this interval a hook was switched, or a CPU or node came or went");
	if (now->interrupted)
		say(notices, CLIENT_INTERRUPTED);
	if (view->list == TOP_PROCESSES && !*view->name && !*view->user)
		note_rest(notices, growth);
	note_hook(notices, &now->info, "outcome");
	note_hook(notices, &now->info, "migration");
}

void top_free_notices(struct top_notices *notices)
{
	for (size_t i = 0; i < notices->count; i++)
		free(notices->text[i]);
	*notices = (struct top_notices){ 0 };
}
