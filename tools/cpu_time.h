/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How busy CPUs and processes are, from /proc.
 */
#ifndef NUMATRACE_CPU_TIME_H
#define NUMATRACE_CPU_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "topology.h"

/**
 * struct cpu_time - a CPU since it was booted
 * @cpu: its number
 * @idle: ticks that it was idle, or waited for a disk
 * @all: ticks
 */
struct cpu_time {
	unsigned int cpu;
	uint64_t idle;
	uint64_t all;
};

/**
 * struct cpu_times - the CPUs that are online
 * @count: number of CPUs
 * @cpu: the CPUs
 */
struct cpu_times {
	size_t count;
	struct cpu_time *cpu;
};

/* 0, or a negative errno. */
int cpu_times_read(struct cpu_times *times);
/* The same of a text as /proc/stat has it. */
int cpu_times_parse(const char *text, struct cpu_times *times);
void cpu_times_free(struct cpu_times *times);

/* CPUs of @node that were idle between two readings; negative: not known. */
double cpu_times_idle(const struct cpu_times *now,
		      const struct cpu_times *before,
		      const struct topology_node *node);

/* Ticks that a process has used, with all of its threads. False: not known. */
bool cpu_time_process(pid_t pid, uint64_t *ticks);
/* The same of a text as /proc/PID/stat has it. */
bool cpu_time_parse_process(const char *text, uint64_t *ticks);

#endif
