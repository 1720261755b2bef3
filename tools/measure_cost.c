// SPDX-License-Identifier: GPL-2.0
/*
 * Several may need the setting at a time, and the last one switches it off. All
 * of them share a lock on one byte of a file; with another byte locked, one of
 * them comes or goes. The file has a size while one of them has switched it on.
 */
#include "measure_cost.h"

#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where only root may write, who alone may change the setting. */
#define LOCKS "/run/numatrace.measure_cost"

enum {
	LOCK_CHANGE,
	LOCK_NEED,
};

static bool lock(int fd, int byte, short type, bool wait)
{
	struct flock lock = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = byte,
		.l_len = 1,
	};
	int err;

	do
		err = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
	while (err && errno == EINTR);
	return !err;
}

static bool is_marked(int fd)
{
	struct stat status;

	return !fstat(fd, &status) && status.st_size;
}

static void mark(int fd, bool on)
{
	/* Without a mark whoever switched it on can still switch it off. */
	if (ftruncate(fd, on))
		return;
}

static int set(struct client *client, bool on)
{
	struct report_config config = { .set = 1U << CONFIG_MEASURE_COST };

	config.value[CONFIG_MEASURE_COST] = on;
	return client_set_config(client, &config);
}

static int switch_on(struct client *client, struct measure_cost *cost)
{
	bool alone = lock(cost->fd, LOCK_NEED, F_WRLCK, false);
	struct report_config config;
	int err = client_config(client, &config);

	if (err)
		return err;
	if (!measure_cost_is_on(&config)) {
		err = set(client, true);
		cost->switched = !err;
	}
	/* What one of us left on who was killed counts as found. */
	if (cost->switched || alone)
		mark(cost->fd, cost->switched);
	return err;
}

int measure_cost_begin(struct client *client, struct measure_cost *cost)
{
	int err;

	*cost = (struct measure_cost){
		.fd = open(LOCKS, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			   0600),
	};
	lock(cost->fd, LOCK_CHANGE, F_WRLCK, true);
	err = switch_on(client, cost);
	lock(cost->fd, LOCK_NEED, F_RDLCK, false);
	lock(cost->fd, LOCK_CHANGE, F_UNLCK, false);
	if (err && cost->fd >= 0)
		close(cost->fd);
	return err;
}

int measure_cost_end(struct client *client, struct measure_cost *cost)
{
	bool last = cost->switched;
	int err = 0;

	if (cost->fd >= 0) {
		lock(cost->fd, LOCK_CHANGE, F_WRLCK, true);
		last = lock(cost->fd, LOCK_NEED, F_WRLCK, false) &&
		       (is_marked(cost->fd) || cost->switched);
	}
	if (last)
		err = set(client, false);
	if (cost->fd < 0)
		return err == -ENOENT ? 0 : err;
	if (last)
		mark(cost->fd, false);
	close(cost->fd);
	return err == -ENOENT ? 0 : err;
}
