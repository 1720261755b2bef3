// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of the journal into actions.
 */
#include "journal_parts.h"

#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
	char *boot = journal_boot();
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

int journal_read_part(int fd, off_t from, off_t size,
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

int journal_read(const char *path, struct journal_actions *actions)
{
	int fd = journal_open_trusted(path ? path : JOURNAL_PATH, O_RDONLY);
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
		err = journal_read_part(fd, 0, stat.st_size, actions);
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
