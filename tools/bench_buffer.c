// SPDX-License-Identifier: GPL-2.0
#include "bench_buffer.h"

#include "file.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define THP_SIZE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"

/* Pages that are asked about at once. */
#define BATCH 4096

/* Says why not: @why, or NULL where memory is short. Its value is @err. */
#define refuse(why, err, ...)                                                  \
	({                                                                     \
		char *_text;                                                   \
		int _length = asprintf(&_text, __VA_ARGS__);                   \
		*(why) = _length < 0 ? NULL : _text;                           \
		(err);                                                         \
	})

static int refuse_policy(char **why, uint32_t node, int err)
{
	if (err == -EINVAL)
		return refuse(why, err,
			      "our cpuset does not let us allocate on node %u",
			      node);
	if (err == -EPERM)
		return refuse(why, err,
			      "mbind(2) is not allowed here (seccomp?): %s",
			      strerror(-err));
	return refuse(why, err, "mbind(2) to node %u: %s", node,
		      strerror(-err));
}

static int set_policy(const struct bench_buffer *buffer, int mode,
		      unsigned int flags, uint32_t node)
{
	struct bitmask *nodes = numa_bitmask_alloc(node + 1);
	int err;

	if (!nodes)
		return -ENOMEM;
	numa_bitmask_setbit(nodes, node);
	/* The kernel takes a number of bits that is one too many. */
	err = mbind(buffer->start, buffer->size, mode, nodes->maskp,
		    nodes->size + 1, flags)
		      ? -errno
		      : 0;
	numa_bitmask_free(nodes);
	return err;
}

/* Touches every page: in one call that cannot raise a signal, where it is. */
static int populate(const struct bench_buffer *buffer)
{
	if (!madvise(buffer->start, buffer->size, MADV_POPULATE_WRITE))
		return 0;
	if (errno != EINVAL)
		return -errno;
	memset(buffer->start, 0, buffer->size);
	return 0;
}

/* Bytes in the default huge pages that are free on the node. */
static uint64_t free_huge(uint32_t node, uint64_t page)
{
	uint64_t pages = 0;
	char path[128], *text;

	snprintf(path, sizeof(path),
		 "/sys/devices/system/node/node%u/hugepages/hugepages-%llukB/free_hugepages",
		 node, (unsigned long long)page >> 10);
	text = file_read(path);
	if (text)
		pages = strtoull(text, NULL, 10);
	free(text);
	return pages * page;
}

static uint64_t default_huge(void)
{
	char *text = file_read("/proc/meminfo");
	const char *found = text ? strstr(text, "\nHugepagesize:") : NULL;
	uint64_t size = 0;

	if (found)
		size = strtoull(found + strlen("\nHugepagesize:"), NULL, 10);
	free(text);
	return size << 10;
}

static uint64_t transparent_huge(void)
{
	char *text = file_read(THP_SIZE);
	uint64_t size = text ? strtoull(text, NULL, 10) : 0;

	free(text);
	return size;
}

/* Pages that the administrator has reserved on the node. */
static bool place_reserved(struct bench_buffer *buffer, size_t size)
{
	uint64_t page = default_huge();

	if (!page || size % page || free_huge(buffer->node, page) < size)
		return false;
	buffer->length = size;
	buffer->mapping =
		mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (buffer->mapping == MAP_FAILED) {
		buffer->mapping = NULL;
		return false;
	}
	buffer->start = buffer->mapping;
	buffer->size = size;
	buffer->huge = size;
	/* Without this call it takes a signal to find out that there are none. */
	if (!set_policy(buffer, MPOL_BIND, 0, buffer->node) &&
	    !madvise(buffer->start, size, MADV_POPULATE_WRITE))
		return true;
	bench_buffer_free(buffer);
	return false;
}

static int map_aligned(struct bench_buffer *buffer, size_t size, size_t align)
{
	uintptr_t start;

	buffer->length = size + align;
	buffer->mapping = mmap(NULL, buffer->length, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buffer->mapping == MAP_FAILED) {
		buffer->mapping = NULL;
		return -errno;
	}
	start = ((uintptr_t)buffer->mapping + align - 1) / align * align;
	buffer->start = (void *)start;
	buffer->size = size;
	return 0;
}

/* "Rss:  96 kB" of the mapping at @start. */
static uint64_t smaps_bytes(uintptr_t start, uintptr_t end, const char *field)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	unsigned long from = 0, to = 0;
	size_t room = 0, length = strlen(field);
	uint64_t sum = 0;
	char *line = NULL;

	while (file && getline(&line, &room, file) > 0) {
		/* A field has a colon where a range has its end. */
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			continue;
		if (from < end && to > start && !strncmp(line, field, length))
			sum += strtoull(line + length, NULL, 10) << 10;
	}
	free(line);
	if (file)
		fclose(file);
	return sum;
}

static void count_huge(struct bench_buffer *buffer)
{
	uintptr_t start = (uintptr_t)buffer->start;
	uint64_t huge =
		smaps_bytes(start, start + buffer->size, "AnonHugePages:");

	buffer->huge = huge < buffer->size ? huge : buffer->size;
}

/*
 * ORDER: first preferred, which falls back to other nodes where the node is
 * full, in place of the OOM killer; bound once all pages are there, so that
 * automatic balancing does not sample it while it is measured.
 */
static int place_pages(struct bench_buffer *buffer, char **why)
{
	int err = set_policy(buffer, MPOL_PREFERRED, 0, buffer->node);

	if (err)
		return refuse_policy(why, buffer->node, err);
	madvise(buffer->start, buffer->size, MADV_HUGEPAGE);
	err = populate(buffer);
	if (err)
		return refuse(why, err, "no memory for the buffer: %s",
			      strerror(-err));
	err = set_policy(buffer, MPOL_BIND, 0, buffer->node);
	if (err)
		return refuse_policy(why, buffer->node, err);
	count_huge(buffer);
	return bench_buffer_verify(buffer, why);
}

int bench_buffer_place(struct bench_buffer *buffer, uint32_t node, size_t size,
		       char **why)
{
	size_t align = transparent_huge();
	int err;

	*buffer = (struct bench_buffer){ .node = node };
	*why = NULL;
	if (place_reserved(buffer, size))
		err = bench_buffer_verify(buffer, why);
	else if (map_aligned(buffer, size,
			     align && align <= size ? align
						    : (size_t)getpagesize()))
		err = refuse(why, -ENOMEM, "no address space for the buffer");
	else
		err = place_pages(buffer, why);
	if (err)
		bench_buffer_free(buffer);
	return err;
}

/* Pages of a batch that are not on the node, or a negative errno. */
static long count_strayed(const struct bench_buffer *buffer, size_t first,
			  size_t count, void **page, int *status)
{
	size_t size = (size_t)getpagesize();
	long strayed = 0;

	for (size_t i = 0; i < count; i++) {
		page[i] = (char *)buffer->start + (first + i) * size;
		status[i] = -ENOENT;
	}
	if (move_pages(0, count, page, NULL, status, 0) < 0)
		return -errno;
	for (size_t i = 0; i < count; i++)
		strayed += status[i] != (int)buffer->node;
	return strayed;
}

static long count_all_strayed(const struct bench_buffer *buffer, size_t pages)
{
	void **page = calloc(BATCH, sizeof(*page));
	int *status = calloc(BATCH, sizeof(*status));
	long strayed = page && status ? 0 : -ENOMEM, some;

	for (size_t i = 0; strayed >= 0 && i < pages; i += BATCH) {
		some = count_strayed(buffer, i,
				     pages - i < BATCH ? pages - i : BATCH,
				     page, status);
		strayed = some < 0 ? some : strayed + some;
	}
	free(status);
	free(page);
	return strayed;
}

int bench_buffer_verify(const struct bench_buffer *buffer, char **why)
{
	size_t pages = buffer->size / (size_t)getpagesize();
	long strayed = count_all_strayed(buffer, pages);

	*why = NULL;
	if (!strayed)
		return 0;
	if (strayed < 0)
		return refuse(why, (int)strayed, "move_pages(2): %s",
			      strerror((int)-strayed));
	return refuse(why, -ENOSPC,
		      "%ld of the buffer's %zu pages do not lie on node %u",
		      strayed, pages, buffer->node);
}

void bench_buffer_free(struct bench_buffer *buffer)
{
	if (buffer->mapping)
		munmap(buffer->mapping, buffer->length);
	*buffer = (struct bench_buffer){ .node = buffer->node };
}
