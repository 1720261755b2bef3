// SPDX-License-Identifier: GPL-2.0
/*
 * What is in a sample: what the counters show at that moment, of nodes and of
 * cgroups, to those who may see them.
 */
#include "_knobs.h"
#include "_rows.h"
#include "_sampler.h"
#include "_workload.h"

#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"
#include "_setting.h"

#define CGROUP "/sys/fs/cgroup/sampler-test"

FIXTURE(samples)
{
	struct sampler_lab lab;
};

FIXTURE_SETUP(samples)
{
	ASSERT_EQ(0, sampler_begin(&self->lab));
}

FIXTURE_TEARDOWN(samples)
{
	rmdir(CGROUP);
	sampler_end(&self->lab);
}

/* Until there is a sample that was begun after now; 0 or -1. */
static int sample_once(struct client *client)
{
	return sampler_run(client) ?: sampler_wait(2) ?: sampler_stop(client);
}

/* By the field of the client: the attributes have the same order. */
static uint64_t value_of(const struct sample_part *part, enum node_field field)
{
	return part->value[NUMATRACE_A_NODE_MEM_TOTAL + field];
}

static int count_broken(struct __test_metadata *_metadata,
			const struct report_nodes *before,
			const struct report_nodes *after,
			const struct samples *samples)
{
	const struct report_node *from, *to;
	const struct sample_part *part;
	int field, broken = 0;
	size_t i;

	for (i = 0; i < after->count; i++) {
		to = &after->node[i];
		from = report_find_node(before, to->id);
		part = samples_node(samples, samples_newest(samples), to->id);
		if (!from || !part)
			return -1;
		for (field = NODE_FAULTS; field < NODE_FIELDS; field++) {
			if (value_of(part, field) >= from->value[field] &&
			    value_of(part, field) <= to->value[field])
				continue;
			TH_LOG("node %u, field %d: %" PRIu64
			       " is not between %" PRIu64 " and %" PRIu64,
			       to->id, field, value_of(part, field),
			       from->value[field], to->value[field]);
			broken++;
		}
	}
	return broken;
}

/* All of a matrix, and what is in the last sample in its place. */
static bool is_matrix(const struct report_matrix *matrix,
		      const struct samples *samples, bool migration)
{
	const struct report_cell *cell;
	const struct sample_part *part;
	size_t i;

	for (i = 0; i < matrix->count; i++) {
		cell = &matrix->cell[i];
		part = samples_node(samples, samples_newest(samples),
				    cell->row);
		if (!part)
			return false;
		if (migration ? part->migration[cell->column] != cell->pages
			      : part->access[cell->column] != cell->events)
			return false;
	}
	return true;
}

TEST_F(samples, shows_what_the_counters_show)
{
	struct report_matrix access, migration;
	struct report_nodes before, after;
	pid_t worker = worker_start(&self->lab.nodes, NULL);
	struct sampling sampling;

	ASSERT_LT(0, worker);
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, worker_run(worker, 500));
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, sampler_stay());
	ASSERT_EQ(0, client_nodes(self->lab.client, &before));
	ASSERT_EQ(0, sample_once(self->lab.client));
	ASSERT_EQ(0, client_nodes(self->lab.client, &after));
	ASSERT_EQ(0, client_matrix(self->lab.client,
				   NUMATRACE_MATRIX_KIND_ACCESS, &access));
	ASSERT_EQ(0,
		  client_matrix(self->lab.client,
				NUMATRACE_MATRIX_KIND_MIGRATION, &migration));
	ASSERT_EQ(0, samples_info(&sampling));
	ASSERT_EQ(0, samples_dump(sampling.last, &self->lab.samples));
	EXPECT_EQ(0,
		  count_broken(_metadata, &before, &after, &self->lab.samples));
	if (after.count <= 8) {
		EXPECT_TRUE(is_matrix(&access, &self->lab.samples, false));
		EXPECT_TRUE(is_matrix(&migration, &self->lab.samples, true));
	}
	worker_end(worker);
	report_free_nodes(&before);
	report_free_nodes(&after);
	report_free_matrix(&access);
	report_free_matrix(&migration);
}

static const struct report_cgroup *find_cgroup(const struct report_cgroups *all,
					       uint64_t id)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->cgroup[i].id == id &&
		    all->cgroup[i].kind == NUMATRACE_ROW_KIND_CURRENT)
			return &all->cgroup[i];
	return NULL;
}

/* How many cgroups the last sample has, those with most accesses first; -1. */
static int count_cgroups(const struct samples *samples,
			 const struct report_cgroups *all)
{
	uint64_t most = UINT64_MAX;
	const struct sample_part *part;
	const struct report_cgroup *row;
	int count = 0;
	size_t i;

	for (i = 0; i < samples->count; i++) {
		part = &samples->part[i];
		if (!part->cgroup)
			continue;
		row = find_cgroup(all, part->cgroup);
		if (!row || row->usage.local_faults != part->local ||
		    row->usage.remote_faults != part->remote ||
		    part->local + part->remote > most)
			return -1;
		most = part->local + part->remote;
		count++;
	}
	return count;
}

/* Whoever may not see cgroups gets whole samples without them. */
static int read_as_user(uint64_t sequence)
{
	struct samples samples;
	size_t i;

	if (setgroups(0, NULL) || setresgid(1000, 1000, 1000) ||
	    setresuid(1000, 1000, 1000) || samples_dump(sequence, &samples))
		return 1;
	if (!samples.count || !samples_in_order(&samples, true))
		return 2;
	for (i = 0; i < samples.count; i++)
		if (samples.part[i].cgroup)
			return 3;
	return 0;
}

static void move_into_cgroup(void)
{
	knob_write(CGROUP "/cgroup.procs", 0);
}

static int dump_again(struct samples *samples)
{
	samples_free(samples);
	return samples_dump(0, samples);
}

TEST_F(samples, shows_cgroups_to_those_who_may_see_them)
{
	struct report_cgroups cgroups;
	struct stat directory;
	pid_t worker, user;
	uint64_t last;

	ASSERT_EQ(0, mkdir(CGROUP, 0755));
	ASSERT_EQ(0, stat(CGROUP, &directory));
	worker = worker_start(&self->lab.nodes, move_into_cgroup);
	ASSERT_LT(0, worker);
	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_SAMPLE_CGROUPS, 1));
	ASSERT_EQ(0, worker_run(worker, 5000));
	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, sampler_stay());
	ASSERT_EQ(0, sample_once(self->lab.client));
	ASSERT_EQ(0, client_cgroups(self->lab.client, &cgroups));
	last = sampler_last();
	ASSERT_EQ(0, samples_dump(last, &self->lab.samples));
	EXPECT_EQ(1, count_cgroups(&self->lab.samples, &cgroups));

	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_SAMPLE_CGROUPS, 64));
	ASSERT_EQ(0, sample_once(self->lab.client));
	last = sampler_last();
	samples_free(&self->lab.samples);
	ASSERT_EQ(0, samples_dump(last, &self->lab.samples));
	EXPECT_LE(1, count_cgroups(&self->lab.samples, &cgroups));
	EXPECT_TRUE(samples_in_order(&self->lab.samples, true));
	user = worker_fork();
	if (!user)
		_exit(read_as_user(last));
	EXPECT_EQ(0, sampler_join(user));

	/* Where there is no room for them any more, the nodes stay. */
	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_SAMPLE_CGROUPS, 0));
	ASSERT_EQ(0, dump_again(&self->lab.samples));
	EXPECT_EQ(last, samples_newest(&self->lab.samples));
	EXPECT_TRUE(samples_in_order(&self->lab.samples, true));
	EXPECT_EQ(0, count_cgroups(&self->lab.samples, &cgroups));
	report_free_cgroups(&cgroups);
	worker_end(worker);
}

/* The time that the CPUs of a node were busy, in ticks, by /proc/stat. */
static int64_t busy_ticks(int node, long *cpus)
{
	long user, nice, system, idle, iowait, irq, softirq, steal, cpu;
	FILE *file = fopen("/proc/stat", "r");
	int64_t sum = 0;
	char line[512], path[128];

	*cpus = 0;
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "cpu%ld %ld %ld %ld %ld %ld %ld %ld %ld", &cpu,
			   &user, &nice, &system, &idle, &iowait, &irq,
			   &softirq, &steal) != 9)
			continue;
		snprintf(path, sizeof(path),
			 "/sys/devices/system/node/node%d/cpu%ld", node, cpu);
		if (access(path, F_OK))
			continue;
		sum += user + nice + system + irq + softirq + steal;
		++*cpus;
	}
	fclose(file);
	return sum;
}

/* Each of six times of each CPU is cut to ticks, at both ends. */
TEST_F(samples, tells_the_time_of_cpus)
{
	const int64_t tick = 1000000000 / sysconf(_SC_CLK_TCK);
	int64_t outer[2], inner[2], growth;
	struct report_nodes before, after;
	int node = self->lab.nodes.near;
	clock_t end;
	long cpus;

	ASSERT_EQ(0, workload_run_on(node));
	outer[0] = busy_ticks(node, &cpus);
	ASSERT_EQ(0, client_nodes(self->lab.client, &before));
	inner[0] = busy_ticks(node, &cpus);
	for (end = clock() + CLOCKS_PER_SEC; clock() < end;)
		;
	inner[1] = busy_ticks(node, &cpus);
	ASSERT_EQ(0, client_nodes(self->lab.client, &after));
	outer[1] = busy_ticks(node, &cpus);
	growth = report_find_node(&after, node)->value[NODE_CPU_TIME] -
		 report_find_node(&before, node)->value[NODE_CPU_TIME];
	EXPECT_LT(0, cpus);
	EXPECT_LE((inner[1] - inner[0] - 6 * cpus) * tick, growth);
	EXPECT_GE((outer[1] - outer[0] + 6 * cpus) * tick, growth);
	report_free_nodes(&before);
	report_free_nodes(&after);
}

TEST_HARNESS_MAIN
