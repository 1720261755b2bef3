// SPDX-License-Identifier: GPL-2.0
#include "_moving.h"

#include "_knobs.h"
#include "_worker.h"

#include "pages.h"
#include "residency.h"

#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void touch_pages(const char *start, const char *end)
{
	for (; start < end; start += 4096)
		(void)*(const volatile char *)start;
}

/*
 * Balancing, which is off now, may have armed pages of this process before.
 * They would move when it touches them, and some of them belong to those that
 * it starts, too.
 */
static int touch_all(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[4352], readable;

	if (!maps)
		return -1;
	/* [vvar] and the like cannot be read as memory. */
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %c", &start, &end, &readable) == 3 &&
		    readable == 'r' && !strstr(line, "[v"))
			touch_pages((char *)start, (char *)end);
	fclose(maps);
	return 0;
}

int moving_begin(struct moving *moving)
{
	moving->balancing = knob_read(KNOB_BALANCING);
	moving->from = numa_parse_nodestring("1");
	moving->to = numa_parse_nodestring("0");
	moving->request = (struct mover_request){
		.from = moving->from,
		.to = moving->to,
		.slice = MOVER_SLICE_NS,
	};
	return knob_write(KNOB_BALANCING, 0) || touch_all() ? -1 : 0;
}

void moving_end(struct moving *moving)
{
	worker_end(moving->pid);
	target_close(&moving->process);
	mover_free(&moving->result);
	if (moving->balancing >= 0)
		knob_write(KNOB_BALANCING, moving->balancing);
}

bool moving_take(struct moving *moving)
{
	target_close(&moving->process);
	moving->request.process = &moving->process;
	return target_take(&moving->process, moving->pid);
}

int moving_run(struct moving *moving)
{
	return mover_run(&moving->request, &moving->result);
}

uint64_t moving_pages_on(const struct moving *moving, uint32_t id)
{
	const struct residency_request exactly = { .way = RESIDENCY_EXACT };
	struct residency residency;
	uint64_t bytes = 0;

	if (residency_measure(moving->pid, &exactly, &residency))
		return 0;
	for (size_t i = 0; i < residency.count; i++)
		if (id == MOVING_ANY || residency.node[i].id == id)
			bytes += residency.node[i].bytes;
	residency_free(&residency);
	return bytes / 4096;
}

/* Pages between two addresses that move_pages(2) sees on other nodes than @id. */
static uint64_t seen_between(pid_t pid, uint64_t start, uint64_t end,
			     uint32_t id)
{
	uint64_t seen = 0;
	void *page;
	int node;

	for (; start < end; start += 4096) {
		page = (void *)start;
		if (!move_pages(pid, 1, &page, NULL, &node, 0) && node >= 0 &&
		    (uint32_t)node != id)
			seen++;
	}
	return seen;
}

uint64_t moving_hidden_outside(const struct moving *moving, uint32_t id)
{
	uint64_t all = moving_pages_on(moving, MOVING_ANY);
	uint64_t hidden = all - moving_pages_on(moving, id);
	struct sample_range *range;
	size_t ranges;

	if (pages_ranges(moving->pid, false, &range, &ranges))
		return UINT64_MAX;
	for (size_t i = 0; i < ranges; i++)
		hidden -= seen_between(moving->pid, range[i].start,
				       range[i].end, id);
	free(range);
	return hidden;
}

const struct mover_pair *moving_pair(const struct moving *moving, uint32_t from,
				     uint32_t to)
{
	static const struct mover_pair none;
	const struct mover_result *result = &moving->result;

	for (size_t i = 0; i < result->count; i++)
		if (result->pair[i].from == from && result->pair[i].to == to)
			return &result->pair[i];
	return &none;
}
