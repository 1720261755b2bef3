// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a process are moved, and what is told of them is true: by the
 * kernel's own list of them before and after, page by page.
 */
#include "client.h"
#include "mover.h"
#include "residency.h"

#include "_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <numa.h>
#include <numaif.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define MIB (1UL << 20)
#define PART (16 * MIB)
#define PAGES (PART / 4096)
#define HUGE_PAGE (2 * MIB)
#define PINNED 16
#define NOBODY 65534
#define ANY UINT32_MAX
/* No slice is that long. */
#define MINUTE 60000000000ULL

static const char balancing[] = "/proc/sys/kernel/numa_balancing";

static int set_number(const char *path, int number)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return -1;
	fprintf(file, "%d", number);
	return fclose(file);
}

static int get_number(const char *path)
{
	FILE *file = fopen(path, "r");
	int number = -1;

	if (file && fscanf(file, "%d", &number) != 1)
		number = -1;
	if (file)
		fclose(file);
	return number;
}

/* Memory on a node, written to; NULL with errno. */
static char *lay(size_t size, int flags, int fd, int node)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	char *start = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	numa_bitmask_setbit(nodes, node);
	if (start != MAP_FAILED &&
	    !mbind(start, size, MPOL_BIND, nodes->maskp, nodes->size + 1, 0))
		memset(start, 1, size);
	else
		start = NULL;
	numa_bitmask_free(nodes);
	return start;
}

static int lay_small(int node)
{
	struct workload work;

	return workload_place(&work, PART, false, node);
}

static int lay_thp(int node)
{
	struct workload work;

	return workload_place(&work, PART, true, node);
}

static int lay_file(int node)
{
	int fd = memfd_create("mover", 0);

	return fd < 0 || ftruncate(fd, PART) ||
	       !lay(PART, MAP_SHARED, fd, node);
}

/* Mapped by a second process, which ends with this one. */
static int lay_shared(int node)
{
	char *start = lay(PART, MAP_SHARED | MAP_ANONYMOUS, -1, node);
	int ready[2];
	char byte;

	if (!start || pipe(ready))
		return -1;
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (size_t i = 0; i < PART; i += 4096)
			(void)*(volatile char *)(start + i);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	return read(ready[0], &byte, 1) != 1;
}

static int lay_locked(int node)
{
	char *start = lay(PART, MAP_PRIVATE | MAP_ANONYMOUS, -1, node);

	return !start || mlock(start, PART);
}

static int lay_hugetlb(int node)
{
	return !lay(PART, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, node);
}

/* A pipe holds some of the pages until somebody reads it. */
static int lay_pinned(int node)
{
	struct workload work;
	struct iovec part = { .iov_len = PINNED * 4096UL };
	int held[2];

	if (workload_place(&work, PART, false, node) || pipe(held))
		return -1;
	part.iov_base = work.start;
	return vmsplice(held[1], &part, 1, 0) != PINNED * 4096L;
}

/* Half on this node, half on the next one. */
static int lay_two(int node)
{
	return lay_small(node) || lay_small(node + 1);
}

/* Much more than is left on a node that has been filled. */
static int lay_large(int node)
{
	struct workload work;

	return workload_place(&work, 8 * PART, false, node);
}

/* A process that has laid out its memory, and does nothing more; or -1. */
static pid_t start(int (*lay_out)(int node), int node)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!lay_out(node) && write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static struct bitmask *nodes_of(const char *text)
{
	return numa_parse_nodestring(text);
}

/* By /proc/PID/numa_maps; on any node where @id is ANY. */
static uint64_t pages_on(pid_t pid, uint32_t id)
{
	const struct residency_request exactly = { .way = RESIDENCY_EXACT };
	struct residency residency;
	uint64_t bytes = 0;

	if (residency_measure(pid, &exactly, &residency))
		return 0;
	for (size_t i = 0; i < residency.count; i++)
		if (id == ANY || residency.node[i].id == id)
			bytes += residency.node[i].bytes;
	residency_free(&residency);
	return bytes / 4096;
}

static const struct mover_pair *pair_of(const struct mover_result *result,
					uint32_t from, uint32_t to)
{
	static const struct mover_pair none;

	for (size_t i = 0; i < result->count; i++)
		if (result->pair[i].from == from && result->pair[i].to == to)
			return &result->pair[i];
	return &none;
}

/* Every page that was looked at is accounted for. */
#define EXPECT_WHOLE(result)                                                   \
	EXPECT_EQ((result)->looked_at, (result)->in_place +                    \
					       mover_moved(result) +           \
					       mover_left(result))

#define LOG(result)                                                            \
	for (size_t _i = 0; _i < (result)->count; _i++) {                      \
		const struct mover_pair *_p = &(result)->pair[_i];             \
		TH_LOG("%d -> %d: moved %lu, left %lu %lu %lu %lu %lu %lu",    \
		       (int)_p->from, (int)_p->to, (unsigned long)_p->moved,   \
		       (unsigned long)_p->left[0], (unsigned long)_p->left[1], \
		       (unsigned long)_p->left[2], (unsigned long)_p->left[3], \
		       (unsigned long)_p->left[4],                             \
		       (unsigned long)_p->left[5]);                            \
	}

static uint64_t migrations(struct client *client, uint32_t from, uint32_t to)
{
	const struct report_cell *cell;
	struct report_matrix matrix;
	uint64_t pages = 0;

	if (client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION, &matrix))
		return UINT64_MAX;
	cell = report_find_cell(&matrix, from, to);
	if (cell)
		pages = cell->pages;
	report_free_matrix(&matrix);
	return pages;
}

/* Nothing else moves pages meanwhile. */
FIXTURE(mover)
{
	int balancing;
	struct client *client;
	struct bitmask *from;
	struct bitmask *to;
	struct mover_request request;
	struct mover_result result;
	pid_t pid;
};

FIXTURE_SETUP(mover)
{
	memset(self, 0, sizeof(*self));
	self->balancing = get_number(balancing);
	if (numa_node_size64(1, NULL) <= 0)
		SKIP(return, "node 1 has no memory");
	ASSERT_EQ(0, set_number(balancing, 0));
	self->client = client_new();
	self->from = nodes_of("1");
	self->to = nodes_of("0");
	self->request = (struct mover_request){
		.from = self->from,
		.to = self->to,
		.slice = MOVER_SLICE_NS,
	};
}

FIXTURE_TEARDOWN(mover)
{
	end(self->pid);
	mover_free(&self->result);
	client_free(self->client);
	if (self->balancing >= 0)
		set_number(balancing, self->balancing);
}

/* clang-format off */
/* moved, shared, pinned: at least so many pages. */
FIXTURE_VARIANT(mover)
{
	int (*lay)(int node);
	bool all;
	bool hugetlb;
	uint64_t moved;
	uint64_t shared;
	uint64_t pinned;
};

FIXTURE_VARIANT_ADD(mover, small)
{
	.lay = lay_small,
	.moved = PAGES,
};

FIXTURE_VARIANT_ADD(mover, thp)
{
	.lay = lay_thp,
	.moved = PAGES,
};

FIXTURE_VARIANT_ADD(mover, file)
{
	.lay = lay_file,
	.moved = PAGES,
};

FIXTURE_VARIANT_ADD(mover, shared)
{
	.lay = lay_shared,
	.shared = PAGES,
};

FIXTURE_VARIANT_ADD(mover, shared_all)
{
	.lay = lay_shared,
	.all = true,
	.moved = PAGES,
};

FIXTURE_VARIANT_ADD(mover, locked)
{
	.lay = lay_locked,
	.moved = PAGES,
};

FIXTURE_VARIANT_ADD(mover, hugetlb)
{
	.lay = lay_hugetlb,
	.hugetlb = true,
	.moved = PAGES,
};

FIXTURE_VARIANT_ADD(mover, pinned)
{
	.lay = lay_pinned,
	.moved = PAGES - PINNED,
	.pinned = PINNED,
};
/* clang-format on */

static int reserve_hugetlb(int pages)
{
	static const char *const path[] = {
		"/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
		"/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages",
	};

	for (int i = 0; i < 2; i++)
		if (set_number(path[i], pages) || get_number(path[i]) < pages)
			return -1;
	return 0;
}

/* The counts, the kernel's list of pages and the module's matrix agree. */
TEST_F_TIMEOUT(mover, counts_are_true, 120)
{
	uint64_t before[2], after[2], all, migrated;
	const struct mover_pair *pair;

	if (variant->hugetlb && reserve_hugetlb(PART / HUGE_PAGE))
		SKIP(return, "no huge pages can be reserved");
	self->pid = start(variant->lay, 1);
	ASSERT_LT(0, self->pid);
	for (uint32_t node = 0; node < 2; node++)
		before[node] = pages_on(self->pid, node);
	all = pages_on(self->pid, ANY);
	migrated = migrations(self->client, 1, 0);
	self->request.pid = self->pid;
	self->request.shared = variant->all;
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	migrated = migrations(self->client, 1, 0) - migrated;
	for (uint32_t node = 0; node < 2; node++)
		after[node] = pages_on(self->pid, node);
	LOG(&self->result);

	pair = pair_of(&self->result, 1, 0);
	EXPECT_EQ(before[1] - after[1], pair->moved);
	EXPECT_EQ(after[0] - before[0], pair->moved);
	EXPECT_EQ(after[1], mover_left(&self->result));
	EXPECT_EQ(all - before[1], self->result.in_place);
	EXPECT_EQ(all, self->result.looked_at);
	EXPECT_LE(pair->moved, migrated);
	EXPECT_WHOLE(&self->result);
	EXPECT_LE(variant->moved, pair->moved);
	EXPECT_LE(variant->shared, pair->left[MOVER_SHARED]);
	EXPECT_EQ(variant->pinned, pair->left[MOVER_PINNED]);
	EXPECT_NE(0, self->result.slices);
	EXPECT_NE(0, self->result.longest);
	if (variant->hugetlb) {
		end(self->pid);
		self->pid = 0;
		EXPECT_EQ(0, reserve_hugetlb(0));
	}
}

FIXTURE(move)
{
	int balancing;
	struct bitmask *from;
	struct bitmask *to;
	struct mover_request request;
	struct mover_result result;
	pid_t pid;
};

FIXTURE_SETUP(move)
{
	memset(self, 0, sizeof(*self));
	self->balancing = get_number(balancing);
	if (numa_node_size64(1, NULL) <= 0)
		SKIP(return, "node 1 has no memory");
	ASSERT_EQ(0, set_number(balancing, 0));
	self->from = nodes_of("1");
	self->to = nodes_of("0");
	self->request = (struct mover_request){
		.from = self->from,
		.to = self->to,
		.slice = MOVER_SLICE_NS,
	};
}

FIXTURE_TEARDOWN(move)
{
	end(self->pid);
	mover_free(&self->result);
	if (self->balancing >= 0)
		set_number(balancing, self->balancing);
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
		end(watch->pid);
	return watch->calls == watch->stop_at;
}

#define START(lay_out)                                                         \
	do {                                                                   \
		self->pid = start(lay_out, 1);                                 \
		ASSERT_LT(0, self->pid);                                       \
		self->request.pid = self->pid;                                 \
	} while (0)

/* A time that no slice can keep makes them as small as they get. */
TEST_F_TIMEOUT(move, slices_shrink, 120)
{
	struct watch watch = { 0 };

	START(lay_small);
	self->request.slice = 1;
	self->request.progress = see;
	self->request.context = &watch;
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	EXPECT_LE(PAGES / 64, self->result.slices);
	EXPECT_EQ(self->result.slices, watch.calls);
	EXPECT_FALSE(watch.backwards);
	EXPECT_WHOLE(&self->result);
}

/* One that all of them keep makes them grow. */
TEST_F_TIMEOUT(move, slices_grow, 120)
{
	START(lay_small);
	self->request.slice = MINUTE;
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	EXPECT_GE(32, self->result.slices);
	EXPECT_LE(PAGES, mover_moved(&self->result));
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* No faster than that; slower it may be. */
TEST_F_TIMEOUT(move, rate_is_kept, 120)
{
	const double rate = 16.0 * MIB;
	double begin;

	START(lay_small);
	self->request.rate = (uint64_t)rate;
	begin = seconds();
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	EXPECT_LE((double)mover_moved(&self->result) * 4096 / rate,
		  seconds() - begin);
	EXPECT_LE(PAGES, mover_moved(&self->result));
}

/* What was done until then is told, and is true. */
TEST_F_TIMEOUT(move, interrupted, 120)
{
	struct watch watch = { .stop_at = 5 };
	uint64_t before;

	START(lay_small);
	before = pages_on(self->pid, 1);
	self->request.slice = 1;
	self->request.progress = see;
	self->request.context = &watch;
	EXPECT_EQ(-EINTR, mover_run(&self->request, &self->result));
	EXPECT_EQ(5, self->result.slices);
	EXPECT_LT(0, mover_moved(&self->result));
	EXPECT_GT(PAGES, mover_moved(&self->result));
	EXPECT_EQ(before - pages_on(self->pid, 1), mover_moved(&self->result));
	EXPECT_WHOLE(&self->result);
}

TEST_F_TIMEOUT(move, process_ends, 120)
{
	struct watch watch = { .kill_at = 5 };

	START(lay_small);
	watch.pid = self->pid;
	self->request.slice = 1;
	self->request.progress = see;
	self->request.context = &watch;
	EXPECT_EQ(-ESRCH, mover_run(&self->request, &self->result));
	EXPECT_LE(5, self->result.slices);
	EXPECT_LT(0, mover_moved(&self->result));
	EXPECT_WHOLE(&self->result);
	self->pid = 0;
}

/* Of @node, in bytes. */
static long long free_on(int node)
{
	long long bytes = 0;

	numa_node_size64(node, &bytes);
	return bytes;
}

/* Leaves so little that what comes next does not fit, and no less. */
static int fill_node(int node)
{
	while (free_on(node) > (long long)(4 * PART))
		if (!lay(MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1, node))
			return -1;
	return 0;
}

TEST_F_TIMEOUT(move, full_node, 240)
{
	const struct mover_pair *pair;
	pid_t filler;

	if (free_on(1) < (long long)(16 * PART))
		SKIP(return, "node 1 is too small");
	START(lay_large);
	filler = start(fill_node, 0);
	ASSERT_LT(0, filler);
	EXPECT_EQ(0, mover_run(&self->request, &self->result));
	LOG(&self->result);
	pair = pair_of(&self->result, 1, 0);
	EXPECT_LT(0, pair->left[MOVER_NO_MEMORY]);
	EXPECT_EQ(pages_on(self->pid, 1), mover_left(&self->result));
	EXPECT_WHOLE(&self->result);
	end(filler);
}

/* All that is not on a node of @to goes there. */
TEST_F_TIMEOUT(move, from_anywhere, 120)
{
	START(lay_small);
	self->request.from = NULL;
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	EXPECT_LE(PAGES, pair_of(&self->result, 1, 0)->moved);
	EXPECT_EQ(pages_on(self->pid, ANY) - pages_on(self->pid, 0),
		  mover_left(&self->result));
	EXPECT_WHOLE(&self->result);
}

/* Each to its own: what arrives from one node does not move on with the next. */
TEST_F_TIMEOUT(move, node_by_node, 120)
{
	if (numa_node_size64(3, NULL) <= 0)
		SKIP(return, "there are fewer than four nodes");
	START(lay_two);
	self->request.from = nodes_of("1,2");
	self->request.to = nodes_of("2,3");
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	LOG(&self->result);
	EXPECT_LE(PAGES, pair_of(&self->result, 1, 2)->moved);
	EXPECT_LE(PAGES, pair_of(&self->result, 2, 3)->moved);
	EXPECT_EQ(0, pair_of(&self->result, 1, 3)->moved);
	EXPECT_LE(PAGES, pages_on(self->pid, 2));
	EXPECT_LE(PAGES, pages_on(self->pid, 3));
	EXPECT_WHOLE(&self->result);
}

TEST_F_TIMEOUT(move, by_turns, 120)
{
	if (numa_node_size64(3, NULL) <= 0)
		SKIP(return, "there are fewer than four nodes");
	START(lay_small);
	self->request.from = NULL;
	self->request.to = nodes_of("2,3");
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	LOG(&self->result);
	EXPECT_LE(PAGES / 4, pair_of(&self->result, 1, 2)->moved);
	EXPECT_LE(PAGES / 4, pair_of(&self->result, 1, 3)->moved);
	EXPECT_LE(PAGES, pair_of(&self->result, 1, 2)->moved +
				 pair_of(&self->result, 1, 3)->moved);
	EXPECT_WHOLE(&self->result);
}

static unsigned long vmstat(const char *key)
{
	FILE *file = fopen("/proc/vmstat", "r");
	unsigned long value, found = 0;
	char name[64];

	while (file && fscanf(file, "%63s %lu", name, &value) == 2)
		if (!strcmp(name, key))
			found = value;
	if (file)
		fclose(file);
	return found;
}

/*
 * Runs, without touching the memory, until balancing has armed much of it. It
 * has a second thread, as balancing passes over those that have none.
 */
static int lay_armed(int node)
{
	unsigned long goal = vmstat("numa_pte_updates") + PAGES / 2;
	time_t deadline = time(NULL) + 60;
	struct workload work;

	if (workload_place(&work, PART, false, node) || workload_add_thread() ||
	    workload_fast_scan() || set_number(balancing, 1))
		return -1;
	while (vmstat("numa_pte_updates") < goal)
		if (time(NULL) > deadline)
			return -1;
	return set_number(balancing, 0);
}

/* Without it the kernel does not tell where hidden pages are. */
static int set_sys_admin(bool on)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	if (on)
		data[0].effective |= 1U << CAP_SYS_ADMIN;
	else
		data[0].effective &= ~(1U << CAP_SYS_ADMIN);
	return syscall(SYS_capset, &header, data);
}

/* Before Linux 6.6 move_pages(2) does not see these. */
TEST_F_TIMEOUT(move, armed, 180)
{
	uint64_t before;

	START(lay_armed);
	before = pages_on(self->pid, 1);
	ASSERT_EQ(0, mover_run(&self->request, &self->result));
	LOG(&self->result);
	EXPECT_LE(PAGES, mover_moved(&self->result));
	EXPECT_EQ(before - pages_on(self->pid, 1), mover_moved(&self->result));
	EXPECT_EQ(pages_on(self->pid, 1), mover_left(&self->result));
	EXPECT_WHOLE(&self->result);
}

/* Who may not know where they are still has them moved, and told of. */
TEST_F_TIMEOUT(move, armed_unprivileged, 180)
{
	uint64_t before;

	START(lay_armed);
	before = pages_on(self->pid, ANY);
	ASSERT_EQ(0, set_sys_admin(false));
	EXPECT_EQ(0, mover_run(&self->request, &self->result));
	ASSERT_EQ(0, set_sys_admin(true));
	LOG(&self->result);
	EXPECT_LE(PAGES, mover_moved(&self->result));
	EXPECT_EQ(before, self->result.looked_at);
	/* Hidden are some that were on node 0 all the time. */
	EXPECT_LE(pages_on(self->pid, 1), mover_left(&self->result));
	EXPECT_WHOLE(&self->result);
}

/* As a program of another user, which may be looked at by that user. */
static int become_nobody(void)
{
	return setgid(NOBODY) || setuid(NOBODY) || prctl(PR_SET_DUMPABLE, 1);
}

/* Balancing is for root to switch: it may be on. */
TEST(unprivileged)
{
	struct mover_result result = { 0 };
	struct mover_request request = {
		.to = nodes_of("0"),
		.slice = MOVER_SLICE_NS,
	};

	if (numa_node_size64(1, NULL) <= 0)
		SKIP(return, "node 1 has no memory");
	ASSERT_EQ(0, become_nobody());
	request.pid = start(lay_small, 1);
	ASSERT_LT(0, request.pid);
	EXPECT_EQ(0, mover_run(&request, &result));
	EXPECT_LE(PAGES, mover_moved(&result));
	EXPECT_WHOLE(&result);
	request.shared = true;
	EXPECT_EQ(-EPERM, mover_run(&request, &result));
	end(request.pid);
	request.shared = false;
	request.pid = 1;
	EXPECT_EQ(-EPERM, mover_run(&request, &result));
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
	struct mover_result result = { 0 };
	struct mover_request request = {
		.pid = getpid(),
		.to = nodes_of("0"),
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
	struct mover_request request = {
		.pid = 0x7fffffff,
		.to = nodes_of("0"),
		.slice = MOVER_SLICE_NS,
	};

	EXPECT_EQ(-ESRCH, mover_run(&request, &result));
	/* A kernel thread has no memory of its own. */
	request.pid = 2;
	EXPECT_EQ(-ESRCH, mover_run(&request, &result));
	request.pid = getpid();
	request.to = none;
	EXPECT_EQ(-ENODEV, mover_run(&request, &result));
	numa_bitmask_setbit(none, numa_max_node() + 1);
	EXPECT_EQ(-ENODEV, mover_run(&request, &result));
	EXPECT_EQ(0, result.looked_at);
}

TEST_HARNESS_MAIN
