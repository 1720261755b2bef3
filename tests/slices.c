// SPDX-License-Identifier: GPL-2.0
/*
 * The work of moving pages: in slices, no faster than was asked for, ended in
 * the middle, and refused.
 */
#include "mover.h"

#include "_layouts.h"
#include "_moving.h"
#include "_worker.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <numa.h>
#include <numaif.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

#define MIB (1UL << 20)
#define NOBODY 65534
/* No slice is that long. */
#define MINUTE 60000000000ULL

FIXTURE(slices)
{
	struct moving move;
};

FIXTURE_SETUP(slices)
{
	MOVING_BEGIN(&self->move);
}

FIXTURE_TEARDOWN(slices)
{
	moving_end(&self->move);
}

/**
 * struct watch - what the callback saw
 * @calls: how often it was called
 * @last: bytes that were done then
 * @backwards: they became fewer, or more than there are
 * @stop_at: the call that ends the work
 * @kill_at: the call in which the process ends
 * @pid: the process
 */
struct watch {
	uint64_t calls;
	uint64_t last;
	bool backwards;
	uint64_t stop_at;
	uint64_t kill_at;
	pid_t pid;
};

static int see(void *context, uint64_t done, uint64_t total)
{
	struct watch *watch = context;

	watch->calls++;
	watch->backwards |= done < watch->last || done > total;
	watch->last = done;
	if (watch->calls == watch->kill_at)
		worker_end(watch->pid);
	return watch->calls == watch->stop_at;
}

/* A time that no slice can keep makes them as small as they get. */
TEST_F(slices, slices_shrink)
{
	struct watch watch = { 0 };

	MOVING_START(&self->move, lay_small);
	self->move.request.slice = 1;
	self->move.request.progress = see;
	self->move.request.context = &watch;
	ASSERT_EQ(0, moving_run(&self->move));
	EXPECT_LE(LAYOUT_PAGES / 64, self->move.result.slices);
	EXPECT_EQ(self->move.result.slices, watch.calls);
	EXPECT_FALSE(watch.backwards);
	EXPECT_WHOLE(&self->move.result);
}

/* One that all of them keep makes them grow. */
TEST_F(slices, slices_grow)
{
	MOVING_START(&self->move, lay_small);
	self->move.request.slice = MINUTE;
	ASSERT_EQ(0, moving_run(&self->move));
	EXPECT_GE(32, self->move.result.slices);
	EXPECT_LE(LAYOUT_PAGES, mover_moved(&self->move.result));
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* No faster than that; slower it may be. */
TEST_F(slices, rate_is_kept)
{
	const double rate = 16.0 * MIB;
	double begin;

	MOVING_START(&self->move, lay_small);
	self->move.request.rate = (uint64_t)rate;
	begin = seconds();
	ASSERT_EQ(0, moving_run(&self->move));
	EXPECT_LE((double)mover_moved(&self->move.result) * 4096 / rate,
		  seconds() - begin);
	EXPECT_LE(LAYOUT_PAGES, mover_moved(&self->move.result));
}

/* What was done until then is told, and is true. */
TEST_F(slices, interrupted)
{
	struct watch watch = { .stop_at = 5 };
	uint64_t before;

	MOVING_START(&self->move, lay_small);
	before = moving_pages_on(&self->move, 1);
	self->move.request.slice = 1;
	self->move.request.progress = see;
	self->move.request.context = &watch;
	EXPECT_EQ(-EINTR, moving_run(&self->move));
	EXPECT_EQ(5, self->move.result.slices);
	EXPECT_LT(0, mover_moved(&self->move.result));
	EXPECT_GT(LAYOUT_PAGES, mover_moved(&self->move.result));
	EXPECT_EQ(before - moving_pages_on(&self->move, 1),
		  mover_moved(&self->move.result));
	EXPECT_WHOLE(&self->move.result);
}

TEST_F(slices, process_ends)
{
	struct watch watch = { .kill_at = 5 };

	MOVING_START(&self->move, lay_small);
	watch.pid = self->move.pid;
	self->move.request.slice = 1;
	self->move.request.progress = see;
	self->move.request.context = &watch;
	EXPECT_EQ(-ESRCH, moving_run(&self->move));
	EXPECT_LE(5, self->move.result.slices);
	EXPECT_LT(0, mover_moved(&self->move.result));
	EXPECT_WHOLE(&self->move.result);
	self->move.pid = 0;
}

/* Where the stranger has it, too. */
#define PLACE ((void *)0x600000000000)

static int lay_at_place(int node)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	char *start =
		mmap(PLACE, LAYOUT_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	numa_bitmask_setbit(nodes, node);
	if (start != PLACE || madvise(start, LAYOUT_SIZE, MADV_NOHUGEPAGE) ||
	    mbind(start, LAYOUT_SIZE, MPOL_BIND, nodes->maskp, nodes->size + 1,
		  0))
		return -1;
	memset(start, 1, LAYOUT_SIZE);
	return 0;
}

/* Another process gets the number, with as many pages in the same place. */
static void replace(struct moving *move)
{
	worker_end(move->pid);
	move->pid = layout_start_as(move->pid, lay_at_place, 1);
}

static int replace_at_fifth(void *context, uint64_t done, uint64_t total)
{
	struct moving *move = context;

	if (move->result.slices == 5)
		replace(move);
	return 0;
}

TEST_F(slices, number_given_anew_between_slices)
{
	MOVING_START(&self->move, lay_at_place);
	self->move.request.slice = 1;
	self->move.request.progress = replace_at_fifth;
	self->move.request.context = &self->move;
	EXPECT_EQ(-ESRCH, moving_run(&self->move));
	ASSERT_LT(0, self->move.pid);
	EXPECT_EQ(5, self->move.result.slices);
	EXPECT_LE(LAYOUT_PAGES, moving_pages_on(&self->move, 1));
	EXPECT_WHOLE(&self->move.result);
}

/* In front of the call itself: all that it can hit is what that one has. */
static struct moving *to_replace;

long __real_move_pages(int pid, unsigned long count, void **pages,
		       const int *nodes, int *status, int flags);
long __wrap_move_pages(int pid, unsigned long count, void **pages,
		       const int *nodes, int *status, int flags)
{
	if (to_replace && nodes && to_replace->result.slices == 5) {
		replace(to_replace);
		to_replace = NULL;
	}
	return __real_move_pages(pid, count, pages, nodes, status, flags);
}

TEST_F(slices, number_given_anew_in_a_slice)
{
	uint64_t slice;

	MOVING_START(&self->move, lay_at_place);
	self->move.request.slice = 1;
	to_replace = &self->move;
	EXPECT_EQ(-ESRCH, moving_run(&self->move));
	ASSERT_EQ(NULL, to_replace);
	ASSERT_LT(0, self->move.pid);
	EXPECT_EQ(5, self->move.result.slices);
	slice = mover_moved(&self->move.result) / 5;
	EXPECT_LE(LAYOUT_PAGES - 2 * slice, moving_pages_on(&self->move, 1));
	EXPECT_WHOLE(&self->move.result);
}

/* As a program of another user, which may be looked at by that user. */
static int become_nobody(void)
{
	return setgid(NOBODY) || setuid(NOBODY) || prctl(PR_SET_DUMPABLE, 1);
}

/* Balancing is for root to switch: it may be on. */
TEST(unprivileged)
{
	struct target_process process;
	struct mover_result result = { 0 };
	struct mover_request request = {
		.process = &process,
		.to = numa_parse_nodestring("0"),
		.slice = MOVER_SLICE_NS,
	};
	pid_t pid;

	if (numa_node_size64(1, NULL) <= 0)
		SKIP(return, "node 1 has no memory");
	ASSERT_EQ(0, become_nobody());
	pid = layout_start(lay_small, 1);
	ASSERT_LT(0, pid);
	ASSERT_TRUE(target_take(&process, pid));
	EXPECT_EQ(0, mover_run(&request, &result));
	EXPECT_LE(LAYOUT_PAGES, mover_moved(&result));
	EXPECT_WHOLE(&result);
	request.shared = true;
	EXPECT_EQ(-EPERM, mover_run(&request, &result));
	worker_end(pid);
	target_close(&process);
	request.shared = false;
	ASSERT_TRUE(target_take(&process, 1));
	EXPECT_EQ(-EPERM, mover_run(&request, &result));
	target_close(&process);
	mover_free(&result);
}

static int forbid(int number)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(*filter),
		.filter = filter,
	};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST(forbidden_by_a_filter)
{
	const struct target_process process = { .pid = getpid() };
	struct mover_result result = { 0 };
	struct mover_request request = {
		.process = &process,
		.to = numa_parse_nodestring("0"),
		.slice = MOVER_SLICE_NS,
	};

	ASSERT_EQ(0, forbid(SYS_move_pages));
	EXPECT_EQ(-EOPNOTSUPP, mover_run(&request, &result));
	EXPECT_EQ(0, result.looked_at);
}

TEST(refusals)
{
	struct mover_result result = { 0 };
	struct bitmask *none = numa_allocate_nodemask();
	struct target_process process = { .pid = 0x7fffffff };
	struct mover_request request = {
		.process = &process,
		.to = numa_parse_nodestring("0"),
		.slice = MOVER_SLICE_NS,
	};

	EXPECT_EQ(-ESRCH, mover_run(&request, &result));
	/* A kernel thread has no memory of its own. */
	process.pid = 2;
	EXPECT_EQ(-ESRCH, mover_run(&request, &result));
	process.pid = getpid();
	request.to = none;
	EXPECT_EQ(-ENODEV, mover_run(&request, &result));
	numa_bitmask_setbit(none, numa_max_node() + 1);
	EXPECT_EQ(-ENODEV, mover_run(&request, &result));
	EXPECT_EQ(0, result.looked_at);
}

TEST_HARNESS_MAIN
