// SPDX-License-Identifier: GPL-2.0
#include "profile.h"

#include "topology.h"

#include <stdlib.h>

struct profile_cell *profile_add(struct profile *profile, uint32_t cpu_node,
				 uint32_t memory_node)
{
	struct profile_cell *grown;

	grown = reallocarray(profile->cell, profile->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	profile->cell = grown;
	grown += profile->count++;
	*grown = (struct profile_cell){ .cpu_node = cpu_node,
					.memory_node = memory_node };
	return grown;
}

static int compare_cells(const void *a, const void *b)
{
	const struct profile_cell *x = a, *y = b;

	if (x->cpu_node != y->cpu_node)
		return x->cpu_node > y->cpu_node ? 1 : -1;
	return (x->memory_node > y->memory_node) -
	       (x->memory_node < y->memory_node);
}

const struct profile_cell *profile_find(const struct profile *profile,
					uint32_t cpu_node, uint32_t memory_node)
{
	const struct profile_cell key = { .cpu_node = cpu_node,
					  .memory_node = memory_node };

	return profile->count ? bsearch(&key, profile->cell, profile->count,
					sizeof(key), compare_cells)
			      : NULL;
}

const struct profile_value *profile_value(const struct profile *profile,
					  uint32_t cpu_node,
					  uint32_t memory_node,
					  enum profile_metric metric)
{
	const struct profile_cell *cell =
		profile_find(profile, cpu_node, memory_node);

	return cell && cell->value[metric].repeats ? &cell->value[metric]
						   : NULL;
}

static bool better(const struct profile_value *value,
		   const struct profile_value *than, enum profile_metric metric)
{
	return profile_less_is_better(metric) ? value->median < than->median
					      : value->median > than->median;
}

bool profile_reference(const struct profile *profile, uint32_t cpu_node,
		       enum profile_metric metric, uint32_t *memory_node)
{
	const struct profile_value *best = NULL;

	*memory_node = cpu_node;
	/* Where there is a local node, no other can stand for it. */
	if (profile_find(profile, cpu_node, cpu_node))
		return profile_value(profile, cpu_node, cpu_node, metric);
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_cell *cell = &profile->cell[i];
		const struct profile_value *value = &cell->value[metric];

		if (cell->cpu_node != cpu_node || !value->repeats ||
		    (best && !better(value, best, metric)))
			continue;
		best = value;
		*memory_node = cell->memory_node;
	}
	return best;
}

bool profile_penalty(const struct profile *profile,
		     const struct profile_cell *cell,
		     enum profile_metric metric, double *penalty)
{
	const struct profile_value *value = &cell->value[metric];
	const struct profile_value *reference;
	uint32_t node;

	if (!value->repeats ||
	    !profile_reference(profile, cell->cpu_node, metric, &node))
		return false;
	reference = profile_value(profile, cell->cpu_node, node, metric);
	*penalty = profile_less_is_better(metric)
			   ? value->median / reference->median - 1
			   : 1 - value->median / reference->median;
	return true;
}

static bool has_memory(const struct topology_node *node)
{
	return node->memory && node->total;
}

bool profile_fits(const struct profile *profile,
		  const struct topology *topology)
{
	for (size_t i = 0; i < topology->count; i++)
		for (size_t j = 0; j < topology->count; j++)
			if (topology->node[i].cpu_count &&
			    has_memory(&topology->node[j]) &&
			    !profile_value(profile, topology->node[i].id,
					   topology->node[j].id,
					   PROFILE_LATENCY))
				return false;
	return true;
}

void profile_free(struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++)
		free(profile->cell[i].reason);
	free(profile->cell);
	free(profile->time);
	free(profile->kernel);
	*profile = (struct profile){ 0 };
}
