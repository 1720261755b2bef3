// SPDX-License-Identifier: GPL-2.0
#include "notes.h"

#include "printable.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

static const char single[] =
	"this machine has one NUMA node: every access is local, there is nothing to sample";
static const char balancing_off[] =
	"automatic NUMA balancing is off, no accesses are sampled; sysctl kernel.numa_balancing=1";
static const char balancing_unknown[] =
	"the sysctl kernel.numa_balancing cannot be read; where it is 0 no accesses are sampled";
static const char changed[] =
	"in this interval a hook was switched, or a CPU or node came or went";

void pr_notice(const char *format, ...)
{
	char *text, *line;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	line = printable(text);
	/* What was printed before shall appear before it. */
	fflush(stdout);
	fprintf(stderr, "numatrace: %s\n", line ? line : "out of memory");
	free(line);
	free(text);
}

/* "0", "5", but not "0-1" or "0,2". */
static bool one_node(const struct report_info *info)
{
	return !strpbrk(info->nodes_online, "-,");
}

void note_accesses(const struct report_info *info)
{
	if (one_node(info))
		pr_notice("%s", single);
	else if (!info->balancing)
		pr_notice("%s", balancing_off);
	else if (info->balancing < 0)
		pr_notice("%s", balancing_unknown);
}

static void note_state(const struct report_hook *hook)
{
	const char *name = hook->name;

	if (hook->state == NUMATRACE_HOOK_STATE_OFF)
		pr_notice("the hook %s is off and counts nothing; switch it on with: numatrace hooks --enable %s",
			  name, name);
	else if (hook->state == NUMATRACE_HOOK_STATE_UNAVAILABLE)
		pr_notice("the hook %s is unavailable%s%s", name,
			  hook->reason ? ": " : "",
			  hook->reason ? hook->reason : "");
}

void note_hook(const struct report_info *info, const char *name)
{
	const struct report_hook *hook = report_find_hook(info, name);

	if (!hook)
		return;
	note_state(hook);
	if (hook->missed)
		pr_notice("the hook %s did not see %llu %s since the module was loaded",
			  name, (unsigned long long)hook->missed,
			  strcmp(name, "access") ? "pages" : "accesses");
}

void note_uncounted(const struct report_info *info, const char *column)
{
	for (size_t i = 0; i < info->uncounteds; i++)
		if (!column || !strcmp(column, info->uncounted[i].name))
			pr_notice("%s is not counted: %s",
				  info->uncounted[i].name,
				  info->uncounted[i].reason);
}

void note_gone(const struct report_info *info)
{
	if (info->nodes_gone && *info->nodes_gone)
		pr_notice("not online any more, but what they counted stays: node %s",
			  info->nodes_gone);
}

void note_tracking(const struct report_config *config, enum config_field field)
{
	const char *what =
		field == CONFIG_TRACK_CGROUPS ? "cgroups" : "processes";

	if (!report_tracks(config, field))
		pr_notice("accesses are not attributed to %s; numatrace config track_%s=1",
			  what, what);
}

bool note_reload(const struct report_info *now,
		 const struct report_info *before)
{
	if (now->start_time == before->start_time)
		return false;
	pr_notice("the module was loaded anew in this interval");
	return true;
}

void note_generation(uint32_t now, uint32_t before)
{
	if (now != before)
		pr_notice("%s", changed);
}

void note_interruption(struct client *client)
{
	if (client_interrupted(client))
		pr_notice(CLIENT_INTERRUPTED);
}
