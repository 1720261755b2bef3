// SPDX-License-Identifier: GPL-2.0
#include "journal.h"

#include "file.h"
#include "proc.h"
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* From so many bytes on, what is of no use any more is left out. */
#define LARGE (1024 * 1024)

struct journal {
	char *path;
	int fd;
};

const char *journal_path(const struct journal *journal)
{
	return journal->path;
}

/* A new name is on disk once its folder is. */
static int sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd, err = 0;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd < 0 || fsync(fd))
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* The folder of it, and those above. */
static int make_folders(const char *path)
{
	char *copy = strdup(path), *slash;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	slash = strchr(copy + 1, '/');
	for (; !err && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			err = -errno;
		*slash = '/';
	}
	free(copy);
	return err;
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
		      0600);

	return fd < 0 ? -errno : fd;
}

struct journal *journal_open(const char *path)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int err = -ENOMEM;

	if (journal)
		journal->path = strdup(path ? path : JOURNAL_PATH);
	if (journal && journal->path)
		err = make_folders(journal->path);
	if (!err) {
		journal->fd = open_file(journal->path);
		err = journal->fd < 0 ? journal->fd : 0;
	}
	if (!err) {
		err = sync_folder(journal->path);
		if (!err)
			return journal;
		close(journal->fd);
	}
	if (journal)
		free(journal->path);
	free(journal);
	errno = -err;
	return NULL;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	close(journal->fd);
	free(journal->path);
	free(journal);
}

/* Whether the path still leads to the file that we have. */
static bool is_current(const struct journal *journal)
{
	struct stat ours, named;

	return !fstat(journal->fd, &ours) && !stat(journal->path, &named) &&
	       ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

/* Another program may put a shorter one in its place until we have the lock. */
static int lock(struct journal *journal)
{
	int fd;

	for (;;) {
		while (flock(journal->fd, LOCK_EX))
			if (errno != EINTR)
				return -errno;
		if (is_current(journal))
			return 0;
		fd = open_file(journal->path);
		if (fd < 0)
			return fd;
		close(journal->fd);
		journal->fd = fd;
	}
}

static void unlock(struct journal *journal)
{
	flock(journal->fd, LOCK_UN);
}

/* A crash can have cut the last line; the next one shall not be lost with it. */
static bool ends_within_line(int fd, off_t size)
{
	char last;

	return size && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

static int append(int fd, const char *text)
{
	struct stat stat;
	size_t length = strlen(text);
	ssize_t written;
	int err = 0;

	if (fstat(fd, &stat))
		return -errno;
	written = write(fd, text, length);
	if (written < 0)
		err = -errno;
	else if ((size_t)written != length)
		err = -ENOSPC;
	else if (fdatasync(fd))
		err = -errno;
	/* What is not there in whole is not there at all. */
	if (err && written > 0 && ftruncate(fd, stat.st_size))
		err = -errno;
	return err;
}

static int write_line(int fd, struct json_object *line)
{
	const char *text =
		json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN);
	struct stat stat;
	char *whole;
	int err;

	if (!text)
		return -ENOMEM;
	if (fstat(fd, &stat))
		return -errno;
	if (asprintf(&whole, "%s%s\n",
		     ends_within_line(fd, stat.st_size) ? "\n" : "", text) < 0)
		return -ENOMEM;
	err = append(fd, whole);
	free(whole);
	return err;
}

/* The boot that we live in, to be freed; NULL where the kernel does not tell. */
static char *this_boot(void)
{
	char *id = file_read("/proc/sys/kernel/random/boot_id");

	if (id)
		id[strcspn(id, "\n")] = '\0';
	return id;
}

static struct json_object *now(void)
{
	time_t seconds = time(NULL);
	char text[32];
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return json_object_new_string(text);
}

static struct json_object *ourselves(void)
{
	struct json_object *json = json_object_new_object();
	struct proc proc;

	if (proc_read(getpid(), &proc))
		return json;
	record_add_process(json, &(struct target_process){
					 .pid = proc.pid,
					 .start_time = proc.start_time,
					 .comm = proc.comm,
				 });
	proc_free(&proc);
	return json;
}

static struct json_object *line_of(int64_t id, const char *event,
				   struct json_object *fields)
{
	struct json_object *line = json_object_new_object();

	record_add(line, "id", json_object_new_int64(id));
	record_add(line, "time", now());
	record_add_text(line, "event", event);
	json_object_object_foreach(fields, key, value)
		record_add(line, key, json_object_get(value));
	json_object_put(fields);
	return line;
}

/* So that pids and affinities are known to be of this boot, and who it was. */
static void add_origin(struct json_object *fields)
{
	char *boot = this_boot();

	record_add_text(fields, "boot_id", boot);
	record_add(fields, "by", ourselves());
	free(boot);
}

static char *read_all(int fd)
{
	struct stat stat;
	char *text;
	ssize_t length;

	if (fstat(fd, &stat))
		return NULL;
	text = malloc((size_t)stat.st_size + 1);
	if (!text)
		return NULL;
	length = pread(fd, text, (size_t)stat.st_size, 0);
	if (length < 0) {
		free(text);
		return NULL;
	}
	text[length] = '\0';
	return text;
}

static int read_actions(int fd, struct journal_actions *actions)
{
	char *text = read_all(fd);
	int err;

	if (!text)
		return -errno;
	err = journal_parse(text, actions);
	free(text);
	return err;
}

static int copy_action(int fd, const struct journal_action *action)
{
	int err = write_line(fd, action->begin);

	for (size_t i = 0; !err && i < action->steps; i++)
		err = write_line(fd, action->step[i]);
	if (!err && action->end)
		err = write_line(fd, action->end);
	return err;
}

/* The last one stays in any case: ids are given once. */
static bool is_wanted(const struct journal_actions *actions, size_t i)
{
	return i + 1 == actions->count || !journal_final(&actions->action[i]);
}

static int copy_wanted(int fd, const struct journal_actions *actions)
{
	int err = 0;

	for (size_t i = 0; !err && i < actions->count; i++)
		if (is_wanted(actions, i))
			err = copy_action(fd, &actions->action[i]);
	return err;
}

/* Put a shorter one in its place; both of them are then locked by us. */
static int replace(struct journal *journal,
		   const struct journal_actions *actions)
{
	char *path;
	int fd, err;

	if (asprintf(&path, "%s.new", journal->path) < 0)
		return -ENOMEM;
	unlink(path);
	fd = open_file(path);
	err = fd < 0 ? fd : 0;
	if (!err && flock(fd, LOCK_EX))
		err = -errno;
	if (!err)
		err = copy_wanted(fd, actions);
	if (!err && rename(path, journal->path))
		err = -errno;
	if (!err)
		err = sync_folder(journal->path);
	free(path);
	if (err) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	close(journal->fd);
	journal->fd = fd;
	return 0;
}

static bool is_worth_it(const struct journal *journal,
			const struct journal_actions *actions)
{
	struct stat stat;

	if (fstat(journal->fd, &stat) || stat.st_size < LARGE)
		return false;
	for (size_t i = 0; i < actions->count; i++)
		if (!is_wanted(actions, i))
			return true;
	return false;
}

static int64_t next_id(struct journal *journal)
{
	struct journal_actions actions;
	int64_t id = 1;
	int err = read_actions(journal->fd, &actions);

	if (err)
		return err;
	if (actions.count)
		id = actions.action[actions.count - 1].id + 1;
	/* One that cannot be made shorter is as good as before. */
	if (is_worth_it(journal, &actions))
		replace(journal, &actions);
	journal_free(&actions);
	return id;
}

int64_t journal_begin(struct journal *journal, struct json_object *fields)
{
	struct json_object *line;
	int64_t id = lock(journal);
	int err;

	if (!id) {
		id = next_id(journal);
		if (id > 0) {
			add_origin(fields);
			line = line_of(id, "begin", json_object_get(fields));
			err = write_line(journal->fd, line);
			json_object_put(line);
			id = err ? err : id;
		}
		unlock(journal);
	}
	json_object_put(fields);
	return id;
}

int journal_write(struct journal *journal, int64_t id, const char *event,
		  struct json_object *fields)
{
	struct json_object *line = line_of(id, event, fields);
	int err = lock(journal);

	if (!err) {
		err = write_line(journal->fd, line);
		unlock(journal);
	}
	json_object_put(line);
	return err;
}

static struct journal_action *find(const struct journal_actions *actions,
				   int64_t id)
{
	for (size_t i = actions->count; i--;)
		if (actions->action[i].id == id)
			return &actions->action[i];
	return NULL;
}

const struct journal_action *journal_find(const struct journal_actions *actions,
					  int64_t id)
{
	return find(actions, id);
}

static int add_action(struct journal_actions *actions, int64_t id,
		      struct json_object *begin, const char *boot)
{
	const char *of = record_text(begin, "boot_id");
	struct journal_action *grown =
		reallocarray(actions->action, actions->count + 1,
			     sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	actions->action = grown;
	grown[actions->count++] = (struct journal_action){
		.id = id,
		.begin = begin,
		.this_boot = of && boot && !strcmp(of, boot),
	};
	return 0;
}

static int add_step(struct journal_action *action, struct json_object *step)
{
	struct json_object **grown =
		reallocarray(action->step, action->steps + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	action->step = grown;
	grown[action->steps++] = step;
	return 0;
}

static void set_end(struct journal_action *action, struct json_object *end)
{
	json_object_put(action->end);
	action->end = end;
}

/* Takes over @line. -EINVAL: it is none of ours. */
static int add_line(struct journal_actions *actions, struct json_object *line,
		    const char *boot)
{
	const char *event = record_text(line, "event");
	struct journal_action *action;
	uint64_t id;

	if (!event || !record_number(line, "id", &id) || !id || id > INT64_MAX)
		return -EINVAL;
	action = find(actions, (int64_t)id);
	if (!strcmp(event, "begin"))
		return action ? -EINVAL
			      : add_action(actions, (int64_t)id, line, boot);
	if (!action)
		return -EINVAL;
	if (strcmp(event, "end"))
		return add_step(action, line);
	set_end(action, line);
	return 0;
}

/* A line that is cut or strange is passed over: the others still tell much. */
static int parse_line(struct journal_actions *actions, const char *line,
		      size_t length, struct json_tokener *tokener,
		      const char *boot)
{
	struct json_object *json;
	int err = -EINVAL;

	if (!length)
		return 0;
	json_tokener_reset(tokener);
	json = length < INT_MAX
		       ? json_tokener_parse_ex(tokener, line, (int)length)
		       : NULL;
	if (json && json_tokener_get_error(tokener) == json_tokener_success)
		err = add_line(actions, json, boot);
	if (err)
		json_object_put(json);
	actions->damaged += err == -EINVAL;
	return err == -ENOMEM ? err : 0;
}

static int compare_actions(const void *a, const void *b)
{
	const struct journal_action *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

int journal_parse(const char *text, struct journal_actions *actions)
{
	struct json_tokener *tokener = json_tokener_new();
	char *boot = this_boot();
	int err = tokener ? 0 : -ENOMEM;

	*actions = (struct journal_actions){ 0 };
	while (!err && *text) {
		size_t length = strcspn(text, "\n");

		err = parse_line(actions, text, length, tokener, boot);
		text += length + (text[length] == '\n');
	}
	if (actions->count)
		qsort(actions->action, actions->count, sizeof(*actions->action),
		      compare_actions);
	if (tokener)
		json_tokener_free(tokener);
	free(boot);
	if (err)
		journal_free(actions);
	return err;
}

int journal_read(const char *path, struct journal_actions *actions)
{
	int fd = open(path ? path : JOURNAL_PATH, O_RDONLY | O_CLOEXEC);
	int err;

	*actions = (struct journal_actions){ 0 };
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	/* Nobody is then in the middle of a line. */
	while (flock(fd, LOCK_SH) && errno == EINTR)
		;
	err = read_actions(fd, actions);
	close(fd);
	return err;
}

void journal_free(struct journal_actions *actions)
{
	for (size_t i = 0; i < actions->count; i++) {
		struct journal_action *action = &actions->action[i];

		json_object_put(action->begin);
		json_object_put(action->end);
		for (size_t j = 0; j < action->steps; j++)
			json_object_put(action->step[j]);
		free(action->step);
	}
	free(actions->action);
	*actions = (struct journal_actions){ 0 };
}

static bool is_at_it(const struct journal_action *action)
{
	struct target_process by;
	struct json_object *json;

	return action->this_boot &&
	       json_object_object_get_ex(action->begin, "by", &json) &&
	       record_process(json, &by) && target_lives(&by);
}

enum journal_state journal_state(const struct journal_action *action)
{
	const char *state =
		action->end ? record_text(action->end, "state") : NULL;

	if (!state)
		return is_at_it(action) ? JOURNAL_RUNNING : JOURNAL_INTERRUPTED;
	if (!strcmp(state, "done"))
		return JOURNAL_DONE;
	if (!strcmp(state, "undone"))
		return JOURNAL_UNDONE;
	return record_flag(action->end, "left") ? JOURNAL_PARTLY
						: JOURNAL_FAILED;
}

const char *journal_state_word(enum journal_state state)
{
	static const char *const words[] = {
		[JOURNAL_RUNNING] = "running",
		[JOURNAL_INTERRUPTED] = "interrupted",
		[JOURNAL_DONE] = "done",
		[JOURNAL_UNDONE] = "undone",
		[JOURNAL_FAILED] = "failed",
		[JOURNAL_PARTLY] = "partly_undone",
	};

	return words[state];
}

const char *journal_final(const struct journal_action *action)
{
	enum journal_state state = journal_state(action);

	if (state == JOURNAL_UNDONE)
		return "it has been undone";
	if (state == JOURNAL_FAILED)
		return "it failed, and what had been done was undone then";
	if (!action->this_boot)
		return "the machine was booted since, and its processes are gone";
	return NULL;
}
