// SPDX-License-Identifier: GPL-2.0
#include "pages.h"
#include "residency_text.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <stdlib.h>
#include <unistd.h>

/* Entries of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PAGEMAP_PRESENT 0x8000000000000000ULL
#define PAGEMAP_FILE 0x2000000000000000ULL
#define PAGEMAP_EXCLUSIVE 0x0100000000000000ULL
#define PAGEMAP_FRAME 0x007fffffffffffffULL

/* Read at once. */
#define ENTRIES 1024

/* The errors of the interface, whatever the kernel calls them. */
int pages_refusal(int err)
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

FILE *pages_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return fopen(path, "re");
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

/* Of smaps, which has the lines of maps too: the page size of the last one. */
static void set_unit(const char *line, struct sample_range *range,
		     uint64_t page_size)
{
	unsigned long long size;

	if (sscanf(line, "KernelPageSize: %llu kB", &size) == 1 &&
	    size * 1024 > page_size)
		range->unit = size * 1024;
}

static int read_line(const char *line, struct sample_range **ranges,
		     size_t *count)
{
	struct sample_range range;

	if (residency_parse_maps(line, &range))
		return add_range(ranges, count, &range);
	if (*count)
		set_unit(line, &(*ranges)[*count - 1], getpagesize());
	return 0;
}

int pages_ranges(pid_t pid, bool units, struct sample_range **ranges,
		 size_t *count)
{
	FILE *file = pages_file(pid, units ? "smaps" : "maps");
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	*ranges = NULL;
	*count = 0;
	if (!file)
		return pages_refusal(errno);
	errno = 0;
	while (!err && getline(&line, &room, file) > 0)
		err = read_line(line, ranges, count);
	if (!err && ferror(file))
		err = pages_refusal(errno);
	free(line);
	fclose(file);
	return err;
}

/* A mapping that has gone since has no entries. */
static int read_entry(const struct pages *pages, uint64_t address,
		      uint64_t *entry)
{
	off_t offset = (off_t)(address / pages->page_size * sizeof(*entry));
	ssize_t length = pread(pages->pagemap, entry, sizeof(*entry), offset);

	if (length < 0)
		return pages_refusal(errno);
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

static int place_again(const struct pages *pages, void *page, uint64_t entry)
{
	int node;

	/* It may have come, or been disarmed, since it was asked for. */
	if (!move_pages(pages->pid, 1, &page, NULL, &node, 0) && node >= 0)
		return node;
	node = page_node_of(&pages->frames, entry & PAGEMAP_FRAME);
	return node < 0 ? SAMPLE_HIDDEN : node;
}

/*
 * The node comes from move_pages(2); where it knows none, whether there is a
 * page at all from the page map, which shows armed pages too.
 */
static int place(const struct pages *pages, struct sample_draw *draw,
		 size_t count, void **page, int *status)
{
	uint64_t entry;
	int err;

	for (size_t i = 0; i < count; i++) {
		/* An address in another process, as move_pages(2) takes it. */
		page[i] = (void *)(uintptr_t)draw[i].address;
		status[i] = -ENOENT;
	}
	if (move_pages(pages->pid, count, page, NULL, status, 0) < 0)
		return pages_refusal(errno);
	for (size_t i = 0; i < count; i++) {
		draw[i].where = status[i];
		if (status[i] >= 0)
			continue;
		err = read_entry(pages, draw[i].address, &entry);
		if (err)
			return err;
		draw[i].where = SAMPLE_ABSENT;
		if ((entry & PAGEMAP_PRESENT) &&
		    is_memory(entry, status[i], draw[i].anonymous))
			draw[i].where = place_again(pages, page[i], entry);
	}
	return 0;
}

int pages_place(const struct pages *pages, struct sample_draw *draw,
		size_t count)
{
	void **page = calloc(count, sizeof(*page));
	int *status = calloc(count, sizeof(*status));
	int err = -ENOMEM;

	if (page && status)
		err = place(pages, draw, count, page, status);
	free(status);
	free(page);
	return err;
}

int pages_present(const struct pages *pages, uint64_t address, bool *present,
		  size_t count)
{
	uint64_t entry[ENTRIES];
	off_t offset = (off_t)(address / pages->page_size * sizeof(*entry));
	size_t part, i;
	ssize_t length;

	for (size_t done = 0; done < count; done += part) {
		part = count - done < ENTRIES ? count - done : ENTRIES;
		length = pread(pages->pagemap, entry, part * sizeof(*entry),
			       offset + (off_t)(done * sizeof(*entry)));
		if (length < 0)
			return pages_refusal(errno);
		for (i = 0; i < part; i++)
			present[done + i] =
				i < (size_t)length / sizeof(*entry) &&
				(entry[i] & PAGEMAP_PRESENT);
	}
	return 0;
}

int pages_open(struct pages *pages, pid_t pid)
{
	char path[64];
	int err;

	*pages = (struct pages){ .pid = pid, .page_size = getpagesize() };
	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	pages->pagemap = open(path, O_RDONLY | O_CLOEXEC);
	if (pages->pagemap < 0)
		return pages_refusal(errno);
	err = page_node_read(&pages->frames, pages->page_size);
	if (err)
		pages_close(pages);
	return err;
}

void pages_close(struct pages *pages)
{
	page_node_free(&pages->frames);
	close(pages->pagemap);
}
