// SPDX-License-Identifier: GPL-2.0
/*
 * The live screen without a terminal: growth between readings, lines, keys.
 */
#include "top_frame.h"
#include "text_table.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

static void add_process(struct top_reading *reading, uint32_t kind,
			uint32_t pid, uint32_t uid, const char *comm,
			uint64_t local, uint64_t remote)
{
	struct report_process *process =
		report_add_process(&reading->processes);

	process->kind = kind;
	process->pid = pid;
	process->uid = uid;
	process->comm = comm ? strdup(comm) : NULL;
	process->usage.local_faults = local;
	process->usage.remote_faults = remote;
}

static void add_cgroup(struct top_reading *reading, uint64_t id,
		       const char *path, uint64_t remote)
{
	struct report_cgroup *cgroup = report_add_cgroup(&reading->cgroups);

	cgroup->kind = NUMATRACE_ROW_KIND_CURRENT;
	cgroup->id = id;
	cgroup->path = strdup(path);
	cgroup->usage.remote_faults = remote;
}

static void add_node(struct top_reading *reading, uint32_t id, uint64_t all,
		     uint64_t local)
{
	struct report_node *node = report_add_node(&reading->nodes);

	node->id = id;
	node->cpus = strdup(id ? "2-3" : "0-1");
	node->measured =
		1ULL << NODE_HINT_FAULTS | 1ULL << NODE_HINT_FAULTS_LOCAL;
	node->value[NODE_HINT_FAULTS] = all;
	node->value[NODE_HINT_FAULTS_LOCAL] = local;
}

/* Pids beyond those that exist: their command lines must not be read. */
#define PID 5000000

static void fill(struct top_reading *reading, uint64_t scale)
{
	struct report_hook *hook = report_add_hook(&reading->info);

	hook->name = strdup("access");
	hook->state = NUMATRACE_HOOK_STATE_FTRACE;
	reading->info.nodes_online = strdup("0-1");
	reading->info.balancing = 1;
	reading->info.start_time = 7;
	reading->info.timestamp = scale * 1500000000;
	reading->config.set =
		1 << CONFIG_TRACK_PROCESSES | 1 << CONFIG_TRACK_CGROUPS;
	reading->config.value[CONFIG_TRACK_PROCESSES] = 1;
	reading->config.value[CONFIG_TRACK_CGROUPS] = 1;
	add_node(reading, 0, 100 * scale, 40 * scale);
	add_node(reading, 1, 0, 0);
	add_process(reading, NUMATRACE_ROW_KIND_CURRENT, PID, 0, "idle", 9, 9);
	add_process(reading, NUMATRACE_ROW_KIND_CURRENT, PID + 1, 1, "near",
		    30 * scale, 10 * scale);
	add_process(reading, NUMATRACE_ROW_KIND_CURRENT, PID + 2, 2, "far",
		    10 * scale, 50 * scale);
	add_process(reading, NUMATRACE_ROW_KIND_UNATTRIBUTED, 0, 0, NULL,
		    3 * scale, 0);
	report_sort_processes(&reading->processes);
	add_cgroup(reading, 11, "/quiet", 5);
	add_cgroup(reading, 12, "/loud", 60 * scale);
}

FIXTURE(top)
{
	struct top_reading before;
	struct top_reading now;
	struct top_reading growth;
	struct top_view view;
	struct top_frame frame;
	int width;
	int height;
};

FIXTURE_SETUP(top)
{
	memset(self, 0, sizeof(*self));
	setlocale(LC_ALL, "C.UTF-8");
	fill(&self->before, 1);
	fill(&self->now, 3);
	top_view_init(&self->view);
	self->width = 80;
	self->height = 24;
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
}

FIXTURE_TEARDOWN(top)
{
	top_free_frame(&self->frame);
	top_free_reading(&self->before);
	top_free_reading(&self->now);
	top_free_reading(&self->growth);
}

/* Draws anew; the line that has these words, or -1. */
static int line_of(FIXTURE_DATA(top) * self, const char *words)
{
	const struct top_scene scene = {
		.now = &self->now,
		.growth = &self->growth,
		.clock = "12:34:56",
		.width = self->width,
		.height = self->height,
	};

	top_free_frame(&self->frame);
	if (top_frame(&self->frame, &self->view, &scene))
		return -1;
	for (size_t i = 0; i < self->frame.count; i++)
		if (strstr(self->frame.line[i].text, words))
			return i;
	return -1;
}

static void type(struct top_view *view, const char *text)
{
	for (; *text; text++)
		top_key(view, (unsigned char)*text);
}

static const struct report_process *find(const struct top_reading *reading,
					 uint32_t pid)
{
	for (size_t i = 0; i < reading->processes.count; i++)
		if (reading->processes.process[i].pid == pid)
			return &reading->processes.process[i];
	return NULL;
}

TEST_F(top, growth_is_what_happened_in_between)
{
	EXPECT_EQ(3000000000, self->growth.duration);
	EXPECT_EQ(200, self->growth.nodes.node[0].value[NODE_HINT_FAULTS]);
	EXPECT_EQ(0, find(&self->growth, PID)->usage.remote_faults);
	EXPECT_EQ(100, find(&self->growth, PID + 2)->usage.remote_faults);
	EXPECT_EQ(0, self->growth.cgroups.cgroup[0].usage.remote_faults);
	EXPECT_EQ(120, self->growth.cgroups.cgroup[1].usage.remote_faults);
}

TEST_F(top, first_reading_counts_since_load)
{
	top_free_reading(&self->growth);
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, NULL));
	EXPECT_EQ(0, self->growth.duration);
	EXPECT_EQ(150, find(&self->growth, PID + 2)->usage.remote_faults);
	EXPECT_EQ(0, line_of(self, "since the module was loaded"));
}

TEST_F(top, module_loaded_anew_has_no_past)
{
	top_free_reading(&self->growth);
	self->before.info.start_time = 6;
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_EQ(0, self->growth.duration);
	EXPECT_EQ(150, find(&self->growth, PID + 2)->usage.remote_faults);
}

/* A row of zeros would say that there were none. */
TEST_F(top, what_is_not_tracked_is_not_listed)
{
	top_free_reading(&self->growth);
	self->now.config.value[CONFIG_TRACK_PROCESSES] = 0;
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_EQ(NULL, find(&self->growth, PID + 2));
	EXPECT_EQ(-1, line_of(self, " far "));
	EXPECT_EQ(2, self->growth.cgroups.count);
	EXPECT_LT(0, line_of(self, "track_processes=1"));
}

TEST_F(top, what_was_not_tracked_before_is_not_listed)
{
	top_free_reading(&self->growth);
	self->before.config.value[CONFIG_TRACK_CGROUPS] = 0;
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_EQ(0, self->growth.cgroups.count);
	EXPECT_NE(NULL, find(&self->growth, PID + 2));
}

TEST_F(top, hook_that_was_off_leaves_nothing_to_list)
{
	top_free_reading(&self->growth);
	self->before.info.hook[0].state = NUMATRACE_HOOK_STATE_OFF;
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_EQ(0, self->growth.processes.count);
	EXPECT_EQ(0, self->growth.cgroups.count);
}

/* There is no hook outcome here. */
TEST_F(top, pages_that_moved_unseen_are_not_zero)
{
	top_free_reading(&self->growth);
	for (size_t i = 0; i < self->now.processes.count; i++) {
		self->now.processes.process[i].usage.outcomes = true;
		self->before.processes.process[i].usage.outcomes = true;
	}
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_FALSE(find(&self->growth, PID + 2)->usage.outcomes);
}

/* The table became smaller, and has room again. */
TEST_F(top, cgroup_that_began_anew_has_no_past)
{
	top_free_reading(&self->growth);
	self->now.cgroups.cgroup[1].usage.remote_faults = 8;
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_EQ(8, self->growth.cgroups.cgroup[1].usage.remote_faults);
}

TEST_F(top, frame_fills_the_screen_exactly)
{
	ASSERT_EQ(0, line_of(self, "counts of the last 3.0 s, by REMOTE"));
	EXPECT_EQ(24, self->frame.count);
	for (size_t i = 0; i < self->frame.count; i++)
		EXPECT_GE(80, text_width(self->frame.line[i].text));
	EXPECT_EQ(23, line_of(self, "q quit"));
	EXPECT_EQ(1, line_of(self, "local 80, remote 120, locality 40.0%"));
}

TEST_F(top, most_remote_accesses_come_first)
{
	int far = line_of(self, " far ");

	EXPECT_LT(0, far);
	EXPECT_EQ(far + 1, line_of(self, " near "));
	EXPECT_EQ(far + 2, line_of(self, " idle "));
	EXPECT_EQ(-1, line_of(self, "unattributed"));
	EXPECT_LT(0, line_of(self, "no process 6"));
}

TEST_F(top, reversed_is_the_other_way_round)
{
	type(&self->view, "r");
	EXPECT_EQ(line_of(self, " idle ") + 1, line_of(self, " near "));
	EXPECT_EQ(line_of(self, " near ") + 1, line_of(self, " far "));
	EXPECT_EQ(0, line_of(self, "by REMOTE reversed"));
}

TEST_F(top, reversed_leaves_the_unmeasured_last)
{
	ASSERT_TRUE(top_view_sort(&self->view, "locality"));
	EXPECT_EQ(line_of(self, " far ") + 1, line_of(self, " idle "));
	type(&self->view, "r");
	EXPECT_EQ(line_of(self, " near ") + 1, line_of(self, " idle "));
}

TEST_F(top, sort_keys_go_round)
{
	type(&self->view, "s");
	EXPECT_STREQ("locality", self->view.sort[TOP_PROCESSES]->key);
	type(&self->view, "<<");
	EXPECT_STREQ("local_faults", self->view.sort[TOP_PROCESSES]->key);
	type(&self->view, "<<<");
	EXPECT_STREQ("container", self->view.sort[TOP_PROCESSES]->key);
	type(&self->view, ">");
	EXPECT_STREQ("pid", self->view.sort[TOP_PROCESSES]->key);
	type(&self->view, "M");
	EXPECT_STREQ("migrated_pages", self->view.sort[TOP_PROCESSES]->key);
	EXPECT_FALSE(top_view_sort(&self->view, "nonsense"));
}

TEST_F(top, each_list_has_its_own_order)
{
	type(&self->view, "Lc");
	EXPECT_EQ(0, line_of(self, "by REMOTE"));
	EXPECT_EQ(line_of(self, " loud ") + 1, line_of(self, " quiet "));
	EXPECT_EQ(-1, line_of(self, " far "));
	type(&self->view, "c");
	EXPECT_EQ(0, line_of(self, "by LOCAL"));
	EXPECT_LT(0, line_of(self, " far "));
}

TEST_F(top, busy_ones_only)
{
	type(&self->view, "i");
	EXPECT_EQ(-1, line_of(self, " idle "));
	EXPECT_LT(0, line_of(self, " near "));
}

TEST_F(top, filter_is_edited)
{
	type(&self->view, "fne\xc3\xa4");
	EXPECT_EQ(TOP_PROMPT_NAME, self->view.prompt);
	EXPECT_EQ(23, line_of(self, "has: ne\xc3\xa4_"));
	top_key(&self->view, SCREEN_BACKSPACE);
	EXPECT_STREQ("ne", self->view.input);
	EXPECT_LT(0, line_of(self, " far "));
	top_key(&self->view, SCREEN_ENTER);
	EXPECT_EQ(-1, line_of(self, " far "));
	EXPECT_LT(0, line_of(self, " near "));
	EXPECT_LT(0, line_of(self, "only name: ne"));
}

TEST_F(top, escape_keeps_what_was)
{
	type(&self->view, "fnear");
	top_key(&self->view, SCREEN_ENTER);
	type(&self->view, "fxyz");
	top_key(&self->view, SCREEN_ESCAPE);
	EXPECT_STREQ("near", self->view.name);
	EXPECT_EQ(TOP_NO_PROMPT, self->view.prompt);
}

TEST_F(top, input_is_bounded)
{
	type(&self->view, "f");
	for (int i = 0; i < 3 * TOP_TEXT_SIZE; i++)
		type(&self->view, "x");
	EXPECT_EQ(TOP_TEXT_SIZE - 1, strlen(self->view.input));
	EXPECT_LE(0, line_of(self, "xxx"));
}

TEST_F(top, user_is_looked_up)
{
	type(&self->view, "u2");
	top_key(&self->view, SCREEN_ENTER);
	EXPECT_LT(0, line_of(self, " far "));
	EXPECT_EQ(-1, line_of(self, " near "));
	type(&self->view, "u no such");
	top_key(&self->view, SCREEN_ENTER);
	EXPECT_EQ(23, line_of(self, "no such user"));
	EXPECT_EQ(2, self->view.uid);
}

TEST_F(top, filter_of_cgroups_takes_paths)
{
	type(&self->view, "cf/lou");
	top_key(&self->view, SCREEN_ENTER);
	EXPECT_LT(0, line_of(self, " loud "));
	EXPECT_EQ(-1, line_of(self, " quiet "));
}

TEST_F(top, pause_and_quit)
{
	EXPECT_EQ(TOP_DRAW, top_key(&self->view, 'p'));
	EXPECT_EQ(0, line_of(self, "PAUSED"));
	EXPECT_EQ(TOP_READ, top_key(&self->view, ' '));
	EXPECT_EQ(TOP_QUIT, top_key(&self->view, 'q'));
}

TEST_F(top, help_fits_the_smallest_screen)
{
	type(&self->view, "h");
	EXPECT_EQ(0, line_of(self, "who touches"));
	EXPECT_GE(24, self->frame.count);
	EXPECT_EQ(TOP_DRAW, top_key(&self->view, 'q'));
	EXPECT_FALSE(self->view.help);
}

TEST_F(top, interval_stays_within_bounds)
{
	type(&self->view, "-----------");
	EXPECT_EQ(TOP_MIN_PERIOD, self->view.period);
	for (int i = 0; i < 30; i++)
		type(&self->view, "+");
	EXPECT_GE(TOP_MAX_PERIOD, self->view.period);
	type(&self->view, "d1.5");
	top_key(&self->view, SCREEN_ENTER);
	EXPECT_EQ(1500000000, self->view.period);
	type(&self->view, "d-1");
	top_key(&self->view, SCREEN_ENTER);
	EXPECT_EQ(1500000000, self->view.period);
	EXPECT_EQ(23, line_of(self, "not a number of seconds"));
}

TEST_F(top, small_screen_says_what_it_needs)
{
	self->width = 79;
	EXPECT_EQ(0, line_of(self, "needs 80x24; this is 79x24"));
	EXPECT_EQ(1, self->frame.count);
	self->width = 5;
	self->height = 1;
	EXPECT_EQ(0, line_of(self, "numat"));
	EXPECT_EQ(5, text_width(self->frame.line[0].text));
}

TEST_F(top, every_size_is_filled_and_not_exceeded)
{
	for (self->width = 80; self->width < 200; self->width += 7) {
		for (self->height = 24; self->height < 60; self->height += 5) {
			line_of(self, "");
			ASSERT_EQ(self->height, self->frame.count);
			for (size_t i = 0; i < self->frame.count; i++)
				ASSERT_GE(self->width,
					  text_width(self->frame.line[i].text));
		}
	}
	EXPECT_LT(0, line_of(self, "CONTAINER"));
}

TEST_F(top, scrolls_to_the_end_and_not_beyond)
{
	for (int i = 0; i < 100; i++)
		add_process(&self->growth, NUMATRACE_ROW_KIND_CURRENT,
			    PID + 100 + i, 0, "many", 0, 0);
	EXPECT_LT(0, line_of(self, " far "));
	top_key(&self->view, SCREEN_DOWN);
	EXPECT_EQ(-1, line_of(self, " far "));
	EXPECT_LT(0, line_of(self, " near "));
	top_key(&self->view, SCREEN_END);
	EXPECT_LT(0, line_of(self, "5000199"));
	EXPECT_EQ(103 - self->view.page, self->view.scroll);
	top_key(&self->view, SCREEN_PAGE_DOWN);
	line_of(self, "");
	EXPECT_EQ(103 - self->view.page, self->view.scroll);
	top_key(&self->view, SCREEN_HOME);
	EXPECT_LT(0, line_of(self, " far "));
}

TEST_F(top, many_nodes_leave_room_for_processes)
{
	for (uint32_t id = 2; id < 1024; id++)
		add_node(&self->growth, id, id, 0);
	EXPECT_LT(0, line_of(self, " far "));
	EXPECT_LT(0, line_of(self, "and 1016 nodes with fewer"));
	EXPECT_LT(0, line_of(self, "1023 "));
	type(&self->view, "n");
	EXPECT_EQ(-1, line_of(self, "1023 "));
}

TEST_F(top, module_that_is_gone_is_told)
{
	top_free_reading(&self->growth);
	self->now.error = strdup("the numatrace module is not loaded");
	ASSERT_EQ(0, top_growth(&self->growth, &self->now, &self->before));
	EXPECT_EQ(0, line_of(self, "no counts"));
	EXPECT_LT(0, line_of(self, "is not loaded"));
}

TEST_F(top, others_are_said_to_be_left_out)
{
	add_process(&self->now, NUMATRACE_ROW_KIND_UNLISTED, 0, 0, NULL, 0, 0);
	self->now.processes.process[self->now.processes.count - 1].left_out = 4;
	report_sort_processes(&self->now.processes);
	EXPECT_LT(0,
		  line_of(self, "4 of other users left out; run it as root"));
	self->now.cgroups_hidden = true;
	type(&self->view, "c");
	EXPECT_LT(0, line_of(self, "cgroups are for root to see"));
}

TEST_F(top, balancing_off_is_told)
{
	self->now.info.balancing = 0;
	EXPECT_LT(0, line_of(self, "sysctl kernel.numa_balancing=1"));
}

TEST_F(top, rows_that_moved_are_told)
{
	EXPECT_EQ(-1, line_of(self, "changed meanwhile, three times"));
	self->now.interrupted = true;
	EXPECT_LT(0, line_of(self, "changed meanwhile, three times"));
}

/* A name is what a process says it is. */
TEST_F(top, names_do_not_reach_the_terminal_raw)
{
	add_process(&self->growth, NUMATRACE_ROW_KIND_CURRENT, PID + 9, 0,
		    "a\033[2J\n\xff", 1, 1000);
	EXPECT_LT(0, line_of(self, "a\\x1b[2J\\"));
}

TEST(text_is_cut_and_filled)
{
	static const struct {
		const char *text;
		int width;
		bool right;
		const char *fitted;
	} cases[] = {
		{ "abc", 5, false, "abc  " },
		{ "abc", 5, true, "  abc" },
		{ "abcdef", 3, false, "abc" },
		{ "abc", 0, false, "" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc", 2, false, "\xc3\xa4\xc3\xb6" },
		/* Two columns wide: half of it cannot be shown. */
		{ "\xe6\xbc\xa2\xe5\xad\x97", 3, false, "\xe6\xbc\xa2 " },
		{ "a\tb", 3, false, "a?b" },
		{ "a\xff", 3, false, "a? " },
	};

	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *fitted =
			text_fit(cases[i].text, cases[i].width, cases[i].right);

		EXPECT_STREQ(cases[i].fitted, fitted);
		free(fitted);
	}
}

TEST_HARNESS_MAIN
