/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests of detectors have in common: to have the problem, and to wait until
 * it is found or over.
 */
#ifndef TESTS_DETECT_H
#define TESTS_DETECT_H

#include "_worker.h"
#include "client.h"
#include "monitor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DETECT_MAX_CHILDREN 64

/**
 * struct hog - memory that lies where it was put
 * @start: first byte, or NULL
 * @size: in bytes
 */
struct hog {
	char *start;
	size_t size;
};

/**
 * struct detect - what a test has
 * @client: to talk to the module
 * @before: its settings before
 * @nodes: where problems are made
 * @monitor: what is told to subscribers, once the test is one
 * @children: how many processes make the problem
 * @child: each of them
 * @hog: memory that makes it
 * @pipe: holds pages
 * @side: where memory was moved to last
 * @begins: findings that subscribers were told of
 * @ends: of how many that they are over
 * @other_events: what they were told of other kinds
 */
struct detect {
	struct client *client;
	struct report_config before;
	struct worker_nodes nodes;
	struct monitor *monitor;
	int children;
	pid_t child[DETECT_MAX_CHILDREN];
	struct hog hog[2];
	int pipe[2];
	int side;
	int begins;
	int ends;
	int other_events;
};

/**
 * struct look - what the module says of one kind of problem
 * @found: the problem is there
 * @judged: it was looked for in the last sample
 * @finding: the problem
 */
struct look {
	bool found;
	bool judged;
	struct report_finding finding;
};

/* 0, or -1; detect_end() it in either case. */
int detect_begin(struct detect *self);
void detect_end(struct detect *self);

/* One setting of the module. 0, or -errno. */
int detect_set(struct detect *self, enum config_field field, uint64_t value);

/* Fills memory on a node, or as the policy has it. 0, or -1. */
int hog_place(struct hog *hog, size_t size, int mode, int node);
void hog_free(struct hog *hog);

/* Has a child do @work for ever. 0, or -1; detect_stop() ends all of them. */
int detect_start(struct detect *self,
		 int (*work)(int cpu_node, int memory_node), int cpu_node,
		 int memory_node);
void detect_stop(struct detect *self);

/* What the module says of the problem, at one sample. 0, or -errno. */
int detect_look(struct detect *self, uint32_t kind, uint32_t node,
		struct look *look);

int detect_subscribe(struct detect *self);

/* Counts what subscribers were told of that kind. 0, or -1: not all came. */
int detect_hear(struct detect *self, uint32_t kind);

/*
 * Waits until the problem is found, or was looked for and is not there; meanwhile
 * does @act again and again. False: it was not to be, or something failed.
 */
bool detect_becomes(struct detect *self, uint32_t kind, uint32_t node,
		    bool found, int (*act)(struct detect *self),
		    struct look *look);

/* Waits until some more samples were judged. */
bool detect_some_samples(struct detect *self, uint32_t kind);

/* Memory of a node in bytes. */
uint64_t detect_memory(struct detect *self, int node, enum node_field field);

#endif
