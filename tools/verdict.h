/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the numbers of a process mean, in words. Pure.
 */
#ifndef NUMATRACE_VERDICT_H
#define NUMATRACE_VERDICT_H

#include "report.h"
#include "residency.h"

/**
 * struct verdict_facts - what is known of a process and of the machine
 * @info: the machine; without module version: the module is not loaded
 * @config: the settings of the module, or NULL
 * @process: its row, or NULL: it has none, or we may not see it
 * @hidden: we may not see its row
 * @threads: its threads, or NULL
 * @policies: whether the memory policies of @threads are known
 * @residency: where its memory is, or NULL
 * @measured: the thread from which @residency was measured
 */
struct verdict_facts {
	const struct report_info *info;
	const struct report_config *config;
	const struct report_process *process;
	bool hidden;
	const struct report_threads *threads;
	bool policies;
	const struct residency *residency;
	uint32_t measured;
};

/**
 * struct verdict - sentences, the most important first
 * @count: number of sentences
 * @sentence: each begins with a capital and ends with a full stop
 */
struct verdict {
	size_t count;
	char **sentence;
};

/* 0 or -ENOMEM. Every case has at least one sentence. */
int verdict_find(const struct verdict_facts *facts, struct verdict *verdict);
void verdict_free(struct verdict *verdict);

/* What keeps the whole machine from sampling now, a sentence; or NULL. */
const char *verdict_obstacle(const struct verdict_facts *facts);

/* "bind:0-1", as numactl writes it; to be freed, NULL when memory is short. */
char *verdict_policy(const struct report_thread *thread);

#endif
