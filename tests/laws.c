// SPDX-License-Identifier: GPL-2.0
/*
 * The laws, over everything that makes pages move: the growth of what the
 * module shows equals the growth of the kernel's own totals, exactly.
 */
#include "_knobs.h"
#include "_patience.h"
#include "_reading.h"
#include "_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"

#define SIZE (32UL << 20)
#define PAGES (SIZE / 4096)

/**
 * struct places - the nodes that a case works on
 * @near: a node with CPUs and memory
 * @far: another node with memory, or -1
 * @bare: a node with CPUs and no memory, or -1
 */
struct places {
	int near;
	int far;
	int bare;
};

static struct places find_places(const struct report_nodes *nodes)
{
	const uint32_t both =
		NUMATRACE_NODE_STATE_MEMORY | NUMATRACE_NODE_STATE_CPU;
	struct places places = { -1, -1, -1 };
	size_t i;

	for (i = 0; i < nodes->count; i++) {
		const struct report_node *node = &nodes->node[i];

		if ((node->state & both) == both && places.near < 0)
			places.near = node->id;
		else if (node->state & NUMATRACE_NODE_STATE_MEMORY)
			places.far = node->id;
		else if (node->state & NUMATRACE_NODE_STATE_CPU)
			places.bare = node->id;
	}
	return places;
}

static int balance(struct workload *work, const struct places *places)
{
	return workload_touch_until(work, places->near, 99);
}

/* Memory that is where it should be: accesses, all of them local. */
static int stay(struct workload *work, const struct places *places)
{
	(void)places;
	workload_touch(work);
	return 0;
}

static int call_migrate_pages(struct workload *work,
			      const struct places *places)
{
	struct bitmask *from = numa_allocate_nodemask();
	struct bitmask *to = numa_allocate_nodemask();
	int ret;

	(void)work;
	numa_bitmask_setbit(from, places->far);
	numa_bitmask_setbit(to, places->near);
	ret = numa_migrate_pages(0, from, to);
	numa_bitmask_free(from);
	numa_bitmask_free(to);
	return ret < 0 ? -1 : 0;
}

static int call_move_pages(struct workload *work, const struct places *places)
{
	return workload_move(work, places->near);
}

static int call_mbind(struct workload *work, const struct places *places)
{
	struct bitmask *to = numa_allocate_nodemask();
	int ret;

	numa_bitmask_setbit(to, places->near);
	ret = mbind(work->start, work->size, MPOL_BIND, to->maskp, to->size + 1,
		    MPOL_MF_MOVE);
	numa_bitmask_free(to);
	return ret;
}

/*
 * Fills much of the node, so that pages lie at its bottom too, leaves holes
 * everywhere and asks the kernel to close them. Where pages come to lie depends
 * on who freed what before, and may leave it nothing to do: each time, it is
 * another part of the node.
 */
static int compact(struct workload *work, const struct places *places)
{
	static const int percent[] = { 60, 35, 75, 50 };
	static unsigned int times;
	struct workload most;
	long long room;
	size_t offset;
	int ret;

	(void)work;
	if (numa_node_size64(places->near, &room) < 0)
		return -1;
	room = room * percent[times++ % 4] / 100;
	if (workload_place(&most, room & ~((2LL << 20) - 1), false,
			   places->near))
		return -1;
	for (offset = 0; offset < most.size; offset += 2 * 4096)
		madvise(most.start + offset, 4096, MADV_DONTNEED);
	ret = knob_write("/proc/sys/vm/compact_memory", 1);
	workload_free(&most);
	return ret;
}

/* How much the kernel's total has grown since the reading, or 0. */
static uint64_t grown(const struct reading *before, enum vmstat_key key)
{
	uint64_t now[VMSTAT_KEYS];

	return vmstat_read(now) ? 0 : now[key] - before->vmstat[key];
}

FIXTURE(laws)
{
	long balancing;
	struct client *client;
	struct places places;
	struct workload work;
	struct reading before;
	struct reading after;
};

/* clang-format off */
/*
 * moves: the pages end on another node. local: they are sampled where they are.
 * Both need a second node, without which nothing is balanced.
 */
FIXTURE_VARIANT(laws)
{
	int (*act)(struct workload *work, const struct places *places);
	bool huge;
	bool moves;
	bool local;
	bool accesses;
};

FIXTURE_VARIANT_ADD(laws, balancing_small)
{
	.act = balance,
	.moves = true,
	.accesses = true,
};

FIXTURE_VARIANT_ADD(laws, balancing_thp)
{
	.act = balance,
	.huge = true,
	.moves = true,
	.accesses = true,
};

FIXTURE_VARIANT_ADD(laws, balancing_local)
{
	.act = stay,
	.local = true,
};

FIXTURE_VARIANT_ADD(laws, migrate_pages_small)
{
	.act = call_migrate_pages,
	.moves = true,
};

FIXTURE_VARIANT_ADD(laws, migrate_pages_thp)
{
	.act = call_migrate_pages,
	.huge = true,
	.moves = true,
};

FIXTURE_VARIANT_ADD(laws, move_pages_small)
{
	.act = call_move_pages,
	.moves = true,
};

FIXTURE_VARIANT_ADD(laws, move_pages_thp)
{
	.act = call_move_pages,
	.huge = true,
	.moves = true,
};

FIXTURE_VARIANT_ADD(laws, mbind_small)
{
	.act = call_mbind,
	.moves = true,
};

FIXTURE_VARIANT_ADD(laws, compaction)
{
	.act = compact,
};
/* clang-format on */

FIXTURE_SETUP(laws)
{
	struct report_nodes nodes = { 0 };

	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, workload_fast_scan());
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, client_nodes(self->client, &nodes));
	self->places = find_places(&nodes);
	report_free_nodes(&nodes);
	ASSERT_LE(0, self->places.near);
	/* move_pages(2) of 6.1 does not see pages that the scanner armed. */
	self->balancing = knob_read(KNOB_BALANCING);
	ASSERT_LE(0, self->balancing);
	ASSERT_EQ(0, knob_write(KNOB_BALANCING,
				variant->accesses || variant->local));
}

FIXTURE_TEARDOWN(laws)
{
	knob_write(KNOB_BALANCING, self->balancing);
	reading_free(&self->before);
	reading_free(&self->after);
	client_free(self->client);
}

TEST_F(laws, hold)
{
	const struct places *places = &self->places;
	time_t deadline = time(NULL) + PATIENCE;
	uint64_t moved;
	bool done;

	if ((variant->moves || variant->local) && places->far < 0)
		SKIP(return, "one node with memory: nothing to balance");
	ASSERT_EQ(0, workload_run_on(places->near));
	ASSERT_EQ(0,
		  workload_place(&self->work, SIZE, variant->huge,
				 variant->moves ? places->far : places->near));
	/* The pages of a process with one thread are not sampled where local. */
	if (variant->local)
		ASSERT_EQ(0, workload_add_thread());
	if (variant->moves && !variant->accesses)
		ASSERT_LE(99, workload_percent_on(&self->work, places->far));
	ASSERT_EQ(0, reading_take(self->client, &self->before));
	/* A page that is busy at one time may be moved at the next. */
	do {
		ASSERT_EQ(0, variant->act(&self->work, places))
		{
			TH_LOG("%s", strerror(errno));
		}
		if (variant->moves)
			done = workload_percent_on(&self->work, places->near) >=
			       99;
		else if (variant->local)
			done = grown(&self->before, VMSTAT_HINT_FAULTS_LOCAL) >=
			       PAGES / 2;
		else
			done = grown(&self->before, VMSTAT_MIGRATE_SUCCESS);
	} while (!done && time(NULL) < deadline);
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	/* Nobody frees memory meanwhile: exact, with compaction too. */
	EXPECT_EQ(reading_growth(&self->before, &self->after,
				 VMSTAT_MIGRATE_SUCCESS),
		  reading_migrated(&self->before, &self->after));

	moved = reading_growth(&self->before, &self->after,
			       VMSTAT_MIGRATE_SUCCESS);
	if (variant->local) {
		EXPECT_LE(PAGES / 2, reading_growth(&self->before, &self->after,
						    VMSTAT_HINT_FAULTS_LOCAL));
	} else {
		EXPECT_LT(0, moved);
	}
	if (variant->moves) {
		moved = reading_cell_growth(&self->before.migration,
					    &self->after.migration, places->far,
					    places->near);
		EXPECT_LE(PAGES * 99 / 100, moved);
	}
	/* Each page faulted before it moved: huge ones count with their size. */
	if (variant->accesses) {
		EXPECT_LE(PAGES * 99 / 100,
			  reading_cell_growth(&self->before.access,
					      &self->after.access, places->near,
					      places->far));
	}
	workload_free(&self->work);
}

FIXTURE(machine)
{
	struct client *client;
	struct report_nodes nodes;
	struct places places;
};

FIXTURE_SETUP(machine)
{
	memset(self, 0, sizeof(*self));
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, client_nodes(self->client, &self->nodes));
	self->places = find_places(&self->nodes);
}

FIXTURE_TEARDOWN(machine)
{
	report_free_nodes(&self->nodes);
	client_free(self->client);
}

/* CPUs of a node without memory access from there, and all of it is remote. */
TEST_F(machine, memoryless_node_accesses_remotely)
{
	struct reading before, after;
	struct workload work;
	uint64_t seen[VMSTAT_KEYS], start;
	time_t deadline = time(NULL) + PATIENCE;

	if (self->places.bare < 0)
		SKIP(return, "every node with CPUs has memory");
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, workload_run_on(self->places.bare));
	ASSERT_EQ(0, workload_place(&work, SIZE, false, self->places.near));
	ASSERT_EQ(0, reading_take(self->client, &before));
	start = before.vmstat[VMSTAT_HINT_FAULTS];
	do {
		workload_touch(&work);
		ASSERT_EQ(0, vmstat_read(seen));
		ASSERT_GT(deadline, time(NULL));
	} while (seen[VMSTAT_HINT_FAULTS] < start + PAGES / 2);
	ASSERT_EQ(0, reading_take(self->client, &after));
	EXPECT_LAWS(&before, &after);
	EXPECT_LE(PAGES / 2,
		  reading_cell_growth(&before.access, &after.access,
				      self->places.bare, self->places.near));
	EXPECT_EQ(0, reading_cell_growth(&before.access, &after.access,
					 self->places.bare, self->places.bare));
	workload_free(&work);
	reading_free(&before);
	reading_free(&after);
}

static int node_file(int node, const char *name, char *text, size_t size)
{
	char path[128];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/%s", node,
		 name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return -1;
	text[len] = '\0';
	return 0;
}

static uint64_t number_after(const char *text, const char *key)
{
	const char *found = strstr(text, key);

	return found ? strtoull(found + strlen(key), NULL, 10) : UINT64_MAX;
}

/* Gauges against sysfs, in kB there; free memory may change in between. */
TEST_F(machine, memory_matches_sysfs)
{
	static const struct {
		enum node_field field;
		const char *key;
		uint64_t tolerance;
	} gauges[] = {
		{ NODE_MEM_TOTAL, "MemTotal:", 0 },
		{ NODE_MEM_FREE, "MemFree:", 4096 },
		{ NODE_MEM_FILE, "FilePages:", 512 },
		{ NODE_MEM_ANON, "AnonPages:", 512 },
	};
	char text[8192];
	size_t i, j;

	for (i = 0; i < self->nodes.count; i++) {
		const struct report_node *node = &self->nodes.node[i];

		ASSERT_EQ(0,
			  node_file(node->id, "meminfo", text, sizeof(text)));
		for (j = 0; j < ARRAY_SIZE(gauges); j++) {
			uint64_t seen = node->value[gauges[j].field] / 1024;
			uint64_t law = number_after(text, gauges[j].key);

			EXPECT_LE(seen, law + gauges[j].tolerance);
			EXPECT_LE(law, seen + gauges[j].tolerance);
		}
	}
}

/*
 * Allocation counters against numastat's: the module's growth lies between
 * that of the readings just inside and just outside of it, since reading
 * allocates memory itself.
 */
TEST_F(machine, allocations_match_numastat)
{
	static const struct {
		enum node_field field;
		const char *key;
	} counters[] = {
		{ NODE_ALLOC_HIT, "numa_hit " },
		{ NODE_ALLOC_MISS, "numa_miss " },
		{ NODE_ALLOC_FOREIGN, "numa_foreign " },
		{ NODE_ALLOC_INTERLEAVE_HIT, "interleave_hit " },
		{ NODE_ALLOC_LOCAL_NODE, "local_node " },
		{ NODE_ALLOC_OTHER_NODE, "other_node " },
	};
	char outer[2][512], inner[2][512];
	struct report_nodes before, after;
	struct workload work;
	int near = self->places.near;
	size_t i;

	ASSERT_EQ(0, workload_run_on(near));
	ASSERT_EQ(0, node_file(near, "numastat", outer[0], sizeof(outer[0])));
	ASSERT_EQ(0, client_nodes(self->client, &before));
	ASSERT_EQ(0, node_file(near, "numastat", inner[0], sizeof(inner[0])));
	ASSERT_EQ(0, workload_place(&work, SIZE, false, near));
	ASSERT_EQ(0, node_file(near, "numastat", inner[1], sizeof(inner[1])));
	ASSERT_EQ(0, client_nodes(self->client, &after));
	ASSERT_EQ(0, node_file(near, "numastat", outer[1], sizeof(outer[1])));
	workload_free(&work);

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		enum node_field field = counters[i].field;
		const char *key = counters[i].key;
		uint64_t seen = report_find_node(&after, near)->value[field] -
				report_find_node(&before, near)->value[field];

		EXPECT_LE(number_after(inner[1], key) -
				  number_after(inner[0], key),
			  seen);
		EXPECT_LE(seen, number_after(outer[1], key) -
					number_after(outer[0], key));
	}
	EXPECT_LE(PAGES, number_after(outer[1], "numa_hit ") -
				 number_after(outer[0], "numa_hit "));
	report_free_nodes(&before);
	report_free_nodes(&after);
}

TEST_HARNESS_MAIN
