// SPDX-License-Identifier: GPL-2.0
#include "residency_sample.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/*
 * Mappings are drawn from in strata, since their density differs: the largest
 * are strata of their own, the others go by powers of two of their size.
 */
#define LARGE_RANGES 48
#define SIZE_CLASSES 64
#define STRATA (LARGE_RANGES + SIZE_CLASSES)

/* Draws for each stratum to begin with, and for all of them in each round. */
#define PILOT 16
#define ROUND 512

/* No end before so many: the normal approximation needs them. */
#define MIN_DRAWS 1024

/* Of the standard normal distribution, for 95 %. */
#define Z 1.96

/**
 * struct stratum - mappings that are drawn from as one
 * @first: the first of its ranges
 * @end: the first range after them
 * @pages: number of pages in them, resident or not
 * @draws: so far
 * @hits: of these, resident
 */
struct stratum {
	size_t first;
	size_t end;
	double pages;
	unsigned long draws;
	unsigned long hits;
};

/**
 * struct place - where hits were: on a node, or hidden
 * @where: as in struct sample_draw
 * @hits: number, by stratum
 */
struct place {
	int where;
	unsigned long hits[STRATA];
};

/**
 * struct sample - a sample that is being taken
 * @range: the mappings, by descending size
 * @below: number of pages in the ranges before each
 */
struct sample {
	const struct sample_request *request;
	struct sample_range *range;
	uint64_t *below;
	size_t strata;
	struct stratum stratum[STRATA];
	size_t places;
	struct place *place;
	unsigned long draws;
	struct drand48_data random;
};

static uint64_t size_of(const struct sample_range *range)
{
	return range->end - range->start;
}

/* Ties in the order of addresses, so that equal seeds draw equal pages. */
static int compare_ranges(const void *a, const void *b)
{
	const struct sample_range *x = a, *y = b;

	if (size_of(x) != size_of(y))
		return size_of(x) < size_of(y) ? 1 : -1;
	return (x->start > y->start) - (x->start < y->start);
}

static int sort_ranges(struct sample *sample)
{
	const struct sample_request *request = sample->request;
	size_t count = request->ranges;

	sample->range = calloc(count + 1, sizeof(*sample->range));
	sample->below = calloc(count + 1, sizeof(*sample->below));
	if (!sample->range || !sample->below)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sample->range[i] = request->range[i];
	qsort(sample->range, count, sizeof(*sample->range), compare_ranges);
	for (size_t i = 0; i < count; i++)
		sample->below[i + 1] =
			sample->below[i] +
			size_of(&sample->range[i]) / request->page_size;
	return 0;
}

static bool same_class(const struct sample_range *a,
		       const struct sample_range *b)
{
	return __builtin_clzll(size_of(a)) == __builtin_clzll(size_of(b));
}

static void build_strata(struct sample *sample)
{
	size_t count = sample->request->ranges;

	for (size_t first = 0, end; first < count; first = end) {
		struct stratum *stratum = &sample->stratum[sample->strata++];

		end = first + 1;
		while (first >= LARGE_RANGES && end < count &&
		       same_class(&sample->range[first], &sample->range[end]))
			end++;
		stratum->first = first;
		stratum->end = end;
		stratum->pages =
			(double)(sample->below[end] - sample->below[first]);
	}
}

/* The range that has page number @page of all. */
static size_t find_range(const struct sample *sample,
			 const struct stratum *stratum, uint64_t page)
{
	size_t low = stratum->first, high = stratum->end;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (sample->below[middle] <= page)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void draw_page(struct sample *sample, const struct stratum *stratum,
		      struct sample_draw *draw)
{
	uint64_t page = sample->below[stratum->first];
	const struct sample_range *range;
	double random;
	size_t index;

	drand48_r(&sample->random, &random);
	page += (uint64_t)(random * stratum->pages);
	index = find_range(sample, stratum, page);
	range = &sample->range[index];
	draw->address = range->start + (page - sample->below[index]) *
					       sample->request->page_size;
	draw->anonymous = range->anonymous;
	draw->where = SAMPLE_ABSENT;
}

static struct place *find_place(struct sample *sample, int where)
{
	struct place *grown;

	for (size_t i = 0; i < sample->places; i++)
		if (sample->place[i].where == where)
			return &sample->place[i];
	grown = reallocarray(sample->place, sample->places + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	sample->place = grown;
	grown += sample->places++;
	*grown = (struct place){ .where = where };
	return grown;
}

static int tally(struct sample *sample, size_t index,
		 const struct sample_draw *draw, size_t count)
{
	struct stratum *stratum = &sample->stratum[index];

	for (size_t i = 0; i < count; i++) {
		struct place *place;

		stratum->draws++;
		if (draw[i].where == SAMPLE_ABSENT)
			continue;
		place = find_place(sample, draw[i].where);
		if (!place)
			return -ENOMEM;
		stratum->hits++;
		place->hits[index]++;
	}
	sample->draws += count;
	return 0;
}

static int draw_pages(struct sample *sample, size_t index, size_t count)
{
	const struct sample_request *request = sample->request;
	struct sample_draw *draw = calloc(count, sizeof(*draw));
	int err;

	if (!draw)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		draw_page(sample, &sample->stratum[index], &draw[i]);
	err = request->probe(request->context, draw, count);
	if (!err)
		err = tally(sample, index, draw, count);
	free(draw);
	return err;
}

static int draw_pilot(struct sample *sample)
{
	int err = 0;

	for (size_t i = 0; !err && i < sample->strata; i++)
		err = draw_pages(sample, i, PILOT);
	return err;
}

/* Pages of the stratum that are resident, by the draws so far. */
static double found(const struct stratum *stratum)
{
	return stratum->pages * (double)stratum->hits / (double)stratum->draws;
}

/*
 * How uncertain the stratum is: as if a few more draws had hit, since no hits
 * in k draws do not mean that nothing is there.
 */
static double doubt(const struct stratum *stratum)
{
	return stratum->pages *
	       sqrt(((double)stratum->hits + Z * Z) / (double)stratum->draws);
}

/*
 * Half of a round goes where memory was found, half where most of the doubt
 * is (Neyman's allocation).
 */
static int draw_round(struct sample *sample)
{
	double all_found = 0, all_doubt = 0, due = 0;
	int err = 0;

	for (size_t i = 0; i < sample->strata; i++) {
		all_found += found(&sample->stratum[i]);
		all_doubt += doubt(&sample->stratum[i]);
	}
	for (size_t i = 0; !err && i < sample->strata; i++) {
		const struct stratum *stratum = &sample->stratum[i];
		size_t count;

		if (all_found > 0)
			due += ROUND / 2 * found(stratum) / all_found;
		due += ROUND / 2 * doubt(stratum) / all_doubt;
		count = (size_t)due;
		due -= (double)count;
		if (count)
			err = draw_pages(sample, i, count);
	}
	return err;
}

static double sum_found(const struct sample *sample)
{
	double sum = 0;

	for (size_t i = 0; i < sample->strata; i++)
		sum += found(&sample->stratum[i]);
	return sum;
}

/*
 * Variance of the pages in a stratum that are at a place (@at of its hits),
 * less @share of all that are resident. With a term as in Wilson's interval,
 * without which a stratum that looks uniform would seem certain.
 */
static double variance(const struct stratum *stratum, unsigned long at,
		       double share)
{
	double draws = (double)stratum->draws;
	double in = (double)at / draws;
	double out = (double)(stratum->hits - at) / draws;
	double mean = in * (1 - share) - out * share;
	double square = in * (1 - share) * (1 - share) + out * share * share;
	double edge = fmax(share, 1 - share);

	return stratum->pages * stratum->pages *
	       (square - mean * mean + edge * edge * Z * Z / draws) / draws;
}

/*
 * Bound of what may be resident in strata in which nothing was found, as a
 * share of what was found. The draws bound it, and so does the kernel's own
 * number of resident pages, less those that were found elsewhere.
 */
static double unfound(const struct sample *sample, double all)
{
	double by_draws = 0, spread = 0, gap;

	for (size_t i = 0; i < sample->strata; i++) {
		const struct stratum *stratum = &sample->stratum[i];

		if (stratum->hits)
			spread += variance(stratum, stratum->hits, 0);
		else
			by_draws += variance(stratum, 0, 0);
	}
	gap = (double)sample->request->resident /
		      (double)sample->request->page_size -
	      all + Z * sqrt(spread);
	return fmin(Z * sqrt(by_draws), fmax(gap, 0)) / all;
}

/* Half width of the interval of what was found at a place. */
static double place_error(const struct sample *sample,
			  const struct place *place, double share, double all,
			  double rest)
{
	double sum = 0;

	for (size_t i = 0; i < sample->strata; i++)
		if (sample->stratum[i].hits)
			sum += variance(&sample->stratum[i], place->hits[i],
					share);
	return fmin(sqrt(Z * Z * sum / (all * all) + rest * rest), 1);
}

static double share_of(const struct sample *sample, const struct place *place,
		       double all)
{
	double sum = 0;

	for (size_t i = 0; i < sample->strata; i++) {
		const struct stratum *stratum = &sample->stratum[i];

		sum += stratum->pages * (double)place->hits[i] /
		       (double)stratum->draws;
	}
	return sum / all;
}

/*
 * What is hidden may be on any node, all of it: it adds to the error of each,
 * and so does the error of its own share.
 */
static void add_hidden(struct residency *residency, double hidden)
{
	residency->error = residency->count ? 0 : 1;
	for (size_t i = 0; i < residency->count; i++) {
		struct residency_node *node = &residency->node[i];

		node->error = fmin(node->error + hidden, 1);
		residency->error = fmax(residency->error, node->error);
	}
}

/* Sets @error to the largest one that more draws would lessen. */
static int estimate(const struct sample *sample, struct residency *residency,
		    double *error)
{
	double resident = (double)sample->request->resident;
	double all = sum_found(sample), hidden = 0;
	double rest = all > 0 ? unfound(sample, all) : 1;

	*error = all > 0 ? 0 : 1;
	for (size_t i = 0; i < sample->places; i++) {
		const struct place *place = &sample->place[i];
		double share = share_of(sample, place, all);
		double own = place_error(sample, place, share, all, rest);
		struct residency_node *node;

		*error = fmax(*error, own);
		if (place->where == SAMPLE_HIDDEN) {
			residency->hidden = (uint64_t)(share * resident);
			hidden = share + own;
			continue;
		}
		node = residency_node(residency, place->where);
		if (!node)
			return -ENOMEM;
		node->bytes = (uint64_t)(share * resident);
		node->error = own;
	}
	add_hidden(residency, hidden);
	return 0;
}

static int draw_until_precise(struct sample *sample,
			      struct residency *residency)
{
	const struct sample_request *request = sample->request;
	int err = draw_pilot(sample);
	double error;

	while (!err) {
		err = estimate(sample, residency, &error);
		if (err || sample->draws >= request->max_draws)
			break;
		if (sample->draws >= MIN_DRAWS && error <= request->target)
			break;
		err = draw_round(sample);
	}
	return err;
}

static void count_hits(const struct sample *sample, struct residency *residency)
{
	residency->draws = sample->draws;
	residency->hits = 0;
	for (size_t i = 0; i < sample->strata; i++)
		residency->hits += sample->stratum[i].hits;
}

int sample_residency(const struct sample_request *request,
		     struct residency *residency)
{
	struct sample sample = { .request = request };
	unsigned short seed[] = { request->seed, request->seed >> 16,
				  request->seed >> 32 };
	int err = 0;

	residency->sampled = true;
	residency->resident = request->resident;
	seed48_r(seed, &sample.random);
	if (request->ranges && request->resident)
		err = sort_ranges(&sample);
	if (!err && sample.range) {
		build_strata(&sample);
		err = draw_until_precise(&sample, residency);
		count_hits(&sample, residency);
	}
	free(sample.range);
	free(sample.below);
	free(sample.place);
	return err;
}
