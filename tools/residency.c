// SPDX-License-Identifier: GPL-2.0
#include "residency.h"
#include "pages.h"
#include "residency_sample.h"
#include "residency_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* A sample takes well below a second, however large the process is. */
#define MAX_DRAWS 65536

void residency_free(struct residency *residency)
{
	for (size_t i = 0; i < residency->policies; i++)
		free(residency->policy[i].text);
	free(residency->policy);
	free(residency->node);
	*residency = (struct residency){ 0 };
}

/* Insert it where it belongs: the order is ascending. */
struct residency_node *residency_node(struct residency *residency, uint32_t id)
{
	struct residency_node *grown;
	size_t place = 0;

	while (place < residency->count && residency->node[place].id < id)
		place++;
	if (place < residency->count && residency->node[place].id == id)
		return &residency->node[place];
	grown = reallocarray(residency->node, residency->count + 1,
			     sizeof(*grown));
	if (!grown)
		return NULL;
	residency->node = grown;
	memmove(&grown[place + 1], &grown[place],
		(residency->count++ - place) * sizeof(*grown));
	grown[place] = (struct residency_node){ .id = id };
	return &grown[place];
}

struct residency_policy *residency_policy(struct residency *residency,
					  const char *text)
{
	struct residency_policy *grown;
	char *copy;

	for (size_t i = 0; i < residency->policies; i++)
		if (!strcmp(residency->policy[i].text, text))
			return &residency->policy[i];
	grown = reallocarray(residency->policy, residency->policies + 1,
			     sizeof(*grown));
	if (!grown)
		return NULL;
	residency->policy = grown;
	copy = strdup(text);
	if (!copy)
		return NULL;
	grown += residency->policies++;
	*grown = (struct residency_policy){ .text = copy };
	return grown;
}

bool residency_share(const struct residency *residency,
		     const struct residency_node *node, double *share)
{
	if (!residency->resident)
		return false;
	*share = (double)node->bytes / (double)residency->resident;
	return true;
}

/* 1; 0 for what has no memory of its own; or a negative errno. */
static int read_resident(pid_t pid, uint64_t *resident)
{
	FILE *file = pages_file(pid, "status");
	char *text = NULL;
	size_t room = 0;
	int has = -ESRCH;

	if (!file)
		return pages_refusal(errno);
	if (getdelim(&text, &room, '\0', file) >= 0)
		has = residency_parse_status(text, resident);
	free(text);
	fclose(file);
	return has;
}

/* Without CONFIG_NUMA or its permission, the file says so by its absence. */
static int measure_exactly(pid_t pid, struct residency *residency)
{
	FILE *file = pages_file(pid, "numa_maps");
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	if (!file)
		return errno == ENOENT ? -EOPNOTSUPP : pages_refusal(errno);
	errno = 0;
	while (!err && getline(&line, &room, file) > 0)
		err = residency_parse_numa_maps(line, residency);
	if (!err && ferror(file))
		err = pages_refusal(errno);
	free(line);
	fclose(file);
	return err;
}

static int probe(void *context, struct sample_draw *draw, size_t count)
{
	return pages_place(context, draw, count);
}

static uint64_t choose_seed(const struct residency_request *request)
{
	uint64_t seed = request->seed;

	if (!request->seeded &&
	    getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)getpid();
	return seed;
}

static int sample_ranges(pid_t pid, struct sample_request *sample,
			 struct residency *residency)
{
	struct pages pages;
	int err = pages_open(&pages, pid);

	if (err)
		return err;
	sample->context = &pages;
	err = sample_residency(sample, residency);
	pages_close(&pages);
	return err;
}

static int measure_sample(pid_t pid, uint64_t resident,
			  const struct residency_request *request,
			  struct residency *residency)
{
	struct sample_range *ranges;
	struct sample_request sample = {
		.page_size = getpagesize(),
		.resident = resident,
		.target = RESIDENCY_TARGET,
		.max_draws = MAX_DRAWS,
		.seed = choose_seed(request),
		.probe = probe,
	};
	int err = pages_ranges(pid, false, &ranges, &sample.ranges);

	sample.range = ranges;
	if (!err)
		err = sample_ranges(pid, &sample, residency);
	free(ranges);
	return err;
}

static int measure(pid_t pid, const struct residency_request *request,
		   uint64_t resident, struct residency *residency)
{
	enum residency_way way = request->way;

	if (way == RESIDENCY_BY_SIZE)
		way = resident > RESIDENCY_SMALL ? RESIDENCY_SAMPLED
						 : RESIDENCY_EXACT;
	if (way == RESIDENCY_EXACT)
		return measure_exactly(pid, residency);
	return measure_sample(pid, resident, request, residency);
}

/*
 * What exits meanwhile has no memory from then on, and what was found of it
 * until then is a part: the files just end.
 */
int residency_measure(pid_t pid, const struct residency_request *request,
		      struct residency *residency)
{
	uint64_t resident;
	int has, err;

	*residency = (struct residency){ 0 };
	has = read_resident(pid, &resident);
	if (has <= 0)
		return has;
	err = measure(pid, request, resident, residency);
	has = read_resident(pid, &resident);
	if (has <= 0)
		err = has;
	if (err || !has)
		residency_free(residency);
	return err;
}
