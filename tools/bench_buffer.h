/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory on a given node, in huge pages where they can be had.
 */
#ifndef NUMATRACE_BENCH_BUFFER_H
#define NUMATRACE_BENCH_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct bench_buffer - memory on one node
 * @node: the node
 * @start: first byte
 * @size: bytes
 * @huge: of these, in huge pages
 * @mapping: what was mapped for it
 * @length: bytes of @mapping
 */
struct bench_buffer {
	uint32_t node;
	void *start;
	size_t size;
	size_t huge;
	void *mapping;
	size_t length;
};

/*
 * Place @size bytes on @node, zeroed. 0; or a negative errno, and in @why a
 * sentence without a full stop, to be freed, or NULL when memory is short.
 */
int bench_buffer_place(struct bench_buffer *buffer, uint32_t node, size_t size,
		       char **why);

/* Whether all of it lies there now: as bench_buffer_place(). */
int bench_buffer_verify(const struct bench_buffer *buffer, char **why);

void bench_buffer_free(struct bench_buffer *buffer);

#endif
