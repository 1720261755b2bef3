// SPDX-License-Identifier: GPL-2.0
/*
 * The file of the journal, whatever it has.
 */
#include "journal_parts.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

int journal_open_trusted(const char *path, int flags)
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

int journal_append(int fd, const char *text)
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

int journal_sync_folder(const char *path)
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

int journal_make_folders(const char *path)
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

char *journal_boot(void)
{
	char *id = file_read("/proc/sys/kernel/random/boot_id");

	if (id)
		id[strcspn(id, "\n")] = '\0';
	return id;
}
