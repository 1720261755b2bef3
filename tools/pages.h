/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages of a process: its mappings, what is present in them, and on which
 * node. The errors are
 *   -ESRCH	there is no such process
 *   -EPERM	it belongs to somebody else
 *   -ENOMEM	for ourselves
 */
#ifndef NUMATRACE_PAGES_H
#define NUMATRACE_PAGES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "page_node.h"
#include "residency_sample.h"

/**
 * struct pages - a process whose pages are looked at
 * @pid: the process
 * @pagemap: its /proc/PID/pagemap, open
 * @page_size: bytes
 * @frames: tells the node of a page frame, if we may see its number
 */
struct pages {
	pid_t pid;
	int pagemap;
	uint64_t page_size;
	struct page_node frames;
};

int pages_open(struct pages *pages, pid_t pid);
void pages_close(struct pages *pages);

/*
 * The mappings by ascending address, to be freed. With @units those of hugetlb
 * tell the size of their pages, for which the kernel has to walk all pages.
 */
int pages_ranges(pid_t pid, bool units, struct sample_range **ranges,
		 size_t *count);

/*
 * Which of @count small pages from @address on are present; a mapping that has
 * gone since has none.
 */
int pages_present(const struct pages *pages, uint64_t address, bool *present,
		  size_t count);

/* Where the pages are; see struct sample_draw. */
int pages_place(const struct pages *pages, struct sample_draw *draw,
		size_t count);

/* A file in /proc/PID, open, or NULL with errno. */
FILE *pages_file(pid_t pid, const char *name);

/* One of the errors above for an errno of the kernel, if it is one of them. */
int pages_refusal(int err);

#endif
