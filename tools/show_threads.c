// SPDX-License-Identifier: GPL-2.0
#include "show_text.h"

#include "proc.h"
#include "verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	THREAD_TID,
	THREAD_CPU,
	THREAD_NODE,
	THREAD_PREFERRED,
	THREAD_MIGRATED,
};

/* What /proc does not tell is not known without the module. */
static char *show_thread_number(const struct output_style *unused,
				const void *object, int field)
{
	const struct report_thread *thread = object;

	switch (field) {
	case THREAD_TID:
		return output_count(thread->tid);
	case THREAD_CPU:
		return output_count(thread->cpu);
	case THREAD_NODE:
		return thread->cpu_node == REPORT_ALL_NODES
			       ? NULL
			       : output_count(thread->cpu_node);
	case THREAD_PREFERRED:
		return thread->preferred_node < 0
			       ? NULL
			       : output_signed(thread->preferred_node);
	default:
		return thread->policy == PROC_POLICY_UNKNOWN
			       ? NULL
			       : output_count(thread->migrated_pages);
	}
}

static char *show_thread_comm(const struct output_style *unused,
			      const void *object, int field)
{
	const struct report_thread *thread = object;

	return thread->comm ? strdup(thread->comm) : NULL;
}

static char *show_thread_affinity(const struct output_style *unused,
				  const void *object, int field)
{
	const struct report_thread *thread = object;

	return thread->affinity ? strdup(thread->affinity) : NULL;
}

static char *show_thread_policy(const struct output_style *unused,
				const void *object, int field)
{
	const struct report_thread *thread = object;

	return thread->policy == PROC_POLICY_UNKNOWN ? NULL
						     : verdict_policy(thread);
}

static const struct output_column thread_columns[] = {
	{
		.name = "NODE",
		.key = "cpu_node",
		.number = true,
		.field = THREAD_NODE,
		.value = show_thread_number,
	},
	{
		.name = "CPU",
		.key = "cpu",
		.number = true,
		.field = THREAD_CPU,
		.value = show_thread_number,
	},
	{
		.name = "TID",
		.key = "tid",
		.number = true,
		.field = THREAD_TID,
		.value = show_thread_number,
	},
	{ .name = "COMM", .key = "comm", .value = show_thread_comm },
	{
		.name = "PREFERRED",
		.key = "preferred_node",
		.number = true,
		.field = THREAD_PREFERRED,
		.value = show_thread_number,
	},
	{ .name = "POLICY", .key = "policy", .value = show_thread_policy },
	{
		.name = "AFFINITY",
		.key = "affinity",
		.value = show_thread_affinity,
	},
	{
		.name = "MIGRATED",
		.key = "migrated_pages",
		.number = true,
		.field = THREAD_MIGRATED,
		.value = show_thread_number,
	},
	{ 0 },
};

static const struct output_object thread_object = {
	.name = "threads",
	.columns = thread_columns,
};

/* What the scheduler remembers of a node for a thread. */
struct statistic_row {
	uint32_t tid;
	const struct report_fault_statistics *statistic;
};

enum {
	STATISTIC_TID,
	STATISTIC_NODE,
	STATISTIC_MEMORY_PRIVATE,
	STATISTIC_MEMORY_SHARED,
	STATISTIC_CPU_PRIVATE,
	STATISTIC_CPU_SHARED,
};

static char *show_statistic(const struct output_style *unused,
			    const void *object, int field)
{
	const struct statistic_row *row = object;

	switch (field) {
	case STATISTIC_TID:
		return output_count(row->tid);
	case STATISTIC_NODE:
		return output_count(row->statistic->node);
	case STATISTIC_MEMORY_PRIVATE:
		return output_count(row->statistic->memory_private);
	case STATISTIC_MEMORY_SHARED:
		return output_count(row->statistic->memory_shared);
	case STATISTIC_CPU_PRIVATE:
		return output_count(row->statistic->cpu_private);
	default:
		return output_count(row->statistic->cpu_shared);
	}
}

/* Numbers, all of them. */
#define STATISTIC_COLUMN(_name, _key, _field)                                  \
	{                                                                      \
		.name = _name, .key = _key, .number = true, .field = _field,   \
		.value = show_statistic,                                       \
	}

static const struct output_column statistic_columns[] = {
	STATISTIC_COLUMN("TID", "tid", STATISTIC_TID),
	STATISTIC_COLUMN("NODE", "node", STATISTIC_NODE),
	STATISTIC_COLUMN("MEM-PRIVATE", "memory_private",
			 STATISTIC_MEMORY_PRIVATE),
	STATISTIC_COLUMN("MEM-SHARED", "memory_shared",
			 STATISTIC_MEMORY_SHARED),
	STATISTIC_COLUMN("CPU-PRIVATE", "cpu_private", STATISTIC_CPU_PRIVATE),
	STATISTIC_COLUMN("CPU-SHARED", "cpu_shared", STATISTIC_CPU_SHARED),
	{ 0 },
};

static const struct output_object statistic_object = {
	.name = "fault_statistics",
	.columns = statistic_columns,
};

static bool has_faults(const struct report_fault_statistics *statistic)
{
	return statistic->memory_private || statistic->memory_shared ||
	       statistic->cpu_private || statistic->cpu_shared;
}

/* Those of the first @most threads; @rows may be NULL. The number of rows. */
static size_t find_statistics(const struct report_threads *threads, size_t most,
			      struct statistic_row *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < most; i++) {
		const struct report_thread *thread = &threads->thread[i];

		for (size_t j = 0; j < thread->statistics; j++) {
			if (!has_faults(&thread->statistic[j]))
				continue;
			if (rows) {
				rows[count].tid = thread->tid;
				rows[count].statistic = &thread->statistic[j];
			}
			count++;
		}
	}
	return count;
}

static int print_statistics(const struct report_threads *threads, size_t most)
{
	size_t count = find_statistics(threads, most, NULL);
	struct statistic_row *rows;
	int err;

	if (!count)
		return 0;
	rows = calloc(count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	find_statistics(threads, most, rows);
	puts("\nthe kernel's own fault statistics of these threads, without zeros; they decay");
	err = show_text_list(&statistic_object, rows, count, sizeof(*rows));
	free(rows);
	return err;
}

/* "12 more on node 0, 3 on node 1" */
static void print_rest(const struct report_threads *threads, size_t shown)
{
	const char *before = "and ";

	for (size_t first = shown, end; first < threads->count; first = end) {
		uint32_t node = threads->thread[first].cpu_node;

		end = first;
		while (end < threads->count &&
		       threads->thread[end].cpu_node == node)
			end++;
		printf("%s%zu more on ", before, end - first);
		if (node == REPORT_ALL_NODES)
			printf("an unknown node");
		else
			printf("node %u", node);
		before = ", ";
	}
	puts(": --threads all");
}

int show_text_threads(const struct report_threads *threads, size_t most)
{
	size_t shown = threads->count;
	int err;

	if (most && most < shown)
		shown = most;
	puts("\nthreads, by the node of the CPU that they run on or last ran on");
	err = show_text_list(&thread_object, threads->thread, shown,
			     sizeof(*threads->thread));
	if (!err && shown < threads->count)
		print_rest(threads, shown);
	return err ? err : print_statistics(threads, shown);
}
