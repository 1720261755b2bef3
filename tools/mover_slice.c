// SPDX-License-Identifier: GPL-2.0
#include "mover_slice.h"

#include "clock.h"

#include <errno.h>
#include <numaif.h>
#include <stdlib.h>

/*
 * Small pages in the first slice, at least, and at most. Each slice has a cost
 * of its own: the kernel drains the page lists of all CPUs for it.
 */
#define FIRST_CHUNK 64
#define LEAST_CHUNK 32
#define LARGEST_CHUNK 16384

/* So often in a row: the kernel has tried to reclaim memory each time. */
#define FULL 3

int mover_slicer_init(struct mover_slicer *slicer)
{
	slicer->chunk = FIRST_CHUNK;
	slicer->due = clock_now_ns();
	slicer->full = calloc((size_t)slicer->nodes, sizeof(*slicer->full));
	return slicer->full ? 0 : -ENOMEM;
}

static void free_arrays(struct mover_slicer *slicer)
{
	free(slicer->index);
	free(slicer->address);
	free(slicer->node);
	free(slicer->status);
	slicer->room = 0;
}

void mover_slicer_free(struct mover_slicer *slicer)
{
	free_arrays(slicer);
	free(slicer->full);
}

static int make_room(struct mover_slicer *slicer, size_t count)
{
	if (count <= slicer->room)
		return 0;
	free_arrays(slicer);
	slicer->index = calloc(count, sizeof(*slicer->index));
	slicer->address = calloc(count, sizeof(*slicer->address));
	slicer->node = calloc(count, sizeof(*slicer->node));
	slicer->status = calloc(count, sizeof(*slicer->status));
	if (!slicer->index || !slicer->address || !slicer->node ||
	    !slicer->status)
		return -ENOMEM;
	slicer->room = count;
	return 0;
}

static enum mover_pool pool_of(const struct mover_page *page)
{
	return page->units > 1 ? MOVER_HUGETLB : MOVER_SMALL;
}

/* All that go to one node: the kernel then takes them in one batch. */
static size_t choose(struct mover_slicer *slicer, const struct mover_page *page,
		     size_t count, int to, enum mover_pool pool)
{
	size_t chosen = 0;

	for (size_t i = 0; i < count; i++) {
		if (page[i].to != to || pool_of(&page[i]) != pool)
			continue;
		slicer->index[chosen] = i;
		/* An address in another process. */
		slicer->address[chosen] = (void *)(uintptr_t)page[i].address;
		slicer->node[chosen] = to;
		slicer->status[chosen++] = MOVER_UNTRIED;
	}
	return chosen;
}

static uint64_t units_of(const struct mover_slicer *slicer,
			 const struct mover_page *page, size_t first,
			 size_t count)
{
	uint64_t units = 0;

	for (size_t i = first; i < first + count; i++)
		units += page[slicer->index[i]].units;
	return units;
}

/* How many from @first on make a slice; at least one. */
static size_t slice_at(const struct mover_slicer *slicer,
		       const struct mover_page *page, size_t first, size_t end)
{
	uint64_t units = 0;
	size_t i = first;

	do
		units += page[slicer->index[i++]].units;
	while (i < end &&
	       units + page[slicer->index[i]].units <= slicer->chunk);
	return i - first;
}

/*
 * A slice shall take between a quarter and a half of its time, so that what
 * happens to be slow stays within it. What is huge cannot be cut: then one
 * page is a slice.
 */
static void adapt(struct mover_slicer *slicer, uint64_t units, uint64_t took)
{
	uint64_t slice = slicer->request->slice;

	if (took > slice / 2)
		slicer->chunk /= 2;
	else if (took < slice / 4 && units >= slicer->chunk)
		slicer->chunk *= 2;
	if (slicer->chunk < LEAST_CHUNK)
		slicer->chunk = LEAST_CHUNK;
	if (slicer->chunk > LARGEST_CHUNK)
		slicer->chunk = LARGEST_CHUNK;
}

/* What was late is not made up for: the rate is a limit at each moment. */
static void keep_rate(struct mover_slicer *slicer, uint64_t begin,
		      uint64_t bytes)
{
	uint64_t rate = slicer->request->rate;

	if (!rate)
		return;
	slicer->due =
		begin + (uint64_t)((double)bytes * NSEC_PER_SEC / (double)rate);
	/* A signal ends it early, and then the command by its progress. */
	clock_sleep_until(slicer->due);
}

static int report(const struct mover_slicer *slicer)
{
	const struct mover_request *request = slicer->request;
	uint64_t done = slicer->done;

	if (!request->progress)
		return 0;
	/* There may be more by now than there was at the beginning. */
	if (done > slicer->total)
		done = slicer->total;
	return request->progress(request->context, done, slicer->total) ? -EINTR
									: 0;
}

static bool same_huge_page(const struct mover_slicer *slicer, size_t a,
			   size_t b)
{
	return (uintptr_t)slicer->address[a] / slicer->huge_size ==
	       (uintptr_t)slicer->address[b] / slicer->huge_size;
}

/*
 * move_pages(2) gathers pages up to one that it cannot take, or up to the end,
 * and migrates them as one batch. Where that fails it gives up: it sets no
 * status for that batch, and does not try what comes after. Sets it, and
 * returns how many of @count were tried.
 */
static size_t settle(struct mover_slicer *slicer, size_t first, size_t count,
		     int failure)
{
	size_t end = first + count, i = first;

	while (i < end && slicer->status[i] != MOVER_UNTRIED)
		i++;
	while (i < end && slicer->status[i] == MOVER_UNTRIED)
		slicer->status[i++] = failure;
	/*
	 * The one after the batch was busy because it is a part of the same
	 * huge page: so are the others, for each of which it would fail again.
	 */
	if (i > first && i < end && slicer->status[i] == -EBUSY)
		for (size_t last = i - 1;
		     i < end && same_huge_page(slicer, last, i); i++)
			slicer->status[i] = failure;
	else if (i < end)
		i++;
	return i - first;
}

static int call_error(int err)
{
	switch (err) {
	case EINVAL: /* it has no memory any more */
	case ESRCH:
		return -ESRCH;
	default:
		return -err;
	}
}

/* What became of a stranger's pages is not told of those that were meant. */
static int disown(struct mover_slicer *slicer, size_t first, size_t count,
		  int err)
{
	for (size_t i = first; i < first + count; i++)
		slicer->status[i] = MOVER_UNTRIED;
	return err;
}

/* One slice; @tried of its pages were. */
static int call(struct mover_slicer *slicer, size_t first, size_t count,
		size_t *tried)
{
	const struct mover_request *request = slicer->request;
	long ret =
		move_pages(request->process->pid, count,
			   &slicer->address[first], &slicer->node[first],
			   &slicer->status[first],
			   request->shared ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE);

	*tried = count;
	if (ret < 0 && errno != ENOMEM)
		return call_error(errno);
	if (ret)
		*tried = settle(slicer, first, count,
				ret < 0 ? -ENOMEM : MOVER_STUCK);
	return 0;
}

static int move_slice(struct mover_slicer *slicer, size_t first, size_t count,
		      size_t *tried)
{
	const struct target_process *process = slicer->request->process;
	int err = target_check(process);

	if (!err)
		err = call(slicer, first, count, tried);
	if (err)
		return err;
	err = target_check(process);
	return err ? disown(slicer, first, count, err) : 0;
}

static uint64_t arrived(const struct mover_slicer *slicer,
			const struct mover_page *page, size_t first,
			size_t count)
{
	uint64_t units = 0;

	for (size_t i = first; i < first + count; i++)
		if (slicer->status[i] == slicer->node[i])
			units += page[slicer->index[i]].units;
	return units;
}

static bool ran_out(const struct mover_slicer *slicer, size_t first,
		    size_t count)
{
	for (size_t i = first; i < first + count; i++)
		if (slicer->status[i] == -ENOMEM)
			return true;
	return false;
}

static int account(struct mover_slicer *slicer, const struct mover_page *page,
		   size_t first, size_t count, uint64_t begin, uint64_t units)
{
	uint64_t took = clock_now_ns() - begin;

	slicer->result->slices++;
	if (took > slicer->result->longest)
		slicer->result->longest = took;
	adapt(slicer, units, took);
	slicer->done +=
		units_of(slicer, page, first, count) * slicer->page_size;
	keep_rate(slicer, begin,
		  arrived(slicer, page, first, count) * slicer->page_size);
	return report(slicer);
}

/* A node that stays full is left alone: each try has the kernel reclaim. */
static void give_up(struct mover_slicer *slicer, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		slicer->status[i] = -ENOMEM;
}

static int move_chosen(struct mover_slicer *slicer,
		       const struct mover_page *page, size_t end,
		       unsigned int *full)
{
	size_t first = 0, tried;
	int err = 0;

	while (!err && first < end && *full < FULL) {
		size_t count = slice_at(slicer, page, first, end);
		uint64_t units = units_of(slicer, page, first, count);
		uint64_t begin = clock_now_ns();

		err = move_slice(slicer, first, count, &tried);
		if (err)
			break;
		*full = ran_out(slicer, first, tried) ? *full + 1 : 0;
		err = account(slicer, page, first, tried, begin, units);
		first += tried;
	}
	if (!err)
		give_up(slicer, first, end);
	return err;
}

static int move_to(struct mover_slicer *slicer, struct mover_page *page,
		   size_t count, int to, enum mover_pool pool)
{
	size_t chosen = choose(slicer, page, count, to, pool);
	int err = move_chosen(slicer, page, chosen, &slicer->full[to][pool]);

	for (size_t i = 0; i < chosen; i++)
		page[slicer->index[i]].status = slicer->status[i];
	return err;
}

int mover_slices(struct mover_slicer *slicer, struct mover_page *page,
		 size_t count)
{
	int err = make_room(slicer, count);

	for (int to = 0; !err && to < slicer->nodes; to++)
		for (int pool = 0; !err && pool < MOVER_POOLS; pool++)
			err = move_to(slicer, page, count, to, pool);
	return err;
}
