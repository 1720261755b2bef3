/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The node of a page frame, by the blocks of memory in sysfs. For those who
 * may see the numbers of page frames (CAP_SYS_ADMIN).
 */
#ifndef NUMATRACE_PAGE_NODE_H
#define NUMATRACE_PAGE_NODE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct page_node - blocks of memory
 * @block: page frames in each; 0 where the kernel has no such blocks
 * @count: number of elements of @node
 * @node: by number of the block; negative where there is none, or several
 */
struct page_node {
	uint64_t block;
	size_t count;
	int *node;
};

/* 0, also where sysfs does not tell; or -ENOMEM. */
int page_node_read(struct page_node *frames, uint64_t page_size);
void page_node_free(struct page_node *frames);

/* -1: not known. Frame 0 stands for a number that we may not see. */
int page_node_of(const struct page_node *frames, uint64_t frame);

#endif
