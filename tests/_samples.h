/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples as they come from the module, message by message, by a dump or from
 * the multicast group.
 */
#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

#include <linux/numatrace.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAMPLES_MAX_NODES 64

/**
 * struct sample_part - one message of a sample
 * @sequence: number of the sample
 * @timestamp: CLOCK_MONOTONIC, ns
 * @interval: ms
 * @messages: how many the sample has
 * @cgroup: id of the cgroup that it is about; 0: it is about a node
 * @local: local faults of the cgroup
 * @remote: remote faults of the cgroup
 * @node: the node that it is about
 * @value: of the node, by NUMATRACE_A_NODE_*
 * @access: the node's row
 * @migration: the node's row
 */
struct sample_part {
	uint64_t sequence;
	uint64_t timestamp;
	uint32_t interval;
	uint32_t messages;
	uint64_t cgroup;
	uint64_t local;
	uint64_t remote;
	uint32_t node;
	uint64_t value[NUMATRACE_A_NODE_MAX + 1];
	uint64_t access[SAMPLES_MAX_NODES];
	uint64_t migration[SAMPLES_MAX_NODES];
};

/* Parts in the order in which they came. */
struct samples {
	size_t count;
	struct sample_part *part;
};

/**
 * struct sampling - what info says of the sampler
 * @interval: ms
 * @samples: how many there are
 * @last: number of the newest
 * @memory: of the module, bytes
 */
struct sampling {
	uint32_t interval;
	uint32_t samples;
	uint64_t last;
	uint64_t memory;
};

/* 0, or -1. */
int samples_info(struct sampling *sampling);

/* All from number @from on, 0 or -1; samples_free() them. */
int samples_dump(uint64_t from, struct samples *samples);
void samples_free(struct samples *samples);

/* The first part of a sample, its part on a node, or NULL. */
const struct sample_part *samples_first(const struct samples *samples,
					uint64_t sequence);
const struct sample_part *samples_node(const struct samples *samples,
				       uint64_t sequence, uint32_t node);

/*
 * Whether each sample is whole, and they come by their numbers and times. All
 * of them, without a gap: @whole.
 */
bool samples_in_order(const struct samples *samples, bool whole);

/* How many samples, and not parts. */
size_t samples_number(const struct samples *samples);

/* Numbers of the first and the last one, or 0. */
uint64_t samples_oldest(const struct samples *samples);
uint64_t samples_newest(const struct samples *samples);

/* Whether counters of a node only grow. */
bool samples_grow(const struct samples *samples);

struct nl_sock;

/*
 * Joins the group monitor; NULL: failed. @buffer: bytes of the receive buffer, 0:
 * as it is.
 */
struct nl_sock *monitor_join(int buffer);
void monitor_leave(struct nl_sock *monitor);

/*
 * Appends the parts that one datagram has, of samples. 0; -ENOBUFS: something
 * was lost; -ETIMEDOUT: nothing came for @ms; -EBADMSG.
 */
int monitor_receive(struct nl_sock *monitor, struct samples *samples, int ms);

#endif
