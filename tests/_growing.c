// SPDX-License-Identifier: GPL-2.0
#include "_growing.h"

#include "_cgroup_files.h"
#include "_kernel_counts.h"
#include "_knobs.h"
#include "_patience.h"
#include "_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define PAGE 4096UL
#define HUGE (2 * MIB)
#define BALANCING_TIERS 2
#define DEMOTION "/sys/kernel/mm/numa/demotion_enabled"
#define TIERS "/sys/devices/virtual/memory_tiering/memory_tier*/nodelist"
#define CGROUP "/growing"

/* What a case may change, and what it was; -1: there is no such thing. */
static struct {
	const char *path;
	long was;
} kept[] = {
	{ .path = KNOB_BALANCING },
	{ .path = "/proc/sys/vm/min_free_kbytes" },
	{ .path = "/proc/sys/vm/compact_unevictable_allowed" },
};

#define KEPT_MIN_FREE (kept[1].path)
#define KEPT_UNEVICTABLE (kept[2].path)

void growing_keep(void)
{
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		kept[i].was = knob_read(kept[i].path);
}

void growing_restore(void)
{
	static const char *const cgroups[] = { CGROUP };
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (kept[i].was >= 0)
			knob_write(kept[i].path, kept[i].was);
	if (!access(DEMOTION, F_OK))
		knob_write_text(DEMOTION, "false");
	if (access(CGROUPS CGROUP, F_OK))
		return;
	cgroup_attach("", getpid());
	cgroup_remove(cgroups, 1);
}

static bool list_has(const char *path, int node)
{
	struct bitmask *nodes = numa_parse_nodestring_all(line_of(path, NULL));
	bool has = nodes && numa_bitmask_isbitset(nodes, node);

	if (nodes)
		numa_bitmask_free(nodes);
	return has;
}

/* Tiers are numbered by how slow they are. */
static int tier_of(int node)
{
	int tier = -1;
	glob_t found;
	size_t i;

	if (glob(TIERS, 0, NULL, &found))
		return -1;
	for (i = 0; i < found.gl_pathc && tier < 0; i++)
		if (list_has(found.gl_pathv[i], node))
			sscanf(strstr(found.gl_pathv[i], "/memory_tier") +
				       strlen("/memory_tiering/memory_tier"),
			       "%d", &tier);
	globfree(&found);
	return tier;
}

static bool has_cpus(int node)
{
	return list_has("/sys/devices/system/node/has_cpu", node);
}

int growing_find_nodes(struct growing *growing)
{
	int node, fast;

	growing->near = -1;
	growing->far = -1;
	growing->slow = -1;
	for (node = numa_max_node(); node >= 0; node--) {
		if (!numa_bitmask_isbitset(numa_all_nodes_ptr, node) ||
		    !has_cpus(node))
			continue;
		if (growing->near < 0)
			growing->near = node;
		else
			growing->far = node;
	}
	if (growing->near < 0)
		return -1;
	fast = tier_of(growing->near);
	for (node = numa_max_node(); node >= 0 && fast >= 0; node--)
		if (tier_of(node) > fast)
			growing->slow = node;
	return 0;
}

static bool reached(const struct growing *growing)
{
	return kernel_count(growing->field) >= growing->goal;
}

/* Does it, again and again, until the goal is reached. */
static int repeat(const struct growing *growing,
		  int (*act)(const struct growing *growing,
			     const struct workload *work),
		  const struct workload *work)
{
	time_t deadline = time(NULL) + PATIENCE;

	do {
		if (act(growing, work))
			return -1;
		if (reached(growing))
			return 0;
	} while (time(NULL) < deadline);
	errno = ETIMEDOUT;
	return -1;
}

static int missed_goal(const struct growing *growing)
{
	errno = ERANGE;
	return reached(growing) ? 0 : -1;
}

static int allocate(const struct growing *growing, int cpu_node)
{
	struct workload work;

	if (workload_run_on(cpu_node) ||
	    workload_place(&work, GROWING_SIZE, false, growing->near))
		return -1;
	return missed_goal(growing);
}

int grow_by_allocating(const struct growing *growing)
{
	return allocate(growing, growing->near);
}

int grow_by_allocating_from_afar(const struct growing *growing)
{
	return allocate(growing, growing->far);
}

static char *map_small(size_t size)
{
	char *start = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED || madvise(start, size, MADV_NOHUGEPAGE))
		return NULL;
	return start;
}

int grow_by_interleaving(const struct growing *growing)
{
	unsigned long nodes = 1UL << growing->near;
	char *start = map_small(GROWING_SIZE);

	if (!start || mbind(start, GROWING_SIZE, MPOL_INTERLEAVE, &nodes,
			    8 * sizeof(nodes), 0))
		return -1;
	memset(start, 1, GROWING_SIZE);
	return missed_goal(growing);
}

/* Pages that the node should have given, and did not. */
static uint64_t misses_of(int node)
{
	struct kernel_counts counts;

	return kernel_counts_read(&counts, node)
		       ? 0
		       : counts.own[NODE_ALLOC_FOREIGN];
}

/*
 * Takes small pages of the node until others have given so many in its place.
 * The first @huge bytes are taken as huge pages, which is faster. Returns the
 * memory, NULL with errno.
 */
static char *take_all(int node, size_t huge, uint64_t misses, size_t *size)
{
	uint64_t goal = misses_of(node) + misses;
	struct workload most;
	long long room;
	char *start;

	if (numa_node_size64(node, &room) < 0 ||
	    (huge && workload_place(&most, huge, true, node)))
		return NULL;
	room = (room - huge + 32 * MIB) & ~(MIB - 1);
	start = map_small(room);
	numa_set_preferred(node);
	for (*size = 0; start && *size < (size_t)room; *size += MIB) {
		memset(start + *size, 1, MIB);
		if (misses_of(node) >= goal)
			break;
	}
	numa_set_localalloc();
	errno = ENOMEM;
	return start && *size < (size_t)room ? start : NULL;
}

static int overflow(const struct growing *growing, int node)
{
	long long room;
	size_t size;

	if (numa_node_size64(node, &room) < 0 || room < 0)
		return -1;
	room = room > (long long)(96 * MIB) ? room - 96 * MIB : 0;
	if (!take_all(node, room & ~(HUGE - 1), GROWING_PAGES / 4, &size))
		return -1;
	return missed_goal(growing);
}

int grow_by_taking_in(const struct growing *growing)
{
	return overflow(growing, growing->far);
}

int grow_by_overflowing(const struct growing *growing)
{
	return overflow(growing, growing->near);
}

/* A page that is not in the page cache, and that nobody reads ahead. */
int grow_by_reading_disk(const struct growing *growing)
{
	int fd = open(GROWING_DISK, O_RDONLY);
	struct workload work = { .size = 8 * MIB };

	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		return -1;
	work.start = mmap(NULL, work.size, PROT_READ, MAP_SHARED, fd, 0);
	if (work.start == MAP_FAILED ||
	    madvise(work.start, work.size, MADV_RANDOM))
		return -1;
	workload_touch(&work);
	return missed_goal(growing);
}

static int touch(const struct growing *growing, const struct workload *work)
{
	(void)growing;
	workload_touch(work);
	return 0;
}

/* Memory on a node, touched from the near one while balancing is in @mode. */
static int balance(const struct growing *growing, int node, bool huge, int mode)
{
	struct workload work;

	if (workload_fast_scan() ||
	    workload_place(&work, GROWING_SIZE, huge, node) ||
	    knob_write(KNOB_BALANCING, mode))
		return -1;
	return repeat(growing, touch, &work);
}

int grow_by_balancing(const struct growing *growing)
{
	return balance(growing, growing->far, false, 1);
}

int grow_by_balancing_huge(const struct growing *growing)
{
	return balance(growing, growing->far, true, 1);
}

/* Of a process with one thread, local pages are not sampled. */
int grow_by_balancing_local(const struct growing *growing)
{
	if (workload_add_thread())
		return -1;
	return balance(growing, growing->near, false, 1);
}

int grow_by_promoting(const struct growing *growing)
{
	return balance(growing, growing->slow, false, BALANCING_TIERS);
}

static int move(const struct growing *growing, const struct workload *work)
{
	return workload_move(work, growing->near);
}

int grow_by_moving(const struct growing *growing)
{
	struct workload work;

	if (workload_place(&work, GROWING_SIZE, false, growing->far))
		return -1;
	return repeat(growing, move, &work);
}

/* By the address of the first page of each. */
static int move_huge(const struct growing *growing, const struct workload *work)
{
	int nodes[GROWING_HUGE], status[GROWING_HUGE];
	void *pages[GROWING_HUGE];
	size_t i;

	for (i = 0; i < GROWING_HUGE; i++) {
		pages[i] = work->start + i * HUGE;
		nodes[i] = growing->near;
	}
	return move_pages(0, GROWING_HUGE, pages, nodes, status, MPOL_MF_MOVE) <
			       0
		       ? -1
		       : 0;
}

int grow_by_moving_huge(const struct growing *growing)
{
	struct workload work;

	if (workload_place(&work, GROWING_SIZE, true, growing->far))
		return -1;
	return repeat(growing, move_huge, &work);
}

/* A pipe holds a page of each @step bytes until somebody reads it. */
static int hold(const struct workload *work, size_t step)
{
	struct iovec part = { .iov_len = PAGE };
	int held[2];
	size_t i;

	if (pipe(held) || fcntl(held[1], F_SETPIPE_SZ, MIB) < 0)
		return -1;
	for (i = 0; i < work->size / step && i < MIB / PAGE; i++) {
		part.iov_base = work->start + i * step;
		if (vmsplice(held[1], &part, 1, 0) != (ssize_t)PAGE)
			return -1;
	}
	return 0;
}

int grow_by_not_moving(const struct growing *growing)
{
	struct workload work;

	if (workload_place(&work, GROWING_SIZE, false, growing->far) ||
	    hold(&work, PAGE))
		return -1;
	return repeat(growing, move, &work);
}

int grow_by_not_moving_huge(const struct growing *growing)
{
	struct workload work;

	if (workload_place(&work, GROWING_SIZE, true, growing->far) ||
	    hold(&work, HUGE))
		return -1;
	return repeat(growing, move_huge, &work);
}

/*
 * Leaves one page of eight of the memory, for good: compaction does not move
 * what is locked.
 */
static int make_holes(char *start, size_t size)
{
	size_t offset;

	for (offset = 0; offset < size; offset += 8 * PAGE)
		if (mlock(start + offset, PAGE) ||
		    madvise(start + offset + PAGE, 7 * PAGE, MADV_DONTNEED))
			return -1;
	return 0;
}

/* Those that find room as a whole leave less of it to the next ones. */
static int move_more_huge(const struct growing *growing,
			  const struct workload *unused)
{
	struct workload work;

	(void)unused;
	if (workload_place(&work, GROWING_SIZE, true, growing->far))
		return -1;
	return move_huge(growing, &work);
}

int grow_by_moving_in_pieces(const struct growing *growing)
{
	size_t size;
	char *start;

	/* What the kernel keeps in reserve may hold huge pages. */
	if (knob_write(KEPT_MIN_FREE, 1024) || knob_write(KEPT_UNEVICTABLE, 0))
		return -1;
	start = take_all(growing->near, 0, MIB / PAGE / 2, &size);
	if (!start || make_holes(start, size))
		return -1;
	return repeat(growing, move_more_huge, NULL);
}

static int reclaim(const struct growing *growing, const struct workload *work)
{
	(void)growing;
	(void)work;
	/* It fails where it reclaims less. */
	if (cgroup_put(CGROUP, "memory.reclaim", "4M") && errno != EAGAIN)
		return -1;
	return 0;
}

int grow_by_demoting(const struct growing *growing)
{
	struct workload work;

	if (knob_write_text(DEMOTION, "true") ||
	    cgroup_put("", "cgroup.subtree_control", "+memory") ||
	    mkdir(CGROUPS CGROUP, 0755) || cgroup_attach(CGROUP, getpid()) ||
	    workload_place(&work, GROWING_SIZE, false, growing->near))
		return -1;
	return repeat(growing, reclaim, &work);
}

static int spin(const struct growing *growing, const struct workload *work)
{
	struct timespec now, end;

	(void)growing;
	(void)work;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	end.tv_nsec += 100000000;
	do {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	} while ((now.tv_sec - end.tv_sec) * 1000000000LL + now.tv_nsec <
		 end.tv_nsec);
	return 0;
}

int grow_by_spinning(const struct growing *growing)
{
	return repeat(growing, spin, NULL);
}
