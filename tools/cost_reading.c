// SPDX-License-Identifier: GPL-2.0
#include "cost_reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum numatrace_matrix_kind matrix_kinds[COST_PARTS] = {
	[COST_MIGRATIONS] = NUMATRACE_MATRIX_KIND_MIGRATION,
	[COST_BOUNCES] = NUMATRACE_MATRIX_KIND_BOUNCE,
	[COST_MOVES] = NUMATRACE_MATRIX_KIND_TASK_MOVE,
	[COST_SWAPS] = NUMATRACE_MATRIX_KIND_TASK_SWAP,
	[COST_STICKS] = NUMATRACE_MATRIX_KIND_TASK_STICK,
};

static int take_part(struct client *client, struct cost_reading *reading,
		     enum cost_part part)
{
	switch (part) {
	case COST_TIMES:
		return client_costs(client, &reading->costs);
	case COST_REASONS:
		return client_reasons(client, &reading->reasons);
	case COST_SKIPS:
		return client_skips(client, &reading->skips);
	default:
		return client_matrix(client, matrix_kinds[part],
				     &reading->matrix[part]);
	}
}

/* An older module knows no such matrix, which it says in another way. */
static bool is_missing(int err)
{
	return err == -EOPNOTSUPP || err == -EINVAL || err == -ERANGE;
}

/* That a part is not measured is an answer. */
static int take_parts(struct client *client, struct cost_reading *reading)
{
	for (int part = 0; part < COST_PARTS; part++) {
		int err = take_part(client, reading, part);

		if (is_missing(err)) {
			reading->missing[part] = strdup(client_error(client));
			err = reading->missing[part] ? 0 : -ENOMEM;
		}
		if (err)
			return err;
	}
	return 0;
}

const char *cost_lacks(const struct report_info *info, uint32_t kind)
{
	static const char *const hooks[REPORT_COST_KINDS][2] = {
		[NUMATRACE_COST_KIND_FAULT] = { "access", "outcome" },
		[NUMATRACE_COST_KIND_MIGRATION] = { "migration" },
	};

	for (int i = 0; i < 2; i++)
		if (hooks[kind][i] &&
		    !report_hook_attached(info, hooks[kind][i]))
			return hooks[kind][i];
	return NULL;
}

static const char not_attached[] = "the hook %s is not attached";

/* With @all also where it was before; else what was counted then is known. */
static int drop_costs(struct report_costs *costs,
		      const struct report_info *info, bool all)
{
	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++) {
		struct report_cost *cost =
			report_find_cost(costs, kind, REPORT_ALL_NODES,
					 REPORT_ALL_NODES);
		const char *hook = cost_lacks(info, kind);

		if (!hook || !cost || cost->unmeasured || (!all && cost->count))
			continue;
		if (asprintf(&cost->unmeasured, not_attached, hook) < 0) {
			cost->unmeasured = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

static bool has_counted(const struct cost_reading *reading, enum cost_part part)
{
	for (size_t i = 0; i < reading->reasons.count; i++)
		if (part == COST_REASONS && reading->reasons.reason[i].calls)
			return true;
	return part != COST_REASONS &&
	       cost_matrix_sum(&reading->matrix[part], LOCALITY_EVENTS, false);
}

static int drop_parts(struct cost_reading *reading,
		      const struct report_info *info, bool all)
{
	if (report_hook_attached(info, "migration"))
		return 0;
	for (int part = COST_REASONS; part <= COST_BOUNCES; part++) {
		char **missing = &reading->missing[part];

		if (*missing || (!all && has_counted(reading, part)))
			continue;
		if (asprintf(missing, not_attached, "migration") < 0) {
			*missing = NULL;
			return -ENOMEM;
		}
	}
	if (reading->missing[COST_REASONS])
		report_free_reasons(&reading->reasons);
	return 0;
}

/* What is not counted is not zero. */
static int drop_unmeasured(struct cost_reading *reading,
			   const struct report_info *info, bool all)
{
	int err = drop_costs(&reading->costs, info, all);

	return err ? err : drop_parts(reading, info, all);
}

/* Kinds of work whose time is known, as bits. */
static unsigned int find_timed(const struct report_costs *costs)
{
	unsigned int timed = 0;

	for (uint32_t kind = 0; kind < REPORT_COST_KINDS; kind++)
		if (cost_of_kind(costs, kind))
			timed |= 1U << kind;
	return timed;
}

int cost_reading_take(struct client *client, struct cost_reading *reading)
{
	unsigned int timed;
	int err;

	*reading = (struct cost_reading){ 0 };
	err = client_info(client, &reading->info);
	if (!err)
		err = client_config(client, &reading->config);
	if (!err)
		err = client_nodes(client, &reading->nodes);
	if (!err)
		err = client_processes(client, NULL, &reading->processes);
	if (!err)
		err = take_parts(client, reading);
	if (!err)
		err = drop_unmeasured(reading, &reading->info, false);
	if (err)
		return err;
	timed = find_timed(&reading->costs);
	for (size_t i = 0; i < reading->processes.count; i++)
		reading->processes.process[i].usage.timed &= timed;
	report_sort_processes(&reading->processes);
	reading->measured_time = cost_measured_time(&reading->costs);
	reading->balancing = reading->info.balancing;
	return 0;
}

static int copy_missing(struct cost_reading *copy,
			const struct cost_reading *reading)
{
	for (int i = 0; i < COST_PARTS; i++) {
		if (!reading->missing[i])
			continue;
		copy->missing[i] = strdup(reading->missing[i]);
		if (!copy->missing[i])
			return -ENOMEM;
	}
	return 0;
}

/* Of the module only the settings. */
static int copy(struct cost_reading *copy, const struct cost_reading *reading)
{
	int err;

	*copy = (struct cost_reading){ .config = reading->config };
	err = copy_missing(copy, reading);
	if (!err)
		err = report_copy_nodes(&copy->nodes, &reading->nodes);
	if (!err)
		err = report_copy_processes(&copy->processes,
					    &reading->processes);
	if (!err)
		err = report_copy_costs(&copy->costs, &reading->costs);
	if (!err)
		err = report_copy_reasons(&copy->reasons, &reading->reasons);
	if (!err)
		err = report_copy_skips(&copy->skips, &reading->skips);
	for (int i = 0; !err && i < COST_PARTS; i++)
		err = report_copy_matrix(&copy->matrix[i], &reading->matrix[i]);
	return err;
}

static void subtract_reasons(struct report_reasons *reasons,
			     const struct report_reasons *before)
{
	for (size_t i = 0; i < reasons->count; i++) {
		struct report_reason *reason = &reasons->reason[i];
		const struct report_reason *old;

		old = report_find_reason(before, reason->reason);
		if (!old)
			continue;
		reason->calls = locality_growth(reason->calls, old->calls);
		reason->migrated_pages = locality_growth(reason->migrated_pages,
							 old->migrated_pages);
		reason->failed_pages = locality_growth(reason->failed_pages,
						       old->failed_pages);
	}
}

static void subtract_skips(struct report_skips *skips,
			   const struct report_skips *before)
{
	for (size_t i = 0; i < skips->count; i++) {
		struct report_skip *skip = &skips->skip[i];
		const struct report_skip *old;

		old = report_find_skip(before, skip->reason);
		if (old)
			skip->count = locality_growth(skip->count, old->count);
	}
}

static void subtract_cost(struct report_cost *cost,
			  const struct report_cost *old, uint64_t since)
{
	/* The longest of all is that of the interval if it ended there. */
	if (cost->longest_end <= since)
		cost->longest = 0;
	if (!old)
		return;
	cost->count = locality_growth(cost->count, old->count);
	cost->time = locality_growth(cost->time, old->time);
	for (int i = 0; i < REPORT_ORDERS; i++)
		cost->bucket[i] =
			locality_growth(cost->bucket[i], old->bucket[i]);
	cost->measured_time =
		locality_growth(cost->measured_time, old->measured_time);
	cost->lost = locality_growth(cost->lost, old->lost);
}

void cost_subtract(struct report_costs *costs,
		   const struct report_costs *before)
{
	for (size_t i = 0; i < costs->count; i++) {
		struct report_cost *cost = &costs->cost[i];

		subtract_cost(cost,
			      report_find_cost(before, cost->kind, cost->row,
					       cost->column),
			      before->timestamp);
	}
}

static int drop_processes(struct cost_reading *growth,
			  const struct cost_reading *now,
			  const struct cost_reading *before)
{
	struct locality_measured measured =
		locality_measured(&now->info, &before->info);

	measured.attributed =
		report_tracks(&now->config, CONFIG_TRACK_PROCESSES) &&
		report_tracks(&before->config, CONFIG_TRACK_PROCESSES);
	measured.timed = find_timed(&growth->costs);
	return locality_drop_unmeasured(&growth->processes, &measured);
}

/* What was switched off at one end has no growth. */
static int drop_gaps(struct cost_reading *growth,
		     const struct cost_reading *now,
		     const struct cost_reading *before)
{
	int err = drop_unmeasured(growth, &now->info, true);

	if (!err)
		err = drop_unmeasured(growth, &before->info, true);
	return err ? err : drop_processes(growth, now, before);
}

/* By the moments of the times, where there are any: they are shares of it. */
static uint64_t elapsed(const struct cost_reading *now,
			const struct cost_reading *before)
{
	if (now->costs.timestamp && before->costs.timestamp)
		return now->costs.timestamp - before->costs.timestamp;
	return now->info.timestamp - before->info.timestamp;
}

int cost_reading_growth(struct cost_reading *growth,
			const struct cost_reading *now,
			const struct cost_reading *before)
{
	int err = copy(growth, now);

	if (err)
		return err;
	growth->balancing = now->balancing && before->balancing;
	growth->elapsed = elapsed(now, before);
	if (now->info.start_time == before->info.start_time) {
		cost_subtract(&growth->costs, &before->costs);
		subtract_reasons(&growth->reasons, &before->reasons);
		subtract_skips(&growth->skips, &before->skips);
		locality_subtract_nodes(&growth->nodes, &before->nodes);
		locality_subtract_processes(&growth->processes,
					    &before->processes);
		for (int i = 0; i < COST_PARTS; i++)
			locality_subtract_matrix(&growth->matrix[i],
						 &before->matrix[i]);
	}
	growth->measured_time = cost_measured_time(&growth->costs);
	return drop_gaps(growth, now, before);
}

void cost_reading_free(struct cost_reading *reading)
{
	report_free_info(&reading->info);
	report_free_nodes(&reading->nodes);
	report_free_processes(&reading->processes);
	report_free_costs(&reading->costs);
	report_free_reasons(&reading->reasons);
	report_free_skips(&reading->skips);
	for (int i = 0; i < COST_PARTS; i++) {
		report_free_matrix(&reading->matrix[i]);
		free(reading->missing[i]);
	}
	*reading = (struct cost_reading){ 0 };
}

uint64_t cost_measured_time(const struct report_costs *costs)
{
	uint64_t longest = 0;

	for (size_t i = 0; i < costs->count; i++)
		if (costs->cost[i].measured_time > longest)
			longest = costs->cost[i].measured_time;
	return longest;
}

bool cost_is_whole(const struct cost_reading *growth)
{
	/* The two clocks are read one after the other. */
	return growth->measured_time / 99 >= growth->elapsed / 100;
}

const struct report_cost *cost_of_kind(const struct report_costs *costs,
				       uint32_t kind)
{
	const struct report_cost *cost =
		report_find_cost(costs, kind, REPORT_ALL_NODES,
				 REPORT_ALL_NODES);

	return cost && !cost->unmeasured && cost->measured_time ? cost : NULL;
}

bool cost_of_node(const struct report_costs *costs, uint32_t kind,
		  uint32_t node, uint64_t *time)
{
	if (!cost_of_kind(costs, kind))
		return false;
	*time = 0;
	for (size_t i = 0; i < costs->count; i++)
		if (costs->cost[i].kind == kind && costs->cost[i].row == node)
			*time += costs->cost[i].time;
	return true;
}

uint64_t cost_matrix_sum(const struct report_matrix *matrix,
			 enum locality_unit unit, bool between)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct report_cell *cell = &matrix->cell[i];

		if (!between || cell->row != cell->column)
			sum += locality_cell(cell, unit);
	}
	return sum;
}
