// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that end, or are not what they were, between a look at them and an
 * act; with a pidfd and without one.
 */
#include "target_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

FIXTURE(process)
{
	struct target_process process;
	pid_t child;
};

FIXTURE_SETUP(process)
{
	self->child = fork();
	if (!self->child)
		for (;;)
			pause();
	ASSERT_LT(0, self->child);
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

FIXTURE_TEARDOWN(process)
{
	target_close(&self->process);
	end(self->child);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

TEST_F(process, lives_until_it_ends)
{
	int fd;

	ASSERT_TRUE(target_take(&self->process, self->child));
	EXPECT_EQ(self->child, self->process.pid);
	fd = self->process.fd;
	EXPECT_LT(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_TRUE(target_lives(&self->process));
	EXPECT_EQ(0, target_check(&self->process));

	/* What nobody has waited for has ended, too. */
	kill(self->child, SIGKILL);
	waitid(P_PID, self->child, NULL, WEXITED | WNOWAIT);
	EXPECT_FALSE(target_lives(&self->process));
	EXPECT_EQ(-ESRCH, target_check(&self->process));
	target_close(&self->process);
	EXPECT_FALSE(is_open(fd));
	EXPECT_EQ(0, self->process.fd);
	EXPECT_FALSE(target_open(&self->process));
	EXPECT_EQ(0, self->process.fd);
	EXPECT_FALSE(target_take(&self->process, self->child));
	EXPECT_EQ(0, self->process.fd);
}

/* One that was found earlier has another start time. */
TEST_F(process, number_of_another)
{
	ASSERT_TRUE(target_take(&self->process, self->child));
	target_close(&self->process);
	self->process.start_time--;
	EXPECT_FALSE(target_open(&self->process));
	EXPECT_EQ(0, self->process.fd);
	self->process.start_time++;
	EXPECT_TRUE(target_open(&self->process));
}

static bool is_set(const void *context, pid_t pid)
{
	return *(const bool *)context;
}

TEST_F(process, what_it_was_found_by)
{
	bool holds = true;

	ASSERT_TRUE(target_take(&self->process, self->child));
	self->process.test = (struct target_test){ is_set, &holds };
	EXPECT_EQ(0, target_check(&self->process));
	holds = false;
	EXPECT_EQ(-ESTALE, target_check(&self->process));
	EXPECT_TRUE(target_lives(&self->process));
	end(self->child);
	EXPECT_EQ(-ESRCH, target_check(&self->process));
}

static void limit(rlim_t now, rlim_t most)
{
	const struct rlimit limit = { .rlim_cur = now, .rlim_max = most };

	setrlimit(RLIMIT_NOFILE, &limit);
}

/* The start time serves, and files can still be read. */
TEST_F(process, too_few_descriptors)
{
	int next = dup(STDOUT_FILENO);

	close(next);
	limit(32, 32);
	ASSERT_TRUE(target_take(&self->process, self->child));
	EXPECT_EQ(0, self->process.fd);
	EXPECT_FALSE(is_open(next));
	EXPECT_EQ(0, target_check(&self->process));
	end(self->child);
	EXPECT_EQ(-ESRCH, target_check(&self->process));
}

TEST_F(process, more_descriptors_where_they_are_allowed)
{
	struct rlimit now;

	limit(32, 512);
	ASSERT_TRUE(target_take(&self->process, self->child));
	EXPECT_LT(0, self->process.fd);
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &now));
	EXPECT_EQ(512, now.rlim_cur);
}

TEST_HARNESS_MAIN
