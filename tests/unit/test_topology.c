// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of numbers, and a made-up system in a temporary folder: node 0 has
 * CPUs only, node 2 memory only, and there is no node 1.
 */
#include "topology.h"

#include "_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define NODE "/sys/devices/system/node"
#define CPU "/sys/devices/system/cpu"

static const char *const files[][2] = {
	{ NODE "/online", "0,2\n" },
	{ NODE "/node0/cpulist", "0-2\n" },
	{ NODE "/node0/distance", "10 40\n" },
	{ NODE "/node0/meminfo",
	  "Node 0 MemTotal:       0 kB\nNode 0 MemFree:        0 kB\n" },
	{ NODE "/node2/cpulist", "\n" },
	{ NODE "/node2/distance", "40 10\n" },
	{ NODE "/node2/meminfo",
	  "Node 2 MemTotal:     2048 kB\nNode 2 MemFree:     1024 kB\n" },
	{ NODE "/node2/access0/initiators/read_latency", "120\n" },
	{ NODE "/node2/access0/initiators/write_bandwidth", "9000\n" },
	{ NODE "/node2/access0/initiators/node0", "" },
	{ CPU "/cpu0/topology/physical_package_id", "1\n" },
	{ CPU "/cpu0/topology/thread_siblings_list", "0,2\n" },
	{ CPU "/cpu1/topology/physical_package_id", "1\n" },
	{ CPU "/cpu1/topology/thread_siblings_list", "1\n" },
	{ CPU "/cpu2/topology/physical_package_id", "1\n" },
	{ CPU "/cpu2/topology/thread_siblings_list", "0,2\n" },
};

FIXTURE(system)
{
	char root[32];
	struct topology topology;
};

FIXTURE_SETUP(system)
{
	snprintf(self->root, sizeof(self->root), "/tmp/numatrace-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		write_file(self->root, files[i][0], files[i][1]);
	ASSERT_EQ(0, topology_read(self->root, &self->topology));
}

FIXTURE_TEARDOWN(system)
{
	topology_free(&self->topology);
	EXPECT_EQ(0, remove_files(self->root));
}

TEST_F(system, has_its_nodes)
{
	ASSERT_EQ(2, self->topology.count);
	EXPECT_EQ(0, self->topology.node[0].id);
	EXPECT_EQ(2, self->topology.node[1].id);
	EXPECT_EQ(40, self->topology.node[0].distance[1]);
	EXPECT_EQ(10, self->topology.node[1].distance[1]);
}

TEST_F(system, tells_no_memory_from_unknown_memory)
{
	EXPECT_TRUE(self->topology.node[0].memory);
	EXPECT_EQ(0, self->topology.node[0].total);
	EXPECT_EQ(2097152, self->topology.node[1].total);
	EXPECT_EQ(1048576, self->topology.node[1].free);
}

TEST_F(system, has_cores_of_threads)
{
	struct topology_node *node = &self->topology.node[0];

	EXPECT_EQ(3, node->cpu_count);
	ASSERT_EQ(2, node->core_count);
	EXPECT_STREQ("0,2", node->siblings[0]);
	EXPECT_STREQ("1", node->siblings[1]);
	ASSERT_EQ(1, node->socket_count);
	EXPECT_EQ(1, node->sockets[0]);
	EXPECT_EQ(0, self->topology.node[1].cpu_count);
	EXPECT_STREQ("", self->topology.node[1].cpulist);
}

TEST_F(system, has_an_hmat)
{
	struct topology_access *access = self->topology.access;

	ASSERT_EQ(1, self->topology.accesses);
	EXPECT_EQ(2, access->node);
	EXPECT_STREQ("0", access->initiators);
	EXPECT_EQ(1U << HMAT_READ_LATENCY | 1U << HMAT_WRITE_BANDWIDTH,
		  access->measured);
	EXPECT_EQ(120, access->value[HMAT_READ_LATENCY]);
	EXPECT_EQ(9000, access->value[HMAT_WRITE_BANDWIDTH]);
}

TEST_F(system, may_be_broken)
{
	struct topology topology;

	write_file(self->root, NODE "/online", "0,nonsense\n");
	EXPECT_EQ(-EINVAL, topology_read(self->root, &topology));
	EXPECT_EQ(-ENOENT, topology_read("/nonexistent", &topology));
}

TEST(lists)
{
	unsigned int *numbers;
	size_t count;

	ASSERT_EQ(0, topology_parse_list("0-2,7,9-10", &numbers, &count));
	ASSERT_EQ(6, count);
	EXPECT_EQ(2, numbers[2]);
	EXPECT_EQ(7, numbers[3]);
	EXPECT_EQ(10, numbers[5]);
	free(numbers);
	ASSERT_EQ(0, topology_parse_list("", &numbers, &count));
	EXPECT_EQ(0, count);
	free(numbers);
}

TEST(bad_lists)
{
	static const char *const bad[] = { "x",	  "-1",	  "1-",
					   "2-1", "1,1",  "3,1",
					   "1;2", "1,,2", "0-4294967295" };
	unsigned int *numbers;
	size_t count;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		EXPECT_EQ(-EINVAL,
			  topology_parse_list(bad[i], &numbers, &count));
}

TEST_HARNESS_MAIN
