// SPDX-License-Identifier: GPL-2.0
/*
 * Subscribers of samples: they are told of each one, wherever they are, and
 * whoever does not listen holds nobody up.
 */
#include "_sampler.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "_harness.h"

FIXTURE(subscribers)
{
	struct sampler_lab lab;
};

FIXTURE_SETUP(subscribers)
{
	ASSERT_EQ(0, sampler_begin(&self->lab));
}

FIXTURE_TEARDOWN(subscribers)
{
	sampler_end(&self->lab);
}

/* Receives until there is nothing, or something is lost. */
static int receive_all(struct nl_sock *monitor, struct samples *samples)
{
	int ret;

	do
		ret = monitor_receive(monitor, samples, 0);
	while (!ret);
	return ret;
}

static int receive_until(struct nl_sock *monitor, struct samples *samples,
			 uint64_t sequence)
{
	int ret = 0;

	while (!ret && samples_newest(samples) < sequence)
		ret = monitor_receive(monitor, samples, PATIENCE * 1000);
	return ret;
}

TEST_F(subscribers, tells_subscribers_of_each_sample)
{
	struct nl_sock *monitor = monitor_join(1 << 20);
	struct samples told = { 0 };
	const struct sample_part *part;
	size_t i;

	ASSERT_NE(NULL, monitor);
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(10));
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	ASSERT_EQ(0, receive_until(monitor, &told, sampler_last()));
	ASSERT_EQ(-ETIMEDOUT, receive_all(monitor, &told));
	monitor_leave(monitor);
	EXPECT_TRUE(samples_in_order(&told, true));
	EXPECT_LE(10, samples_number(&told));

	/* It is the same as what the history has. */
	ASSERT_EQ(0, samples_dump(0, &self->lab.samples));
	EXPECT_EQ(samples_newest(&self->lab.samples), samples_newest(&told));
	for (i = 0; i < told.count; i++) {
		part = samples_node(&self->lab.samples, told.part[i].sequence,
				    told.part[i].node);
		ASSERT_NE(NULL, part);
		EXPECT_EQ(0, memcmp(part, &told.part[i], sizeof(*part)));
	}
	samples_free(&told);
}

static int join(const void *unused)
{
	return monitor_join(1) ? 0 : -1;
}

/* A subscriber that joins, says so, and does nothing more. */
static pid_t start_dead_subscriber(void)
{
	return worker_prepared(join, NULL);
}

TEST_F(subscribers, waits_for_no_subscriber)
{
	struct nl_sock *slow = monitor_join(1);
	struct samples told = { 0 };
	uint64_t before;
	pid_t dead;

	ASSERT_NE(NULL, slow);
	dead = start_dead_subscriber();
	ASSERT_LT(0, dead);
	ASSERT_EQ(0, kill(dead, SIGSTOP));
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(30));
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	/* That it has lost something comes first, then what there was room for. */
	EXPECT_EQ(-ENOBUFS, receive_all(slow, &told));
	EXPECT_EQ(-ETIMEDOUT, receive_all(slow, &told));
	before = samples_newest(&told);
	EXPECT_LT(0, before);
	EXPECT_GT(sampler_last(), before + 1);
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(2));
	while (samples_newest(&told) == before)
		ASSERT_NE(-ETIMEDOUT,
			  monitor_receive(slow, &told, PATIENCE * 1000));
	EXPECT_LT(before + 1, samples_newest(&told));
	monitor_leave(slow);
	EXPECT_EQ(0, sampler_end_helper(dead));
	ASSERT_EQ(0, sampler_wait(2));
	samples_free(&told);
}

/* In network and user namespaces of its own, and nobody in them. */
static int subscribe_elsewhere(int ready)
{
	struct samples told = { 0 };
	struct nl_sock *monitor;

	if (unshare(CLONE_NEWNET) || setgroups(0, NULL) ||
	    setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		return 1;
	monitor = monitor_join(0);
	if (!monitor || write(ready, "", 1) != 1)
		return 2;
	while (samples_number(&told) < 2)
		if (monitor_receive(monitor, &told, PATIENCE * 1000))
			return 3;
	return 0;
}

TEST_F(subscribers, tells_all_network_namespaces)
{
	int ends[2];
	pid_t pid;
	char byte;

	ASSERT_EQ(0, pipe(ends));
	pid = worker_fork();
	if (!pid)
		_exit(subscribe_elsewhere(ends[1]));
	close(ends[1]);
	ASSERT_EQ(1, read(ends[0], &byte, 1));
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(3));
	EXPECT_EQ(0, sampler_join(pid));
	close(ends[0]);
}

TEST_HARNESS_MAIN
