// SPDX-License-Identifier: GPL-2.0
#include "residency.h"
#include "residency_sample.h"
#include "residency_text.h"

#include "page_node.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* A sample takes well below a second, however large the process is. */
#define MAX_DRAWS 65536

/* Entries of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PAGEMAP_PRESENT 0x8000000000000000ULL
#define PAGEMAP_FILE 0x2000000000000000ULL
#define PAGEMAP_EXCLUSIVE 0x0100000000000000ULL
#define PAGEMAP_FRAME 0x007fffffffffffffULL

/**
 * struct target - a process whose pages are looked at
 * @pagemap: its /proc/PID/pagemap, open
 * @page_size: bytes
 * @frames: tells the node of a page frame, if we may see its number
 */
struct target {
	pid_t pid;
	int pagemap;
	uint64_t page_size;
	struct page_node frames;
};

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

/* The errors of the interface, whatever the kernel calls them. */
static int refusal(int err)
{
	switch (err) {
	case ENOENT:
	case ESRCH:
		return -ESRCH;
	case EACCES:
	case EPERM:
		return -EPERM;
	default:
		return -err;
	}
}

static FILE *open_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return fopen(path, "re");
}

/* 1; 0 for what has no memory of its own; or a negative errno. */
static int read_resident(pid_t pid, uint64_t *resident)
{
	FILE *file = open_file(pid, "status");
	char *text = NULL;
	size_t room = 0;
	int has = -ESRCH;

	if (!file)
		return refusal(errno);
	if (getdelim(&text, &room, '\0', file) >= 0)
		has = residency_parse_status(text, resident);
	free(text);
	fclose(file);
	return has;
}

/* Without CONFIG_NUMA or its permission, the file says so by its absence. */
static int measure_exactly(pid_t pid, struct residency *residency)
{
	FILE *file = open_file(pid, "numa_maps");
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	if (!file)
		return errno == ENOENT ? -EOPNOTSUPP : refusal(errno);
	errno = 0;
	while (!err && getline(&line, &room, file) > 0)
		err = residency_parse_numa_maps(line, residency);
	if (!err && ferror(file))
		err = refusal(errno);
	free(line);
	fclose(file);
	return err;
}

static int add_range(struct sample_range **ranges, size_t *count,
		     const struct sample_range *range)
{
	struct sample_range *grown = *ranges;

	/* Grow by doubling: there can be tens of thousands. */
	if (!(*count & (*count - 1)))
		grown = reallocarray(grown, *count ? *count * 2 : 1,
				     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*ranges = grown;
	grown[(*count)++] = *range;
	return 0;
}

static int read_ranges(pid_t pid, struct sample_range **ranges, size_t *count)
{
	FILE *file = open_file(pid, "maps");
	struct sample_range range;
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	*ranges = NULL;
	*count = 0;
	if (!file)
		return refusal(errno);
	errno = 0;
	while (!err && getline(&line, &room, file) > 0)
		if (residency_parse_maps(line, &range))
			err = add_range(ranges, count, &range);
	if (!err && ferror(file))
		err = refusal(errno);
	free(line);
	fclose(file);
	return err;
}

/* A mapping that has gone since has no entries. */
static int read_entry(const struct target *target, uint64_t address,
		      uint64_t *entry)
{
	off_t offset = (off_t)(address / target->page_size * sizeof(*entry));
	ssize_t length = pread(target->pagemap, entry, sizeof(*entry), offset);

	if (length < 0)
		return refusal(errno);
	if (length != sizeof(*entry))
		*entry = 0;
	return 0;
}

/*
 * Whether a page that is present, but that move_pages(2) did not place, is
 * memory of the process. It is not if it is the zero page, which has no flags
 * when small and looks like a file's when huge, or belongs to a device. It is
 * if automatic balancing has armed it: before Linux 6.6 follow_page() then
 * passes it over, with ENOENT also where it is shared after a fork.
 */
static bool is_memory(uint64_t entry, int status, bool anonymous)
{
	if (entry & PAGEMAP_FILE)
		return !anonymous;
	return (entry & PAGEMAP_EXCLUSIVE) || (status == -ENOENT && anonymous);
}

static int place_again(const struct target *target, void *page, uint64_t entry)
{
	int node;

	/* It may have come, or been disarmed, since it was asked for. */
	if (!move_pages(target->pid, 1, &page, NULL, &node, 0) && node >= 0)
		return node;
	node = page_node_of(&target->frames, entry & PAGEMAP_FRAME);
	return node < 0 ? SAMPLE_HIDDEN : node;
}

/*
 * The node comes from move_pages(2); where it knows none, whether there is a
 * page at all from the page map, which shows armed pages too.
 */
static int place(const struct target *target, struct sample_draw *draw,
		 size_t count, void **page, int *status)
{
	uint64_t entry;
	int err;

	for (size_t i = 0; i < count; i++) {
		/* An address in another process, as move_pages(2) takes it. */
		page[i] = (void *)(uintptr_t)draw[i].address;
		status[i] = -ENOENT;
	}
	if (move_pages(target->pid, count, page, NULL, status, 0) < 0)
		return refusal(errno);
	for (size_t i = 0; i < count; i++) {
		draw[i].where = status[i];
		if (status[i] >= 0)
			continue;
		err = read_entry(target, draw[i].address, &entry);
		if (err)
			return err;
		draw[i].where = SAMPLE_ABSENT;
		if ((entry & PAGEMAP_PRESENT) &&
		    is_memory(entry, status[i], draw[i].anonymous))
			draw[i].where = place_again(target, page[i], entry);
	}
	return 0;
}

static int probe(void *context, struct sample_draw *draw, size_t count)
{
	void **page = calloc(count, sizeof(*page));
	int *status = calloc(count, sizeof(*status));
	int err = -ENOMEM;

	if (page && status)
		err = place(context, draw, count, page, status);
	free(status);
	free(page);
	return err;
}

static uint64_t choose_seed(const struct residency_request *request)
{
	uint64_t seed = request->seed;

	if (!request->seeded &&
	    getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)getpid();
	return seed;
}

static int sample_ranges(struct target *target, struct sample_request *sample,
			 struct residency *residency)
{
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", target->pid);
	target->pagemap = open(path, O_RDONLY | O_CLOEXEC);
	if (target->pagemap < 0)
		return refusal(errno);
	err = page_node_read(&target->frames, target->page_size);
	if (!err)
		err = sample_residency(sample, residency);
	page_node_free(&target->frames);
	close(target->pagemap);
	return err;
}

static int measure_sample(pid_t pid, uint64_t resident,
			  const struct residency_request *request,
			  struct residency *residency)
{
	struct target target = { .pid = pid, .page_size = getpagesize() };
	struct sample_range *ranges;
	struct sample_request sample = {
		.page_size = target.page_size,
		.resident = resident,
		.target = RESIDENCY_TARGET,
		.max_draws = MAX_DRAWS,
		.seed = choose_seed(request),
		.probe = probe,
		.context = &target,
	};
	int err = read_ranges(pid, &ranges, &sample.ranges);

	sample.range = ranges;
	if (!err)
		err = sample_ranges(&target, &sample, residency);
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
