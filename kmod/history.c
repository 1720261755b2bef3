// SPDX-License-Identifier: GPL-2.0
#include "history.h"
#include "config.h"
#include "selftest.h"
#include "table.h"

#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/string.h>

/**
 * struct nt_place - a place in the ring
 * @count: odd while the sampler fills it
 * @sample: whose arrays follow
 */
struct nt_place {
	seqcount_t count;
	struct nt_sample sample;
};

/**
 * struct nt_ring - samples
 * @size: number of places
 * @cgroups: how many cgroups a sample has room for
 * @place_size: bytes of a place with its arrays
 * @first: number of the first sample that was ever stored, 0 if none was
 * @last: number of the newest
 * @places: the sample with number n is in place n % size
 */
struct nt_ring {
	unsigned int size;
	unsigned int cgroups;
	size_t place_size;
	u64 first;
	u64 last;
	void *places;
};

/* Replaced under nt_sampling. */
static struct nt_ring __rcu *history;

static struct nt_ring *locked_ring(void)
{
	return rcu_dereference_protected(history,
					 lockdep_is_held(&nt_sampling));
}

static size_t nodes_size(void)
{
	return array_size(nr_node_ids, sizeof(struct nt_node));
}

static size_t cpus_size(void)
{
	return array_size(nr_node_ids, sizeof(u32));
}

static size_t matrix_size(void)
{
	return nt_has_matrix()
		       ? array3_size(nr_node_ids, nr_node_ids, sizeof(u64))
		       : 0;
}

/* Of all arrays of a sample. */
static size_t arrays_size(unsigned int cgroups)
{
	return round_up(nodes_size() + 2 * matrix_size() +
				cgroups * sizeof(struct nt_top) + cpus_size(),
			sizeof(u64));
}

static void place_arrays(struct nt_sample *sample, void *at,
			 unsigned int cgroups)
{
	sample->nodes = at;
	at += nodes_size();
	if (nt_has_matrix()) {
		sample->access = at;
		at += matrix_size();
		sample->migration = at;
		at += matrix_size();
	}
	sample->cgroups = at;
	at += cgroups * sizeof(struct nt_top);
	sample->cpus = at;
}

static struct nt_place *place_of(const struct nt_ring *ring, u64 sequence)
{
	u32 i;

	div_u64_rem(sequence, ring->size, &i);
	return ring->places + i * ring->place_size;
}

struct nt_ring *nt_ring_alloc(unsigned int size, unsigned int cgroups)
{
	struct nt_ring *ring =
		NT_MAY_FAIL(kzalloc(sizeof(*ring), GFP_KERNEL), NULL);
	struct nt_place *place;
	unsigned int i;

	if (!ring)
		return NULL;
	ring->size = size;
	ring->cgroups = cgroups;
	ring->place_size = sizeof(*place) + arrays_size(cgroups);
	ring->places = NT_MAY_FAIL(kvcalloc(size, ring->place_size,
					    GFP_KERNEL | __GFP_NOWARN |
						    __GFP_RETRY_MAYFAIL),
				   NULL);
	if (!ring->places) {
		kfree(ring);
		return NULL;
	}
	for (i = 0; i < size; i++) {
		place = place_of(ring, i);
		seqcount_init(&place->count);
		place_arrays(&place->sample, place + 1, cgroups);
		cond_resched();
	}
	return ring;
}

void nt_ring_free(struct nt_ring *ring)
{
	if (!ring)
		return;
	kvfree(ring->places);
	kfree(ring);
}

/* Number of the newest sample. */
static u64 newest(const struct nt_ring *ring)
{
	/* ORDER: pairs with end(). */
	return smp_load_acquire(&ring->last);
}

/* Number of the oldest sample that can be in a ring whose newest is @last. */
static u64 oldest(const struct nt_ring *ring, u64 last)
{
	u64 first = READ_ONCE(ring->first);

	return last >= first + ring->size ? last - ring->size + 1 : first;
}

/* All but where the arrays are; as many cgroups as there is room for. */
static void copy_sample(struct nt_sample *to, const struct nt_sample *from,
			unsigned int cgroups)
{
	memcpy(to, from, offsetof(struct nt_sample, nodes));
	to->cgroup_count = min(to->cgroup_count, cgroups);
	memcpy(to->nodes, from->nodes, nodes_size());
	memcpy(to->cpus, from->cpus, cpus_size());
	if (nt_has_matrix()) {
		memcpy(to->access, from->access, matrix_size());
		memcpy(to->migration, from->migration, matrix_size());
	}
	memcpy(to->cgroups, from->cgroups,
	       to->cgroup_count * sizeof(*to->cgroups));
}

/* The sampler may be preempted in between: readers do not wait for it. */
static struct nt_sample *begin(struct nt_ring *ring, u64 sequence)
{
	struct nt_place *place = place_of(ring, sequence);

	raw_write_seqcount_begin(&place->count);
	place->sample.sequence = sequence;
	return &place->sample;
}

static void end(struct nt_ring *ring, struct nt_sample *sample)
{
	struct nt_place *place = container_of(sample, struct nt_place, sample);

	raw_write_seqcount_end(&place->count);
	if (!ring->first)
		WRITE_ONCE(ring->first, sample->sequence);
	/* ORDER: whoever sees the number finds the sample. */
	smp_store_release(&ring->last, sample->sequence);
}

struct nt_sample *nt_history_begin(unsigned int *cgroups)
{
	struct nt_ring *ring = locked_ring();

	*cgroups = ring->cgroups;
	return begin(ring, ring->last + 1);
}

void nt_history_end(struct nt_sample *sample)
{
	end(locked_ring(), sample);
}

static void keep_newest(struct nt_ring *ring, const struct nt_ring *old)
{
	const struct nt_sample *from;
	struct nt_sample *to;
	u64 n = oldest(old, old->last);

	if (!old->last)
		return;
	if (old->last - n >= ring->size)
		n = old->last - ring->size + 1;
	for (; n <= old->last; n++) {
		from = &place_of(old, n)->sample;
		to = begin(ring, n);
		copy_sample(to, from, ring->cgroups);
		end(ring, to);
		cond_resched();
	}
}

void nt_history_replace(struct nt_ring *ring)
{
	struct nt_ring *old = locked_ring();

	keep_newest(ring, old);
	rcu_assign_pointer(history, ring);
	synchronize_rcu();
	nt_ring_free(old);
}

const struct nt_sample *nt_history_older(u64 ns)
{
	const struct nt_ring *ring = locked_ring();
	const struct nt_sample *now = &place_of(ring, ring->last)->sample;
	const struct nt_sample *sample;
	u64 low = oldest(ring, ring->last), high = ring->last, middle;

	/* Samples before low are old enough, from high on they are not. */
	while (low < high) {
		middle = low + (high - low) / 2;
		sample = &place_of(ring, middle)->sample;
		if (now->timestamp - sample->timestamp >= ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > oldest(ring, ring->last))
		low--;
	else if (ring->size == 1 || ring->last - low + 1 < ring->size)
		return NULL;
	sample = &place_of(ring, low)->sample;
	return sample->generation == now->generation ? sample : NULL;
}

size_t nt_history_memory(void)
{
	const struct nt_ring *ring;
	size_t size = 0;

	rcu_read_lock();
	ring = rcu_dereference(history);
	if (ring)
		size = ring->size * ring->place_size;
	rcu_read_unlock();
	return size;
}

unsigned int nt_history_count(u64 *last)
{
	const struct nt_ring *ring;
	unsigned int count = 0;

	*last = 0;
	rcu_read_lock();
	ring = rcu_dereference(history);
	if (ring)
		*last = newest(ring);
	if (*last)
		count = *last - oldest(ring, *last) + 1;
	rcu_read_unlock();
	return count;
}

struct nt_sample *nt_sample_alloc(void)
{
	struct nt_sample *sample;

	sample = NT_MAY_FAIL(kvzalloc(sizeof(*sample) + arrays_size(NT_MAX_TOP),
				      GFP_KERNEL_ACCOUNT),
			     NULL);
	if (sample)
		place_arrays(sample, sample + 1, NT_MAX_TOP);
	return sample;
}

void nt_sample_free(struct nt_sample *sample)
{
	kvfree(sample);
}

/* False: it is not there any more. */
static bool copy_from(const struct nt_ring *ring, u64 sequence,
		      struct nt_sample *copy)
{
	const struct nt_place *place = place_of(ring, sequence);
	unsigned int count = raw_read_seqcount(&place->count);

	if (count & 1 || place->sample.sequence != sequence)
		return false;
	copy_sample(copy, &place->sample, NT_MAX_TOP);
	return !read_seqcount_retry(&place->count, count);
}

bool nt_history_copy(u64 from, u64 to, struct nt_sample *copy)
{
	const struct nt_ring *ring;
	bool copied = false;
	u64 last;

	rcu_read_lock();
	ring = rcu_dereference(history);
	last = newest(ring);
	if (last) {
		from = max(from, oldest(ring, last));
		to = min(to, last);
	}
	for (; last && from <= to && !copied; from++)
		copied = copy_from(ring, from, copy);
	rcu_read_unlock();
	return copied;
}

int nt_history_init(void)
{
	struct nt_ring *ring =
		nt_ring_alloc(nt_knob(NUMATRACE_A_CONFIG_HISTORY),
			      nt_knob(NUMATRACE_A_CONFIG_SAMPLE_CGROUPS));

	RCU_INIT_POINTER(history, ring);
	return ring ? 0 : -ENOMEM;
}

void nt_history_exit(void)
{
	nt_ring_free(rcu_dereference_protected(history, true));
	RCU_INIT_POINTER(history, NULL);
}
