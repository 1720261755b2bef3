// SPDX-License-Identifier: GPL-2.0
/*
 * A command that we start, and signals meanwhile: it only executes once it was
 * prepared, and gets what somebody sends to us. Each test is a process.
 */
#include "child.h"
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "kselftest_harness.h"

static void nothing(void *context, pid_t pid)
{
}

/* Its exit code, or a negative errno. */
static int run(const char *script, void (*prepare)(void *context, pid_t pid))
{
	char *argv[] = { "sh", "-c", (char *)script, NULL };
	struct child child;
	int err = child_run(argv, prepare, NULL, &child);

	return err ? err : child_exit_code(&child);
}

TEST(exits_as_the_command)
{
	char *nowhere[] = { "/nowhere", NULL };
	struct child child;

	EXPECT_EQ(7, run("exit 7", nothing));
	EXPECT_EQ(137, run("kill -9 $$", nothing));
	EXPECT_EQ(-ENOENT, child_run(nowhere, nothing, NULL, &child));
}

static void die(void *context, pid_t pid)
{
	raise(SIGKILL);
}

/* Who has the end of the pipe that is written to: none once all have ended. */
TEST(executes_nothing_when_we_are_killed_before)
{
	char text[8];
	int ends[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(ends));
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDERR_FILENO);
		run("echo ran >&2", die);
		_exit(0);
	}
	close(ends[1]);
	EXPECT_EQ(0, read(ends[0], text, sizeof(text)));
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
}

static void kill_it(void *context, pid_t pid)
{
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT);
}

TEST(killed_before_it_executes)
{
	EXPECT_EQ(137, run("exit 0", kill_it));
}

static const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define ALL (sizeof(all) / sizeof(*all))

TEST(signals_are_remembered)
{
	ASSERT_EQ(0, interrupt_begin());
	EXPECT_EQ(0, interrupt_signal());
	EXPECT_TRUE(interrupt_wait(0));
	for (size_t i = 0; i < ALL; i++) {
		raise(all[i]);
		EXPECT_EQ(all[i], interrupt_signal());
		EXPECT_EQ(all[i], *interrupt_flag());
	}
	EXPECT_FALSE(interrupt_wait(UINT64_MAX));
}

/* As nohup has it. */
TEST(ignored_ones_stay_so)
{
	for (size_t i = 0; i < ALL; i++)
		signal(all[i], SIG_IGN);
	ASSERT_EQ(0, interrupt_begin());
	for (size_t i = 0; i < ALL; i++)
		raise(all[i]);
	EXPECT_EQ(0, interrupt_signal());
	EXPECT_EQ(5, run("kill -HUP $$; kill -QUIT $$; exit 5", nothing));
}

static void called(void *context, pid_t pid)
{
	_exit(99);
}

TEST(starts_nothing_after_a_signal)
{
	ASSERT_EQ(0, interrupt_begin());
	raise(SIGTERM);
	EXPECT_EQ(-EINTR, run("exit 0", called));
	EXPECT_EQ(SIGTERM, interrupt_signal());
}

static int number;

static void send_us(void *context, pid_t pid)
{
	kill(getpid(), number);
}

/* Also when it comes before the command executes. */
TEST(passed_on)
{
	ASSERT_EQ(0, interrupt_begin());
	number = SIGUSR2;
	EXPECT_EQ(128 + SIGUSR2, run("exit 0", send_us));
	EXPECT_EQ(0, interrupt_signal());
	number = SIGQUIT;
	EXPECT_EQ(128 + SIGQUIT, run("exit 0", send_us));
	EXPECT_EQ(SIGQUIT, interrupt_signal());
}

TEST_HARNESS_MAIN
