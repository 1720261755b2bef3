// SPDX-License-Identifier: GPL-2.0
/*
 * What speaks against taking an action back: that it has been taken back, or a
 * later one that found what it had made.
 */
#include "bind.h"
#include "record.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

FIXTURE(undo)
{
	char path[64];
	struct journal *journal;
	struct target living;
};

FIXTURE_SETUP(undo)
{
	char pid[16], *why = NULL;

	strcpy(self->path, "/tmp/test_undo.XXXXXX");
	close(mkstemp(self->path));
	self->journal = journal_open(self->path);
	ASSERT_NE(NULL, self->journal);
	snprintf(pid, sizeof(pid), "%d", getpid());
	ASSERT_EQ(0, target_find(pid, false, NULL, &self->living, &why));
}

FIXTURE_TEARDOWN(undo)
{
	journal_close(self->journal);
	unlink(self->path);
	target_free(&self->living);
}

/* Processes that have ended, whoever has their numbers now. */
static const struct target_process gone = { .pid = 1, .start_time = 1 };
static const struct target_process also_gone = { .pid = 2, .start_time = 1 };

static void add_processes(struct json_object *line, const char *key,
			  const struct target_process *process,
			  const char *cgroup)
{
	struct json_object *array = json_object_new_array();
	struct json_object *json = json_object_new_object();

	record_add_process(json, process);
	if (cgroup)
		record_add_text(json, "cgroup", cgroup);
	json_object_array_add(array, json);
	record_add(line, key, array);
}

static int64_t begin(struct journal *journal,
		     const struct target_process *process)
{
	struct json_object *line = json_object_new_object();

	add_processes(line, "processes", process, NULL);
	return journal_begin(journal, line);
}

static void end(struct journal *journal, int64_t id, const char *state)
{
	struct json_object *line = json_object_new_object();

	record_add_text(line, "state", state);
	journal_write(journal, id, "end", line);
}

static struct json_object *step(const char *name)
{
	struct json_object *line = json_object_new_object();

	record_add_text(line, "step", name);
	return line;
}

static void affinity(struct journal *journal, int64_t id, const char *event,
		     const struct target_process *process)
{
	struct json_object *line = step("affinity");

	record_add_process(line, process);
	journal_write(journal, id, event, line);
}

/* One that came from @former. */
static void cpuset(struct journal *journal, int64_t id, const char *cgroup,
		   const struct target_process *process, const char *former)
{
	struct json_object *line = step("cpuset");

	record_add_text(line, "cgroup", cgroup);
	add_processes(line, "former", process, former);
	journal_write(journal, id, "before", line);
}

/* Whether the first action can be undone; else whether it is said why. */
static bool refused(const char *path, const char *words)
{
	struct journal_actions actions;
	char text[BIND_REFUSAL];
	const char *why = "no journal";

	if (!journal_read(path, &actions)) {
		why = bind_undo_refusal(&actions, &actions.action[0], text,
					sizeof(text));
		journal_free(&actions);
	}
	return why && strstr(why, words);
}

/* Two actions, of which the first is done and the second goes on. */
static void begin_two(struct journal *journal)
{
	begin(journal, &gone);
	begin(journal, &also_gone);
}

TEST_F(undo, states)
{
	begin(self->journal, self->living.process);
	EXPECT_TRUE(refused(self->path, "still under way"));
	end(self->journal, 1, "done");
	EXPECT_FALSE(refused(self->path, ""));
	end(self->journal, 1, "undone");
	EXPECT_TRUE(refused(self->path, "has been undone"));
}

TEST_F(undo, same_process)
{
	begin(self->journal, self->living.process);
	end(self->journal, 1, "done");
	begin(self->journal, self->living.process);
	EXPECT_TRUE(refused(self->path, "undo that one first"));
	end(self->journal, 2, "undone");
	EXPECT_FALSE(refused(self->path, ""));
}

TEST_F(undo, others)
{
	begin(self->journal, &gone);
	affinity(self->journal, 1, "before", self->living.process);
	cpuset(self->journal, 1, "/numatrace/1", &gone, "/");
	end(self->journal, 1, "done");
	/* It has ended. */
	begin(self->journal, &gone);
	affinity(self->journal, 2, "before", &gone);
	cpuset(self->journal, 2, "/numatrace/2", &also_gone, "/");
	EXPECT_FALSE(refused(self->path, ""));
}

/* Both came while the actions went on. */
TEST_F(undo, same_late_comer)
{
	begin_two(self->journal);
	affinity(self->journal, 1, "before", self->living.process);
	end(self->journal, 1, "done");
	/* It was looked at, but nothing was changed. */
	affinity(self->journal, 2, "after", self->living.process);
	EXPECT_FALSE(refused(self->path, ""));
	affinity(self->journal, 2, "before", self->living.process);
	EXPECT_TRUE(refused(self->path, "undo that one first"));
}

TEST_F(undo, process_of_a_cpuset)
{
	begin_two(self->journal);
	cpuset(self->journal, 1, "/numatrace/1", self->living.process, "/");
	end(self->journal, 1, "done");
	affinity(self->journal, 2, "before", self->living.process);
	EXPECT_TRUE(refused(self->path, "undo that one first"));
}

TEST_F(undo, same_cgroup)
{
	begin_two(self->journal);
	cpuset(self->journal, 1, "/some", &gone, NULL);
	end(self->journal, 1, "done");
	cpuset(self->journal, 2, "/other", &also_gone, NULL);
	EXPECT_FALSE(refused(self->path, ""));
	cpuset(self->journal, 2, "/some", &also_gone, NULL);
	EXPECT_TRUE(refused(self->path, "undo that one first"));
}

/* One that was started in the cgroup that the first one made. */
TEST_F(undo, taken_from_its_cgroup)
{
	begin_two(self->journal);
	cpuset(self->journal, 1, "/numatrace/1", &gone, "/");
	end(self->journal, 1, "done");
	cpuset(self->journal, 2, "/numatrace/2", self->living.process,
	       "/numatrace/1");
	EXPECT_TRUE(refused(self->path, "undo that one first"));
}

TEST_F(undo, by_its_number)
{
	struct bind_undone undone;
	bool no;

	begin(self->journal, &gone);
	end(self->journal, 1, "done");
	EXPECT_EQ(0, bind_undo_id(1, self->journal, &undone, &no));
	EXPECT_FALSE(no);
	EXPECT_EQ(0, undone.problems);
	bind_free_undone(&undone);
	EXPECT_EQ(0, bind_undo_id(1, self->journal, &undone, &no));
	EXPECT_TRUE(no);
	ASSERT_EQ(1, undone.problems);
	EXPECT_NE(NULL, strstr(undone.problem[0].text, "has been undone"));
	bind_free_undone(&undone);
	EXPECT_NE(0, bind_undo_id(2, self->journal, &undone, &no));
	EXPECT_FALSE(no);
	bind_free_undone(&undone);
}

TEST_HARNESS_MAIN
