// SPDX-License-Identifier: GPL-2.0
#include "bench_work.h"

#include <stdlib.h>
#include <string.h>

/* What is needed is not left out by the compiler. */
static void need(uint64_t value)
{
	__asm__ volatile("" : : "r"(value) : "memory");
}

static void **line(void *start, size_t number)
{
	return (void **)((char *)start + number * BENCH_LINE);
}

void bench_link(void *start, size_t size)
{
	unsigned short state[3] = { 0x4e55, 0x4d41, 0x0001 };
	size_t count = size / BENCH_LINE;

	for (size_t i = 0; i < count; i++)
		*line(start, i) = line(start, i);
	for (size_t i = count; i-- > 1;) {
		size_t j = (size_t)nrand48(state) % i;
		void *other = *line(start, j);

		*line(start, j) = *line(start, i);
		*line(start, i) = other;
	}
}

/*
 * A second run would find in the caches what the first one left there: each
 * goes on where the last one ended, of the same thread.
 */
void bench_chase(void *start, size_t size, uint64_t passes)
{
	static __thread void *place;
	static __thread void *home;
	void **next = home == start && place ? place : start;

	for (; passes; passes--)
		for (int i = 0; i < BENCH_CHASE; i += 8) {
			next = *next;
			next = *next;
			next = *next;
			next = *next;
			next = *next;
			next = *next;
			next = *next;
			next = *next;
		}
	home = start;
	place = next;
	need((uintptr_t)next);
}

/* Several sums: one would have each load wait for an addition. */
void bench_read(void *start, size_t size, uint64_t passes)
{
	uint64_t sum[8] = { 0 };

	for (; passes; passes--) {
		const uint64_t *word = start;
		const uint64_t *end = word + size / sizeof(*word) / 8 * 8;

		for (; word < end; word += 8)
			for (int i = 0; i < 8; i++)
				sum[i] += word[i];
		/* Memory may have changed: the next pass reads it again. */
		__asm__ volatile("" ::: "memory");
	}
	for (int i = 1; i < 8; i++)
		sum[0] += sum[i];
	need(sum[0]);
}

void bench_write(void *start, size_t size, uint64_t passes)
{
	for (; passes; passes--) {
		memset(start, (int)(passes & 0xff), size);
		__asm__ volatile("" ::: "memory");
	}
}

void bench_copy(void *start, size_t size, uint64_t passes)
{
	for (; passes; passes--) {
		memcpy((char *)start + size / 2, start, size / 2);
		__asm__ volatile("" ::: "memory");
	}
}
