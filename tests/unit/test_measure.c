// SPDX-License-Identifier: GPL-2.0
/*
 * What a measurement says of accesses when the module answers this or that:
 * what was not read is not shown as zero.
 */
#include "client.h"
#include "measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* In the order of the requests: before the command, and after it. */
struct answers {
	int info[2];
	int config[2];
	int processes[4];
	int cgroups;
	bool track_cgroups;
	bool measure_cost[2];
	bool row;
	bool timed;
	uint64_t unattributed[4];
	bool interrupted;
};

static struct answers answers;
static size_t infos, configs, dumps;
/* Its process is the one that has a row. */
static const struct measure *measuring;

struct client *client_new(void)
{
	return NULL;
}

void client_free(struct client *client)
{
}

const char *client_error(const struct client *client)
{
	return "the words of the module";
}

bool client_interrupted(struct client *client)
{
	return answers.interrupted;
}

int client_info(struct client *client, struct report_info *info)
{
	int err = answers.info[infos++];

	*info = (struct report_info){ 0 };
	if (err)
		return err;
	info->module_version = strdup("1");
	info->nodes_online = strdup("0-1");
	info->balancing = 1;
	info->start_time = 1;
	info->hooks = 1;
	info->hook = calloc(1, sizeof(*info->hook));
	info->hook->name = strdup("access");
	info->hook->function = strdup("f");
	info->hook->state = NUMATRACE_HOOK_STATE_FTRACE;
	return 0;
}

int client_config(struct client *client, struct report_config *config)
{
	int err = answers.config[configs];
	bool cost = answers.measure_cost[configs++];

	*config = (struct report_config){ 0 };
	if (err)
		return err;
	config->set = (1U << CONFIG_FIELDS) - 1;
	config->value[CONFIG_TRACK_PROCESSES] = 1;
	config->value[CONFIG_TRACK_CGROUPS] = answers.track_cgroups;
	config->value[CONFIG_MEASURE_COST] = cost;
	return 0;
}

int client_cgroups(struct client *client, struct report_cgroups *cgroups)
{
	*cgroups = (struct report_cgroups){ 0 };
	return answers.cgroups;
}

static void add_row(struct report_process *row)
{
	row->kind = NUMATRACE_ROW_KIND_ENDED;
	row->pid = measuring->child.pid;
	row->usage.timed = answers.timed ? 7 : 0;
	row->usage.time[NUMATRACE_COST_KIND_MIGRATION] = 1500000;
}

int client_processes(struct client *client, const struct client_filter *filter,
		     struct report_processes *processes)
{
	int err = answers.processes[dumps];

	*processes = (struct report_processes){ 0 };
	if (!err) {
		processes->count = 1;
		processes->process = calloc(2, sizeof(*processes->process));
		processes->process->kind = NUMATRACE_ROW_KIND_UNATTRIBUTED;
		processes->process->usage.remote_faults =
			answers.unattributed[dumps];
	}
	if (!err && answers.row)
		add_row(&processes->process[processes->count++]);
	dumps++;
	return err;
}

static char *const command[] = { "true", NULL };

FIXTURE(measure)
{
	struct measure measure;
};

FIXTURE_SETUP(measure)
{
	answers = (struct answers){ 0 };
	measuring = &self->measure;
}

FIXTURE_TEARDOWN(measure)
{
	measure_free(&self->measure);
}

static bool says(const struct measure *measure, const char *words)
{
	for (size_t i = 0; i < measure->notes.count; i++)
		if (strstr(measure->notes.text[i], words))
			return true;
	return false;
}

TEST_F(measure, nothing_came)
{
	answers.unattributed[0] = 7;
	answers.unattributed[1] = 7;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_TRUE(self->measure.measured);
	EXPECT_TRUE(says(&self->measure, "No access was sampled"));
	EXPECT_FALSE(says(&self->measure, "attributed meanwhile"));
}

/* It has no row, and may be among those. */
TEST_F(measure, some_found_no_room)
{
	answers.unattributed[0] = 7;
	answers.unattributed[1] = 9;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.measured);
	EXPECT_TRUE(says(&self->measure, "it has no row"));
}

TEST_F(measure, rows_moved)
{
	answers.interrupted = true;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_TRUE(says(&self->measure, "changed meanwhile, three times"));
}

TEST_F(measure, rows_not_read)
{
	answers.processes[1] = -EIO;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.measured);
	EXPECT_FALSE(self->measure.usage.outcomes);
	EXPECT_TRUE(
		says(&self->measure, "not be read (the words of the module)"));
}

TEST_F(measure, rows_not_read_before)
{
	answers.processes[0] = -EIO;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.measured);
	EXPECT_TRUE(says(&self->measure, "not be read"));
}

TEST_F(measure, module_not_read)
{
	answers.info[0] = -EBADMSG;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.measured);
	EXPECT_TRUE(says(&self->measure, "not be read"));
	EXPECT_FALSE(says(&self->measure, "not loaded"));
}

TEST_F(measure, module_not_loaded)
{
	answers.info[0] = -ENOENT;
	answers.info[1] = -ENOENT;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.measured);
	EXPECT_TRUE(says(&self->measure, "not loaded"));
	EXPECT_FALSE(says(&self->measure, "not be read"));
}

TEST_F(measure, settings_not_read)
{
	answers.config[1] = -EIO;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.measured);
	EXPECT_TRUE(says(&self->measure, "not be read"));
}

/* Then that of the process alone is. */
TEST_F(measure, cgroups_not_read)
{
	answers.track_cgroups = true;
	answers.cgroups = -EIO;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_TRUE(self->measure.measured);
	EXPECT_FALSE(self->measure.all);
	EXPECT_TRUE(
		says(&self->measure, "cgroups could not be read (the words"));
}

TEST_F(measure, cgroups_not_ours_to_see)
{
	answers.track_cgroups = true;
	answers.cgroups = -EPERM;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_TRUE(says(&self->measure, "only root may see"));
}

TEST_F(measure, time_of_migrations)
{
	answers.measure_cost[0] = answers.measure_cost[1] = true;
	answers.row = answers.timed = true;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_TRUE(self->measure.timed);
	EXPECT_EQ(1500000, self->measure.migration_time);
	EXPECT_FALSE(says(&self->measure, "time of migrations"));
}

/* It is switched on for the command by nobody but the administrator. */
TEST_F(measure, time_of_migrations_is_off)
{
	answers.row = answers.timed = true;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.timed);
	EXPECT_TRUE(says(&self->measure, "numatrace config measure_cost=1"));
}

TEST_F(measure, time_of_migrations_for_a_part)
{
	answers.measure_cost[1] = true;
	answers.row = answers.timed = true;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.timed);
	EXPECT_TRUE(says(&self->measure, "is not measured"));
}

TEST_F(measure, time_of_migrations_without_a_row)
{
	answers.measure_cost[0] = answers.measure_cost[1] = true;
	ASSERT_EQ(0, measure_run((char **)command, &self->measure));
	EXPECT_FALSE(self->measure.timed);
	EXPECT_TRUE(says(&self->measure, "time of migrations is not known"));
}

TEST_HARNESS_MAIN
