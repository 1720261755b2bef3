// SPDX-License-Identifier: GPL-2.0
#include "ab.h"

#include "locality.h"
#include "series.h"

#include <math.h>

#include <linux/numatrace.h>

bool ab_is_on(size_t index, size_t each, bool once)
{
	bool second = index % 2, turned = index / 2 % 2;

	return once ? index < each : second == turned;
}

bool ab_locality(const struct ab_round *round, double *value)
{
	const struct locality locality = { round->local, round->remote };

	return round->sampled && locality_ratio(locality, value);
}

bool ab_migrated(const struct ab_round *round, double *value)
{
	*value = (double)round->migrated;
	return round->migrations;
}

bool ab_failed(const struct ab_round *round, double *value)
{
	*value = (double)round->failed;
	return round->failures;
}

static bool time_of(const struct ab_round *round, int kind, double *value)
{
	*value = (double)round->time[kind];
	return round->timed & (1U << kind);
}

bool ab_fault_time(const struct ab_round *round, double *value)
{
	return time_of(round, NUMATRACE_COST_KIND_FAULT, value);
}

bool ab_scan_time(const struct ab_round *round, double *value)
{
	return time_of(round, NUMATRACE_COST_KIND_SCAN, value);
}

bool ab_migration_time(const struct ab_round *round, double *value)
{
	return time_of(round, NUMATRACE_COST_KIND_MIGRATION, value);
}

bool ab_share(const struct ab_round *round, double *value)
{
	*value = round->share;
	return round->shared;
}

bool ab_rate(const struct ab_round *round, double *value)
{
	*value = round->rate;
	return round->rated;
}

void ab_side_of(const struct ab_rounds *rounds, bool on, ab_value *value,
		struct ab_side *side)
{
	double values[2 * AB_MAX_ROUNDS];
	size_t count = 0;

	*side = (struct ab_side){ 0 };
	for (size_t i = 0; i < rounds->count; i++)
		if (rounds->round[i].on == on &&
		    value(&rounds->round[i], &values[count]))
			count++;
	if (!count)
		return;
	series_sort(values, count);
	side->count = count;
	/* Of few rounds the middle lies between two. */
	side->median = (values[(count - 1) / 2] + values[count / 2]) / 2;
	side->range = values[count - 1] - values[0];
}

void ab_judge(const struct ab_rounds *rounds, struct ab_verdict *verdict)
{
	double noise, difference;

	*verdict = (struct ab_verdict){ .result = AB_UNKNOWN };
	ab_side_of(rounds, true, ab_rate, &verdict->on);
	ab_side_of(rounds, false, ab_rate, &verdict->off);
	if (!verdict->on.count || !verdict->off.count ||
	    !(verdict->off.median > 0))
		return;
	difference = verdict->on.median - verdict->off.median;
	noise = fmax(verdict->on.range, verdict->off.range);
	verdict->difference = difference / verdict->off.median;
	verdict->noise = noise / verdict->off.median;
	if (verdict->on.count < AB_MIN_ROUNDS ||
	    verdict->off.count < AB_MIN_ROUNDS)
		verdict->result = AB_FEW;
	else if (fabs(difference) <= noise)
		verdict->result = AB_NOISE;
	else
		verdict->result = difference > 0 ? AB_ON : AB_OFF;
}
