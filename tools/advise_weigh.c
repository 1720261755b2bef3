// SPDX-License-Identifier: GPL-2.0
#include "advise_weigh.h"

#include <math.h>

/* Leave a node a tenth of what it has free. */
#define USABLE 0.9

/* What was busy for a short while is not known better than this. */
#define CPU_SLACK 0.5

/* Distances that are closer than this count as equal. */
#define ALIKE 0.02

static uint64_t all_accesses(const struct report_usage *usage)
{
	return usage->local_faults + usage->remote_faults;
}

double weigh_share(const struct report_usage *usage, uint32_t node, bool memory)
{
	uint64_t all = all_accesses(usage), sum = 0;

	for (size_t i = 0; i < usage->shares; i++) {
		const struct report_share *share = &usage->share[i];

		if ((memory ? share->memory_node : share->cpu_node) == node)
			sum += share->faults;
	}
	return all ? (double)sum / (double)all : 0;
}

double weigh_distance(const struct advise_machine *machine, size_t cpu,
		      size_t memory)
{
	const struct topology_node *node = machine->topology->node;
	const struct profile_value *value;

	if (!machine->profile)
		return node[cpu].distance ? node[cpu].distance[memory] : 0;
	value = profile_value(machine->profile, node[cpu].id, node[memory].id,
			      PROFILE_LATENCY);
	return value ? value->median : 0;
}

static bool find_index(const struct topology *topology, uint32_t id,
		       size_t *index)
{
	for (size_t i = 0; i < topology->count; i++)
		if (topology->node[i].id == id) {
			*index = i;
			return true;
		}
	return false;
}

double weigh_accesses(const struct advise_machine *machine,
		      const struct report_usage *usage)
{
	double sum = 0, count = 0;

	for (size_t i = 0; i < usage->shares; i++) {
		const struct report_share *share = &usage->share[i];
		double distance;
		size_t cpu, memory;

		if (!share->faults)
			continue;
		/* Sums have no pairs; a node may have gone since. */
		if (!find_index(machine->topology, share->cpu_node, &cpu) ||
		    !find_index(machine->topology, share->memory_node, &memory))
			return 0;
		distance = weigh_distance(machine, cpu, memory);
		if (distance == 0)
			return 0;
		sum += distance * (double)share->faults;
		count += (double)share->faults;
	}
	return count > 0 ? sum / count : 0;
}

bool weigh_residency(const struct advise_process *process,
		     const struct report_usage *usage, double *locality)
{
	const struct residency *residency = process->residency;

	if (!residency || !residency->resident)
		return false;
	*locality = 0;
	for (size_t i = 0; i < residency->count; i++) {
		const struct residency_node *node = &residency->node[i];
		double share;

		residency_share(residency, node, &share);
		*locality += share * weigh_share(usage, node->id, false);
	}
	return true;
}

uint64_t weigh_elsewhere(const struct advise_machine *machine,
			 const struct advise_process *process, size_t memory)
{
	const struct residency *residency = process->residency;
	uint64_t there = 0;

	if (!residency)
		return 0;
	for (size_t i = 0; i < residency->count; i++)
		if (residency->node[i].id == machine->topology->node[memory].id)
			there = residency->node[i].bytes;
	return residency->resident > there ? residency->resident - there : 0;
}

static bool has_memory(const struct topology_node *node)
{
	return node->memory && node->total;
}

/* Its own memory, or the nearest. */
static bool nearest_memory(const struct advise_machine *machine,
			   const struct advise_process *process, size_t cpu,
			   size_t *memory)
{
	const struct topology *topology = machine->topology;
	double best = INFINITY;

	for (size_t i = 0; i < topology->count; i++) {
		double distance = weigh_distance(machine, cpu, i);

		if (!has_memory(&topology->node[i]) ||
		    !process->may_allocate[i])
			continue;
		/* Whatever firmware says, what is local is the nearest. */
		if (i == cpu)
			distance = 0;
		else if (distance == 0)
			distance = 1e9;
		if (distance < best) {
			best = distance;
			*memory = i;
		}
	}
	return best < INFINITY;
}

/* What it keeps busy there itself is free for it. */
static bool has_cpus(const struct advise_machine *machine,
		     const struct advise_process *process, double runs_there,
		     size_t cpu)
{
	double idle = machine->node[cpu].idle;

	if (process->busy < 0 || idle < 0)
		return process->threads <=
		       machine->topology->node[cpu].cpu_count;
	return process->busy <= idle + process->busy * runs_there + CPU_SLACK;
}

bool weigh_place(const struct advise_machine *machine,
		 const struct advise_process *process,
		 const struct report_usage *usage, size_t cpu,
		 struct place *place)
{
	const struct topology_node *node = &machine->topology->node[cpu];

	*place = (struct place){ .cpu = cpu };
	if (!node->cpu_count ||
	    !nearest_memory(machine, process, cpu, &place->memory))
		return false;
	place->distance = weigh_distance(machine, cpu, place->memory);
	place->to_move = weigh_elsewhere(machine, process, place->memory);
	place->runs_there = weigh_share(usage, node->id, false);
	place->has_room = (double)place->to_move <=
			  (double)machine->node[place->memory].free * USABLE;
	place->has_cpus = has_cpus(machine, process, place->runs_there, cpu);
	place->may_run = process->may_run[cpu];
	return true;
}

static bool fits(const struct place *place)
{
	return place->has_room && place->has_cpus;
}

/*
 * ORDER: what fits; what is local; what is nearer; where it may run already;
 * what moves less memory; where it runs already.
 */
bool weigh_better(const struct place *place, const struct place *than)
{
	bool local = place->cpu == place->memory;
	bool than_local = than->cpu == than->memory;

	if (fits(place) != fits(than))
		return fits(place);
	if (local != than_local)
		return local;
	if (fabs(place->distance - than->distance) > ALIKE * than->distance)
		return place->distance < than->distance;
	if (place->may_run != than->may_run)
		return place->may_run;
	if (place->to_move != than->to_move)
		return place->to_move < than->to_move;
	return place->runs_there > than->runs_there;
}
