// SPDX-License-Identifier: GPL-2.0
/*
 * Files that are replaced: what they keep, where links lead to, and that nothing
 * is left where it fails. What root may do in folders of others is tried as root.
 */
#include "file.h"

#include "_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* Somebody else. */
#define NOBODY 65534

FIXTURE(file)
{
	char root[32];
	char path[64];
	mode_t umask;
};

FIXTURE_SETUP(file)
{
	self->umask = umask(0022);
	snprintf(self->root, sizeof(self->root), "/tmp/numatrace-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	snprintf(self->path, sizeof(self->path), "%s/file", self->root);
}

FIXTURE_TEARDOWN(file)
{
	EXPECT_EQ(0, remove_files(self->root));
	umask(self->umask);
}

/* Only the mode, of the link itself if it is one. */
static mode_t mode_of(const char *path)
{
	struct stat stat = { 0 };

	lstat(path, &stat);
	return stat.st_mode;
}

static bool has(const char *path, const char *want)
{
	char *text = file_read(path);
	bool same = text && !strcmp(text, want);

	free(text);
	return same;
}

/* Also hidden ones. */
static int count_files(const char *path)
{
	DIR *folder = opendir(path);
	int count = -2;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

TEST_F(file, new_one_is_as_the_umask_says)
{
	EXPECT_EQ(0, file_replace(self->path, "one"));
	EXPECT_TRUE(has(self->path, "one\n"));
	EXPECT_EQ(S_IFREG | 0644, mode_of(self->path));
	unlink(self->path);
	umask(0077);
	EXPECT_EQ(0, file_replace(self->path, "one\n"));
	EXPECT_TRUE(has(self->path, "one\n"));
	EXPECT_EQ(S_IFREG | 0600, mode_of(self->path));
	EXPECT_EQ(1, count_files(self->root));
}

TEST_F(file, folders_are_made)
{
	strcat(self->path, "/a/b");
	EXPECT_EQ(0, file_replace(self->path, "one"));
	EXPECT_TRUE(has(self->path, "one\n"));
}

TEST_F(file, mode_stays)
{
	static const mode_t modes[] = { 0600, 0640, 0666, 0755 };

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		write_file(self->root, "/file", "one\n");
		ASSERT_EQ(0, chmod(self->path, modes[i]));
		EXPECT_EQ(0, file_replace(self->path, "two"));
		EXPECT_TRUE(has(self->path, "two\n"));
		EXPECT_EQ(S_IFREG | modes[i], mode_of(self->path));
	}
	EXPECT_EQ(1, count_files(self->root));
}

TEST_F(file, owner_stays)
{
	struct stat stat;

	if (geteuid())
		SKIP(return, "needs root");
	write_file(self->root, "/file", "one\n");
	ASSERT_EQ(0, chown(self->path, NOBODY, NOBODY));
	EXPECT_EQ(0, file_replace(self->path, "two"));
	EXPECT_TRUE(has(self->path, "two\n"));
	ASSERT_EQ(0, lstat(self->path, &stat));
	EXPECT_EQ(NOBODY, stat.st_uid);
	EXPECT_EQ(NOBODY, stat.st_gid);
}

/* From folder to folder, as people have it in /etc. */
TEST_F(file, link_stays)
{
	char target[64];

	snprintf(target, sizeof(target), "%s/real/target", self->root);
	write_file(self->root, "/real/target", "one\n");
	ASSERT_EQ(0, chmod(target, 0600));
	snprintf(target, sizeof(target), "%s/real/next", self->root);
	ASSERT_EQ(0, symlink("target", target));
	ASSERT_EQ(0, symlink("real/next", self->path));
	EXPECT_EQ(0, file_replace(self->path, "two"));
	EXPECT_EQ(S_IFLNK, mode_of(self->path) & S_IFMT);
	EXPECT_EQ(S_IFLNK, mode_of(target) & S_IFMT);
	snprintf(target, sizeof(target), "%s/real/target", self->root);
	EXPECT_TRUE(has(target, "two\n"));
	EXPECT_EQ(S_IFREG | 0600, mode_of(target));
	EXPECT_EQ(2, count_files(self->root));
}

TEST_F(file, link_that_leads_nowhere_yet)
{
	char target[64];

	snprintf(target, sizeof(target), "%s/target", self->root);
	ASSERT_EQ(0, symlink(target, self->path));
	EXPECT_EQ(0, file_replace(self->path, "two"));
	EXPECT_EQ(S_IFLNK, mode_of(self->path) & S_IFMT);
	EXPECT_TRUE(has(target, "two\n"));
	EXPECT_EQ(S_IFREG | 0644, mode_of(target));
	unlink(self->path);
	ASSERT_EQ(0, symlink("none/target", self->path));
	EXPECT_EQ(-ENOENT, file_replace(self->path, "two"));
	unlink(self->path);
	ASSERT_EQ(0, symlink("file", self->path));
	EXPECT_EQ(-ELOOP, file_replace(self->path, "two"));
	EXPECT_EQ(S_IFLNK, mode_of(self->path) & S_IFMT);
}

TEST_F(file, pipe_is_written_to)
{
	char text[8] = "";
	int ends[2];

	ASSERT_EQ(0, mkfifo(self->path, 0600));
	ends[0] = open(self->path, O_RDONLY | O_NONBLOCK);
	EXPECT_EQ(0, file_replace(self->path, "two"));
	EXPECT_EQ(4, read(ends[0], text, sizeof(text)));
	EXPECT_STREQ("two\n", text);
	EXPECT_EQ(S_IFIFO | 0600, mode_of(self->path));
	close(ends[0]);
	/* As /dev/stdout leads to one. */
	ASSERT_EQ(0, pipe(ends));
	snprintf(self->path, sizeof(self->path), "/proc/self/fd/%d", ends[1]);
	EXPECT_EQ(0, file_replace(self->path, "six"));
	EXPECT_EQ(4, read(ends[0], text, sizeof(text)));
	EXPECT_STREQ("six\n", text);
	close(ends[0]);
	close(ends[1]);
}

/* In a process of its own, as somebody who may not do everything. */
static int replace_as_nobody(const char *path, const char *text)
{
	pid_t child = fork();
	int status = 0;

	if (!child) {
		if (!geteuid() && (setegid(NOBODY) || seteuid(NOBODY)))
			_exit(255);
		_exit(-file_replace(path, text));
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -255;
}

TEST_F(file, what_may_not_be_written_stays)
{
	write_file(self->root, "/file", "one\n");
	ASSERT_EQ(0, chmod(self->path, 0444));
	ASSERT_EQ(0, chmod(self->root, 0777));
	EXPECT_EQ(-EACCES, replace_as_nobody(self->path, "two"));
	ASSERT_EQ(0, chmod(self->path, 0666));
	ASSERT_EQ(0, chmod(self->root, 0555));
	EXPECT_EQ(-EACCES, replace_as_nobody(self->path, "two"));
	ASSERT_EQ(0, chmod(self->root, 0755));
	EXPECT_TRUE(has(self->path, "one\n"));
	EXPECT_EQ(1, count_files(self->root));
}

TEST_F(file, owner_that_cannot_be_kept)
{
	if (geteuid())
		SKIP(return, "needs root");
	write_file(self->root, "/file", "one\n");
	ASSERT_EQ(0, chown(self->root, -1, NOBODY));
	ASSERT_EQ(0, chmod(self->root, 0775));
	ASSERT_EQ(0, chmod(self->path, 0666));
	EXPECT_EQ(-EPERM, replace_as_nobody(self->path, "two"));
	EXPECT_TRUE(has(self->path, "one\n"));
	EXPECT_EQ(1, count_files(self->root));
}

/* What others left in a folder for all is not for root to write to. */
TEST_F(file, traps_are_not_stepped_in)
{
	char target[64];

	if (geteuid())
		SKIP(return, "needs root");
	snprintf(target, sizeof(target), "%s/real/target", self->root);
	write_file(self->root, "/real/target", "one\n");
	ASSERT_EQ(0, chmod(self->root, 01777));
	ASSERT_EQ(0, symlink(target, self->path));
	EXPECT_EQ(0, file_replace(self->path, "two"));
	ASSERT_EQ(0, lchown(self->path, NOBODY, NOBODY));
	EXPECT_EQ(-EACCES, file_replace(self->path, "three"));
	EXPECT_TRUE(has(target, "two\n"));
	unlink(self->path);
	write_file(self->root, "/file", "one\n");
	ASSERT_EQ(0, chown(self->path, NOBODY, NOBODY));
	EXPECT_EQ(-EACCES, file_replace(self->path, "three"));
	EXPECT_TRUE(has(self->path, "one\n"));
	EXPECT_EQ(0, replace_as_nobody(self->path, "two"));
	EXPECT_TRUE(has(self->path, "two\n"));
}

TEST_F(file, nothing_is_left_of_a_failure)
{
	const struct rlimit small = { 2, RLIM_INFINITY };
	struct rlimit before;

	write_file(self->root, "/file", "one\n");
	ASSERT_EQ(0, chmod(self->path, 0600));
	ASSERT_EQ(0, getrlimit(RLIMIT_FSIZE, &before));
	signal(SIGXFSZ, SIG_IGN);
	ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &small));
	EXPECT_EQ(-EFBIG, file_replace(self->path, "two"));
	ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &before));
	EXPECT_TRUE(has(self->path, "one\n"));
	EXPECT_EQ(S_IFREG | 0600, mode_of(self->path));
	EXPECT_EQ(1, count_files(self->root));
	/* A folder is no place for a text. */
	EXPECT_EQ(-EISDIR, file_replace(self->root, "two"));
	EXPECT_EQ(1, count_files(self->root));
}

TEST_HARNESS_MAIN
