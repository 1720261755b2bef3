// SPDX-License-Identifier: GPL-2.0
/*
 * What the numbers of balancing's cost include and lack.
 */
#include "clock.h"
#include "cost_columns.h"
#include "cost_show.h"
#include "measure_cost.h"

static const char switch_on[] =
	"Times are not measured: numatrace config measure_cost=1, or cost --measure SECONDS.";
static const char of_seconds[] = "Times are those of %.1f seconds%s.";
static const char of_a_part[] =
	"Times were measured for %.1f seconds of the %.1f.";
static const char unmeasured[] = "The time of each %s is not measured: %s.";
static const char not_any_more[] =
	"The time of each %s is not measured any more: the hook %s is not attached.";
static const char lost[] =
	"Not measured, as too many were under way at a time: %llu of the kind %s.";
static const char by_the_clock[] =
	"A time is that of the clock, in the task that does the work, with what interrupts it.";
static const char of_a_fault[] =
	"That of a fault has the migration that it causes, and not the entry into the kernel.";
static const char cpu_share[] =
	"CPU-SHARE is that of faults and scans; other migrations are no part of balancing.";

/* A time of which a part is missing is no percentage of the whole. */
static int note_times(const struct cost_reading *reading,
		      struct sentences *notes)
{
	bool on = measure_cost_is_on(&reading->config);
	uint64_t part = reading->measured_time;
	int err = 0;

	if (!on)
		err = sentences_add(notes, "%s", switch_on);
	if (!err && part && !reading->elapsed)
		err = sentences_add(notes, of_seconds, clock_seconds(part),
				    on ? ""
				       : " in which they were measured before");
	if (!err && part && reading->elapsed && !cost_is_whole(reading))
		err = sentences_add(notes, of_a_part, clock_seconds(part),
				    clock_seconds(reading->elapsed));
	return err;
}

/* Between two readings it has no numbers then. */
static int note_hook_off(const struct cost_reading *reading, uint32_t kind,
			 struct sentences *notes)
{
	const char *hook =
		reading->elapsed ? NULL : cost_lacks(&reading->info, kind);

	return hook ? sentences_add(notes, not_any_more, cost_kind_word(kind),
				    hook)
		    : 0;
}

int cost_note_kinds(const struct cost_reading *reading, struct sentences *notes)
{
	int err = 0;

	for (uint32_t kind = 0; !err && kind < REPORT_COST_KINDS; kind++) {
		const struct report_cost *all =
			report_find_cost(&reading->costs, kind,
					 REPORT_ALL_NODES, REPORT_ALL_NODES);

		if (all && all->unmeasured)
			err = sentences_add(notes, unmeasured,
					    cost_kind_word(kind),
					    all->unmeasured);
		else if (cost_of_kind(&reading->costs, kind))
			err = note_hook_off(reading, kind, notes);
		if (!err && all && !all->unmeasured && all->lost)
			err = sentences_add(notes, lost,
					    (unsigned long long)all->lost,
					    cost_kind_word(kind));
	}
	return err;
}

static int note_missing(const struct cost_reading *reading,
			struct sentences *notes)
{
	static const char *const words[COST_PARTS] = {
		[COST_REASONS] = "Reasons of migrations",
		[COST_BOUNCES] = "Pages that migrated back",
		[COST_MOVES] = "Tasks to be moved",
		[COST_SWAPS] = "Tasks to be swapped",
		[COST_STICKS] = "Tasks that were stuck",
		[COST_SKIPS] = "Mappings that the scanner passed over",
	};
	int err = 0;

	for (int i = 0; !err && i < COST_PARTS; i++)
		if (words[i] && reading->missing[i])
			err = sentences_add(notes, "%s: %s.", words[i],
					    reading->missing[i]);
	return err;
}

static int note_method(const struct cost_reading *reading,
		       struct sentences *notes)
{
	int err;

	if (!reading->measured_time)
		return 0;
	err = sentences_add(notes, "%s", by_the_clock);
	if (!err)
		err = sentences_add(notes, "%s", of_a_fault);
	if (!err)
		err = sentences_add(notes, "%s", cpu_share);
	return err;
}

int cost_notes(const struct cost_reading *reading, struct sentences *notes)
{
	int err = note_times(reading, notes);

	if (!err)
		err = cost_note_kinds(reading, notes);
	if (!err)
		err = note_missing(reading, notes);
	return err ? err : note_method(reading, notes);
}
