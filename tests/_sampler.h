/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests of the sampler have in common: to have it sample, to wait for it,
 * and to look at what it took.
 */
#ifndef TESTS_SAMPLER_H
#define TESTS_SAMPLER_H

#include "_samples.h"
#include "_worker.h"
#include "client.h"

#include <stdint.h>
#include <sys/types.h>

/* An interval that does not end while a test runs, ms. */
#define SAMPLER_SILENT 3600000

/**
 * struct sampler_lab - what a test has
 * @client: to talk to the module
 * @config: its settings before
 * @nodes: where workers are, and their memory
 * @samples: that were read
 */
struct sampler_lab {
	struct client *client;
	struct report_config config;
	struct worker_nodes nodes;
	struct samples samples;
};

/* The process stays on its CPU. 0, or -1; sampler_end() it in either case. */
int sampler_begin(struct sampler_lab *lab);
void sampler_end(struct sampler_lab *lab);

/* The process runs on no other CPU from here on. */
int sampler_stay(void);

/* Sample every @ms, @factor times as long after each in which nothing happened. */
int sampler_set_interval(struct client *client, uint64_t ms, uint64_t factor);

/* Sample every 100 ms from here on, or never. */
int sampler_run(struct client *client);
int sampler_stop(struct client *client);

/* Number of the newest sample, or 0. */
uint64_t sampler_last(void);

/* Until the sampler has taken so many more. 0, or -1: they did not come. */
int sampler_wait(uint64_t count);

/* Ends a process; 0 if it had nothing to complain of. */
int sampler_end_helper(pid_t pid);

/* Waits for one that ends by itself; its status. */
int sampler_join(pid_t pid);

#endif
