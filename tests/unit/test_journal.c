// SPDX-License-Identifier: GPL-2.0
/*
 * The journal of actions: what is read back is what was written, whatever a
 * crash left of it and whoever else writes.
 */
#include "bind_steps.h"
#include "cgroups.h"
#include "journal.h"
#include "proc.h"
#include "record.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

FIXTURE(journal)
{
	char folder[64];
	char path[128];
	struct journal *journal;
};

FIXTURE_SETUP(journal)
{
	snprintf(self->folder, sizeof(self->folder),
		 "/tmp/test_journal.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->folder));
	snprintf(self->path, sizeof(self->path), "%s/new/journal",
		 self->folder);
	self->journal = journal_open(self->path);
	ASSERT_NE(NULL, self->journal);
}

FIXTURE_TEARDOWN(journal)
{
	char folder[128];

	journal_close(self->journal);
	unlink(self->path);
	snprintf(folder, sizeof(folder), "%s/new", self->folder);
	rmdir(folder);
	rmdir(self->folder);
}

static struct json_object *fields(const char *key, const char *text)
{
	struct json_object *json = json_object_new_object();

	record_add_text(json, key, text);
	return json;
}

static int64_t begin(struct journal *journal, const char *command)
{
	return journal_begin(journal, fields("command", command));
}

static int end(struct journal *journal, int64_t id, const char *state)
{
	return journal_write(journal, id, "end", fields("state", state));
}

static void append(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	if (write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

TEST_F(journal, is_private)
{
	struct stat stat_;
	char folder[128];

	snprintf(folder, sizeof(folder), "%s/new", self->folder);
	ASSERT_EQ(0, stat(self->path, &stat_));
	EXPECT_EQ(0, stat_.st_mode & 077);
	ASSERT_EQ(0, stat(folder, &stat_));
	EXPECT_EQ(0, stat_.st_mode & 022);
}

TEST_F(journal, what_is_written_is_read)
{
	struct journal_actions actions;

	EXPECT_EQ(1, begin(self->journal, "first"));
	EXPECT_EQ(2, begin(self->journal, "second"));
	EXPECT_EQ(0, journal_write(self->journal, 1, "before",
				   fields("step", "affinity")));
	EXPECT_EQ(0, journal_write(self->journal, 1, "after",
				   fields("step", "affinity")));
	EXPECT_EQ(0, end(self->journal, 1, "done"));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(2, actions.count);
	EXPECT_EQ(0, actions.damaged);
	EXPECT_EQ(1, actions.action[0].id);
	EXPECT_EQ(2, actions.action[0].steps);
	EXPECT_TRUE(actions.action[0].this_boot);
	EXPECT_STREQ("first", record_text(actions.action[0].begin, "command"));
	EXPECT_STREQ("before", record_text(actions.action[0].step[0], "event"));
	EXPECT_EQ(JOURNAL_DONE, journal_state(&actions.action[0]));
	/* We are still there. */
	EXPECT_EQ(JOURNAL_RUNNING, journal_state(&actions.action[1]));
	EXPECT_EQ(&actions.action[1], journal_find(&actions, 2));
	EXPECT_EQ(NULL, journal_find(&actions, 3));
	journal_free(&actions);
}

TEST_F(journal, there_is_none_yet)
{
	struct journal_actions actions;

	ASSERT_EQ(0, journal_read("/nonexistent/journal", &actions));
	EXPECT_EQ(0, actions.count);
	journal_free(&actions);
}

/* A crash cuts the last line; the next one begins anew. */
TEST_F(journal, cut_line)
{
	struct journal_actions actions;

	ASSERT_EQ(1, begin(self->journal, "first"));
	append(self->path, "{\"id\":1,\"event\":\"bef");
	ASSERT_EQ(0, journal_read(self->path, &actions));
	EXPECT_EQ(1, actions.count);
	EXPECT_EQ(1, actions.damaged);
	journal_free(&actions);
	EXPECT_EQ(2, begin(self->journal, "second"));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	EXPECT_EQ(2, actions.count);
	EXPECT_EQ(1, actions.damaged);
	journal_free(&actions);
}

TEST_F(journal, who_crashed_is_interrupted)
{
	struct journal_actions actions;
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(begin(self->journal, "crash") == 1 ? 0 : 1);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(1, actions.count);
	EXPECT_EQ(JOURNAL_INTERRUPTED, journal_state(&actions.action[0]));
	EXPECT_EQ(NULL, journal_final(&actions.action[0]));
	journal_free(&actions);
}

#define WRITERS 4
#define EACH 25

static int write_many(const char *path)
{
	struct journal *journal = journal_open(path);
	int err = !journal;

	for (int i = 0; !err && i < EACH; i++)
		err = begin(journal, "many") <= 0;
	journal_close(journal);
	return err;
}

TEST_F(journal, several_writers)
{
	struct journal_actions actions;
	int status;

	for (int i = 0; i < WRITERS; i++)
		if (!fork())
			_exit(write_many(self->path));
	for (int i = 0; i < WRITERS; i++) {
		wait(&status);
		EXPECT_EQ(0, status);
	}
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(WRITERS * EACH, actions.count);
	EXPECT_EQ(0, actions.damaged);
	for (int i = 0; i < WRITERS * EACH; i++)
		EXPECT_EQ(i + 1, actions.action[i].id);
	journal_free(&actions);
}

static off_t size_of(const char *path)
{
	struct stat stat_;

	return stat(path, &stat_) ? -1 : stat_.st_size;
}

/* Another writer, who has the former file open, goes on with the new one. */
TEST_F(journal, large_one_is_shortened)
{
	struct journal *other = journal_open(self->path);
	struct journal_actions actions;
	char *filler = malloc(600 << 10);
	struct stat status;

	memset(filler, 'x', (600 << 10) - 1);
	filler[(600 << 10) - 1] = '\0';
	ASSERT_EQ(1, begin(self->journal, filler));
	ASSERT_EQ(0, end(self->journal, 1, "undone"));
	ASSERT_EQ(2, begin(self->journal, "kept"));
	ASSERT_EQ(3, begin(self->journal, filler));
	ASSERT_EQ(0, end(self->journal, 3, "failed"));
	free(filler);
	/* Some may read it. */
	ASSERT_EQ(0, chmod(self->path, 0640));
	ASSERT_LT(1 << 20, size_of(self->path));
	/* The last one stays, so that its number is not given again. */
	ASSERT_EQ(4, begin(self->journal, "after"));
	EXPECT_GT(1 << 20, size_of(self->path));
	ASSERT_EQ(0, stat(self->path, &status));
	EXPECT_EQ(S_IFREG | 0640, status.st_mode);
	ASSERT_EQ(5, begin(other, "other"));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(4, actions.count);
	EXPECT_EQ(2, actions.action[0].id);
	EXPECT_EQ(3, actions.action[1].id);
	EXPECT_EQ(5, actions.action[3].id);
	journal_free(&actions);
	journal_close(other);
}

/* Done, of process @pid that began at @start_time. */
static int64_t bind_one(struct journal *journal, const char *command, pid_t pid,
			uint64_t start_time)
{
	struct json_object *begun = fields("command", command);
	struct json_object *processes = json_object_new_array();
	struct json_object *one = json_object_new_object();
	int64_t id;

	record_add_process(one, &(struct target_process){
					.pid = pid,
					.start_time = start_time,
				});
	json_object_array_add(processes, one);
	record_add(begun, "processes", processes);
	id = journal_begin(journal, begun);
	return id < 0 || end(journal, id, "done") ? -1 : id;
}

/* A daemon binds whatever comes: what counts is what still lives. */
TEST_F(journal, does_not_grow_with_what_ended)
{
	struct journal_actions actions;
	char *filler = calloc(1, 100 << 10);
	struct proc self_;

	memset(filler, 'x', (100 << 10) - 1);
	ASSERT_EQ(0, proc_read(getpid(), &self_));
	ASSERT_EQ(1,
		  bind_one(self->journal, "lives", getpid(), self_.start_time));
	for (int i = 2; i <= 50; i++) {
		ASSERT_EQ(i, bind_one(self->journal, filler, getpid(),
				      self_.start_time + 1));
		ASSERT_GT(5 << 18, size_of(self->path));
	}
	ASSERT_EQ(0, journal_read(self->path, &actions));
	EXPECT_GT(15, actions.count);
	EXPECT_EQ(1, actions.action[0].id);
	EXPECT_EQ(50, actions.action[actions.count - 1].id);
	EXPECT_STREQ("lives", record_text(actions.action[0].begin, "command"));
	journal_free(&actions);
	proc_free(&self_);
	free(filler);
}

/* What lives stays, however large that is. */
TEST_F(journal, large_one_of_those_that_live)
{
	struct journal_actions actions;
	char *filler = calloc(1, 300 << 10);
	struct proc self_;

	memset(filler, 'x', (300 << 10) - 1);
	ASSERT_EQ(0, proc_read(getpid(), &self_));
	for (int i = 1; i <= 12; i++)
		ASSERT_EQ(i, bind_one(self->journal, filler, getpid(),
				      self_.start_time));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	EXPECT_EQ(12, actions.count);
	EXPECT_EQ(0, actions.damaged);
	journal_free(&actions);
	proc_free(&self_);
	free(filler);
}

static int64_t bind_cpuset(struct journal *journal, const char *unit,
			   const char *cgroup)
{
	struct json_object *step = fields("step", STEP_CPUSET);
	int64_t id = begin(journal, "cpuset");

	record_add_text(step, "unit", unit);
	record_add_text(step, "cgroup", cgroup);
	journal_write(journal, id, "before", step);
	return end(journal, id, "done") ? -1 : id;
}

/* A process that came later is known by its step alone. */
TEST_F(journal, effects)
{
	struct target_process here = { .comm = "here" };
	struct json_object *step = fields("step", STEP_AFFINITY);
	struct journal_actions actions;
	char *mount = cgroups_mount();
	struct proc self_;

	ASSERT_EQ(0, proc_read(getpid(), &self_));
	here.pid = getpid();
	here.start_time = self_.start_time;
	ASSERT_EQ(1, bind_cpuset(self->journal, NULL, "/no/such/cgroup"));
	ASSERT_EQ(2, bind_cpuset(self->journal, "x.service", "/no/such"));
	ASSERT_EQ(3, bind_cpuset(self->journal, NULL, "/"));
	ASSERT_EQ(4, begin(self->journal, "later"));
	record_add_process(step, &here);
	ASSERT_EQ(0, journal_write(self->journal, 4, "before", step));
	ASSERT_EQ(0, end(self->journal, 4, "done"));
	ASSERT_EQ(5, begin(self->journal, "nothing"));
	ASSERT_EQ(0, end(self->journal, 5, "done"));
	ASSERT_EQ(6, begin(self->journal, "under way"));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(6, actions.count);
	EXPECT_EQ(!mount, journal_has_effect(&actions.action[0]));
	EXPECT_TRUE(journal_has_effect(&actions.action[1]));
	EXPECT_TRUE(journal_has_effect(&actions.action[2]));
	EXPECT_TRUE(journal_has_effect(&actions.action[3]));
	EXPECT_FALSE(journal_has_effect(&actions.action[4]));
	EXPECT_TRUE(journal_has_effect(&actions.action[5]));
	journal_free(&actions);
	proc_free(&self_);
	free(mount);
}

/* Neither to write nor to read. */
static int refusal(const char *path)
{
	struct journal *journal = journal_open(path);
	int err = journal ? 0 : -errno, read_err;
	struct journal_actions actions;

	journal_close(journal);
	read_err = journal_read(path, &actions);
	journal_free(&actions);
	return err == read_err ? err : 1;
}

TEST_F(journal, only_ours_is_trusted)
{
	char other[160];

	EXPECT_EQ(0, refusal(self->path));
	ASSERT_EQ(0, chmod(self->path, 0620));
	EXPECT_EQ(-EPERM, refusal(self->path));
	ASSERT_EQ(0, chmod(self->path, 0602));
	EXPECT_EQ(-EPERM, refusal(self->path));
	ASSERT_EQ(0, chmod(self->path, 0644));
	EXPECT_EQ(0, refusal(self->path));
	snprintf(other, sizeof(other), "%s.other", self->path);
	ASSERT_EQ(0, symlink(self->path, other));
	EXPECT_EQ(-ELOOP, refusal(other));
	ASSERT_EQ(0, unlink(other));
	ASSERT_EQ(0, mkfifo(other, 0600));
	EXPECT_EQ(-ENOTSUP, refusal(other));
	ASSERT_EQ(0, unlink(other));
	EXPECT_EQ(-ENOTSUP, refusal(self->folder));
	EXPECT_STREQ("it is a symbolic link", journal_error(-ELOOP));
	EXPECT_STREQ("it is no regular file", journal_error(-ENOTSUP));
	EXPECT_NE(NULL, strstr(journal_error(-EPERM), "another user"));
	EXPECT_STREQ(strerror(EACCES), journal_error(-EACCES));
}

TEST_F(journal, of_another_user)
{
	if (geteuid())
		SKIP(return, "only root can give files away");
	ASSERT_EQ(0, chown(self->path, 65534, 65534));
	EXPECT_EQ(-EPERM, refusal(self->path));
}

/* Also while it is open. */
TEST_F(journal, replaced_by_a_link)
{
	char other[160];

	ASSERT_EQ(1, begin(self->journal, "first"));
	snprintf(other, sizeof(other), "%s.other", self->path);
	ASSERT_EQ(0, rename(self->path, other));
	ASSERT_EQ(0, symlink(other, self->path));
	EXPECT_EQ(-ELOOP, begin(self->journal, "second"));
	ASSERT_EQ(0, unlink(self->path));
	ASSERT_EQ(0, rename(other, self->path));
	EXPECT_EQ(2, begin(self->journal, "second"));
}

/* Power loss: the size of a file can be on disk before what is in it. */
TEST_F(journal, zeros)
{
	static const char zeros[100];
	struct journal_actions actions;
	int fd;

	ASSERT_EQ(1, begin(self->journal, "first"));
	fd = open(self->path, O_WRONLY | O_APPEND);
	ASSERT_EQ(sizeof(zeros), write(fd, zeros, sizeof(zeros)));
	close(fd);
	ASSERT_EQ(2, begin(self->journal, "second"));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(2, actions.count);
	EXPECT_EQ(1, actions.damaged);
	journal_free(&actions);
}

static const char with_zeros[] = "\0{\"id\":1,\"event\":\"begin\"}\0\0\0"
				 "{\"id\":2,\"event\":\"begin\"}\n"
				 "{\"id\":3,\"eve\0\0\n\0";

TEST(zeros_end_lines)
{
	struct journal_actions actions;

	ASSERT_EQ(0, journal_parse_bytes(with_zeros, sizeof(with_zeros) - 1,
					 &actions));
	ASSERT_EQ(2, actions.count);
	EXPECT_EQ(2, actions.action[1].id);
	EXPECT_EQ(5, actions.damaged);
	journal_free(&actions);
}

/* Whoever wrote it: they are found by their ids. */
TEST(ids_in_whatever_order)
{
	char *text = NULL;
	struct journal_actions actions;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (int i = 0; i < 101; i++)
		fprintf(stream, "{\"id\":%d,\"event\":\"begin\"}\n",
			i * 37 % 101 + 1);
	for (int i = 1; i <= 101; i++)
		fprintf(stream, "{\"id\":%d,\"event\":\"before\"}\n", i);
	fclose(stream);
	ASSERT_EQ(0, journal_parse(text, &actions));
	ASSERT_EQ(101, actions.count);
	EXPECT_EQ(0, actions.damaged);
	for (int i = 0; i < 101; i++) {
		EXPECT_EQ(i + 1, actions.action[i].id);
		EXPECT_EQ(1, actions.action[i].steps);
		EXPECT_EQ(&actions.action[i], journal_find(&actions, i + 1));
	}
	EXPECT_EQ(NULL, journal_find(&actions, 102));
	EXPECT_EQ(NULL, journal_find(&actions, 0));
	journal_free(&actions);
	free(text);
}

static const char damaged[] = "nonsense\n"
			      "[1]\n"
			      "{\"id\":-1,\"event\":\"begin\"}\n"
			      "{\"id\":7,\"event\":\"before\"}\n"
			      "{\"id\":8,\"event\":\"begin\"}\n"
			      "{\"id\":8,\"event\":\"begin\"}\n"
			      "{\"id\":\"9\",\"event\":\"begin\"}\n"
			      "\n"
			      "{\"id\":8,\"event\":5}\n";

TEST(damaged_lines)
{
	struct journal_actions actions;

	ASSERT_EQ(0, journal_parse(damaged, &actions));
	ASSERT_EQ(1, actions.count);
	EXPECT_EQ(7, actions.damaged);
	EXPECT_FALSE(actions.action[0].this_boot);
	EXPECT_NE(NULL, journal_final(&actions.action[0]));
	journal_free(&actions);
}

static const char ended[] =
	"{\"id\":1,\"event\":\"begin\"}\n"
	"{\"id\":1,\"event\":\"end\",\"state\":\"done\"}\n"
	"{\"id\":1,\"event\":\"end\",\"state\":\"undone\"}\n"
	"{\"id\":2,\"event\":\"begin\"}\n"
	"{\"id\":2,\"event\":\"end\",\"state\":\"failed\"}\n"
	"{\"id\":3,\"event\":\"begin\"}\n"
	"{\"id\":3,\"event\":\"end\",\"state\":\"failed\",\"left\":true}\n";

TEST(states)
{
	struct journal_actions actions;

	ASSERT_EQ(0, journal_parse(ended, &actions));
	ASSERT_EQ(3, actions.count);
	EXPECT_EQ(JOURNAL_UNDONE, journal_state(&actions.action[0]));
	EXPECT_EQ(JOURNAL_FAILED, journal_state(&actions.action[1]));
	EXPECT_EQ(JOURNAL_PARTLY, journal_state(&actions.action[2]));
	journal_free(&actions);
}

static struct bitmask *cpus(const char *list)
{
	struct bitmask *mask = numa_allocate_cpumask();

	for (; *list; list++)
		numa_bitmask_setbit(mask, (unsigned int)(*list - '0'));
	return mask;
}

static struct target_process process = {
	.pid = 4711,
	.start_time = 1230000000,
	.comm = "b\377d",
};

static void write_affinity(struct journal *journal, const struct bitmask *set,
			   pid_t tid, const char *had)
{
	struct affinity_thread thread = {
		.tid = tid,
		.start_time = 5,
		.before = cpus(had),
	};
	const struct affinity_change change = {
		.pid = process.pid,
		.count = 1,
		.thread = &thread,
	};

	journal_write(journal, 1, "before",
		      step_affinity(&process, set, &change, 0));
	numa_bitmask_free(thread.before);
}

/* What was first is what was before; heirs of what was set are no witnesses. */
TEST_F(journal, affinities_of_steps)
{
	struct bitmask *set = cpus("01");
	struct journal_actions actions;
	struct affinity_change *change;
	struct steps steps;

	ASSERT_EQ(1, begin(self->journal, "bind"));
	write_affinity(self->journal, NULL, 4711, "2");
	write_affinity(self->journal, set, 4711, "3");
	write_affinity(self->journal, set, 4712, "01");
	write_affinity(self->journal, set, 4713, "3");
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(0, steps_read(&actions.action[0], &steps));
	ASSERT_EQ(1, steps.affinities);
	EXPECT_EQ(4711, steps.affinity[0].process.pid);
	EXPECT_EQ(1230000000, steps.affinity[0].process.start_time);
	EXPECT_TRUE(numa_bitmask_equal(set, steps.affinity[0].cpus));
	change = &steps.affinity[0].change;
	ASSERT_EQ(2, change->count);
	EXPECT_EQ(4711, change->thread[0].tid);
	EXPECT_TRUE(numa_bitmask_isbitset(change->thread[0].before, 2));
	EXPECT_EQ(1, numa_bitmask_weight(change->thread[0].before));
	EXPECT_EQ(4713, change->thread[1].tid);
	steps_free(&steps);
	journal_free(&actions);
	numa_bitmask_free(set);
}

TEST_F(journal, cpusets_of_steps)
{
	struct cpuset_former former = {
		.process = process,
		.cgroup = "/a b",
	};
	struct cpuset_plan plan = {
		.way = CPUSET_OWN,
		.cgroup = "/numatrace/1",
		.count = 1,
		.former = &former,
	};
	struct bitmask *nodes = cpus("0");
	struct journal_actions actions;
	struct steps steps;

	ASSERT_EQ(1, begin(self->journal, "bind"));
	journal_write(self->journal, 1, "before",
		      step_cpuset(&plan, NULL, nodes));
	plan.nodes_before = "";
	journal_write(self->journal, 1, "before",
		      step_cpuset(&plan, NULL, nodes));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(0, steps_read(&actions.action[0], &steps));
	ASSERT_EQ(1, steps.cpusets);
	EXPECT_EQ(CPUSET_OWN, steps.cpuset[0].way);
	EXPECT_STREQ("/numatrace/1", steps.cpuset[0].cgroup);
	EXPECT_EQ(NULL, steps.cpuset[0].cpus_before);
	EXPECT_STREQ("", steps.cpuset[0].nodes_before);
	ASSERT_EQ(1, steps.cpuset[0].count);
	EXPECT_STREQ("/a b", steps.cpuset[0].former[0].cgroup);
	EXPECT_EQ(4711, steps.cpuset[0].former[0].process.pid);
	steps_free(&steps);
	journal_free(&actions);
	numa_bitmask_free(nodes);
}

TEST_F(journal, pages_of_steps)
{
	struct bitmask *to = numa_allocate_nodemask();
	struct residency resident = { 0 };
	struct journal_actions actions;
	struct steps steps;

	numa_bitmask_setbit(to, 0);
	residency_node(&resident, 0)->bytes = 4096;
	residency_node(&resident, 1)->bytes = 8192;
	ASSERT_EQ(1, begin(self->journal, "bind"));
	journal_write(self->journal, 1, "before",
		      step_pages(&process, to, &resident));
	residency_node(&resident, 0)->bytes = 12288;
	residency_node(&resident, 1)->bytes = 0;
	journal_write(self->journal, 1, "before",
		      step_pages(&process, to, &resident));
	ASSERT_EQ(0, journal_read(self->path, &actions));
	ASSERT_EQ(0, steps_read(&actions.action[0], &steps));
	ASSERT_EQ(1, steps.placements);
	EXPECT_EQ(12288, steps.placement[0].resident.resident);
	ASSERT_EQ(2, steps.placement[0].resident.count);
	EXPECT_EQ(8192, steps.placement[0].resident.node[1].bytes);
	steps_free(&steps);
	journal_free(&actions);
	residency_free(&resident);
	numa_bitmask_free(to);
}

/* Follows {"id":1,"event":"before". */
static const char *const damaged_rest[] = {
	"",
	",\"step\":\"affinity\"",
	",\"step\":\"affinity\",\"pid\":1,\"start_time\":1,\"threads\":[7]",
	",\"step\":\"cpuset\",\"former\":[],\"way\":\"magic\"",
	",\"step\":\"pages\",\"pid\":1,\"start_time\":1,\"to\":\"x\",\"resident\":[]",
};

TEST(damaged_steps)
{
	static const char format[] =
		"{\"id\":1,\"event\":\"begin\"}\n{\"id\":1,\"event\":\"before\"%s}\n";
	struct journal_actions actions;
	struct steps steps;
	char text[1024];

	for (size_t i = 0; i < ARRAY_SIZE(damaged_rest); i++) {
		snprintf(text, sizeof(text), format, damaged_rest[i]);
		ASSERT_EQ(0, journal_parse(text, &actions));
		EXPECT_EQ(-EBADMSG, steps_read(&actions.action[0], &steps));
		journal_free(&actions);
	}
}

TEST_HARNESS_MAIN
