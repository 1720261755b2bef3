// SPDX-License-Identifier: GPL-2.0
/*
 * The sampler: what it keeps, what it does when nothing happens, and that
 * nobody who reads holds it up.
 *
 * While nothing happens its timer does not wake a CPU: so the tests stay on one,
 * and look what time it is there.
 */
#include "_knobs.h"
#include "_sampler.h"
#include "_workload.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "_harness.h"
#include "_setting.h"

FIXTURE(sampler)
{
	struct sampler_lab lab;
};

FIXTURE_SETUP(sampler)
{
	ASSERT_EQ(0, sampler_begin(&self->lab));
}

FIXTURE_TEARDOWN(sampler)
{
	sampler_end(&self->lab);
}

TEST_F(sampler, keeps_the_newest_samples)
{
	struct sampling sampling;

	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_HISTORY, 5));
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(12));
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	ASSERT_EQ(0, samples_info(&sampling));
	EXPECT_EQ(5, sampling.samples);
	EXPECT_EQ(SAMPLER_SILENT, sampling.interval);
	ASSERT_EQ(0, samples_dump(0, &self->lab.samples));
	EXPECT_EQ(5, samples_number(&self->lab.samples));
	EXPECT_TRUE(samples_in_order(&self->lab.samples, true));
	EXPECT_EQ(sampling.last - 4, samples_oldest(&self->lab.samples));
	EXPECT_EQ(sampling.last, samples_newest(&self->lab.samples));

	samples_free(&self->lab.samples);
	ASSERT_EQ(0, samples_dump(sampling.last - 1, &self->lab.samples));
	EXPECT_EQ(2, samples_number(&self->lab.samples));
	EXPECT_EQ(sampling.last - 1, samples_oldest(&self->lab.samples));
	samples_free(&self->lab.samples);
	ASSERT_EQ(0, samples_dump(sampling.last + 1, &self->lab.samples));
	EXPECT_EQ(0, self->lab.samples.count);
}

/* Whether those that are in both are the same in both. */
static bool same_parts(const struct samples *all, const struct samples *some)
{
	const struct sample_part *part;
	size_t i;

	for (i = 0; i < some->count; i++) {
		part = samples_node(all, some->part[i].sequence,
				    some->part[i].node);
		if (!part || memcmp(part, &some->part[i], sizeof(*part)))
			return false;
	}
	return true;
}

TEST_F(sampler, keeps_what_fits_when_resized)
{
	static const uint64_t sizes[] = { 20, 5, 1000, 5, 1, 3 };
	static const uint64_t left[] = { 20, 5, 5, 5, 1, 1 };
	struct samples some;
	uint64_t memory = 0;
	struct sampling sampling;
	size_t i;

	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_HISTORY, 30));
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(25));
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	ASSERT_EQ(0, samples_dump(0, &self->lab.samples));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_HISTORY,
					 sizes[i]));
		ASSERT_EQ(0, samples_info(&sampling));
		EXPECT_EQ(left[i], sampling.samples);
		ASSERT_EQ(0, samples_dump(0, &some));
		EXPECT_EQ(left[i], samples_number(&some));
		EXPECT_TRUE(samples_in_order(&some, true));
		EXPECT_EQ(samples_newest(&self->lab.samples),
			  samples_newest(&some));
		EXPECT_TRUE(same_parts(&self->lab.samples, &some));
		samples_free(&some);
		/* The memory that is told is that of the size. */
		if (i && sizes[i] > sizes[i - 1]) {
			EXPECT_LT(memory, sampling.memory);
		} else if (i) {
			EXPECT_GT(memory, sampling.memory);
		}
		memory = sampling.memory;
	}
	/* It goes on from there. */
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(5));
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	ASSERT_EQ(0, samples_dump(0, &some));
	EXPECT_EQ(3, samples_number(&some));
	EXPECT_TRUE(samples_in_order(&some, true));
	EXPECT_LT(samples_newest(&self->lab.samples), samples_newest(&some));
	samples_free(&some);
}

/* What a reader found is its exit status. */
static int read_for_ever(void)
{
	struct samples samples;
	int complaint = 0;

	while (!complaint) {
		if (samples_dump(0, &samples))
			return 1;
		if (!samples_in_order(&samples, false))
			complaint = 2;
		else if (!samples_grow(&samples))
			complaint = 3;
		samples_free(&samples);
	}
	return complaint;
}

static pid_t start_reader(void)
{
	pid_t pid = worker_fork();

	if (!pid)
		_exit(read_for_ever());
	return pid;
}

TEST_F(sampler, is_resized_under_readers)
{
	static const uint64_t sizes[] = { 1, 1000, 3, 50, 2, 7 };
	pid_t reader[2];
	int i;

	ASSERT_EQ(0, sampler_run(self->lab.client));
	for (i = 0; i < 2; i++) {
		reader[i] = start_reader();
		ASSERT_LT(0, reader[i]);
	}
	for (i = 0; i < 60; i++) {
		ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_HISTORY,
					 sizes[i % ARRAY_SIZE(sizes)]));
		if (i % 3 == 0)
			ASSERT_EQ(0, sampler_wait(1));
	}
	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, sampler_end_helper(reader[i]));
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	ASSERT_EQ(0, samples_dump(0, &self->lab.samples));
	EXPECT_TRUE(samples_in_order(&self->lab.samples, true));
	EXPECT_EQ(sampler_last(), samples_newest(&self->lab.samples));
}

static uint64_t monotonic(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static int step_clock(time_t seconds)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_sec += seconds;
	return clock_settime(CLOCK_REALTIME, &time);
}

TEST_F(sampler, knows_no_steps_of_the_clock)
{
	static const time_t steps[] = { 86400, -172800, 86400 };
	uint64_t first, begin, end;
	size_t i;

	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(1));
	begin = monotonic();
	first = sampler_last() + 1;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		ASSERT_EQ(0, step_clock(steps[i]));
		EXPECT_EQ(0, sampler_wait(3));
	}
	ASSERT_EQ(0, sampler_stop(self->lab.client));
	end = monotonic();
	ASSERT_EQ(0, samples_dump(first, &self->lab.samples));
	EXPECT_LE(9, samples_number(&self->lab.samples));
	EXPECT_TRUE(samples_in_order(&self->lab.samples, true));
	/* One was maybe being taken when the clock was read. */
	EXPECT_LE(begin,
		  samples_first(&self->lab.samples, first + 1)->timestamp);
	EXPECT_GE(end, samples_first(&self->lab.samples,
				     samples_newest(&self->lab.samples))
			       ->timestamp);
}

/* Until samples come rarely, and then the number of the newest; 0: never. */
static uint64_t wait_for_silence(void)
{
	time_t deadline = time(NULL) + PATIENCE;
	struct sampling sampling = { 0 };

	while (sampling.interval < 16 * 16 * 100) {
		if (samples_info(&sampling) || time(NULL) > deadline)
			return 0;
		usleep(10000);
	}
	return sampling.last;
}

/*
 * The sample after @sequence comes at the interval that was set, and not at
 * what it had grown to.
 */
static int check_return(uint64_t sequence)
{
	time_t deadline = time(NULL) + PATIENCE;
	struct samples samples;
	int ret = 1;

	while (sampler_last() <= sequence) {
		if (time(NULL) > deadline)
			return 2;
		usleep(10000);
	}
	if (samples_dump(sequence + 1, &samples))
		return 3;
	if (samples.count && samples_oldest(&samples) == sequence + 1 &&
	    samples.part[0].interval == 100)
		ret = 0;
	samples_free(&samples);
	return ret;
}

/* In a process with pages that are armed: 0 if an access ends the silence. */
static int access_in_silence(const struct crowd *crowd, void *client)
{
	uint64_t last;
	pid_t pid;

	if (knob_write(KNOB_BALANCING, 0) || sampler_stay() ||
	    sampler_set_interval(client, 100, 16))
		return 10;
	last = wait_for_silence();
	if (!last)
		return 11;
	pid = worker_fork();
	if (!pid) {
		crowd_touch(crowd->far, 0);
		_exit(0);
	}
	return sampler_join(pid) ? 12 : check_return(last);
}

TEST_F(sampler, is_woken_by_an_access)
{
	EXPECT_EQ(0, crowd_run(&self->lab.nodes, access_in_silence,
			       self->lab.client));
}

/* From here on the process runs on another CPU. 0, or -1: there is none. */
static int leave_cpu(void)
{
	int cpu = sched_getcpu(), other;
	cpu_set_t one;

	for (other = 0; other < CPU_SETSIZE; other++) {
		CPU_ZERO(&one);
		CPU_SET(other, &one);
		if (other != cpu && !sched_setaffinity(0, sizeof(one), &one))
			return 0;
	}
	return -1;
}

static int touch_elsewhere(const char *page)
{
	pid_t pid = worker_fork();

	if (!pid) {
		if (leave_cpu())
			_exit(1);
		crowd_touch(page, 0);
		_exit(0);
	}
	return sampler_join(pid);
}

/* The first access is another CPU's, which then has nothing to do. */
static int access_all_the_time(const struct crowd *crowd, void *client)
{
	time_t deadline = time(NULL) + PATIENCE;
	uint64_t last;
	pid_t pid;

	if (knob_write(KNOB_BALANCING, 0) || sampler_stay() ||
	    sampler_set_interval(client, 100, 16))
		return 10;
	last = wait_for_silence();
	if (!last)
		return 11;
	if (touch_elsewhere(crowd->far))
		return 12;
	while (sampler_last() < last + 5) {
		pid = worker_fork();
		if (!pid) {
			crowd_touch(crowd->near, 0);
			_exit(0);
		}
		if (sampler_join(pid))
			return 13;
		if (time(NULL) > deadline)
			return 14;
	}
	return 0;
}

TEST_F(sampler, is_kept_awake_by_any_cpu)
{
	EXPECT_EQ(0, crowd_run(&self->lab.nodes, access_all_the_time,
			       self->lab.client));
}

TEST_F(sampler, is_woken_by_a_migration)
{
	struct workload work;
	uint64_t last;

	ASSERT_EQ(0, knob_write(KNOB_BALANCING, 0));
	ASSERT_EQ(0, workload_place(&work, 2UL << 20, false,
				    self->lab.nodes.near));
	ASSERT_EQ(0, sampler_set_interval(self->lab.client, 100, 16));
	last = wait_for_silence();
	EXPECT_LT(0, last);
	EXPECT_EQ(0, workload_move(&work, self->lab.nodes.far));
	EXPECT_EQ(0, check_return(last));
	workload_free(&work);
}

/* Another interval holds from now on, and not only when the old one is over. */
TEST_F(sampler, obeys_a_new_interval_at_once)
{
	struct sampling sampling;

	ASSERT_EQ(0, sampler_stop(self->lab.client));
	ASSERT_EQ(0, samples_info(&sampling));
	EXPECT_EQ(SAMPLER_SILENT, sampling.interval);
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, samples_info(&sampling));
	EXPECT_EQ(100, sampling.interval);
	EXPECT_EQ(0, sampler_wait(1));
	/* It grows no further than it may, and never below the one that is set. */
	ASSERT_EQ(0, knob_config(self->lab.client,
				 CONFIG_SAMPLE_INTERVAL_MAX_MS, 100));
	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_SAMPLE_INTERVAL_MS,
				 200));
	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_SAMPLE_BACKOFF, 16));
	ASSERT_EQ(0, sampler_wait(3));
	ASSERT_EQ(0, samples_info(&sampling));
	EXPECT_EQ(200, sampling.interval);
}

/* That nothing is allocated at all is what failures.sh sees. */
TEST_F(sampler, needs_no_more_memory_with_time)
{
	struct sampling before, after;

	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_HISTORY, 300));
	ASSERT_EQ(0, knob_config(self->lab.client, CONFIG_SAMPLE_CGROUPS, 64));
	ASSERT_EQ(0, sampler_run(self->lab.client));
	ASSERT_EQ(0, sampler_wait(1));
	ASSERT_EQ(0, samples_info(&before));
	ASSERT_EQ(0, sampler_wait(330));
	ASSERT_EQ(0, samples_info(&after));
	EXPECT_EQ(300, after.samples);
	EXPECT_EQ(before.memory, after.memory);
	ASSERT_EQ(0, samples_dump(0, &self->lab.samples));
	EXPECT_TRUE(samples_in_order(&self->lab.samples, false));
	EXPECT_TRUE(samples_grow(&self->lab.samples));
}

TEST_HARNESS_MAIN
