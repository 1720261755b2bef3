/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timed samples of the module, and the problems that it found: plain structs,
 * as in report.h.
 */
#ifndef NUMATRACE_REPORT_SAMPLES_H
#define NUMATRACE_REPORT_SAMPLES_H

#include "report.h"

/**
 * struct report_sample - a sample, or what happened between two of them
 * @sequence: its number, from 1 on
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @interval: that the module then meant to wait since the one before, ms
 * @elapsed: since the older of two samples, ns; 0: it is a single one
 * @steady: of two samples, whether @generation is the same in both
 * @messages: how many it is made of
 * @received: how many of them were received
 * @nodes: the nodes, without their CPUs; its own timestamp and generation are
 *	not used
 * @access: rows of the matrix of accesses: only events count
 * @migration: rows of the matrix of migrations: only pages count
 * @cgroups: the cgroups with most accesses, if any are part of samples
 */
struct report_sample {
	uint64_t sequence;
	uint64_t timestamp;
	uint32_t generation;
	uint32_t interval;
	uint64_t elapsed;
	bool steady;
	uint32_t messages;
	uint32_t received;
	struct report_nodes nodes;
	struct report_matrix access;
	struct report_matrix migration;
	struct report_cgroups cgroups;
};

/**
 * struct report_samples - samples, the oldest first
 * @count: number of samples
 * @sample: the samples, by ascending number
 * @dropped: how many were incomplete and were left out
 */
struct report_samples {
	size_t count;
	struct report_sample *sample;
	size_t dropped;
};

/**
 * struct report_finding - a problem that was found
 * @timestamp: of the sample that shows it, CLOCK_MONOTONIC, ns
 * @kind: enum numatrace_finding_kind
 * @severity: enum numatrace_finding_severity
 * @node: that it concerns, or REPORT_ALL_NODES
 * @other_node: see enum numatrace_finding_kind; REPORT_ALL_NODES: there is none
 * @since: timestamp of the sample that showed it first
 * @value: hundredths of a percent
 * @threshold: the same as was set then
 * @counted: whether @events is known
 * @events: that @value is a share of
 * @ended: it is over
 */
struct report_finding {
	uint64_t timestamp;
	uint32_t kind;
	uint32_t severity;
	uint32_t node;
	uint32_t other_node;
	uint64_t since;
	uint64_t value;
	uint64_t threshold;
	bool counted;
	uint64_t events;
	bool ended;
};

/**
 * struct report_findings - the problems that the last sample shows
 * @count: number of findings
 * @finding: the findings, in no order
 */
struct report_findings {
	size_t count;
	struct report_finding *finding;
};

/*
 * Samples have matrices where all nodes that there can be have numbers below
 * this.
 */
#define REPORT_MATRIX_NODES 8

bool report_samples_have_matrices(const struct report_info *info);

/* Append one zeroed element, as in report.h. */
struct report_sample *report_add_sample(struct report_samples *samples);
struct report_finding *report_add_finding(struct report_findings *findings);

/* Whether all that belongs to a sample was received. */
bool report_sample_complete(const struct report_sample *sample);

/*
 * Once there comes no more: bring nodes and cells of each sample in order, and
 * leave out samples that are incomplete.
 */
void report_finish_samples(struct report_samples *samples);

void report_free_sample(struct report_sample *sample);
void report_free_samples(struct report_samples *samples);
void report_free_findings(struct report_findings *findings);

#endif
