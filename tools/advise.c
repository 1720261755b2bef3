// SPDX-License-Identifier: GPL-2.0
#include "advise.h"

#include "advise_weigh.h"
#include "locality.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* From this locality on there is too little to win. */
#define GOOD 0.9

/* From this share on it is "all", up to this one "none". */
#define NEARLY_ALL 0.9
#define SLIGHT 0.1

/* From this share on one side is "mostly" on a node. */
#define MOSTLY 0.7

/* A shorter way is worth it from this share on. */
#define GAIN 0.05

/* A guess from residency that differs by this from the accesses says: moved. */
#define CONTRADICTION 0.3

static const char no_nearer[] =
	"No node from which it may allocate is nearer to its CPUs.";

/**
 * struct judgement - an advice that is being made
 * @machine: the machine
 * @process: the process
 * @usage: the accesses that count
 * @advise: the advice
 */
struct judgement {
	struct advise_machine *machine;
	const struct advise_process *process;
	const struct report_usage *usage;
	struct advise *advise;
};

const char *advise_word(enum advise_action action)
{
	static const char *const words[] = {
		[ADVISE_NONE] = "none",
		[ADVISE_LEAVE] = "leave",
		[ADVISE_MOVE_MEMORY] = "move_memory",
		[ADVISE_MOVE_CPUS] = "move_cpus",
		[ADVISE_GATHER] = "gather",
		[ADVISE_INTERLEAVE] = "interleave",
	};

	return words[action];
}

static uint64_t count(const struct report_usage *usage)
{
	return usage ? usage->local_faults + usage->remote_faults : 0;
}

static uint32_t id_of(const struct judgement *one, size_t index)
{
	return one->machine->topology->node[index].id;
}

#define say(one, ...) sentences_add(&(one)->advise->why, __VA_ARGS__)
#define but(one, ...) sentences_add(&(one)->advise->against, __VA_ARGS__)

static double mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

/* What was sampled just now counts more than the past, if it is enough. */
static const struct report_usage *
choose_usage(const struct advise_process *process)
{
	if (count(process->recent) >= ADVISE_MIN_ACCESSES)
		return process->recent;
	return process->usage;
}

static int measure_now(struct judgement *one)
{
	const struct advise_process *process = one->process;
	const struct report_usage *usage = one->usage;
	struct advise *advise = one->advise;
	char when[64] = "";

	advise->measured =
		locality_ratio(locality_of_usage(usage, LOCALITY_EVENTS),
			       &advise->locality);
	advise->distance = weigh_accesses(one->machine, usage);
	if (usage == process->recent)
		snprintf(when, sizeof(when), " of the last %.1f s",
			 process->seconds);
	return say(one, "%.0f %% of its %llu sampled accesses%s are local.",
		   advise->locality * 100, (unsigned long long)advise->accesses,
		   when);
}

/* Why nothing can be said: 1 if so, 0, or -ENOMEM. */
static int refuse(struct judgement *one)
{
	const struct advise_process *process = one->process;
	uint64_t accesses = one->advise->accesses;
	int err = 0;

	if (accesses >= ADVISE_MIN_ACCESSES && !process->obstructed)
		return 0;
	if (process->obstacle)
		err = say(one, "%s", process->obstacle);
	if (!err && !process->obstructed && !accesses)
		err = say(one,
			  "Ask again when it has worked for a while, or watch longer (--seconds).");
	if (!err && process->obstructed && accesses)
		err = say(one,
			  "What was sampled of it before may not hold any more.");
	if (!err && !process->obstructed && accesses)
		err = say(one,
			  "Only %llu of its accesses were sampled, %d are needed: ask again later, or watch longer (--seconds).",
			  (unsigned long long)accesses, ADVISE_MIN_ACCESSES);
	return err ? err : 1;
}

/* Rows count from the start: what moved since is not remote any more. */
static int check_moved(struct judgement *one)
{
	const struct advise_process *process = one->process;
	struct advise *advise = one->advise;
	double now;
	int err;

	if (one->usage == process->recent ||
	    !weigh_residency(process, one->usage, &now) || now < MOSTLY ||
	    now < advise->locality + CONTRADICTION)
		return 0;
	err = say(one,
		  "But most of its memory is local now: %.0f %%, if all of it is touched alike.",
		  now * 100);
	if (!err)
		err = but(one,
			  "That was sampled before its memory moved, or little of it is touched: ask again later, or watch longer (--seconds).");
	return err ? err : 1;
}

static int set_nodes(struct advise *advise, const uint32_t *node, size_t nodes)
{
	advise->node = reallocarray(NULL, nodes, sizeof(*node));
	if (!advise->node)
		return -ENOMEM;
	for (size_t i = 0; i < nodes; i++)
		advise->node[i] = node[i];
	advise->nodes = nodes;
	return 0;
}

static int set_options(struct advise *advise, const char *format,
		       const char *nodes, bool cpus)
{
	char *first = NULL;
	int length;

	if (cpus && asprintf(&first, "--cpunodebind=%u ", advise->cpu_node) < 0)
		return -ENOMEM;
	length = asprintf(&advise->options, "%s--%s=%s", first ? first : "",
			  format, nodes);
	free(first);
	if (length < 0)
		advise->options = NULL;
	return length < 0 ? -ENOMEM : 0;
}

static enum advise_action kind_of(const struct judgement *one,
				  const struct place *place)
{
	const struct residency *residency = one->process->residency;
	double memory =
		residency && residency->resident
			? (double)place->to_move / (double)residency->resident
			: 0;

	if (place->runs_there >= NEARLY_ALL)
		return ADVISE_MOVE_MEMORY;
	return memory <= SLIGHT ? ADVISE_MOVE_CPUS : ADVISE_GATHER;
}

/* Noise, or a machine on which it does not matter. */
static int warn_distance(struct judgement *one)
{
	const struct advise *advise = one->advise;

	if (!one->machine->profile || advise->expected_distance <= 0 ||
	    advise->expected_distance < advise->distance * (1 - GAIN))
		return 0;
	return but(one,
		   "The profile of this machine says that it gets no faster by that; if that is wrong: numatrace bench.");
}

static int warn_memory(struct judgement *one, const struct place *place)
{
	const struct advise_process *process = one->process;
	int err = 0;

	if (place->to_move)
		err = but(one,
			  "%.0f MiB have to move to node %u, which has %.0f MiB free.",
			  mib(place->to_move), id_of(one, place->memory),
			  mib(one->machine->node[place->memory].free));
	if (!err && process->policy)
		err = but(one,
			  "Somebody gave it the memory policy %s; a cpuset overrides it.",
			  process->policy);
	if (!err && process->unsampled > SLIGHT)
		err = but(one,
			  "%.0f %% of its memory has a policy that keeps balancing from sampling it: nothing is known of accesses to it.",
			  process->unsampled * 100);
	if (!err && process->moved)
		err = but(one,
			  "Balancing moved %llu pages for it in the last %.1f s: it may do the same by itself.",
			  (unsigned long long)process->moved, process->seconds);
	return err;
}

/* Threads that are all bound within the node keep their CPUs. */
static bool needs_cpus(const struct judgement *one, const struct place *place)
{
	for (size_t i = 0; i < one->machine->topology->count; i++)
		if (i != place->cpu && one->process->some_may_run[i])
			return true;
	return !place->may_run;
}

static int warn_cpus(struct judgement *one, const struct place *place)
{
	const struct advise_process *process = one->process;
	const struct topology_node *node =
		&one->machine->topology->node[place->cpu];
	double idle = one->machine->node[place->cpu].idle;
	double others = (double)node->cpu_count - idle -
			process->busy * place->runs_there;
	int err = 0;

	if (!place->may_run)
		err = but(one,
			  "Its affinity or cpuset keeps it from node %u now.",
			  node->id);
	else if (process->bound && needs_cpus(one, place))
		err = but(one,
			  "Some of its threads are bound to CPUs already: they would get all of node %u.",
			  node->id);
	if (!err && idle >= 0 && process->busy >= 0 && others >= 0.2)
		err = but(one,
			  "Others keep %.1f of the %zu CPUs of node %u busy.",
			  others, node->cpu_count, node->id);
	if (!err && process->threads > node->cpu_count)
		err = but(one,
			  "It has %u threads, and node %u has %zu CPUs; it kept %.1f busy.",
			  process->threads, node->id, node->cpu_count,
			  process->busy < 0 ? 0 : process->busy);
	return err;
}

/* What one process gets, the next one cannot have. */
static void reserve(struct judgement *one, const struct place *place)
{
	struct advise_node *memory = &one->machine->node[place->memory];
	struct advise_node *cpus = &one->machine->node[place->cpu];
	double more = one->process->busy * (1 - place->runs_there);

	memory->free -=
		place->to_move < memory->free ? place->to_move : memory->free;
	if (cpus->idle >= 0 && more > 0)
		cpus->idle = cpus->idle > more ? cpus->idle - more : 0;
}

static int say_place(struct judgement *one, const struct place *place)
{
	uint32_t cpu = id_of(one, place->cpu);
	uint32_t memory = id_of(one, place->memory);

	switch (one->advise->action) {
	case ADVISE_MOVE_CPUS:
		return say(one,
			   "Its memory lies on node %u; node %u has idle CPUs for it.",
			   memory, cpu);
	case ADVISE_MOVE_MEMORY:
		return say(one,
			   "It runs on node %u (%.0f %% of the accesses); node %u has room for its memory.",
			   cpu, place->runs_there * 100, memory);
	default:
		return say(one, "It fits on node %u, CPUs and memory.", memory);
	}
}

static int advise_place(struct judgement *one, const struct place *place)
{
	struct advise *advise = one->advise;
	uint32_t memory = id_of(one, place->memory);
	char text[16];
	int err;

	advise->action = kind_of(one, place);
	advise->cpu_node = id_of(one, place->cpu);
	advise->expected = place->cpu == place->memory;
	if (advise->distance > 0)
		advise->expected_distance = place->distance;
	advise->to_move = place->to_move;
	snprintf(text, sizeof(text), "%u", memory);
	err = set_nodes(advise, &memory, 1);
	if (!err)
		err = set_options(advise, "membind", text,
				  needs_cpus(one, place));
	if (!err)
		err = say_place(one, place);
	if (!err)
		err = warn_distance(one);
	if (!err)
		err = warn_memory(one, place);
	if (!err)
		err = warn_cpus(one, place);
	reserve(one, place);
	return err;
}

/* Worth it: more locality, or at least a shorter way. */
static bool gains(const struct judgement *one, const struct place *place)
{
	const struct advise *advise = one->advise;

	if (place->cpu == place->memory)
		return true;
	return advise->distance > 0 && place->distance > 0 &&
	       place->distance < advise->distance * (1 - GAIN);
}

static bool find_place(const struct judgement *one, struct place *best)
{
	bool found = false;
	struct place place;

	for (size_t i = 0; i < one->machine->topology->count; i++) {
		if (!weigh_place(one->machine, one->process, one->usage, i,
				 &place) ||
		    !gains(one, &place))
			continue;
		if (!found || weigh_better(&place, best))
			*best = place;
		found = true;
	}
	return found;
}

/* The nodes that it runs on, with memory; and its largest share on either side. */
static size_t find_spread(const struct judgement *one, uint32_t *node,
			  double *most_cpu, double *most_memory)
{
	const struct topology *topology = one->machine->topology;
	size_t nodes = 0;

	*most_cpu = 0;
	*most_memory = 0;
	for (size_t i = 0; i < topology->count; i++) {
		uint32_t id = topology->node[i].id;
		double cpu = weigh_share(one->usage, id, false);
		double memory = weigh_share(one->usage, id, true);

		*most_cpu = cpu > *most_cpu ? cpu : *most_cpu;
		*most_memory = memory > *most_memory ? memory : *most_memory;
		if (cpu > SLIGHT && topology->node[i].memory &&
		    topology->node[i].total && one->process->may_allocate[i])
			node[nodes++] = id;
	}
	return nodes;
}

static char *list(const uint32_t *node, size_t nodes)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < nodes; i++)
		fprintf(stream, "%s%u", i ? "," : "", node[i]);
	fclose(stream);
	return text;
}

/* Evenly spread: of the accesses from a node so many stay there. */
static int advise_spread(struct judgement *one, const uint32_t *node,
			 size_t nodes)
{
	struct advise *advise = one->advise;
	const struct residency *residency = one->process->residency;
	char *text = list(node, nodes);
	int err = text ? set_nodes(advise, node, nodes) : -ENOMEM;

	advise->action = ADVISE_INTERLEAVE;
	advise->expected = 0;
	for (size_t i = 0; i < nodes; i++)
		advise->expected +=
			weigh_share(one->usage, node[i], false) / (double)nodes;
	if (residency)
		advise->to_move =
			residency->resident - residency->resident / nodes;
	if (!err)
		err = set_options(advise, "interleave", text, false);
	if (!err)
		err = say(one,
			  "It is too large for one node, and the memory of one node serves all of its CPUs: spread over the nodes %s it uses the bandwidth of all.",
			  text);
	if (!err)
		err = but(one,
			  "That shares the load; it makes locality no better than %.0f %%.",
			  advise->expected * 100);
	free(text);
	return err;
}

/* Why the best place is none. */
static int say_full(struct judgement *one, const struct place *place)
{
	struct advise_node *node = one->machine->node;
	int err = 0;

	if (!place->has_room)
		err = but(one,
			  "Node %u has %.0f MiB free: too little for the %.0f MiB that would have to move there.",
			  id_of(one, place->memory),
			  mib(node[place->memory].free), mib(place->to_move));
	if (!err && !place->has_cpus && one->process->busy >= 0)
		err = but(one,
			  "It kept %.1f CPUs busy, and node %u has %.1f idle beside it.",
			  one->process->busy, id_of(one, place->cpu),
			  node[place->cpu].idle +
				  one->process->busy * place->runs_there);
	else if (!err && !place->has_cpus)
		err = but(one,
			  "It has %u threads: too many for the CPUs of node %u.",
			  one->process->threads, id_of(one, place->cpu));
	return err;
}

static int advise_rest(struct judgement *one, const struct place *best)
{
	uint32_t *node = calloc(one->machine->topology->count, sizeof(*node));
	double most_cpu, most_memory;
	size_t nodes;
	int err;

	if (!node)
		return -ENOMEM;
	err = say_full(one, best);
	nodes = find_spread(one, node, &most_cpu, &most_memory);
	if (!err && nodes > 1 && most_cpu < MOSTLY && most_memory >= MOSTLY) {
		err = advise_spread(one, node, nodes);
	} else if (!err) {
		one->advise->action = ADVISE_LEAVE;
		err = say(one,
			  "No node has room for all of it: automatic balancing moves what it can.");
	}
	free(node);
	return err;
}

static int leave(struct judgement *one, const char *why)
{
	one->advise->action = ADVISE_LEAVE;
	return why ? say(one, "%s", why) : 0;
}

static int decide(struct judgement *one)
{
	struct place best;

	if (one->advise->locality >= GOOD)
		return leave(one, "There is little to win.");
	/* Whether it would fit elsewhere is then not known. */
	if (!one->process->residency)
		return say(one,
			   "Where its memory is was not measured: ask as root, or as its owner.");
	if (!find_place(one, &best))
		return leave(one, no_nearer);
	if (!best.has_room || !best.has_cpus)
		return advise_rest(one, &best);
	return advise_place(one, &best);
}

static int judge(struct judgement *one)
{
	int err = refuse(one);

	if (err)
		return err < 0 ? err : 0;
	err = measure_now(one);
	if (err)
		return err;
	err = check_moved(one);
	if (err)
		return err < 0 ? err : leave(one, NULL);
	return decide(one);
}

int advise_find(struct advise_machine *machine,
		const struct advise_process *process, struct advise *advise)
{
	struct judgement one = {
		.machine = machine,
		.process = process,
		.usage = choose_usage(process),
		.advise = advise,
	};
	int err;

	*advise = (struct advise){
		.action = ADVISE_NONE,
		.cpu_node = REPORT_ALL_NODES,
		.accesses = count(one.usage),
		.expected = -1,
	};
	err = judge(&one);
	if (err)
		advise_free(advise);
	return err;
}

void advise_free(struct advise *advise)
{
	sentences_free(&advise->why);
	sentences_free(&advise->against);
	free(advise->options);
	free(advise->node);
	*advise = (struct advise){ 0 };
}
