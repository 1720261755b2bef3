// SPDX-License-Identifier: GPL-2.0
#include "ab_gaps.h"

#include "cost_show.h"

#include <errno.h>
#include <string.h>

static const char no_times[] =
	"Times are not measured: measure_cost was switched off meanwhile.";
static const char part_of_times[] =
	"Times of a round are left out where measure_cost was not 1 in all of it.";
static const char no_failures[] =
	"Pages that balancing could not move are not counted: %s.";
static const char not_sampled[] =
	"Accesses of processes are not counted: the hook access is not attached.";
static const char no_outcomes[] =
	"Pages moved for processes are not counted: the hook outcome is not attached.";
static const char not_tracked[] =
	"Accesses are not attributed to processes: numatrace config track_processes=1.";
static const char not_seen[] =
	"In some rounds none of the processes was seen to access memory.";

static int find_times(const struct ab_interval *interval,
		      struct sentences *found)
{
	const struct cost_reading *growth = interval->growth;

	if (growth->missing[COST_TIMES])
		return sentences_add(found, "Times: %s.",
				     growth->missing[COST_TIMES]);
	if (!growth->measured_time)
		return sentences_add(found, "%s", no_times);
	if (!cost_is_whole(growth))
		return sentences_add(found, "%s", part_of_times);
	return cost_note_kinds(growth, found);
}

static int find_of_machine(const struct ab_interval *interval,
			   struct sentences *found)
{
	const char *missing = interval->growth->missing[COST_REASONS];

	return missing ? sentences_add(found, no_failures, missing) : 0;
}

static int find_of_processes(const struct ab_interval *interval,
			     struct sentences *found)
{
	const struct cost_reading *now = interval->now;
	const struct cost_reading *before = interval->before;
	struct locality_measured hooks =
		locality_measured(&now->info, &before->info);
	int err = 0;

	if (!hooks.accesses)
		return sentences_add(found, "%s", not_sampled);
	if (!report_tracks(&now->config, CONFIG_TRACK_PROCESSES) ||
	    !report_tracks(&before->config, CONFIG_TRACK_PROCESSES))
		return sentences_add(found, "%s", not_tracked);
	if (!interval->found)
		err = sentences_add(found, "%s", not_seen);
	if (!err && !hooks.outcomes)
		err = sentences_add(found, "%s", no_outcomes);
	return err;
}

static bool has(const struct sentences *sentences, const char *text)
{
	for (size_t i = 0; i < sentences->count; i++)
		if (!strcmp(sentences->text[i], text))
			return true;
	return false;
}

static int add_new(struct sentences *gaps, const struct sentences *found)
{
	int err = 0;

	for (size_t i = 0; !err && i < found->count; i++)
		if (!has(gaps, found->text[i]))
			err = sentences_add(gaps, "%s", found->text[i]);
	return err;
}

int ab_find_gaps(const struct ab_interval *interval, struct sentences *gaps)
{
	struct sentences found = { 0 };
	int err = find_times(interval, &found);

	if (!err)
		err = interval->processes ? find_of_processes(interval, &found)
					  : find_of_machine(interval, &found);
	if (!err)
		err = add_new(gaps, &found);
	sentences_free(&found);
	return err;
}
