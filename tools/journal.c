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

/**
 * struct journal - a journal that is written
 * @path: where it is
 * @fd: of the file that was there when it was last locked
 * @seen: so many bytes of it have been looked at for ids
 * @last: the highest id in them
 * @limit: at so many bytes, it is looked through for what is of no use
 */
struct journal {
	char *path;
	int fd;
	off_t seen;
	int64_t last;
	off_t limit;
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

/* What others can write would have root set whatever they like. */
static int check_trust(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return -errno;
	if (!S_ISREG(stat.st_mode))
		return -ENOTSUP;
	if (stat.st_uid != geteuid() || stat.st_mode & 0022)
		return -EPERM;
	return 0;
}

/* Never waits for the other end of a pipe. */
static int open_trusted(const char *path, int flags)
{
	int fd = open(path,
		      flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
		      0600);
	int err = fd < 0 ? -errno : check_trust(fd);

	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err == -EISDIR ? -ENOTSUP : err;
}

static int open_file(const char *path)
{
	return open_trusted(path, O_RDWR | O_APPEND | O_CREAT);
}

const char *journal_error(int err)
{
	switch (err) {
	case -ELOOP:
		return "it is a symbolic link";
	case -ENOTSUP:
		return "it is no regular file";
	case -EPERM:
		return "it belongs to another user, or others may write to it";
	default:
		return strerror(-err);
	}
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
		journal->limit = LARGE;
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

	return !fstat(journal->fd, &ours) && !lstat(journal->path, &named) &&
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
		journal->seen = 0;
		journal->limit = LARGE;
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

/* The actions that begin behind the first @from bytes of @size. */
static int read_actions(int fd, off_t from, off_t size,
			struct journal_actions *actions)
{
	size_t room = (size_t)(size - from);
	char *text = malloc(room + 1);
	ssize_t length = text ? pread(fd, text, room, from) : -1;
	int err = length < 0 ? -errno : 0;

	if (!err)
		err = journal_parse_bytes(text, (size_t)length, actions);
	free(text);
	return err;
}

static bool print_line(FILE *stream, struct json_object *line)
{
	const char *text =
		json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN);

	return text && fprintf(stream, "%s\n", text) > 0;
}

static bool print_action(FILE *stream, const struct journal_action *action)
{
	bool printed = print_line(stream, action->begin);

	for (size_t i = 0; printed && i < action->steps; i++)
		printed = print_line(stream, action->step[i]);
	return printed && (!action->end || print_line(stream, action->end));
}

/* Drop what has no effect. The last one stays: ids are given once. */
static size_t choose_wanted(const struct journal_actions *actions, bool *wanted)
{
	size_t dropped = 0;

	for (size_t i = 0; i < actions->count; i++) {
		wanted[i] = i + 1 == actions->count ||
			    journal_has_effect(&actions->action[i]);
		dropped += !wanted[i];
	}
	return dropped;
}

static bool print_wanted(FILE *stream, const struct journal_actions *actions,
			 const bool *wanted)
{
	bool printed = true;

	for (size_t i = 0; printed && i < actions->count; i++)
		if (wanted[i])
			printed = print_action(stream, &actions->action[i]);
	return !fclose(stream) && printed;
}

/* To be freed; NULL where nothing can be left out, or memory is short. */
static char *shorter_text(const struct journal_actions *actions)
{
	bool *wanted = calloc(actions->count + 1, sizeof(*wanted));
	size_t dropped = wanted ? choose_wanted(actions, wanted) : 0, size;
	char *text = NULL;
	FILE *stream = dropped ? open_memstream(&text, &size) : NULL;

	if (stream && !print_wanted(stream, actions, wanted)) {
		free(text);
		text = NULL;
	}
	free(wanted);
	return text;
}

/* A file of @text at @path, locked by us, or a negative errno. */
static int make_locked(const char *path, const char *text)
{
	int fd, err = 0;

	/* A crash can have left one. */
	unlink(path);
	fd = open_trusted(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL);
	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX))
		err = -errno;
	if (!err)
		err = append(fd, text);
	if (!err)
		return fd;
	unlink(path);
	close(fd);
	return err;
}

/*
 * Put a shorter one in its place. One that cannot be made shorter is as good as
 * before; an error is returned where it is not known to be on disk.
 */
static int replace(struct journal *journal, const char *text)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s.new", journal->path) < 0)
		return 0;
	fd = make_locked(path, text);
	if (fd >= 0 && rename(path, journal->path)) {
		unlink(path);
		close(fd);
		fd = -1;
	}
	free(path);
	if (fd < 0)
		return 0;
	close(journal->fd);
	journal->fd = fd;
	journal->seen = (off_t)strlen(text);
	return sync_folder(journal->path);
}

/* It has to double before that is worth another look. */
static int shorten(struct journal *journal,
		   const struct journal_actions *actions)
{
	char *text = shorter_text(actions);
	int err = text ? replace(journal, text) : 0;

	free(text);
	journal->limit = journal->seen * 2 > LARGE ? journal->seen * 2 : LARGE;
	return err;
}

/* Others may have written since; one that was cut off is looked at anew. */
static int64_t next_id(struct journal *journal)
{
	struct journal_actions actions;
	struct stat stat;
	bool large;
	int err;

	if (fstat(journal->fd, &stat))
		return -errno;
	large = stat.st_size >= journal->limit;
	if (large || stat.st_size < journal->seen)
		journal->seen = 0;
	err = read_actions(journal->fd, journal->seen, stat.st_size, &actions);
	if (err)
		return err;
	journal->seen = stat.st_size;
	if (actions.count &&
	    actions.action[actions.count - 1].id > journal->last)
		journal->last = actions.action[actions.count - 1].id;
	if (large)
		err = shorten(journal, &actions);
	journal_free(&actions);
	return err ? err : journal->last + 1;
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

/* Where it is, or would be. */
static size_t find_place(const struct journal_actions *actions, int64_t id)
{
	size_t low = 0, high = actions->count;

	/* Most often it is the last one, or comes behind it. */
	if (high && actions->action[high - 1].id < id)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (actions->action[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct journal_action *find(const struct journal_actions *actions,
				   int64_t id)
{
	size_t place = find_place(actions, id);

	if (place == actions->count || actions->action[place].id != id)
		return NULL;
	return &actions->action[place];
}

const struct journal_action *journal_find(const struct journal_actions *actions,
					  int64_t id)
{
	return find(actions, id);
}

/* Room for one more of @count, which doubles; NULL when memory is short. */
static void *make_room(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return reallocarray(array, count ? count * 2 : 1, size);
}

static int add_action(struct journal_actions *actions, int64_t id,
		      struct json_object *begin, const char *boot)
{
	const char *of = record_text(begin, "boot_id");
	size_t place = find_place(actions, id);
	struct journal_action *grown =
		make_room(actions->action, actions->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	actions->action = grown;
	memmove(&grown[place + 1], &grown[place],
		(actions->count++ - place) * sizeof(*grown));
	grown[place] = (struct journal_action){
		.id = id,
		.begin = begin,
		.this_boot = of && boot && !strcmp(of, boot),
	};
	return 0;
}

static int add_step(struct journal_action *action, struct json_object *step)
{
	struct json_object **grown =
		make_room(action->step, action->steps, sizeof(*grown));

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

	if (!event || !record_number(line, "id", &id) || !id || id >= INT64_MAX)
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

/* Up to what ends the line: a file system may leave zeros after a crash. */
static size_t line_length(const char *text, const char *end)
{
	const char *at = text;

	while (at < end && *at && *at != '\n')
		at++;
	return (size_t)(at - text);
}

static const char *skip_zeros(const char *text, const char *end,
			      size_t *damaged)
{
	*damaged += text < end && !*text;
	while (text < end && !*text)
		text++;
	return text;
}

int journal_parse_bytes(const char *text, size_t size,
			struct journal_actions *actions)
{
	struct json_tokener *tokener = json_tokener_new();
	const char *end = text + size;
	char *boot = this_boot();
	int err = tokener ? 0 : -ENOMEM;

	*actions = (struct journal_actions){ 0 };
	while (!err && text < end) {
		size_t length = line_length(text, end);

		err = parse_line(actions, text, length, tokener, boot);
		text = skip_zeros(text + length, end, &actions->damaged);
		text += text < end && *text == '\n';
	}
	if (tokener)
		json_tokener_free(tokener);
	free(boot);
	if (err)
		journal_free(actions);
	return err;
}

int journal_parse(const char *text, struct journal_actions *actions)
{
	return journal_parse_bytes(text, strlen(text), actions);
}

int journal_read(const char *path, struct journal_actions *actions)
{
	int fd = open_trusted(path ? path : JOURNAL_PATH, O_RDONLY);
	struct stat stat;
	int err;

	*actions = (struct journal_actions){ 0 };
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	/* Nobody is then in the middle of a line. */
	while (flock(fd, LOCK_SH) && errno == EINTR)
		;
	err = fstat(fd, &stat) ? -errno : 0;
	if (!err)
		err = read_actions(fd, 0, stat.st_size, actions);
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
