// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that only movable pages are in (the kernel's parameter movablecore=):
 * what leaves it because it goes offline, or because it is pinned for long, is
 * found under that reason, with the sums over reasons the kernel's own totals.
 */
#include "_knobs.h"
#include "_tally.h"
#include "_worker.h"
#include "_workload.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

#define BLOCKS "/sys/devices/system/memory/"
#define PAGE 4096UL
#define PINNED 16
/* Seconds for one block, before another one is tried. */
#define TRY 10
/* More than a guest has. */
#define MANY_BLOCKS 256
#define MIB (1UL << 20)

#define HOTPLUG NUMATRACE_MIGRATE_REASON_MEMORY_HOTPLUG
#define PIN NUMATRACE_MIGRATE_REASON_LONGTERM_PIN

FIXTURE(movable)
{
	struct client *client;
	int pagemap;
	uint64_t block_size;
	struct workload work;
	struct tally before;
	struct tally after;
};

typedef FIXTURE_DATA(movable) data;

/* Bytes of a block of memory, the unit that goes offline; 0: there are none. */
static uint64_t block_size(void)
{
	FILE *file = fopen(BLOCKS "block_size_bytes", "r");
	uint64_t size = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%" SCNx64, &size) != 1)
		size = 0;
	fclose(file);
	return size;
}

/* The block that the page of @address lies in; 0: it is not there. */
static int block_of(const data *self, const char *address)
{
	off_t place = (uintptr_t)address / PAGE * sizeof(uint64_t);
	uint64_t entry;

	if (pread(self->pagemap, &entry, sizeof(entry), place) !=
		    sizeof(entry) ||
	    !(entry >> 63))
		return 0;
	return (entry & ((1ULL << 55) - 1)) * PAGE / self->block_size;
}

/* All of it is movable. */
static bool is_movable(int block)
{
	char path[80], zones[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), BLOCKS "memory%d/valid_zones", block);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(zones, sizeof(zones), file))
		zones[0] = '\0';
	fclose(file);
	return !strcmp(zones, "Movable\n");
}

/* The kernel was told to have such memory. */
static bool is_asked_for(void)
{
	FILE *file = fopen("/proc/cmdline", "r");
	char line[4096] = "";

	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	return strstr(line, "movablecore=");
}

/* User memory comes from there first: more than a block has all of one, or not. */
FIXTURE_SETUP(movable)
{
	struct worker_nodes nodes;

	memset(self, 0, sizeof(*self));
	if (!is_asked_for())
		SKIP(return, "no memory is movable only");
	self->block_size = block_size();
	ASSERT_LT(0, self->block_size);
	ASSERT_EQ(0, worker_find_nodes(&nodes));
	self->pagemap = open("/proc/self/pagemap", O_RDONLY);
	ASSERT_LE(0, self->pagemap);
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, workload_run_on(nodes.near));
	ASSERT_EQ(0, workload_place(&self->work, self->block_size + 16 * MIB,
				    false, nodes.far));
}

FIXTURE_TEARDOWN(movable)
{
	knob_write(KNOB_BALANCING, 1);
	if (self->work.start)
		workload_free(&self->work);
	tally_free(&self->before);
	tally_free(&self->after);
	client_free(self->client);
	close(self->pagemap);
}

static uint64_t pages_in(const data *self, int block)
{
	uint64_t count = 0;
	size_t offset;

	for (offset = 0; offset < self->work.size; offset += PAGE)
		count += block_of(self, self->work.start + offset) == block;
	return count;
}

/*
 * Written in a child: where somebody holds a page of the block, the kernel tries
 * until there is a signal.
 */
static int set_state(int block, const char *state)
{
	time_t deadline = time(NULL) + TRY;
	char path[80];
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), BLOCKS "memory%d/state", block);
	pid = worker_fork();
	if (!pid)
		_exit(knob_write_text(path, state) ? 1 : 0);
	while (!waitpid(pid, &status, WNOHANG)) {
		if (time(NULL) > deadline)
			kill(pid, SIGKILL);
		usleep(10000);
	}
	return status ? -1 : 0;
}

/*
 * One that has @pages of the memory; -1: there is none. A block of which the
 * firmware has a part is refused.
 */
static int try_offline(const data *self, uint64_t *pages)
{
	int block;

	for (block = 1; block < MANY_BLOCKS; block++) {
		if (!is_movable(block))
			continue;
		*pages = pages_in(self, block);
		if (*pages && !set_state(block, "offline"))
			return block;
	}
	return -1;
}

static int take_offline(const data *self, uint64_t *pages)
{
	time_t deadline = time(NULL) + PATIENCE;
	int block;

	do
		block = try_offline(self, pages);
	while (block < 0 && time(NULL) < deadline);
	return block;
}

TEST_F(movable, goes_offline)
{
	uint64_t pages;
	int block;

	ASSERT_EQ(0, tally_take(self->client, &self->before));
	block = take_offline(self, &pages);
	ASSERT_LT(0, block);
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	EXPECT_EQ(0, set_state(block, "online_movable"));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_EQ(0, pages_in(self, block));
	EXPECT_LE(pages, tally_migrated(&self->before, &self->after, HOTPLUG));
	EXPECT_EQ(tally_migrated(&self->before, &self->after, HOTPLUG),
		  tally_matrix(&self->before, &self->after, HOTPLUG));
}

/* Some pages that all lie in movable memory, or NULL. */
static char *find_movable(const data *self)
{
	int block, last = -1, count = 0;
	bool movable = false;
	size_t offset;

	for (offset = 0; offset < self->work.size; offset += PAGE) {
		block = block_of(self, self->work.start + offset);
		if (block != last)
			movable = is_movable(block);
		last = block;
		count = movable ? count + 1 : 0;
		if (count == PINNED)
			return self->work.start + offset - (count - 1) * PAGE;
	}
	return NULL;
}

static int register_buffer(int ring, void *start, size_t size)
{
	struct iovec buffer = { start, size };

	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS,
		       &buffer, 1);
}

/* What is pinned for long must not keep a block from going offline. */
TEST_F(movable, is_left_by_what_is_pinned)
{
	struct io_uring_params params = { 0 };
	char *page = find_movable(self);
	int ring, i;

	ASSERT_NE(NULL, page);
	ring = syscall(SYS_io_uring_setup, 4, &params);
	ASSERT_LE(0, ring);
	ASSERT_EQ(0, tally_take(self->client, &self->before));
	ASSERT_EQ(0, register_buffer(ring, page, PINNED * PAGE));
	ASSERT_EQ(0, tally_take(self->client, &self->after));
	for (i = 0; i < PINNED; i++)
		EXPECT_FALSE(is_movable(block_of(self, page + i * PAGE)));
	EXPECT_REASONS(&self->before, &self->after);
	EXPECT_LT(0, tally_calls(&self->before, &self->after, PIN));
	EXPECT_LE(PINNED, tally_migrated(&self->before, &self->after, PIN));
	EXPECT_EQ(tally_migrated(&self->before, &self->after, PIN),
		  tally_matrix(&self->before, &self->after, PIN));
	close(ring);
}

TEST_HARNESS_MAIN
