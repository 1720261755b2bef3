// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that we read from, and systemctl among them: what they print, how they
 * fail, and that those which hang are killed with all that they started.
 */
#include "clock.h"
#include "interrupt.h"
#include "program.h"
#include "systemctl.h"
#include "throughput.h"

#include "_files.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define AT_ONCE (NSEC_PER_SEC / 10)

static int run(const char *script, uint64_t patience, char **text)
{
	char *const argv[] = { "sh", "-c", (char *)script, NULL };
	const struct program program = {
		.argv = argv,
		.patience = patience,
		.errors = true,
	};

	return program_read(&program, text);
}

/* Nobody has to wait for so long. */
#define LONG (1000 * NSEC_PER_SEC)

TEST(what_it_prints)
{
	char *text;

	EXPECT_EQ(0, run("echo out; echo err >&2", LONG, &text));
	EXPECT_STREQ("out\nerr\n", text);
	free(text);
	EXPECT_EQ(0, run("cat", LONG, &text));
	EXPECT_STREQ("", text);
	free(text);
	EXPECT_EQ(0, run("head -c 100000 /dev/zero | tr '\\0' x", LONG, &text));
	EXPECT_EQ(100000, strlen(text));
	free(text);
}

TEST(how_it_fails)
{
	char *const nowhere[] = { "/nowhere", NULL };
	const struct program program = { .argv = nowhere };
	char *text;

	EXPECT_EQ(-EIO, run("echo why; exit 3", LONG, &text));
	EXPECT_STREQ("why\n", text);
	free(text);
	EXPECT_EQ(-EIO, run("kill -9 $$", LONG, &text));
	free(text);
	EXPECT_EQ(-ENOENT, program_read(&program, &text));
	EXPECT_EQ(NULL, text);
}

/* A pipe that it and its child have: it is at its end once both are killed. */
TEST(killed_when_it_hangs)
{
	char *text, byte;
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(-ETIMEDOUT, run("sleep 1000 & sleep 1000", AT_ONCE, &text));
	free(text);
	close(ends[1]);
	EXPECT_EQ(0, read(ends[0], &byte, 1));
	EXPECT_EQ(-ETIMEDOUT, run("exec >&- 2>&-; sleep 1000", AT_ONCE, &text));
	free(text);
}

TEST(killed_when_a_signal_comes)
{
	const struct throughput throughput = { .program = "sleep 1000" };
	char *why;

	ASSERT_EQ(0, interrupt_begin());
	raise(SIGTERM);
	EXPECT_EQ(-EINTR, throughput_check(&throughput, &why));
	EXPECT_EQ(NULL, why);
}

FIXTURE(systemctl)
{
	char root[32];
};

FIXTURE_SETUP(systemctl)
{
	snprintf(self->root, sizeof(self->root), "/tmp/numatrace-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
}

FIXTURE_TEARDOWN(systemctl)
{
	EXPECT_EQ(0, remove_files(self->root));
}

/* What is called instead of it. */
static void pretend(const char *root, const char *script)
{
	char path[4096];

	write_file(root, "/systemctl", script);
	snprintf(path, sizeof(path), "%s/systemctl", root);
	chmod(path, 0755);
	snprintf(path, sizeof(path), "%s:%s", root, getenv("PATH"));
	setenv("PATH", path, 1);
}

TEST_F(systemctl, answers)
{
	char *cpus, *nodes, *why;

	pretend(self->root, "#!/bin/sh\n"
			    "echo AllowedCPUs=0-1\necho AllowedMemoryNodes=\n"
			    "echo LoadState=loaded\n");
	EXPECT_EQ(0, systemctl_get("a.service", &cpus, &nodes, &why));
	EXPECT_STREQ("0-1", cpus);
	EXPECT_STREQ("", nodes);
	free(cpus);
	free(nodes);
	pretend(self->root, "#!/bin/sh\necho It did not. >&2; exit 1\n");
	EXPECT_EQ(-EIO, systemctl_set("a.service", "0", NULL, &why));
	EXPECT_STREQ("systemctl for a.service failed: It did not", why);
	free(why);
}

TEST_F(systemctl, hangs)
{
	char *cpus, *nodes, *why;

	systemctl_patience = AT_ONCE;
	pretend(self->root, "#!/bin/sh\nsleep 1000\n");
	EXPECT_EQ(-ETIMEDOUT, systemctl_get("a.service", &cpus, &nodes, &why));
	EXPECT_STREQ("systemctl for a.service did not end within 0.1 s", why);
	free(why);
	EXPECT_EQ(-ETIMEDOUT, systemctl_set("a.service", NULL, "1", &why));
	EXPECT_STREQ("systemctl for a.service did not end within 0.1 s", why);
	free(why);
}

TEST_HARNESS_MAIN
