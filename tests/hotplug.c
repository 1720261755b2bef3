// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU that goes offline hands its VM events to another one, perhaps on
 * another node. The module keeps them where they happened, and loses none.
 */
#include "_reading.h"
#include "_workload.h"

#include <fcntl.h>
#include <numa.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "_harness.h"

#define SIZE (16UL << 20)

static int set_online(int cpu, bool online)
{
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	ret = write(fd, online ? "1" : "0", 1) == 1 ? 0 : -1;
	close(fd);
	return ret;
}

static int run_on_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

/* A node with memory that is not the CPU's own, or -1. */
static int other_node(int node)
{
	int other;

	for (other = 0; other <= numa_max_node(); other++)
		if (other != node &&
		    numa_bitmask_isbitset(numa_all_nodes_ptr, other))
			return other;
	return -1;
}

FIXTURE(hotplug)
{
	struct client *client;
};

FIXTURE_SETUP(hotplug)
{
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, workload_fast_scan());
}

FIXTURE_TEARDOWN(hotplug)
{
	client_free(self->client);
}

/* Makes the CPU take faults that only it can have taken. */
static void fault_on(struct __test_metadata *_metadata, int cpu)
{
	int node = numa_node_of_cpu(cpu);
	struct workload work;

	ASSERT_LE(0, other_node(node));
	ASSERT_EQ(0, run_on_cpu(cpu));
	ASSERT_EQ(0, workload_place(&work, SIZE, false, other_node(node)));
	ASSERT_EQ(0, workload_touch_until(&work, node, 90));
	workload_free(&work);
}

TEST_F(hotplug, events_stay_with_their_node)
{
	struct reading start, loaded, offline, online;
	int cpu, cpus = numa_num_configured_cpus();

	if (other_node(0) < 0)
		SKIP(return, "one node with memory");
	ASSERT_LT(1, cpus);
	for (cpu = 1; cpu < cpus; cpu++) {
		ASSERT_EQ(0, reading_take(self->client, &start));
		fault_on(_metadata, cpu);
		ASSERT_EQ(0, run_on_cpu(0));
		ASSERT_EQ(0, reading_take(self->client, &loaded));
		EXPECT_LT(0,
			  reading_growth(&start, &loaded, VMSTAT_HINT_FAULTS));
		ASSERT_EQ(0, set_online(cpu, false));
		ASSERT_EQ(0, reading_take(self->client, &offline));
		EXPECT_LAWS(&start, &offline);
		EXPECT_NE(loaded.nodes.generation, offline.nodes.generation);
		ASSERT_EQ(0, set_online(cpu, true));
		ASSERT_EQ(0, reading_take(self->client, &online));
		EXPECT_LAWS(&start, &online);
		reading_free(&start);
		reading_free(&loaded);
		reading_free(&offline);
		reading_free(&online);
	}
}

TEST_HARNESS_MAIN
