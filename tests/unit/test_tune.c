// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's tunables, in a made-up system: what is read, what is refused,
 * that all is set or nothing, and that a snapshot restores byte for byte.
 */
#include "interrupt.h"
#include "tune.h"
#include "tune_presets.h"

#include "_files.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kselftest_harness.h"

#define SCHED "/sys/kernel/debug/sched/"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define WEIGHTS "/sys/kernel/mm/mempolicy/weighted_interleave/"
#define POLICY "/sys/devices/system/cpu/cpufreq/policy"
#define VM "/proc/sys/vm/"

static const char *const files[][2] = {
	{ "/proc/sys/kernel/numa_balancing", "1\n" },
	{ SCHED "numa_balancing/scan_delay_ms", "1000\n" },
	{ SCHED "numa_balancing/scan_size_mb", "256\n" },
	{ SCHED "migration_cost_ns", "500000\n" },
	{ VM "zone_reclaim_mode", "0\n" },
	{ VM "swappiness", "60\n" },
	{ VM "min_free_kbytes", "67584\n" },
	{ "/sys/kernel/mm/numa/demotion_enabled", "false\n" },
	{ THP "enabled", "always [madvise] never\n" },
	{ THP "defrag", "always defer defer+madvise [madvise] never\n" },
	{ THP "khugepaged/defrag", "1\n" },
	{ WEIGHTS "auto", "true\n" },
	{ WEIGHTS "node0", "1\n" },
	{ WEIGHTS "node2", "3\n" },
	{ WEIGHTS "node10", "3\n" },
	{ POLICY "0/scaling_governor", "powersave\n" },
	{ POLICY "0/scaling_available_governors", "performance powersave\n" },
	{ POLICY "1/scaling_governor", "powersave\n" },
	{ POLICY "1/scaling_available_governors", "performance powersave\n" },
};

#define FILES (sizeof(files) / sizeof(*files))

/*
 * What the kernel does not take, how often the writer has been asked, and where
 * the system is.
 */
static struct {
	const char *path;
	const char *makes;
	int writes;
	const char *root;
} kernel;

static char *read_file(const char *root, const char *name)
{
	static char text[256];
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, name);
	file = fopen(path, "r");
	text[file ? fread(text, 1, sizeof(text) - 1, file) : 0] = '\0';
	if (file)
		fclose(file);
	return text;
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), rest = strlen(end);

	return length >= rest && !strcmp(text + length - rest, end);
}

/* As the kernel shows the choice of @word. */
static void choose(const char *path, const char *all, const char *word)
{
	char text[256] = "";
	size_t length;

	for (; *all; all += length + strspn(all + length, " \n")) {
		bool chosen;

		all += *all == '[';
		length = strcspn(all, " ]\n");
		chosen = !strncmp(all, word, length) && word[length] == '\n';
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s%s%.*s%s", *text ? " " : "", chosen ? "[" : "",
			 (int)length, all, chosen ? "]" : "");
		length += all[length] == ']';
	}
	strcat(text, "\n");
	write_file("", path, text);
}

static int write_as_kernel(const char *path, const char *text)
{
	bool special = kernel.path && ends_in(path, kernel.path);

	kernel.writes++;
	if (special && !kernel.makes)
		return -EINVAL;
	if (ends_in(path, "transparent_hugepage/enabled"))
		choose(path, "always madvise never", text);
	else if (ends_in(path, "transparent_hugepage/defrag"))
		choose(path, "always defer defer+madvise madvise never", text);
	else
		write_file("", path, special ? kernel.makes : text);
	/* As from 6.16 on. */
	if (strstr(path, WEIGHTS "node"))
		write_file(kernel.root, WEIGHTS "auto", "false\n");
	return 0;
}

FIXTURE(system)
{
	char root[32];
	struct tune_table table;
	struct tune_changes changes;
	char *why;
};

static int read_again(const char *root, struct tune_table *table,
		      struct tune_changes *changes)
{
	tune_free_changes(changes);
	tune_free(table);
	return tune_read(root, table);
}

FIXTURE_SETUP(system)
{
	memset(self, 0, sizeof(*self));
	memset(&kernel, 0, sizeof(kernel));
	snprintf(self->root, sizeof(self->root), "/tmp/numatrace-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	kernel.root = self->root;
	for (size_t i = 0; i < FILES; i++)
		write_file(self->root, files[i][0], files[i][1]);
	ASSERT_EQ(0, tune_read(self->root, &self->table));
}

FIXTURE_TEARDOWN(system)
{
	tune_free_changes(&self->changes);
	tune_free(&self->table);
	free(self->why);
	EXPECT_EQ(0, remove_files(self->root));
}

static const struct tune_reading *find(const struct tune_table *table,
				       const char *name)
{
	return tune_find(table, name, strlen(name));
}

static bool shows(const struct tune_table *table, const char *name,
		  const char *value)
{
	char *text = tune_value(find(table, name));
	bool same = text && value ? !strcmp(text, value) : text == value;

	if (!same)
		printf("# %s is %s\n", name, text ? text : "not known");
	free(text);
	return same;
}

TEST_F(system, is_read)
{
	EXPECT_TRUE(shows(&self->table, "numa_balancing", "1"));
	EXPECT_TRUE(shows(&self->table, "scan_delay_ms", "1000"));
	EXPECT_TRUE(shows(&self->table, "thp_enabled", "madvise"));
	EXPECT_TRUE(shows(&self->table, "thp_defrag", "madvise"));
	EXPECT_TRUE(shows(&self->table, "demotion_enabled", "false"));
	EXPECT_TRUE(shows(&self->table, "scaling_governor", "powersave"));
	EXPECT_TRUE(shows(&self->table, "weighted_interleave",
			  "node0=1 node2..node10=3"));
}

TEST_F(system, what_it_lacks_is_told)
{
	const struct tune_reading *reading;

	reading = find(&self->table, "hot_threshold_ms");
	EXPECT_FALSE(tune_has(reading));
	EXPECT_STREQ("not in this kernel", reading->note);
	EXPECT_TRUE(shows(&self->table, "hot_threshold_ms", NULL));
	EXPECT_EQ(NULL, find(&self->table, "swappiness")->note);
}

TEST_F(system, no_debugfs_is_told)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s/sys/kernel/debug/sched",
		 self->root);
	ASSERT_EQ(0, system(command));
	ASSERT_EQ(0, read_again(self->root, &self->table, &self->changes));
	EXPECT_STREQ("debugfs is not mounted",
		     find(&self->table, "scan_size_mb")->note);
	EXPECT_EQ(TUNE_NO_DEBUGFS, find(&self->table, "scan_size_mb")->state);
	EXPECT_STREQ("not in this kernel",
		     find(&self->table, "overcommit_memory")->note);
	/* Whoever restores it has to learn that it was not. */
	EXPECT_EQ(-EINVAL, tune_change(&self->table, "scan_size_mb", "64", NULL,
				       &self->changes, &self->why));
	EXPECT_STREQ("scan_size_mb: debugfs is not mounted", self->why);
}

TEST(who_is_refused)
{
	EXPECT_EQ(TUNE_NEEDS_ROOT, tune_state_of(-EACCES, false));
	EXPECT_EQ(TUNE_NEEDS_ROOT, tune_state_of(-EPERM, false));
	EXPECT_EQ(TUNE_LOCKED, tune_state_of(-EPERM, true));
	EXPECT_EQ(TUNE_UNREADABLE, tune_state_of(-EIO, true));
	EXPECT_EQ(TUNE_UNREADABLE, tune_state_of(0, false));
}

TEST_F(system, an_older_kernel_has_it_elsewhere)
{
	write_file(self->root,
		   "/proc/sys/kernel/numa_balancing_scan_period_min_ms",
		   "777\n");
	ASSERT_EQ(0, read_again(self->root, &self->table, &self->changes));
	EXPECT_TRUE(shows(&self->table, "scan_period_min_ms", "777"));
}

static char *choices(const struct tune_table *table, const char *name)
{
	static char copy[128];
	char *text = tune_choices(find(table, name));

	snprintf(copy, sizeof(copy), "%s", text ? text : "");
	free(text);
	return copy;
}

TEST_F(system, says_what_is_taken)
{
	EXPECT_STREQ("0..3", choices(&self->table, "numa_balancing"));
	EXPECT_STREQ("true false", choices(&self->table, "demotion_enabled"));
	EXPECT_STREQ("always madvise never",
		     choices(&self->table, "thp_enabled"));
	EXPECT_STREQ("performance powersave",
		     choices(&self->table, "scaling_governor"));
}

#define CHANGE(self, name, value)                                              \
	tune_change(&(self)->table, name, value, NULL, &(self)->changes,       \
		    &(self)->why)

/* That it is refused with that error and these words. */
#define EXPECT_REFUSED(self, error, words, name, value)                        \
	do {                                                                   \
		EXPECT_EQ(error, CHANGE(self, name, value));                   \
		ASSERT_NE(NULL, (self)->why);                                  \
		EXPECT_NE(NULL, strstr((self)->why, words));                   \
		free((self)->why);                                             \
		(self)->why = NULL;                                            \
	} while (0)

TEST_F(system, refuses_what_is_not_taken)
{
	EXPECT_REFUSED(self, -ESRCH, "no tunable nonsense", "nonsense", "1");
	EXPECT_REFUSED(self, -EINVAL, "0 to 200", "swappiness", "201");
	EXPECT_REFUSED(self, -EINVAL, "0 to 200", "swappiness", "-1");
	EXPECT_REFUSED(self, -EINVAL, "0 to 200", "swappiness", "");
	EXPECT_REFUSED(self, -EINVAL, "0 to 200", "swappiness", "1x");
	/* The kernel would divide by it. */
	EXPECT_REFUSED(self, -EINVAL, "1 to", "scan_size_mb", "0");
	EXPECT_REFUSED(self, -EINVAL, "true or false", "demotion_enabled", "2");
	EXPECT_REFUSED(self, -EINVAL, "always madvise never", "thp_enabled",
		       "defer");
	EXPECT_REFUSED(self, -EINVAL, "always madvise never", "thp_enabled",
		       "[madvise]");
	EXPECT_REFUSED(self, -EINVAL, "performance powersave",
		       "scaling_governor", "fast");
	EXPECT_REFUSED(self, -ENOENT, "not in this kernel", "hot_threshold_ms",
		       "1");
	EXPECT_REFUSED(self, -ENOENT, "no node1 here",
		       "weighted_interleave.node1", "1");
	EXPECT_REFUSED(self, -ENOENT, "no node1 here", "swappiness.node1", "1");
	EXPECT_EQ(0, self->changes.count);
}

static int apply(const struct tune_changes *changes, char **why)
{
	free(*why);
	*why = NULL;
	return tune_apply(changes, write_as_kernel, why);
}

TEST_F(system, sets_what_differs)
{
	EXPECT_EQ(0, CHANGE(self, "swappiness", "007"));
	EXPECT_EQ(0, CHANGE(self, "zone-reclaim-mode", "0"));
	EXPECT_EQ(0, CHANGE(self, "demotion_enabled", "1"));
	EXPECT_EQ(0, CHANGE(self, "thp_enabled", "never"));
	EXPECT_EQ(0, CHANGE(self, "weighted_interleave.node2", "1"));
	EXPECT_EQ(0, CHANGE(self, "scaling_governor", "performance"));
	ASSERT_EQ(7, self->changes.count);
	ASSERT_EQ(0, apply(&self->changes, &self->why));
	EXPECT_EQ(6, kernel.writes);
	EXPECT_STREQ("7\n", read_file(self->root, VM "swappiness"));
	EXPECT_STREQ("true\n",
		     read_file(self->root,
			       "/sys/kernel/mm/numa/demotion_enabled"));
	EXPECT_STREQ("always madvise [never]\n",
		     read_file(self->root, THP "enabled"));
	EXPECT_STREQ("1\n", read_file(self->root, WEIGHTS "node2"));
	EXPECT_STREQ("3\n", read_file(self->root, WEIGHTS "node10"));
	EXPECT_STREQ("performance\n",
		     read_file(self->root, POLICY "1/scaling_governor"));
}

TEST_F(system, the_last_of_two_counts)
{
	EXPECT_EQ(0, CHANGE(self, "weighted_interleave", "9"));
	EXPECT_EQ(0, CHANGE(self, "weighted_interleave.node2", "8"));
	ASSERT_EQ(3, self->changes.count);
	ASSERT_EQ(0, apply(&self->changes, &self->why));
	EXPECT_STREQ("9\n", read_file(self->root, WEIGHTS "node0"));
	EXPECT_STREQ("8\n", read_file(self->root, WEIGHTS "node2"));
	EXPECT_STREQ("9\n", read_file(self->root, WEIGHTS "node10"));
}

static int count_changed(const char *root)
{
	int changed = 0;

	for (size_t i = 0; i < FILES; i++)
		changed += strcmp(files[i][1], read_file(root, files[i][0]));
	return changed;
}

TEST_F(system, sets_all_or_nothing)
{
	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	EXPECT_EQ(0, CHANGE(self, "thp_enabled", "always"));
	EXPECT_EQ(0, CHANGE(self, "min_free_kbytes", "1000"));
	EXPECT_EQ(0, CHANGE(self, "scaling_governor", "performance"));
	kernel.path = VM "min_free_kbytes";
	EXPECT_EQ(-EINVAL, apply(&self->changes, &self->why));
	ASSERT_NE(NULL, self->why);
	EXPECT_NE(NULL, strstr(self->why, "min_free_kbytes = 1000: "));
	EXPECT_NE(NULL, strstr(self->why, "taken back"));
	EXPECT_EQ(0, count_changed(self->root));
}

TEST_F(system, says_that_nothing_was_changed)
{
	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	kernel.path = VM "swappiness";
	EXPECT_EQ(-EINVAL, apply(&self->changes, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "nothing was changed"));
	EXPECT_EQ(0, count_changed(self->root));
}

/* As the kernel rounds some values. */
TEST_F(system, what_the_kernel_makes_something_else_of_is_refused)
{
	EXPECT_EQ(0, CHANGE(self, "zone_reclaim_mode", "1"));
	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	kernel.path = VM "swappiness";
	kernel.makes = "8\n";
	EXPECT_EQ(-EINVAL, apply(&self->changes, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "the kernel made 8 of it"));
	EXPECT_NE(NULL, strstr(self->why, "swappiness could not be taken"));
	EXPECT_STREQ("0\n", read_file(self->root, VM "zone_reclaim_mode"));
}

/* A kernel of 6.17 names the file so. */
TEST_F(system, the_automatic_weights_are_found)
{
	char path[128];

	EXPECT_TRUE(shows(&self->table, "weighted_interleave_auto", "true"));
	snprintf(path, sizeof(path), "%s" WEIGHTS "auto", self->root);
	ASSERT_EQ(0, unlink(path));
	write_file(self->root, WEIGHTS "__auto_type", "false\n");
	ASSERT_EQ(0, read_again(self->root, &self->table, &self->changes));
	EXPECT_TRUE(shows(&self->table, "weighted_interleave_auto", "false"));
}

/* The weights are taken back last, and clear what was taken back first. */
TEST_F(system, what_taking_back_changes_is_taken_back)
{
	EXPECT_EQ(0, CHANGE(self, "weighted_interleave", "9"));
	EXPECT_EQ(0, CHANGE(self, "weighted_interleave_auto", "false"));
	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	kernel.path = VM "swappiness";
	EXPECT_EQ(-EINVAL, apply(&self->changes, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "taken back"));
	EXPECT_EQ(0, count_changed(self->root));
}

/* One comes while the first is written. */
static int write_with_signal(const char *path, const char *text)
{
	interrupt_note(SIGTERM);
	return write_as_kernel(path, text);
}

TEST_F(system, a_signal_takes_back_all)
{
	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	EXPECT_EQ(0, CHANGE(self, "zone_reclaim_mode", "1"));
	EXPECT_EQ(-EINVAL,
		  tune_apply(&self->changes, write_with_signal, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "a signal came"));
	EXPECT_EQ(0, count_changed(self->root));
}

static const char *side_effect_root;

/* Huge pages change how much is kept free. */
static int write_with_effect(const char *path, const char *text)
{
	if (ends_in(path, "transparent_hugepage/enabled"))
		write_file(side_effect_root, VM "min_free_kbytes", "11\n");
	return write_as_kernel(path, text);
}

TEST_F(system, what_another_changes_as_well_is_set_again)
{
	EXPECT_EQ(0, CHANGE(self, "min_free_kbytes", "67584"));
	EXPECT_EQ(0, CHANGE(self, "thp_enabled", "always"));
	side_effect_root = self->root;
	EXPECT_EQ(0, tune_apply(&self->changes, write_with_effect, &self->why));
	EXPECT_STREQ("67584\n", read_file(self->root, VM "min_free_kbytes"));
	EXPECT_STREQ("[always] madvise never\n",
		     read_file(self->root, THP "enabled"));
}

TEST_F(system, what_can_only_be_read_is_refused_first)
{
	char path[128];

	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	snprintf(path, sizeof(path), "%s" VM "swappiness", self->root);
	ASSERT_EQ(0, chmod(path, 0444));
	EXPECT_EQ(-EINVAL, tune_check(self->changes.change, &self->why));
	EXPECT_NE(NULL, strstr(self->why, "can only be read"));
	ASSERT_EQ(0, chmod(path, 0644));
	EXPECT_EQ(0, tune_check(self->changes.change, &self->why));
}

/* Also if it cannot be written to, as it need not be. */
TEST_F(system, what_is_so_already_is_fine)
{
	char path[128];

	EXPECT_EQ(0, CHANGE(self, "swappiness", "60"));
	snprintf(path, sizeof(path), "%s" VM "swappiness", self->root);
	ASSERT_EQ(0, chmod(path, 0444));
	EXPECT_EQ(0, tune_check(self->changes.change, &self->why));
	EXPECT_EQ(0, apply(&self->changes, &self->why));
	EXPECT_EQ(0, kernel.writes);
}

static int parse(const struct tune_table *table, const char *text,
		 struct tune_changes *changes, struct conf_errors *errors,
		 struct conf_errors *missing)
{
	int err = tune_parse(table, text, "x", changes, errors, missing);

	for (size_t i = 0; i < errors->count; i++)
		printf("# %s\n", errors->error[i]);
	return err;
}

TEST_F(system, a_snapshot_restores_all)
{
	struct conf_errors errors = { 0 }, missing = { 0 };
	char *snapshot = tune_snapshot(&self->table);

	ASSERT_NE(NULL, snapshot);
	EXPECT_EQ(0, CHANGE(self, "numa_balancing", "2"));
	EXPECT_EQ(0, CHANGE(self, "swappiness", "7"));
	EXPECT_EQ(0, CHANGE(self, "demotion_enabled", "1"));
	EXPECT_EQ(0, CHANGE(self, "thp_enabled", "never"));
	EXPECT_EQ(0, CHANGE(self, "thp_defrag", "defer+madvise"));
	EXPECT_EQ(0, CHANGE(self, "weighted_interleave", "9"));
	EXPECT_EQ(0, CHANGE(self, "scaling_governor.policy1", "performance"));
	ASSERT_EQ(0, apply(&self->changes, &self->why));
	EXPECT_NE(0, count_changed(self->root));
	ASSERT_EQ(0, read_again(self->root, &self->table, &self->changes));
	EXPECT_TRUE(shows(&self->table, "scaling_governor",
			  "policy0=powersave policy1=performance"));
	ASSERT_EQ(0, parse(&self->table, snapshot, &self->changes, &errors,
			   &missing));
	EXPECT_EQ(0, errors.count + missing.count);
	ASSERT_EQ(0, apply(&self->changes, &self->why));
	EXPECT_EQ(0, count_changed(self->root));
	free(snapshot);
}

TEST_F(system, a_snapshot_that_is_wrong_is_told)
{
	struct conf_errors errors = { 0 }, missing = { 0 };

	ASSERT_EQ(0, parse(&self->table,
			   "# x\nswappiness = 5\nhot_threshold_ms = 5\n"
			   "nonsense = 1\nthp_enabled = sometimes\nfoo\n"
			   "weighted_interleave.node7 = 1\n",
			   &self->changes, &errors, &missing));
	EXPECT_EQ(1, self->changes.count);
	ASSERT_EQ(3, errors.count);
	EXPECT_EQ(0, strncmp("x:4: ", errors.error[0], 5));
	EXPECT_EQ(0, strncmp("x:5: ", errors.error[1], 5));
	EXPECT_EQ(0, strncmp("x:6: ", errors.error[2], 5));
	ASSERT_EQ(2, missing.count);
	EXPECT_EQ(0, strncmp("x:3: ", missing.error[0], 5));
	EXPECT_EQ(0, strncmp("x:7: ", missing.error[1], 5));
	conf_free_errors(&errors);
	conf_free_errors(&missing);
}

TEST(the_tables_are_right)
{
	static const char *const names[] = { "compute", "memory", "database",
					     "web", "ml" };

	for (size_t i = 0; i < tunable_count; i++) {
		const struct tunable *tunable = &tunables[i];

		EXPECT_EQ(tunable,
			  tunable_find(tunable->name, strlen(tunable->name)));
		EXPECT_NE(NULL, tunable->path[0]);
		EXPECT_NE(NULL, tunable->what);
		EXPECT_EQ(tunable->kind == TUNABLE_WORD, !!tunable->words);
		EXPECT_EQ(tunable->kind == TUNABLE_NUMBER, !!tunable->max);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct tune_preset *preset = tune_preset_find(names[i]);
		const struct tune_line *line;

		ASSERT_NE(NULL, preset);
		for (line = preset->line; line->name; line++) {
			EXPECT_NE(NULL,
				  tunable_find(line->name, strlen(line->name)));
			EXPECT_NE(NULL, line->value);
			EXPECT_NE(NULL, line->why);
		}
	}
	EXPECT_EQ(NULL, tune_preset_find("games"));
}

TEST_HARNESS_MAIN
