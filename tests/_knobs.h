/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be set: in files of the kernel, and of the module. Numbers that the
 * kernel shows in files.
 */
#ifndef TESTS_KNOBS_H
#define TESTS_KNOBS_H

#include <stdint.h>

#define KNOB_BALANCING "/proc/sys/kernel/numa_balancing"

/* 0, or -1 with errno. */
int knob_write(const char *path, long number);

/* Of files that take several things, it adds one. 0, or -1 with errno. */
int knob_write_text(const char *path, const char *text);

/* The number, or -1. */
long knob_read(const char *path);

/* A line of /proc/vmstat, or 0. */
uint64_t knob_vmstat(const char *key);

#endif
