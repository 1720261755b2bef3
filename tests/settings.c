// SPDX-License-Identifier: GPL-2.0
/*
 * Settings: whatever they are, no access is lost. What has no row is
 * attributed to nobody.
 */
#include "_reading.h"
#include "_rows.h"
#include "_worker.h"
#include "_workload.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "_harness.h"

#define SOME 200
#define WORKERS 6
#define MAX_ROWS (1UL << 20)

FIXTURE(settings)
{
	struct client *client;
	struct worker_nodes nodes;
	struct report_config config;
	pid_t worker[WORKERS];
	struct reading before;
	struct reading after;
};

FIXTURE_SETUP(settings)
{
	int i;

	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, workload_fast_scan());
	ASSERT_EQ(0, worker_find_nodes(&self->nodes));
	self->client = client_new();
	ASSERT_NE(NULL, self->client);
	ASSERT_EQ(0, client_config(self->client, &self->config));
	worker_hide();
	for (i = 0; i < WORKERS; i++) {
		self->worker[i] = worker_start(&self->nodes, NULL);
		ASSERT_LT(0, self->worker[i]);
	}
	ASSERT_EQ(0, reading_take(self->client, &self->before));
}

FIXTURE_TEARDOWN(settings)
{
	int i;

	for (i = 0; i < WORKERS; i++)
		worker_end(self->worker[i]);
	client_set_config(self->client, &self->config);
	reading_free(&self->before);
	reading_free(&self->after);
	client_free(self->client);
}

static int set(struct client *client, enum config_field field, uint64_t value)
{
	struct report_config config = { .set = 1U << field };

	config.value[field] = value;
	return client_set_config(client, &config);
}

static int run_all(const pid_t *worker)
{
	int i;

	for (i = 0; i < WORKERS; i++)
		if (worker_run(worker[i], SOME))
			return -1;
	return 0;
}

static int read_again(struct client *client, struct reading *reading)
{
	reading_free(reading);
	return reading_take(client, reading);
}

static uint64_t of_nobody(const struct reading *reading)
{
	return rows_faults(&rows_process_sum(&reading->processes,
					     NUMATRACE_ROW_KIND_UNATTRIBUTED)
				    ->usage);
}

/* How many of the workers have a row, and how many accesses in it. */
static int have_rows(const struct reading *reading, const pid_t *worker,
		     uint64_t *faults)
{
	const struct report_process *row;
	int i, count = 0;

	*faults = 0;
	for (i = 0; i < WORKERS; i++) {
		row = rows_next_process(&reading->processes, NULL, worker[i]);
		if (!row)
			continue;
		*faults += rows_faults(&row->usage);
		count++;
	}
	return count;
}

/*
 * Of one worker. The others idle in these tests, but a page of theirs that
 * was sampled as they started may give them a row as well.
 */
static uint64_t faults_of(const struct reading *reading, pid_t worker)
{
	const struct report_process *row;

	row = rows_next_process(&reading->processes, NULL, worker);
	return row ? rows_faults(&row->usage) : 0;
}

/* What balancing did for the workers. */
static uint64_t outcomes(const struct reading *reading, const pid_t *worker)
{
	const struct report_process *row;
	uint64_t sum = 0;
	int i;

	for (i = 0; i < WORKERS; i++) {
		row = rows_next_process(&reading->processes, NULL, worker[i]);
		if (row)
			sum += row->usage.migrated_pages +
			       row->usage.failed_pages;
	}
	return sum;
}

static size_t count_current(const struct reading *reading)
{
	const struct report_processes *processes = &reading->processes;
	size_t i, count = 0;

	for (i = 0; i < processes->count; i++)
		count += processes->process[i].kind ==
			 NUMATRACE_ROW_KIND_CURRENT;
	return count;
}

/* A table without room for others: who has a row keeps it, and counts on. */
TEST_F(settings, rows_of_a_full_table_count_on)
{
	uint64_t faults, more;

	ASSERT_EQ(0, run_all(self->worker));
	ASSERT_EQ(0, read_again(self->client, &self->before));
	ASSERT_EQ(0, set(self->client, CONFIG_PROCESS_TABLE_SIZE,
			 count_current(&self->before)));
	ASSERT_EQ(WORKERS, have_rows(&self->before, self->worker, &faults));
	ASSERT_EQ(0, run_all(self->worker));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(WORKERS, have_rows(&self->after, self->worker, &more));
	EXPECT_LE(faults + SOME * WORKERS, more);
	EXPECT_LT(outcomes(&self->before, self->worker),
		  outcomes(&self->after, self->worker));
}

TEST_F(settings, full_table_loses_nothing)
{
	uint64_t faults, nobody;
	int rows;

	ASSERT_EQ(0, set(self->client, CONFIG_PROCESS_TABLE_SIZE, 2));
	ASSERT_EQ(0, run_all(self->worker));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	rows = have_rows(&self->after, self->worker, &faults);
	EXPECT_GE(2, rows);
	EXPECT_LE(of_nobody(&self->before) + SOME * (WORKERS - 2),
		  of_nobody(&self->after));

	ASSERT_EQ(0, set(self->client, CONFIG_PROCESS_TABLE_SIZE, 100));
	ASSERT_EQ(0, read_again(self->client, &self->after));
	nobody = of_nobody(&self->after);
	ASSERT_EQ(0, run_all(self->worker));
	ASSERT_EQ(0, read_again(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(WORKERS, have_rows(&self->after, self->worker, &faults));
	EXPECT_LE(SOME * WORKERS, faults);
	EXPECT_EQ(nobody, of_nobody(&self->after));
}

TEST_F(settings, smaller_table_keeps_the_sum)
{
	uint64_t had, has;

	ASSERT_EQ(0, run_all(self->worker));
	ASSERT_EQ(0, read_again(self->client, &self->before));
	EXPECT_EQ(WORKERS, have_rows(&self->before, self->worker, &had));
	ASSERT_EQ(0, set(self->client, CONFIG_PROCESS_TABLE_SIZE, 1));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_GE(1, have_rows(&self->after, self->worker, &has));
	EXPECT_LE(of_nobody(&self->before) + had - has,
		  of_nobody(&self->after));
}

/* With the workers at work: rows are on their way from table to table. */
TEST_F(settings, sizes_change_under_load)
{
	static const uint64_t sizes[] = { 1, 1000, 3, 16384, 2, 7 };
	int i;

	for (i = 0; i < WORKERS; i++)
		worker_go(self->worker[i]);
	for (i = 0; i < 60; i++) {
		ASSERT_EQ(0, set(self->client, CONFIG_PROCESS_TABLE_SIZE,
				 sizes[i % ARRAY_SIZE(sizes)]));
		ASSERT_EQ(0, set(self->client, CONFIG_CGROUP_TABLE_SIZE,
				 sizes[i % ARRAY_SIZE(sizes)]));
		usleep(20000);
	}
	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, worker_stop(self->worker[i]));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_LT(0, reading_growth(&self->before, &self->after,
				    VMSTAT_HINT_FAULTS));
}

static bool same(struct client *client, const struct report_config *config)
{
	struct report_config now;

	return !client_config(client, &now) && now.set == config->set &&
	       !memcmp(now.value, config->value, sizeof(now.value));
}

TEST_F(settings, refuses_what_is_out_of_range)
{
	static const uint64_t sizes[] = { 0, MAX_ROWS + 1, UINT32_MAX,
					  1ULL << 32 };
	size_t i;

	EXPECT_EQ((1U << CONFIG_FIELDS) - 1, self->config.set);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(-ERANGE, set(self->client, CONFIG_PROCESS_TABLE_SIZE,
				       sizes[i]));
		EXPECT_EQ(-ERANGE, set(self->client, CONFIG_CGROUP_TABLE_SIZE,
				       sizes[i]));
		EXPECT_NE(NULL,
			  strstr(client_error(self->client), "out of range"));
	}
	EXPECT_EQ(-ERANGE, set(self->client, CONFIG_TRACK_PROCESSES, 2));
	EXPECT_EQ(-ERANGE, set(self->client, CONFIG_TRACK_CGROUPS, 2));
	EXPECT_TRUE(same(self->client, &self->config));
}

TEST_F(settings, sets_all_or_nothing)
{
	struct report_config two;

	two = self->config;
	two.set = 1U << CONFIG_MIN_FAULTS | 1U << CONFIG_PROCESS_TABLE_SIZE |
		  1U << CONFIG_CGROUP_TABLE_SIZE;
	two.value[CONFIG_MIN_FAULTS] = 12345;
	two.value[CONFIG_PROCESS_TABLE_SIZE] = 99;
	two.value[CONFIG_CGROUP_TABLE_SIZE] = 0;
	EXPECT_EQ(-ERANGE, client_set_config(self->client, &two));
	EXPECT_TRUE(same(self->client, &self->config));
	two.value[CONFIG_CGROUP_TABLE_SIZE] = 98;
	EXPECT_EQ(0, client_set_config(self->client, &two));
	two.set = self->config.set;
	EXPECT_TRUE(same(self->client, &two));
}

/* What takes memory, at its largest takes much. */
static bool is_size(enum config_field field)
{
	return field == CONFIG_PROCESS_TABLE_SIZE ||
	       field == CONFIG_CGROUP_TABLE_SIZE || field == CONFIG_HISTORY ||
	       field == CONFIG_SAMPLE_CGROUPS;
}

/* The command knows what the module takes. */
TEST_F(settings, takes_what_is_in_range)
{
	struct report_config now;
	int i;

	for (i = 0; i < CONFIG_FIELDS; i++) {
		const struct setting *setting = &known_settings[i];

		EXPECT_EQ(0, set(self->client, i, setting->min));
		ASSERT_EQ(0, client_config(self->client, &now));
		EXPECT_EQ(setting->min, now.value[i]);
		if (!is_size(i))
			EXPECT_EQ(0, set(self->client, i, setting->max));
		EXPECT_EQ(0, set(self->client, i, self->config.value[i]));
		if (setting->min)
			EXPECT_EQ(-ERANGE,
				  set(self->client, i, setting->min - 1));
		if (setting->max < UINT32_MAX)
			EXPECT_EQ(-ERANGE,
				  set(self->client, i, setting->max + 1));
	}
	EXPECT_TRUE(same(self->client, &self->config));
}

static int write_bytes(const char *name, const char *bytes, size_t size)
{
	char path[128];
	int fd, ret;

	snprintf(path, sizeof(path), "/sys/kernel/debug/numatrace/%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	ret = write(fd, bytes, size) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static int write_knob(const char *name, const char *value)
{
	return write_bytes(name, value, strlen(value));
}

/* One that it takes and does not begin with. */
static uint64_t another(enum config_field field)
{
	const struct setting *setting = &known_settings[field];

	return setting->preset == setting->min ? setting->min + 1
					       : setting->min;
}

/* The file of a setting; where the samples are is not that of their number. */
static const char *knob(enum config_field field)
{
	return field == CONFIG_HISTORY ? "history_size"
				       : known_settings[field].name;
}

TEST_F(settings, can_be_set_by_debugfs)
{
	static const char *const names[] = { "process_table_size",
					     "cgroup_table_size" };
	static const char *const wrong[] = { "0", "1048577", "4294967296",
					     "4294967297" };
	struct report_config now;
	char value[24];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_EQ(-ERANGE, write_knob(names[i % 2], wrong[i]));
	EXPECT_EQ(-ERANGE, write_knob("track_processes", "2"));
	EXPECT_EQ(-EINVAL, write_knob("track_processes", "0x"));
	EXPECT_EQ(-EINVAL, write_knob("track_processes", ""));
	EXPECT_EQ(-EINVAL, write_bytes("track_processes", "0\0junk", 6));
	EXPECT_TRUE(same(self->client, &self->config));
	for (i = 0; i < CONFIG_FIELDS; i++) {
		snprintf(value, sizeof(value), "%llu",
			 (unsigned long long)another(i));
		EXPECT_EQ(0, write_knob(knob(i), value));
	}
	ASSERT_EQ(0, client_config(self->client, &now));
	for (i = 0; i < CONFIG_FIELDS; i++)
		EXPECT_EQ(another(i), now.value[i]);
}

TEST_F(settings, what_is_not_tracked_is_of_nobody)
{
	const pid_t worker = self->worker[0];
	struct reading untracked;
	uint64_t faults, nobody, growth;

	ASSERT_EQ(0, worker_run(worker, SOME));
	ASSERT_EQ(0, set(self->client, CONFIG_TRACK_PROCESSES, 0));
	ASSERT_EQ(0, set(self->client, CONFIG_TRACK_CGROUPS, 0));
	ASSERT_EQ(0, reading_take(self->client, &untracked));
	faults = faults_of(&untracked, worker);
	EXPECT_LE(SOME, faults);

	ASSERT_EQ(0, worker_run(worker, SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	growth = reading_growth(&untracked, &self->after, VMSTAT_HINT_FAULTS);
	nobody = of_nobody(&self->after);
	EXPECT_LE(SOME, growth);
	EXPECT_EQ(growth, nobody - of_nobody(&untracked));
	EXPECT_LE(growth,
		  rows_faults(&rows_cgroup_sum(&self->after.cgroups,
					       NUMATRACE_ROW_KIND_UNATTRIBUTED)
				       ->usage));
	EXPECT_EQ(faults, faults_of(&self->after, worker));
	reading_free(&untracked);

	ASSERT_EQ(0, set(self->client, CONFIG_TRACK_PROCESSES, 1));
	ASSERT_EQ(0, set(self->client, CONFIG_TRACK_CGROUPS, 1));
	ASSERT_EQ(0, read_again(self->client, &self->after));
	nobody = of_nobody(&self->after);
	ASSERT_EQ(0, worker_run(worker, SOME));
	ASSERT_EQ(0, read_again(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	EXPECT_EQ(nobody, of_nobody(&self->after));
	EXPECT_LE(faults + SOME, faults_of(&self->after, worker));
}

TEST_F(settings, min_faults_keeps_the_sum)
{
	const pid_t worker = self->worker[0];
	const struct report_process *unlisted;
	uint64_t faults;

	ASSERT_EQ(0, worker_run(worker, SOME));
	ASSERT_EQ(0, reading_take(self->client, &self->after));
	faults = faults_of(&self->after, worker);
	EXPECT_LE(SOME, faults);
	unlisted = rows_process_sum(&self->after.processes,
				    NUMATRACE_ROW_KIND_UNLISTED);
	EXPECT_EQ(0, unlisted->processes);
	ASSERT_EQ(0, set(self->client, CONFIG_MIN_FAULTS, faults));
	ASSERT_EQ(0, read_again(self->client, &self->after));
	EXPECT_LE(faults, faults_of(&self->after, worker));
	ASSERT_EQ(0, set(self->client, CONFIG_MIN_FAULTS, UINT64_MAX));
	ASSERT_EQ(0, read_again(self->client, &self->after));
	EXPECT_LAWS(&self->before, &self->after);
	unlisted = rows_process_sum(&self->after.processes,
				    NUMATRACE_ROW_KIND_UNLISTED);
	EXPECT_LE(1, unlisted->processes);
	EXPECT_EQ(0, unlisted->left_out);
	EXPECT_LE(faults, rows_faults(&unlisted->usage));
	/* Only the rows that stand for many are left. */
	EXPECT_EQ(3, self->after.processes.count);
	EXPECT_EQ(3, self->after.cgroups.count);
}

TEST_HARNESS_MAIN
