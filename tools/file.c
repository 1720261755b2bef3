// SPDX-License-Identifier: GPL-2.0
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* As many links as the kernel follows. */
#define MAX_LINKS 40

/**
 * struct place - where a file is, or will be
 * @folder: that it lies in, open
 * @name: in this folder
 * @found: what is there; without a mode where nothing is
 */
struct place {
	int folder;
	char name[NAME_MAX + 1];
	struct stat found;
};

char *file_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

static int write_text(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t written = write(fd, text, left);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			text += written;
			left -= (size_t)written;
		}
	}
	return 0;
}

/* With those that it lies in. */
static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		int failed;

		*slash = '\0';
		failed = mkdir(path, 0755) && errno != EEXIST;
		*slash = '/';
		if (failed)
			return -errno;
	}
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

static int make_folder_of(const char *path)
{
	char copy[PATH_MAX];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return -ENAMETOOLONG;
	return make_folders(dirname(copy));
}

/* The folder of @path, seen from the one where we are. */
static int enter_folder_of(const char *path, struct place *place)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char folder[PATH_MAX];
	int fd;

	if (snprintf(folder, sizeof(folder), "%.*s", (int)(name - path),
		     path) >= (int)sizeof(folder) ||
	    snprintf(place->name, sizeof(place->name), "%s", name) >=
		    (int)sizeof(place->name))
		return -ENAMETOOLONG;
	fd = openat(place->folder, *folder ? folder : ".",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (place->folder >= 0)
		close(place->folder);
	place->folder = fd;
	return 0;
}

/*
 * In a folder that everybody may write to, what belongs to somebody else may be
 * there for root to fall into, as a link to a file of root's own. The kernel
 * refuses it, too, but not everywhere (fs.protected_symlinks and others).
 */
static bool is_planted(const struct place *place)
{
	struct stat folder;

	return fstat(place->folder, &folder) ||
	       (folder.st_mode & 0002 && place->found.st_uid != geteuid() &&
		place->found.st_uid != folder.st_uid);
}

/* Links in /proc lead to what is open, whatever their text is. */
static bool is_magic(const struct place *place)
{
	struct statfs filesystem;

	return !fstatfs(place->folder, &filesystem) &&
	       filesystem.f_type == PROC_SUPER_MAGIC;
}

static int follow(struct place *place)
{
	char path[PATH_MAX];
	ssize_t length =
		readlinkat(place->folder, place->name, path, sizeof(path) - 1);

	if (length < 0)
		return -errno;
	path[length] = '\0';
	return enter_folder_of(path, place);
}

/* A link stays one: where the last of them leads to, be it there or not. */
static int find_place(const char *path, struct place *place)
{
	int err = enter_folder_of(path, place);

	for (int links = 0; !err; links++) {
		if (fstatat(place->folder, place->name, &place->found,
			    AT_SYMLINK_NOFOLLOW)) {
			place->found = (struct stat){ 0 };
			return errno == ENOENT ? 0 : -errno;
		}
		if (is_planted(place))
			return -EACCES;
		if (!S_ISLNK(place->found.st_mode) || is_magic(place))
			return 0;
		err = links < MAX_LINKS ? follow(place) : -ELOOP;
	}
	return err;
}

static bool ends_in_newline(const char *text)
{
	size_t length = strlen(text);

	return length && text[length - 1] == '\n';
}

static int write_line(int fd, const char *text)
{
	int err = write_text(fd, text);

	return err || ends_in_newline(text) ? err : write_text(fd, "\n");
}

/* A device or a pipe, such as /dev/stdout: nothing can take its place. */
static int write_into(const struct place *place, const char *text)
{
	int fd = openat(place->folder, place->name,
			O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
	int err = fd < 0 ? -errno : write_line(fd, text);

	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	return err;
}

int file_resemble(int fd, const struct stat *other)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return -errno;
	if ((stat.st_uid != other->st_uid || stat.st_gid != other->st_gid) &&
	    fchown(fd, other->st_uid, other->st_gid))
		return -errno;
	return fchmod(fd, other->st_mode & ACCESSPERMS) ? -errno : 0;
}

/* Nobody may read before its time what only a few may read. */
static int make_other(const struct place *place, char name[NAME_MAX + 1])
{
	mode_t mode = place->found.st_mode ? 0600 : 0666;
	uint64_t number;
	int fd;

	do {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -errno;
		snprintf(name, NAME_MAX + 1, ".numatrace-%016jx",
			 (uintmax_t)number);
		fd = openat(place->folder, name,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EEXIST);
	return fd < 0 ? -errno : fd;
}

static int fill_other(const struct place *place, int fd, const char *text)
{
	int err = write_line(fd, text);

	if (!err && place->found.st_mode)
		err = file_resemble(fd, &place->found);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/*
 * ORDER: complete and on disk under another name before it gets its own, which
 * is on disk once its folder is.
 */
static int replace(const struct place *place, const char *text)
{
	char name[NAME_MAX + 1];
	int fd, err;

	/* What cannot be written to shall not be got rid of, either. */
	if (place->found.st_mode &&
	    faccessat(place->folder, place->name, W_OK, AT_EACCESS))
		return -errno;
	fd = make_other(place, name);
	if (fd < 0)
		return fd;
	err = fill_other(place, fd, text);
	if (!err && renameat(place->folder, name, place->folder, place->name))
		err = -errno;
	if (err)
		unlinkat(place->folder, name, 0);
	else if (fsync(place->folder))
		err = -errno;
	return err;
}

/* No signal ends us while there is a file that nobody would remove. */
static int replace_in_one(const struct place *place, const char *text)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	err = replace(place, text);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

int file_replace(const char *path, const char *text)
{
	struct place place = { .folder = AT_FDCWD };
	int err = make_folder_of(path);

	if (!err)
		err = find_place(path, &place);
	if (!err)
		err = !place.found.st_mode || S_ISREG(place.found.st_mode)
			      ? replace_in_one(&place, text)
			      : write_into(&place, text);
	if (place.folder >= 0)
		close(place.folder);
	return err;
}
