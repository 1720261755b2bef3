// SPDX-License-Identifier: GPL-2.0
#include "bench_firmware.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Two measurements that are closer than this may be equal, however steady. */
#define ALIKE 0.05

#define say sentences_add

/* A pair of nodes, and what firmware and the measurement say of a metric. */
struct sides {
	enum profile_metric metric;
	uint64_t said[2];
	const struct profile_value *measured[2];
};

static double width(const struct profile_value *value)
{
	return value->median *
	       (value->spread > ALIKE / 2 ? value->spread : ALIKE / 2);
}

/* Whether the first is larger, beyond all doubt. */
static bool larger(const struct profile_value *a, const struct profile_value *b)
{
	return a->steady && b->steady &&
	       a->median - width(a) > b->median + width(b);
}

/* Firmware says that the first is better, and it is worse. */
static bool contradicts(const struct sides *sides, bool less_said_is_better)
{
	const struct profile_value *first = sides->measured[0];
	const struct profile_value *second = sides->measured[1];
	bool less_said = sides->said[0] < sides->said[1];

	if (!first || !second || !sides->said[0] || !sides->said[1] ||
	    sides->said[0] == sides->said[1] ||
	    less_said != less_said_is_better)
		return false;
	return profile_less_is_better(sides->metric) ? larger(first, second)
						     : larger(second, first);
}

/* "98.1 ns", "12.3 GiB/s" */
static void write_value(enum profile_metric metric, double value, char text[32])
{
	if (metric == PROFILE_LATENCY)
		snprintf(text, 32, "%.1f ns", value);
	else
		snprintf(text, 32, "%.2f GiB/s", value / (1 << 30));
}

static int say_distance(struct sentences *wrong, uint32_t cpu_node,
			const uint32_t node[2], const struct sides *sides)
{
	char first[32], second[32];

	write_value(sides->metric, sides->measured[0]->median, first);
	write_value(sides->metric, sides->measured[1]->median, second);
	return say(wrong,
		   "Firmware's distances (SLIT) are wrong by order: from node %u, node %u (%llu) shall be nearer than node %u (%llu), but takes %s against %s.",
		   cpu_node, node[0], (unsigned long long)sides->said[0],
		   node[1], (unsigned long long)sides->said[1], first, second);
}

static int check_distance(const struct profile *profile,
			  const struct topology *topology, size_t from,
			  size_t first, size_t second, struct sentences *wrong)
{
	const struct topology_node *node = topology->node;
	const uint32_t ids[2] = { node[first].id, node[second].id };
	struct sides sides = { .metric = PROFILE_LATENCY };

	sides.said[0] = node[from].distance[first];
	sides.said[1] = node[from].distance[second];
	for (int i = 0; i < 2; i++)
		sides.measured[i] = profile_value(profile, node[from].id,
						  ids[i], PROFILE_LATENCY);
	if (!contradicts(&sides, true))
		return 0;
	return say_distance(wrong, node[from].id, ids, &sides);
}

/* Each ordered pair: the one that firmware prefers is the first. */
static int check_distances(const struct profile *profile,
			   const struct topology *topology,
			   struct sentences *wrong)
{
	size_t count = topology->count;
	int err = 0;

	for (size_t from = 0; from < count; from++)
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; !err && j < count; j++)
				err = check_distance(profile, topology, from, i,
						     j, wrong);
	return err;
}

static bool better(const struct profile_value *value,
		   const struct profile_value *than, enum profile_metric metric)
{
	return profile_less_is_better(metric) ? value->median < than->median
					      : value->median > than->median;
}

/* The best that the initiators measured: that is what an HMAT gives. */
static const struct profile_value *
of_initiators(const struct profile *profile,
	      const struct topology_access *access, enum profile_metric metric)
{
	const struct profile_value *best = NULL;
	unsigned int *nodes;
	size_t count;

	if (topology_parse_list(access->initiators, &nodes, &count))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct profile_value *value =
			profile_value(profile, nodes[i], access->node, metric);

		if (value && (!best || better(value, best, metric)))
			best = value;
	}
	free(nodes);
	return best;
}

/* Which of its fields ranks which metric, and what it is called. */
static const struct {
	enum topology_hmat field;
	enum profile_metric metric;
	const char *name;
	const char *better;
} hmat_fields[] = {
	{ HMAT_READ_LATENCY, PROFILE_LATENCY, "latency", "be nearer" },
	{ HMAT_READ_BANDWIDTH, PROFILE_READ, "read bandwidth", "be faster" },
	{ HMAT_WRITE_BANDWIDTH, PROFILE_WRITE, "write bandwidth", "be faster" },
};

static int check_accesses(const struct profile *profile,
			  const struct topology_access *a,
			  const struct topology_access *b, size_t field,
			  struct sentences *wrong)
{
	enum profile_metric metric = hmat_fields[field].metric;
	enum topology_hmat hmat = hmat_fields[field].field;
	char first[32], second[32];
	struct sides sides = { .metric = metric };

	if (!(a->measured & b->measured & 1U << hmat) || a->level != b->level)
		return 0;
	sides.said[0] = a->value[hmat];
	sides.said[1] = b->value[hmat];
	sides.measured[0] = of_initiators(profile, a, metric);
	sides.measured[1] = of_initiators(profile, b, metric);
	if (!contradicts(&sides, profile_less_is_better(metric)))
		return 0;
	write_value(metric, sides.measured[0]->median, first);
	write_value(metric, sides.measured[1]->median, second);
	return say(wrong,
		   "Firmware's %s (HMAT) is wrong by order: memory of node %u (%llu) shall %s than that of node %u (%llu), but has %s against %s from their nearest CPUs.",
		   hmat_fields[field].name, a->node,
		   (unsigned long long)sides.said[0], hmat_fields[field].better,
		   b->node, (unsigned long long)sides.said[1], first, second);
}

/* One class is enough: that of CPUs, which are what measured. */
static bool is_of_cpus(const struct topology_access *access)
{
	return access->level == 1;
}

static int check_hmat(const struct profile *profile,
		      const struct topology *topology, struct sentences *wrong)
{
	const size_t fields = sizeof(hmat_fields) / sizeof(*hmat_fields);
	const struct topology_access *access = topology->access;
	int err = 0;

	for (size_t i = 0; i < topology->accesses; i++)
		for (size_t j = 0; j < topology->accesses; j++)
			for (size_t k = 0; !err && k < fields; k++)
				if (is_of_cpus(&access[i]) &&
				    is_of_cpus(&access[j]))
					err = check_accesses(profile,
							     &access[i],
							     &access[j], k,
							     wrong);
	return err;
}

/* The nearest CPUs that HMAT names, and others that are nearer. */
static int check_initiators(const struct profile *profile,
			    const struct topology_access *access,
			    struct sentences *wrong)
{
	const struct profile_value *named =
		of_initiators(profile, access, PROFILE_LATENCY);
	const struct profile_cell *nearer = NULL;

	for (size_t i = 0; named && i < profile->count; i++) {
		const struct profile_cell *cell = &profile->cell[i];
		const struct profile_value *value =
			&cell->value[PROFILE_LATENCY];

		if (cell->memory_node == access->node && value->repeats &&
		    larger(named, value) &&
		    (!nearer ||
		     value->median < nearer->value[PROFILE_LATENCY].median))
			nearer = cell;
	}
	if (!nearer)
		return 0;
	return say(wrong,
		   "Firmware's initiators (HMAT) are wrong by order: the CPUs of node %s shall be the nearest to the memory of node %u, but take %.1f ns against %.1f ns from node %u.",
		   access->initiators, access->node, named->median,
		   nearer->value[PROFILE_LATENCY].median, nearer->cpu_node);
}

int bench_firmware_check(const struct profile *profile,
			 const struct topology *topology,
			 struct sentences *wrong)
{
	int err;

	*wrong = (struct sentences){ 0 };
	err = check_distances(profile, topology, wrong);
	if (!err)
		err = check_hmat(profile, topology, wrong);
	for (size_t i = 0; !err && i < topology->accesses; i++)
		if (is_of_cpus(&topology->access[i]))
			err = check_initiators(profile, &topology->access[i],
					       wrong);
	if (err)
		sentences_free(wrong);
	return err;
}
