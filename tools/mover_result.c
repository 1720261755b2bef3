// SPDX-License-Identifier: GPL-2.0
#include "mover_result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[MOVER_REASONS] = {
	[MOVER_BUSY] = "busy",	       [MOVER_SHARED] = "shared",
	[MOVER_PINNED] = "pinned",     [MOVER_NO_MEMORY] = "no_memory",
	[MOVER_RETURNED] = "returned", [MOVER_HIDDEN] = "hidden",
	[MOVER_OTHER] = "other",
};

const char *mover_reason_word(enum mover_reason reason)
{
	return words[reason];
}

/* The first pair that is not before this one. */
static size_t find(const struct mover_result *result, uint32_t from,
		   uint32_t to)
{
	size_t i = 0;

	while (i < result->count &&
	       (result->pair[i].from < from ||
		(result->pair[i].from == from && result->pair[i].to < to)))
		i++;
	return i;
}

struct mover_pair *mover_pair(struct mover_result *result, uint32_t from,
			      uint32_t to)
{
	size_t i = find(result, from, to);
	struct mover_pair *grown = result->pair;

	if (i < result->count && grown[i].from == from && grown[i].to == to)
		return &grown[i];
	grown = reallocarray(grown, result->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	result->pair = grown;
	memmove(&grown[i + 1], &grown[i], (result->count - i) * sizeof(*grown));
	result->count++;
	grown[i] = (struct mover_pair){ .from = from, .to = to };
	return &grown[i];
}

int mover_merge(struct mover_result *sum, const struct mover_result *part)
{
	if (part->page_size)
		sum->page_size = part->page_size;
	sum->looked_at += part->looked_at;
	sum->in_place += part->in_place;
	sum->slices += part->slices;
	if (part->longest > sum->longest)
		sum->longest = part->longest;
	for (size_t i = 0; i < part->count; i++) {
		const struct mover_pair *one = &part->pair[i];
		struct mover_pair *pair = mover_pair(sum, one->from, one->to);

		if (!pair)
			return -ENOMEM;
		pair->moved += one->moved;
		for (int reason = 0; reason < MOVER_REASONS; reason++)
			pair->left[reason] += one->left[reason];
	}
	return 0;
}

static void forget_left(struct mover_result *result)
{
	for (size_t i = 0; i < result->count; i++)
		memset(result->pair[i].left, 0, sizeof(result->pair[i].left));
}

/* A pair of which nothing moved and nothing is left says nothing. */
static void drop_empty(struct mover_result *result)
{
	size_t kept = 0;

	for (size_t i = 0; i < result->count; i++) {
		const struct mover_pair *pair = &result->pair[i];
		uint64_t pages = pair->moved;

		for (int reason = 0; reason < MOVER_REASONS; reason++)
			pages += pair->left[reason];
		if (pages)
			result->pair[kept++] = *pair;
	}
	result->count = kept;
}

int mover_again(struct mover_result *result, const struct mover_result *later)
{
	uint64_t pages = later->looked_at, others;
	int err;

	if (!pages)
		pages = result->looked_at;
	forget_left(result);
	err = mover_merge(result, later);
	drop_empty(result);
	others = mover_moved(result) + mover_left(result);
	/* What has moved and was given back since is counted all the same. */
	result->in_place = pages > others ? pages - others : 0;
	result->looked_at = others + result->in_place;
	return err;
}

uint64_t mover_moved(const struct mover_result *result)
{
	uint64_t moved = 0;

	for (size_t i = 0; i < result->count; i++)
		moved += result->pair[i].moved;
	return moved;
}

uint64_t mover_left_for(const struct mover_result *result,
			enum mover_reason reason)
{
	uint64_t left = 0;

	for (size_t i = 0; i < result->count; i++)
		left += result->pair[i].left[reason];
	return left;
}

uint64_t mover_left(const struct mover_result *result)
{
	uint64_t left = 0;

	for (int reason = 0; reason < MOVER_REASONS; reason++)
		left += mover_left_for(result, reason);
	return left;
}

void mover_free(struct mover_result *result)
{
	free(result->pair);
	*result = (struct mover_result){ 0 };
}
