// SPDX-License-Identifier: GPL-2.0
#include "journal_parts.h"

#include "clock.h"
#include "proc.h"
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

static int open_file(const char *path)
{
	return journal_open_trusted(path, O_RDWR | O_APPEND | O_CREAT);
}

struct journal *journal_open(const char *path)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int err = -ENOMEM;

	if (journal)
		journal->path = strdup(path ? path : JOURNAL_PATH);
	if (journal && journal->path)
		err = journal_make_folders(journal->path);
	if (!err) {
		journal->limit = LARGE;
		journal->fd = open_file(journal->path);
		err = journal->fd < 0 ? journal->fd : 0;
	}
	if (!err) {
		err = journal_sync_folder(journal->path);
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
	err = journal_append(fd, whole);
	free(whole);
	return err;
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
	char *time = clock_utc();

	record_add(line, "id", json_object_new_int64(id));
	record_add_text(line, "time", time);
	free(time);
	record_add_text(line, "event", event);
	json_object_object_foreach(fields, key, value)
		record_add(line, key, json_object_get(value));
	json_object_put(fields);
	return line;
}

/* So that pids and affinities are known to be of this boot, and who it was. */
static void add_origin(struct json_object *fields)
{
	char *boot = journal_boot();

	record_add_text(fields, "boot_id", boot);
	record_add(fields, "by", ourselves());
	free(boot);
}

/*
 * It has to double before that is worth another look. An error where it is not
 * known to be on disk.
 */
static int shorten(struct journal *journal,
		   const struct journal_actions *actions)
{
	off_t size;
	int fd = journal_compact(journal->path, actions, &size), err = 0;

	if (fd >= 0) {
		close(journal->fd);
		journal->fd = fd;
		journal->seen = size;
		err = journal_sync_folder(journal->path);
	}
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
	err = journal_read_part(journal->fd, journal->seen, stat.st_size,
				&actions);
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
