/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process whose future memory is to be on the second node, and what tests do
 * to it. Their fixtures have the fields nodes, cpus, allocator, target, plan,
 * text and why.
 */
#ifndef TESTS_CPUSET_H
#define TESTS_CPUSET_H

#include "_cgroup_files.h"

#include "cpuset.h"
#include "target.h"

#include <sys/types.h>

#define ALLOCATOR_PAGES 512UL

/**
 * struct allocator - a process that allocates, or forks, when it is told to
 * @pid: its number
 * @command: to tell it
 * @answer: the address of what it allocated, or a pid
 */
struct allocator {
	pid_t pid;
	int command;
	int answer;
};

/* 0 or -1. */
int allocator_start(struct allocator *allocator);
void allocator_end(struct allocator *allocator);

/* 'a': to allocate ALLOCATOR_PAGES; 'f': to fork. The answer, or 0. */
unsigned long allocator_tell(struct allocator *allocator, char what);

/* Pages on @node of what it allocated, as numa_maps has it. */
long allocator_pages_on(const struct allocator *allocator,
			unsigned long address, int node);

/* Second ones of both, or the test is skipped. */
#define CPUSET_BEGIN()                                                         \
	do {                                                                   \
		memset(self, 0, sizeof(*self));                                \
		self->nodes = numa_allocate_nodemask();                        \
		self->cpus = numa_allocate_cpumask();                          \
		numa_bitmask_setbit(self->nodes, 1);                           \
		numa_bitmask_setbit(self->cpus, 1);                            \
		if (!numa_bitmask_isbitset(numa_all_nodes_ptr, 1) ||           \
		    !numa_bitmask_isbitset(numa_all_cpus_ptr, 1))              \
			SKIP(return, "one node or one CPU only");              \
	} while (0)

#define CPUSET_START()                                                         \
	do {                                                                   \
		ASSERT_EQ(0, allocator_start(&self->allocator));               \
		snprintf(self->text, sizeof(self->text), "%d",                 \
			 self->allocator.pid);                                 \
	} while (0)

#define CPUSET_END()                                                           \
	do {                                                                   \
		allocator_end(&self->allocator);                               \
		cpuset_free(&self->plan);                                      \
		target_free(&self->target);                                    \
		free(self->why);                                               \
		numa_bitmask_free(self->nodes);                                \
		numa_bitmask_free(self->cpus);                                 \
	} while (0)

#define PLAN(text)                                                             \
	do {                                                                   \
		cpuset_free(&self->plan);                                      \
		target_free(&self->target);                                    \
		ASSERT_EQ(0, target_find(text, false, NULL, &self->target,     \
					 &self->why));                         \
		ASSERT_EQ(0, cpuset_plan(&self->target, "7", &self->plan));    \
	} while (0)

#define APPLY(cpus)                                                            \
	do {                                                                   \
		int applied = cpuset_apply(&self->plan, cpus, self->nodes,     \
					   &self->why);                        \
		ASSERT_EQ(0, applied)                                          \
		TH_LOG("%s", self->why);                                       \
		EXPECT_EQ(NULL, self->why);                                    \
	} while (0)

#define RESTORE()                                                              \
	do {                                                                   \
		int restored = cpuset_restore(&self->plan, &self->why);        \
		ASSERT_EQ(0, restored)                                         \
		TH_LOG("%s", self->why);                                       \
		EXPECT_EQ(NULL, self->why);                                    \
	} while (0)

/* What it allocates from now on is on the second node. */
#define EXPECT_ON_SECOND()                                                     \
	do {                                                                   \
		unsigned long at = allocator_tell(&self->allocator, 'a');      \
		ASSERT_NE(0, at);                                              \
		EXPECT_EQ((long)ALLOCATOR_PAGES,                               \
			  allocator_pages_on(&self->allocator, at, 1));        \
		EXPECT_STREQ("1", of_process(self->allocator.pid, "status",    \
					     "Mems_allowed_list:\t"));         \
	} while (0)

#define EXPECT_SAME(file, a, b) EXPECT_TRUE(cgroup_same(file, a, b))

#endif
