// SPDX-License-Identifier: GPL-2.0
#include "mover.h"

#include "file.h"
#include "mover_map.h"
#include "mover_rest.h"
#include "mover_result.h"
#include "mover_slice.h"
#include "pages.h"
#include "residency_text.h"

#include <errno.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Pages that are looked at together. */
#define WINDOW 16384

/*
 * So many pages are kept in mind to be tried again. Only where these are all
 * that is left are there few enough for a call that cannot be sliced.
 */
#define LATER 262144

/* What is busy for a moment is not in these passes, 20 ms apart. */
#define PASSES 3
#define PAUSE_NS 20000000L

#define HUGE_SIZE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
#define USUAL_HUGE_SIZE (2UL << 20)

/**
 * struct batch - pages
 * @count: number of @page
 * @room: for so many
 * @page: they
 */
struct batch {
	size_t count;
	size_t room;
	struct mover_page *page;
};

/**
 * struct mover - a process whose pages are being moved
 * @ranges: number of @range
 * @range: its mappings
 * @at: the one that is being looked at
 * @address: in it, what is to be looked at next
 * @later: pages to be tried again
 * @overflow: there were too many of these
 * @called_rest: mover_rest() was called for these
 * @draws: room for so many
 * @draw: of a batch, for pages_place()
 */
struct mover {
	const struct mover_request *request;
	struct mover_result *result;
	struct mover_map map;
	struct mover_slicer slicer;
	struct pages pages;
	size_t ranges;
	struct sample_range *range;
	size_t at;
	uint64_t address;
	struct batch later;
	bool overflow;
	bool called_rest;
	size_t draws;
	struct sample_draw *draw;
};

static int add_page(struct batch *batch, const struct mover_page *page)
{
	struct mover_page *grown;
	size_t room = batch->room ? batch->room * 2 : 1024;

	if (batch->count == batch->room) {
		grown = reallocarray(batch->page, room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		batch->page = grown;
		batch->room = room;
	}
	batch->page[batch->count++] = *page;
	return 0;
}

static uint64_t unit_of(const struct mover *mover,
			const struct sample_range *range)
{
	return range->unit ? range->unit : mover->pages.page_size;
}

/* The pages that are present in a part of a mapping. */
static int add_present(const struct mover *mover, struct batch *batch,
		       const struct sample_range *range, size_t count)
{
	uint64_t unit = unit_of(mover, range);
	struct mover_page page = {
		.anonymous = range->anonymous,
		.units = (uint32_t)(unit / mover->pages.page_size),
		.from = MOVER_UNKNOWN,
		.to = MOVER_STAYS,
	};
	bool present[WINDOW];
	int err = 0;

	if (page.units == 1)
		err = pages_present(&mover->pages, mover->address, present,
				    count);
	for (size_t i = 0; !err && i < count; i++) {
		page.address = mover->address + i * unit;
		/* All parts of a page of hugetlb are present, or none is. */
		if (page.units > 1)
			err = pages_present(&mover->pages, page.address,
					    &present[i], 1);
		if (!err && present[i])
			err = add_page(batch, &page);
	}
	return err;
}

/* The next pages of the process, at most as many as a window has. */
static int fill_window(struct mover *mover, struct batch *batch)
{
	int err = 0;

	batch->count = 0;
	while (!err && mover->at < mover->ranges && batch->count < WINDOW) {
		const struct sample_range *range = &mover->range[mover->at];
		uint64_t unit = unit_of(mover, range);
		uint64_t left;

		if (mover->address < range->start)
			mover->address = range->start;
		left = (range->end - mover->address) / unit;
		if (!left) {
			mover->at++;
			continue;
		}
		if (left > WINDOW - batch->count)
			left = WINDOW - batch->count;
		err = add_present(mover, batch, range, left);
		mover->address += left * unit;
	}
	return err;
}

static int make_draws(struct mover *mover, size_t count)
{
	if (count <= mover->draws)
		return 0;
	free(mover->draw);
	mover->draws = 0;
	mover->draw = calloc(count, sizeof(*mover->draw));
	if (!mover->draw)
		return -ENOMEM;
	mover->draws = count;
	return 0;
}

/* Where the pages of a batch are now: to @mover->draw. */
static int place(struct mover *mover, const struct batch *batch)
{
	int err = make_draws(mover, batch->count);

	if (err || !batch->count)
		return err;
	for (size_t i = 0; i < batch->count; i++)
		mover->draw[i] = (struct sample_draw){
			.address = batch->page[i].address,
			.anonymous = batch->page[i].anonymous,
		};
	err = pages_place(&mover->pages, mover->draw, batch->count);
	if (!err)
		err = target_check(mover->request->process);
	/* Of what has no memory any more. */
	return err == -EINVAL ? -ESRCH : err;
}

/* Small pages that may be a huge one go to one node. */
static uint64_t turn_of(const struct mover *mover,
			const struct mover_page *page)
{
	uint64_t unit = page->units * mover->pages.page_size;

	if (unit < mover->slicer.huge_size)
		unit = mover->slicer.huge_size;
	return page->address / unit;
}

static void set_goal(const struct mover *mover, struct mover_page *page,
		     int where)
{
	page->from = where >= 0 ? where : MOVER_UNKNOWN;
	page->to = mover_map_to(&mover->map, page->from, turn_of(mover, page));
	page->status = MOVER_UNTRIED;
}

/* Drops what turned out to be no memory. */
static void set_goals(struct mover *mover, struct batch *batch)
{
	size_t kept = 0;

	for (size_t i = 0; i < batch->count; i++) {
		int where = mover->draw[i].where;

		if (where == SAMPLE_ABSENT)
			continue;
		batch->page[kept] = batch->page[i];
		set_goal(mover, &batch->page[kept++], where);
	}
	batch->count = kept;
}

static int load_window(struct mover *mover, struct batch *batch)
{
	int err = fill_window(mover, batch);

	if (!err)
		err = place(mover, batch);
	if (!err)
		set_goals(mover, batch);
	return err;
}

static enum mover_reason reason_of(const struct mover_page *page)
{
	switch (page->status) {
	case -EBUSY:
		return MOVER_BUSY;
	case -EACCES:
		return MOVER_SHARED;
	case MOVER_STUCK:
		return MOVER_PINNED;
	case -ENOMEM:
		return MOVER_NO_MEMORY;
	case -ENOENT:
		return MOVER_HIDDEN;
	case -EFAULT: /* so for a huge page that is armed */
		return page->anonymous ? MOVER_HIDDEN : MOVER_OTHER;
	case MOVER_UNTRIED:
		return page->from < 0 ? MOVER_HIDDEN : MOVER_OTHER;
	default:
		return page->status < 0 ? MOVER_OTHER : MOVER_RETURNED;
	}
}

static bool may_move_later(const struct mover_page *page)
{
	enum mover_reason reason = reason_of(page);

	return reason == MOVER_BUSY || reason == MOVER_PINNED ||
	       reason == MOVER_HIDDEN;
}

static uint32_t node_of(int node)
{
	return node < 0 ? MOVER_NO_NODE : (uint32_t)node;
}

static int count_left(struct mover *mover, const struct mover_page *page)
{
	struct mover_pair *pair = mover_pair(mover->result, node_of(page->from),
					     node_of(page->to));

	if (!pair)
		return -ENOMEM;
	mover->result->looked_at += page->units;
	pair->left[reason_of(page)] += page->units;
	return 0;
}

static int count_moved(struct mover *mover, const struct mover_page *page,
		       int where)
{
	struct mover_pair *pair =
		mover_pair(mover->result, node_of(page->from), node_of(where));

	if (!pair)
		return -ENOMEM;
	mover->result->looked_at += page->units;
	pair->moved += page->units;
	return 0;
}

static int count_in_place(struct mover *mover, const struct mover_page *page)
{
	mover->result->looked_at += page->units;
	mover->result->in_place += page->units;
	return 0;
}

/* One that was not moved: to be tried again, or counted. */
static int keep(struct mover *mover, const struct mover_page *page, bool last)
{
	if (last || !may_move_later(page))
		return count_left(mover, page);
	if (mover->later.count < LATER)
		return add_page(&mover->later, page);
	mover->overflow = true;
	return count_left(mover, page);
}

/*
 * It was hidden, and is seen at last. The last call makes those visible that it
 * moves; what is where it belongs otherwise may have been there all the time.
 */
static int count_found(struct mover *mover, const struct mover_page *page,
		       int where)
{
	struct mover_page found = *page;

	if (mover->called_rest &&
	    numa_bitmask_isbitset(mover->request->to, (unsigned int)where))
		return count_moved(mover, page, where);
	set_goal(mover, &found, where);
	if (found.to == MOVER_STAYS)
		return count_in_place(mover, &found);
	found.status = -ENOENT;
	return count_left(mover, &found);
}

/*
 * What became of a page that is found at @where now. One that nobody tried to
 * move, since the work ended early, was not looked at; nor was one that the
 * process has given back.
 */
static int count_page(struct mover *mover, const struct mover_page *page,
		      int where, bool last)
{
	bool known = page->from >= 0;

	if (where == SAMPLE_ABSENT)
		return 0;
	if (!known && last && where >= 0)
		return count_found(mover, page, where);
	if (known && page->to == MOVER_STAYS)
		return count_in_place(mover, page);
	if (known && page->status == MOVER_UNTRIED)
		return 0;
	if (known && mover_map_is_right(&mover->map, page->from, where))
		return count_moved(mover, page, where);
	/* It arrived, and was armed since: then its node is not to be seen. */
	if (known && where == SAMPLE_HIDDEN && page->status == page->to)
		return count_moved(mover, page, page->to);
	return keep(mover, page, last);
}

/* By what the calls said: nobody else can be asked about what has ended. */
static void forget_places(struct mover *mover, const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		mover->draw[i].where = batch->page[i].status >= 0
					       ? batch->page[i].status
					       : SAMPLE_ABSENT;
}

static int count_batch(struct mover *mover, const struct batch *batch,
		       bool last)
{
	int gone = place(mover, batch);
	int err = 0;

	if (gone && gone != -ESRCH && gone != -ESTALE)
		return gone;
	if (gone)
		forget_places(mover, batch);
	for (size_t i = 0; !err && i < batch->count; i++)
		err = count_page(mover, &batch->page[i], mover->draw[i].where,
				 last);
	return err ? err : gone;
}

/* What was done is counted, also where the work ended early. */
static int move_batch(struct mover *mover, struct batch *batch)
{
	int err = mover_slices(&mover->slicer, batch->page, batch->count);
	int counted = count_batch(mover, batch, false);

	return err ? err : counted;
}

static void skip_in_place(struct mover *mover, const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->page[i].to == MOVER_STAYS)
			mover->slicer.done +=
				batch->page[i].units * mover->pages.page_size;
}

/*
 * ORDER: a window is looked at before the one in front of it is moved. A large
 * page can begin in one and end in the next: moved as a whole, its end would
 * seem to have been in place.
 */
static int move_windows(struct mover *mover)
{
	struct batch window[2] = { 0 };
	int now = 0, err = load_window(mover, &window[now]);

	while (!err && window[now].count) {
		err = load_window(mover, &window[!now]);
		skip_in_place(mover, &window[now]);
		if (!err)
			err = move_batch(mover, &window[now]);
		now = !now;
	}
	free(window[0].page);
	free(window[1].page);
	return err;
}

/* One that was hidden may be seen now, and then be where it belongs. */
static void look_again(const struct mover *mover, struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct mover_page *page = &batch->page[i];

		if (page->from == MOVER_UNKNOWN)
			set_goal(mover, page, mover->draw[i].where);
		else
			page->status = MOVER_UNTRIED;
	}
}

/* An error leaves those that were to be moved again as they were found. */
static int move_again(struct mover *mover)
{
	struct batch again = mover->later;
	int err;

	mover->later = (struct batch){ 0 };
	err = place(mover, &again);
	if (!err) {
		look_again(mover, &again);
		err = move_batch(mover, &again);
	}
	free(again.page);
	return err;
}

static void pause_between_passes(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	nanosleep(&pause, NULL);
}

static bool has_hidden(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (reason_of(&batch->page[i]) == MOVER_HIDDEN)
			return true;
	return false;
}

/* Without memory it would be of no use, and stir up what has been counted. */
static bool can_move_rest(const struct mover *mover)
{
	return !mover->overflow && has_hidden(&mover->later) &&
	       !mover_left_for(mover->result, MOVER_NO_MEMORY);
}

static int finish(struct mover *mover)
{
	int err = 0;

	for (int i = 0; !err && mover->later.count && i < PASSES; i++) {
		pause_between_passes();
		err = move_again(mover);
	}
	if (err || !can_move_rest(mover))
		return err;
	err = target_check(mover->request->process);
	if (!err) {
		mover_rest(mover->request);
		mover->called_rest = true;
	}
	return err;
}

/* Those that are left in the end, also where an error was the end. */
static int count_rest(struct mover *mover)
{
	return count_batch(mover, &mover->later, true);
}

static int move(struct mover *mover)
{
	int err = move_windows(mover), counted;

	if (!err)
		err = finish(mover);
	counted = count_rest(mover);
	return err ? err : counted;
}

static uint64_t huge_size(void)
{
	char *text = file_read(HUGE_SIZE);
	uint64_t size = text ? strtoull(text, NULL, 10) : 0;

	free(text);
	return size ? size : USUAL_HUGE_SIZE;
}

/* How much there is, and whether any of it is hugetlb's. */
static int read_size(pid_t pid, uint64_t *resident, bool *hugetlb)
{
	static const char key[] = "\nHugetlbPages:";
	const char *found;
	char path[64], *text;
	bool has;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	text = file_read(path);
	if (!text)
		return pages_refusal(errno);
	has = residency_parse_status(text, resident);
	found = strstr(text, key);
	*hugetlb = found && strtoull(found + strlen(key), NULL, 10);
	free(text);
	return has ? 0 : -ESRCH;
}

static int prepare(struct mover *mover)
{
	const struct mover_request *request = mover->request;
	struct mover_slicer *slicer = &mover->slicer;
	pid_t pid = request->process->pid;
	bool hugetlb = false;
	int err;

	*slicer = (struct mover_slicer){
		.request = request,
		.result = mover->result,
		.page_size = mover->pages.page_size,
		.huge_size = huge_size(),
		.nodes = numa_max_node() + 1,
	};
	mover->result->page_size = mover->pages.page_size;
	err = read_size(pid, &slicer->total, &hugetlb);
	if (!err)
		err = pages_ranges(pid, hugetlb, &mover->range, &mover->ranges);
	if (!err)
		err = mover_map_init(&mover->map, request->from, request->to,
				     slicer->nodes);
	return err ? err : mover_slicer_init(slicer);
}

static int run(struct mover *mover)
{
	int err = pages_open(&mover->pages, mover->request->process->pid);

	if (err)
		return err;
	err = prepare(mover);
	if (!err)
		err = move(mover);
	mover_slicer_free(&mover->slicer);
	mover_map_free(&mover->map);
	free(mover->later.page);
	free(mover->draw);
	free(mover->range);
	pages_close(&mover->pages);
	return err;
}

static int check_nodes(const struct bitmask *to)
{
	long long unused;
	int nodes = 0;

	for (unsigned int node = 0; node < to->size; node++) {
		if (!numa_bitmask_isbitset(to, node))
			continue;
		if (numa_node_size64((int)node, &unused) <= 0)
			return -ENODEV;
		nodes++;
	}
	return nodes ? 0 : -ENODEV;
}

/*
 * Ask about no page at all: about ourselves the kernel never refuses that,
 * only a filter of system calls does.
 */
static int check_permission(const struct mover_request *request)
{
	int flags = request->shared ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE;

	if (move_pages(0, 0, NULL, NULL, NULL, 0))
		return -EOPNOTSUPP;
	if (!move_pages(request->process->pid, 0, NULL, NULL, NULL, flags))
		return 0;
	return errno == EINVAL ? -ESRCH : -errno;
}

int mover_run(const struct mover_request *request, struct mover_result *result)
{
	struct mover mover = { .request = request, .result = result };
	int err = check_nodes(request->to);

	if (!err)
		err = check_permission(request);
	return err ? err : run(&mover);
}
