// SPDX-License-Identifier: GPL-2.0
#include "balancing_switch.h"

#include "why.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SYSCTL "/proc/sys/kernel/numa_balancing"

static const char none[] =
	"no automatic NUMA balancing: this kernel has none, or the machine has one node";
static const char needs_root[] =
	"switching balancing needs root: run it as root";
static const char read_only[] =
	SYSCTL " is read-only here, as in a container: run it on the host";
static const char at_work[] =
	"another numatrace balancing --measure is at work: wait for its end";

static int explain(int err, char **why)
{
	switch (err) {
	case -ENOENT:
		return why_not(why, err, "%s", none);
	case -EACCES:
	case -EPERM:
		return why_not(why, err, "%s", needs_root);
	case -EROFS:
		return why_not(why, err, "%s", read_only);
	case -EWOULDBLOCK:
		return why_not(why, err, "%s", at_work);
	default:
		return why_not(why, err, SYSCTL ": %s", strerror(-err));
	}
}

static int read_mode(int fd, char text[16], uint32_t *mode)
{
	ssize_t length = pread(fd, text, 15, 0);
	char *end;

	if (length < 0)
		return -errno;
	text[length] = '\0';
	errno = 0;
	*mode = (uint32_t)strtoul(text, &end, 10);
	return errno || end == text ? -EINVAL : 0;
}

int balancing_open(struct balancing_switch *balancing, char **why)
{
	int err = 0;

	*why = NULL;
	*balancing = (struct balancing_switch){ 0 };
	balancing->fd = open(SYSCTL, O_RDWR | O_CLOEXEC);
	if (balancing->fd < 0)
		return explain(-errno, why);
	if (flock(balancing->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		err = -EWOULDBLOCK;
	if (!err)
		err = read_mode(balancing->fd, balancing->found,
				&balancing->mode);
	if (!err)
		return 0;
	close(balancing->fd);
	return explain(err, why);
}

static int write_text(int fd, const char *text)
{
	ssize_t length = pwrite(fd, text, strlen(text), 0);

	return length < 0 ? -errno : 0;
}

int balancing_set(struct balancing_switch *balancing, uint32_t mode)
{
	char text[16];
	int err;

	snprintf(text, sizeof(text), "%u\n", mode);
	err = write_text(balancing->fd, text);
	if (err)
		return err;
	balancing->changed = true;
	balancing->last = mode;
	return 0;
}

int balancing_is_ours(const struct balancing_switch *balancing)
{
	uint32_t mode;
	char text[16];
	int err = read_mode(balancing->fd, text, &mode);

	if (err)
		return err;
	return mode == (balancing->changed ? balancing->last : balancing->mode);
}

int balancing_close(struct balancing_switch *balancing)
{
	int ours = balancing_is_ours(balancing);
	int err = ours < 0 ? ours : !ours;

	if (!err && balancing->changed)
		err = write_text(balancing->fd, balancing->found);
	close(balancing->fd);
	return err;
}
